"""What a strategy decides once, for all its pairs: how it leaves, and how much it stakes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum


def _require(holds: bool, name: str, found: object, expected: str) -> None:  # noqa: FBT001 - an assertion
    if not holds:
        message = f"{name} must be {expected}, not {found!r}"
        raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """When an open position is left. Ratios are fractions: 0.05 is five percent.

    Profit ratios are net of fees and, where a position is leveraged, leveraged.
    """

    stop_ratio: float = 1.0
    """Distance of the stop below (short: above) the entry; 1.0 is no stop at all."""
    trailing: bool = False
    """Whether the stop follows the best price."""
    trailing_ratio: float | None = None
    """Distance it follows at once the offset is passed; None: at `stop_ratio`."""
    trailing_offset: float = 0.0
    """Profit ratio from which `trailing_ratio` takes over."""
    trailing_only_past_offset: bool = False
    """Whether the stop stays put until the offset is passed."""
    targets: tuple[tuple[int, float], ...] = ()
    """(minutes since entry, profit ratio that is enough from then on), by minutes."""
    reward_risk: float | None = None
    """Profit ratio that is enough, as a multiple of the position's own stop distance."""
    max_bars: int | None = None
    """Candles after which a position is closed at the open."""
    use_exit_signal: bool = True
    exit_profit_only: bool = False
    """Whether an exit signal is obeyed only above `exit_profit_offset`."""
    exit_profit_offset: float = 0.0
    ignore_targets_on_entry_signal: bool = False

    def __post_init__(self) -> None:
        """Refuse numbers that would run and mean nothing."""
        _require(0.0 < self.stop_ratio <= 1.0, "stop_ratio", self.stop_ratio, "above 0, at most 1")
        if self.trailing_ratio is not None:
            ratio = self.trailing_ratio
            _require(0.0 <= ratio < 1.0, "trailing_ratio", ratio, "from 0 to below 1")
        _require(self.trailing_offset >= 0.0, "trailing_offset", self.trailing_offset, "0 or more")
        if self.reward_risk is not None:
            _require(self.reward_risk > 0.0, "reward_risk", self.reward_risk, "above 0")
        if self.max_bars is not None:
            _require(self.max_bars >= 0, "max_bars", self.max_bars, "0 or more")
        minutes = [since for since, _ in self.targets]
        _require(minutes == sorted(set(minutes)), "targets", minutes, "in order, each once")
        for since, ratio in self.targets:
            _require(since >= 0 and math.isfinite(ratio), "targets", (since, ratio), "numbers")


class SizingKind(IntEnum):
    """How a stake is proposed."""

    EQUAL_SHARE = 0
    FIXED = 1
    PERCENT_OF_EQUITY = 2
    PERCENT_RISK = 3
    ATR = 4
    KELLY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """How large the stake of a new position is, in the currency of the wallet.

    EQUAL_SHARE: the wallet divided by the slots. FIXED: `value` in currency.
    PERCENT_OF_EQUITY: `value` of equity. PERCENT_RISK: so much that a stop-out
    loses `value` of equity. ATR: so much that a move of the plan's `size_distance`
    loses `value` of equity. KELLY: `value` times the Kelly fraction of the trades
    closed so far (1.0 is full Kelly), at most `cap` of equity; `fallback` of equity
    until `min_trades` are closed.
    """

    kind: SizingKind = SizingKind.EQUAL_SHARE
    value: float = 1.0
    cap: float = 1.0
    """Largest stake as a fraction of equity, for every kind."""
    min_trades: int = 30
    window: int = 200
    """How many of the latest closed trades the Kelly fraction is taken from."""
    fallback: float = 0.02

    def __post_init__(self) -> None:
        """Refuse numbers that would run and mean nothing."""
        _require(math.isfinite(self.value) and self.value > 0.0, "value", self.value, "above 0")
        _require(0.0 < self.cap <= 1.0, "cap", self.cap, "above 0, at most 1")
        _require(self.min_trades >= 0, "min_trades", self.min_trades, "0 or more")
        _require(self.window >= self.min_trades, "window", self.window, "min_trades or more")
        _require(0.0 <= self.fallback <= 1.0, "fallback", self.fallback, "from 0 to 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that a strategy decides once, beside its signals."""

    exits: Exits = Exits()
    sizing: Sizing = Sizing()
    max_open_trades: int | None = None
    """Positions open at once over all pairs; None: one for each pair."""
    can_short: bool = False

    def __post_init__(self) -> None:
        """Refuse a number of slots that is none."""
        slots = self.max_open_trades
        if slots is not None:
            _require(slots >= 1, "max_open_trades", slots, "1 or more, or None")
