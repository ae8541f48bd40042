from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest

from tidegate.errors import InputError
from tidegate.model import Candles, Floats, Timeframe
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MONDAY = 1_704_067_200_000_000_000  # 2024-01-01, a Monday


class MakeCandles(Protocol):
    def __call__(
        self, close: Sequence[float] | Floats, timeframe: str = ..., start: int = ...
    ) -> Candles: ...


@pytest.fixture
def make_candles() -> MakeCandles:
    """Candles that open where the one before closed and reach 1 beyond on both sides."""

    def make(
        close: Sequence[float] | Floats, timeframe: str = "1h", start: int = MONDAY
    ) -> Candles:
        length = Timeframe.parse(timeframe)
        ends = np.array(close, dtype=np.float64)
        opens = np.concatenate((ends[:1], ends[:-1]))
        return Candles(
            pair="BTC/USDT",
            timeframe=length,
            time=start + np.arange(len(ends), dtype=np.int64) * length.ns,
            open=opens,
            high=np.maximum(opens, ends) + 1.0,
            low=np.minimum(opens, ends) - 1.0,
            close=ends,
            volume=np.full(len(ends), 10.0),
        )

    return make


@pytest.fixture
def definition() -> dict[str, Any]:
    """The smallest sensible definition, to be changed by each test."""
    return {
        "name": "small",
        "timeframes": ["1h"],
        "indicators": {
            "fast": {"type": "SMA", "period": 2},
            "slow": {"type": "SMA", "period": 4},
        },
        "entry_conditions": {
            "long": [{"indicator1": "fast", "operator": ">", "indicator2": "slow"}]
        },
        "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.05}},
    }


@pytest.fixture
def refusal() -> Callable[[object], InputError]:
    """Read a definition that must be refused, and return the error."""

    def read(raw: object) -> InputError:
        with pytest.raises(InputError) as caught:
            DeclaredStrategy.of(raw, origin="small.json")
        return caught.value

    return read
