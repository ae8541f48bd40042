"""A strategy's opinion of one pair, candle by candle: what the candle loop runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tidegate.errors import DefectError

if TYPE_CHECKING:
    from tidegate.model.arrays import Bools, Codes, Floats
    from tidegate.model.candles import Candles


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a strategy wants on each candle of one pair.

    Every array is as long as `candles`. A flag stands on the candle whose close
    decided it; it is acted on at the open of the next one. Tags are indices into
    `tags`, -1 for none.
    """

    candles: Candles
    enter_long: Bools
    exit_long: Bools
    enter_short: Bools
    exit_short: Bools
    warmup: int = 0
    """Leading candles that only feed the indicators and are not traded."""
    tags: tuple[str, ...] = ()
    enter_tag: Codes | None = None
    exit_tag: Codes | None = None
    stop_distance: Floats | None = None
    """Distance of the stop from the entry in price, where it differs by candle (ATR)."""
    size_distance: Floats | None = None
    """Adverse move in price that ATR sizing risks."""
    columns: dict[str, Floats] = field(default_factory=dict)
    """Indicator values by name, for charts and for the look-ahead check."""

    def __post_init__(self) -> None:
        """Refuse arrays of another length than the candles."""
        for name in (
            "enter_long", "exit_long", "enter_short", "exit_short",
            "enter_tag", "exit_tag", "stop_distance", "size_distance",
        ):  # fmt: skip
            array = getattr(self, name)
            if array is not None and len(array) != len(self.candles):
                message = f"{name} has {len(array)} rows, the candles {len(self.candles)}"
                raise DefectError(message)

    @classmethod
    def idle(cls, candles: Candles) -> Plan:
        """Return a plan that never trades, to be filled in with `dataclasses.replace`."""
        nothing = np.zeros(len(candles), dtype=np.bool_)
        return cls(
            candles=candles,
            enter_long=nothing,
            exit_long=nothing,
            enter_short=nothing,
            exit_short=nothing,
        )
