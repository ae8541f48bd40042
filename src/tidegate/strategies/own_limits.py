"""Limits that a strategy brings along: whoever runs it holds it to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimits:
    """What a strategy asks to be held to, beside the limits of its account. None: nothing."""

    max_daily_trades: int | None = None
    """Positions opened in a UTC day, at most."""
    max_drawdown: float | None = None
    """The fall from the highest equity that stops trading, a fraction of it."""

    def __post_init__(self) -> None:
        """Refuse numbers that would run and mean nothing."""
        trades, fall = self.max_daily_trades, self.max_drawdown
        if trades is not None and (type(trades) is not int or trades < 1):
            message = f"max_daily_trades must be a whole number from 1 on, not {trades!r}"
            raise ValueError(message)
        if fall is not None and not 0.0 < fall < 1.0:
            message = f"max_drawdown must be a fraction above 0 and below 1, not {fall!r}"
            raise ValueError(message)

    def __bool__(self) -> bool:
        """Tell whether it asks for anything."""
        return self.max_daily_trades is not None or self.max_drawdown is not None
