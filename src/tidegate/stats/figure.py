"""What every metric answers: a number, or why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.errors import DefectError

if TYPE_CHECKING:
    from typing import SupportsFloat


@dataclass(frozen=True, slots=True)
class Figure:
    """A finite number, or None with the reason in words for a trader."""

    value: float | None
    why: str | None

    def __post_init__(self) -> None:
        """Refuse a number with a reason, a gap without one, and what is not a number."""
        if (self.value is None) == (self.why is None):
            message = f"a figure is a number or a reason, not {self.value!r} with {self.why!r}"
            raise DefectError(message)
        if self.value is not None and not math.isfinite(self.value):
            message = f"a figure is a finite number, not {self.value!r}"
            raise DefectError(message)


def known(value: SupportsFloat) -> Figure:
    """Return a figure that has a value."""
    return Figure(float(value), None)


def undefined(why: str) -> Figure:
    """Return a figure that has none, and say why."""
    return Figure(None, why)


def counted(count: int | None) -> Figure:
    """Return a number of events, which some simulations do not keep."""
    return undefined("this simulation does not count them") if count is None else known(count)


def ratio(numerator: Figure, denominator: Figure, *, zero: str) -> Figure:
    """Divide two figures; `zero` is the reason given where the denominator is zero."""
    if numerator.value is None:
        return numerator
    if denominator.value is None:
        return denominator
    if denominator.value == 0.0:
        return undefined(zero)
    quotient = numerator.value / denominator.value
    return known(quotient) if math.isfinite(quotient) else undefined("too large to be a number")
