"""Freqtrade's summary of a run as plain values that JSON can hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["summary_of"]

_ELSEWHERE: Final = {"trades", "locks", "daily_profit"}
"""Parts that are long, and told in a form of our own."""


def summary_of(stats: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of Freqtrade's summary under its own names; no number is None."""
    return {name: _plain(value) for name, value in stats.items() if name not in _ELSEWHERE}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever the summary holds
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
