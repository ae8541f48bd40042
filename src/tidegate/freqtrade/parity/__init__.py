"""Holding Tidegate and the real Freqtrade side by side, trade by trade."""

from __future__ import annotations

from tidegate.freqtrade.parity.compare import compare, compare_figures
from tidegate.freqtrade.parity.difference import Difference, Part, same

__all__ = ["Difference", "Part", "compare", "compare_figures", "same"]
