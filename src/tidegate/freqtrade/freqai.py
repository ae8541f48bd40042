"""What is said to a strategy that needs FreqAI."""

from __future__ import annotations

from tidegate.errors import Code, DefinitionError

__all__ = ["needs_freqai"]


def needs_freqai(*, where: str, found: str) -> DefinitionError:
    """Return the refusal of a strategy whose signals come from models trained on the way."""
    return DefinitionError(
        Code.NEEDS_FREQAI,
        "this needs FreqAI, which Tidegate does not run",
        where=where,
        expected="a strategy whose signals come from candles and indicators",
        found=found,
        remedy="backtest it with `freqtrade backtesting`, or take the model out of the strategy",
    )
