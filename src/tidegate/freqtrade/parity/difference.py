"""What it is for two runs to differ: where, in what, and by which rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from pandas import DataFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS = (int, float, np.number, np.bool_)


class Part(StrEnum):
    """The part of a result in which a difference lies."""

    TRADE = "trade"
    ORDER = "order"
    MISSING = "missing trade"
    EXTRA = "extra trade"
    SEQUENCE = "order of trades"
    LOCK = "lock"
    COUNTER = "counter"
    BALANCE = "final balance"
    WALLET = "wallet"
    FIGURE = "figure"
    FORM = "form of the table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the two programs do not say alike."""

    part: Part
    field: str
    freqtrade: Any
    tidegate: Any
    number: int | None = None
    """The trade's place in Freqtrade's list (Tidegate's, where Freqtrade has none), from 1."""
    pair: str | None = None
    time_ms: int | None = None
    """When it first shows, milliseconds UTC; None for what belongs to the whole run."""
    reason: str | None = None
    """Why the program that left first left; None where it is not about leaving."""
    trade: Mapping[str, Any] | None = None
    """The trade as Freqtrade has it, or as Tidegate has it where Freqtrade has none."""


def same(one: object, other: object) -> bool:
    """Say whether two values are the same to the last bit; NaN is the same as NaN.

    A whole number is the same as the float of its value, as it is in a result file.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, _NUMBERS) and isinstance(other, _NUMBERS):
        return _same_number(one, other) and _is_flag(one) == _is_flag(other)
    if isinstance(one, DataFrame):
        return bool(one.equals(other))
    return type(one) is type(other) and bool(one == other)


def _same_number(one: Any, other: Any) -> bool:  # noqa: ANN401 - whole, float, or numpy's
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return bool(one == other) and math.copysign(1, one) == math.copysign(1, other)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool | np.bool_)


def other_types(one: DataFrame, other: DataFrame) -> dict[str, tuple[str, str]]:
    """Return the columns whose types differ; whole numbers and floats are both numbers."""
    pairs = {name: (one[name].dtype, other[name].dtype) for name in one.columns}
    return {
        str(name): (str(mine), str(yours))
        for name, (mine, yours) in pairs.items()
        if mine != yours and not (mine.kind in "if" and yours.kind in "if")
    }
