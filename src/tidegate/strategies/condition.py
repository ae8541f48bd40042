"""Yes, no or not known, on every candle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Bools

__all__ = ["Condition"]


class Condition:
    """Something that holds, fails, or is not known, on every candle.

    Where an indicator has no value yet, nothing that depends on it is known, and its
    negation is not known either: "not (rsi > 70)" holds only where the RSI is there
    and at most 70. Joined with `&` (both), `|` (either) and `~` (not).
    """

    __slots__ = ("_fails", "holds", "name", "settle")

    def __init__(
        self, name: str, holds: Bools, fails: Callable[[], Bools], settle: int = 0
    ) -> None:
        """Take where it holds, how to find where it fails, and the unsettled base candles."""
        self.name = name
        self.holds = holds
        self._fails = fails
        self.settle = settle

    def fails(self) -> Bools:
        """Return where it is known not to hold."""
        return self._fails()

    def __and__(self, other: Condition) -> Condition:
        return Condition(
            f"({self.name} and {other.name})",
            self.holds & other.holds,
            lambda: self.fails() | other.fails(),
            max(self.settle, other.settle),
        )

    def __or__(self, other: Condition) -> Condition:
        return Condition(
            f"({self.name} or {other.name})",
            self.holds | other.holds,
            lambda: self.fails() & other.fails(),
            max(self.settle, other.settle),
        )

    def __invert__(self) -> Condition:
        return Condition(f"not ({self.name})", self.fails(), lambda: self.holds, self.settle)

    def within(self, candles: int) -> Condition:
        """Return whether it held on any of the last `candles` candles, this one included."""
        if candles == 1:
            return self
        return Condition(
            f"{self.name} within {candles}",
            _any_of_last(self.holds, candles),
            lambda: _all_of_last(self.fails(), candles),
            self.settle + candles - 1,
        )

    def __bool__(self) -> Never:
        """Refuse `and`, `or`, `not` and chained comparisons, which Python cannot do by candle."""
        message = (
            f"{self.name} has an answer for every candle: "
            "join conditions with & and |, negate with ~, and write 30 < x < 70 in two halves"
        )
        raise TypeError(message)


def _any_of_last(flags: Bools, count: int) -> Bools:
    """Spread each flag over the `count` candles from its own on, doubling the reach."""
    spread = flags.copy()
    reach = 1
    while reach < count and reach < len(flags):
        step = min(reach, count - reach)
        spread[step:] |= spread[:-step].copy()
        reach += step
    return spread


def _all_of_last(flags: Bools, count: int) -> Bools:
    """Keep a flag only where the last `count` are set; the candles before the first are not."""
    kept: Bools = ~_any_of_last(~flags, count)
    kept[: count - 1] = False
    return kept


def always(rows: int) -> Condition:
    """Return the condition that holds on every candle."""
    return Condition(
        "always", np.ones(rows, dtype=np.bool_), lambda: np.zeros(rows, dtype=np.bool_)
    )
