"""Numbers by candle, and what can be said about them: the words of every strategy."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

import numpy as np

from tidegate.strategies.condition import Condition

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Floats
    from tidegate.strategies.merge import Axis

__all__ = ["Line", "compare", "crosses_above", "crosses_below"]


class Line:
    """One number on every candle: a price, or an indicator.

    Lines are compared (`fast > slow`), reckoned with (`close * 1.02`) and looked back
    on (`close[1]` is one candle ago, of the line's own timeframe). NaN is "not known".
    """

    __slots__ = ("_spread", "axis", "name", "native", "settle")

    def __init__(self, name: str, native: Floats, axis: Axis, settle: int = 0) -> None:
        """Take values on the axis' own candles, the first `settle` of them not settled."""
        self.name = name
        self.native = native
        self.axis = axis
        self.settle = settle
        self._spread: Floats | None = None

    @property
    def values(self) -> Floats:
        """The values on base candles."""
        if self._spread is None:
            self._spread = self.axis.spread(self.native)
        return self._spread

    @property
    def base_settle(self) -> int:
        """How many leading base candles are not settled."""
        return self.axis.in_base(self.settle)

    def __getitem__(self, ago: int) -> Line:
        """Return this line as it was so many candles ago, of its own timeframe."""
        if ago < 0:
            message = f"{self.name}[{ago}] would look into the future"
            raise IndexError(message)
        if ago == 0:
            return self
        native = np.full(len(self.native), np.nan)
        native[ago:] = self.native[:-ago]
        return Line(f"{self.name}[{ago}]", native, self.axis, self.settle + ago)

    def _reckoned(self, other: Line | float, sign: str, *, swapped: bool = False) -> Line:
        function = _ARITHMETIC[sign]
        left: Line | float = other if swapped else self
        right: Line | float = self if swapped else other
        name = f"({_name(left)} {sign} {_name(right)})"
        apart = isinstance(other, Line) and other.axis is not self.axis
        with np.errstate(divide="ignore", invalid="ignore"):
            if isinstance(other, Line) and apart:
                from_base = Line(name, function(_values(left), _values(right)), _plain(self.axis))
                from_base.settle = max(self.base_settle, other.base_settle)
                return from_base
            native = function(_native(left), _native(right))
        settle = max(self.settle, other.settle) if isinstance(other, Line) else self.settle
        return Line(name, native, self.axis, settle)

    def __add__(self, other: Line | float) -> Line:
        return self._reckoned(other, "+")

    def __radd__(self, other: float) -> Line:
        return self._reckoned(other, "+", swapped=True)

    def __sub__(self, other: Line | float) -> Line:
        return self._reckoned(other, "-")

    def __rsub__(self, other: float) -> Line:
        return self._reckoned(other, "-", swapped=True)

    def __mul__(self, other: Line | float) -> Line:
        return self._reckoned(other, "*")

    def __rmul__(self, other: float) -> Line:
        return self._reckoned(other, "*", swapped=True)

    def __truediv__(self, other: Line | float) -> Line:
        return self._reckoned(other, "/")

    def __rtruediv__(self, other: float) -> Line:
        return self._reckoned(other, "/", swapped=True)

    def __gt__(self, other: Line | float) -> Condition:
        return compare(self, ">", other)

    def __lt__(self, other: Line | float) -> Condition:
        return compare(self, "<", other)

    def __ge__(self, other: Line | float) -> Condition:
        return compare(self, ">=", other)

    def __le__(self, other: Line | float) -> Condition:
        return compare(self, "<=", other)

    def __eq__(self, other: Line | float) -> Condition:  # type: ignore[override]
        return compare(self, "==", other)

    def __ne__(self, other: Line | float) -> Condition:  # type: ignore[override]
        return compare(self, "!=", other)

    __hash__ = object.__hash__


def compare(left: Line, sign: str, right: Line | float) -> Condition:
    """Return on which candles the comparison holds; where either side is NaN it is not known."""
    a, b = left.values, _values(right)
    holds, fails = _COMPARISONS[sign]
    return Condition(
        f"{left.name} {sign} {_name(right)}", holds(a, b), lambda: fails(a, b), _settle(left, right)
    )


def crosses_above(left: Line, right: Line | float) -> Condition:
    """Return where `left` rose over `right`: at or below it one candle before, above it now."""
    return _cross(left, right, "crosses_above", np.greater, np.less_equal)


def crosses_below(left: Line, right: Line | float) -> Condition:
    """Return where `left` fell under `right`: at or above it one candle before, below it now."""
    return _cross(left, right, "crosses_below", np.less, np.greater_equal)


def _cross(
    left: Line,
    right: Line | float,
    word: str,
    now: Callable[[Floats | float, Floats | float], np.ndarray],
    before: Callable[[Floats | float, Floats | float], np.ndarray],
) -> Condition:
    a, b = left.values, _values(right)
    was = b[:-1] if isinstance(b, np.ndarray) else b
    holds = now(a, b)
    holds[:1] = False
    holds[1:] &= before(a[:-1], was)

    def fails() -> np.ndarray:
        known = ~np.isnan(a) & ~np.isnan(b)
        known[1:] &= known[:-1].copy()
        known[:1] = False
        failed: np.ndarray = known & ~holds
        return failed

    name = f"{left.name} {word} {_name(right)}"
    return Condition(name, holds, fails, _settle(left, right) + 1)


def _differs(a: Floats, b: Floats | float) -> np.ndarray:
    """Compare without taking NaN for a difference."""
    differs: np.ndarray = (a < b) | (a > b)
    return differs


_COMPARISONS: dict[str, tuple[Callable[..., np.ndarray], Callable[..., np.ndarray]]] = {
    ">": (np.greater, np.less_equal),
    "<": (np.less, np.greater_equal),
    ">=": (np.greater_equal, np.less),
    "<=": (np.less_equal, np.greater),
    "==": (np.equal, _differs),
    "!=": (_differs, np.equal),
}

_ARITHMETIC: dict[str, Callable[..., Floats]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _name(operand: Line | float) -> str:
    return operand.name if isinstance(operand, Line) else f"{operand:g}"


def _values(operand: Line | float) -> Floats | float:
    return operand.values if isinstance(operand, Line) else operand


def _native(operand: Line | float) -> Floats | float:
    return operand.native if isinstance(operand, Line) else operand


def _settle(left: Line, right: Line | float) -> int:
    other = right.base_settle if isinstance(right, Line) else 0
    return max(left.base_settle, other)


def _plain(axis: Axis) -> Axis:
    """Return the axis of the base candles themselves."""
    return type(axis)(axis.base, axis.base)
