"""The limits: every number that the gate holds an account to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from tidegate.guardrails.hours import Hours

_WIDE: Final = Decimal(10) ** 18
_MANY: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One account's limits; money in its quote currency, shares as fractions, times in seconds.

    What counts or measures may come up to its limit; a loss or a drawdown stops trading when
    it reaches its own. Only the three filters at the end may be None, which is off.
    """

    max_signal_age_s: int
    max_clock_skew_s: int
    max_price_age_s: int
    max_order_notional: Decimal
    max_price_distance: Decimal
    """Of a limit from the market, a fraction of the market's price."""
    balance_reserve: Decimal
    """Fraction of equity that stays free after every order."""
    max_positions: int
    max_trades_per_day: int
    max_market_exposure: Decimal
    """Notional of one pair, a fraction of equity."""
    max_total_exposure: Decimal
    max_correlated_exposure: Decimal
    """Notional of a pair, and of the others by their correlation with it, as above."""
    max_drawdown: Decimal
    """Fall from the peak, a fraction of it."""
    max_weekly_drawdown: Decimal
    max_daily_drawdown: Decimal
    max_daily_loss: Decimal
    """Realised, a fraction of the equity that the day began with."""
    max_losses_in_row: int
    cooldown_s: int
    stop_cooldown_s: int
    max_orders_per_second: int
    max_leverage: Decimal
    flatten_on_trip: bool
    """Whether a drawdown or loss limit also closes every position at the market."""
    trading_hours: Hours | None
    max_volatility: float | None
    min_volume: Decimal | None

    def __post_init__(self) -> None:
        """Refuse numbers that no comparison can be made with."""
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, Decimal | float) and not math.isfinite(value):
                message = f"{name} must be a number, not {value}"
                raise ValueError(message)

    @classmethod
    def safe(cls) -> Self:
        """Return the defaults that are offered where a limit is missing."""
        return cls(
            max_signal_age_s=60,
            max_clock_skew_s=2,
            max_price_age_s=120,
            max_order_notional=Decimal(1000),
            max_price_distance=Decimal("0.05"),
            balance_reserve=Decimal("0.01"),
            max_positions=5,
            max_trades_per_day=20,
            max_market_exposure=Decimal("0.25"),
            max_total_exposure=Decimal(1),
            max_correlated_exposure=Decimal("0.75"),
            max_drawdown=Decimal("0.20"),
            max_weekly_drawdown=Decimal("0.10"),
            max_daily_drawdown=Decimal("0.05"),
            max_daily_loss=Decimal("0.03"),
            max_losses_in_row=5,
            cooldown_s=300,
            stop_cooldown_s=3600,
            max_orders_per_second=5,
            max_leverage=Decimal(1),
            flatten_on_trip=False,
            trading_hours=None,
            max_volatility=None,
            min_volume=None,
        )

    @classmethod
    def widest(cls) -> Self:
        """Return limits that anything well-formed passes: to hold a replay against a backtest.

        What is malformed, unknown, doubled or between two steps is refused all the same.
        """
        return cls(
            max_signal_age_s=_MANY,
            max_clock_skew_s=_MANY,
            max_price_age_s=_MANY,
            max_order_notional=_WIDE,
            max_price_distance=_WIDE,
            balance_reserve=-_WIDE,
            max_positions=_MANY,
            max_trades_per_day=_MANY,
            max_market_exposure=_WIDE,
            max_total_exposure=_WIDE,
            max_correlated_exposure=_WIDE,
            max_drawdown=_WIDE,
            max_weekly_drawdown=_WIDE,
            max_daily_drawdown=_WIDE,
            max_daily_loss=_WIDE,
            max_losses_in_row=_MANY,
            cooldown_s=0,
            stop_cooldown_s=0,
            max_orders_per_second=_MANY,
            max_leverage=_WIDE,
            flatten_on_trip=False,
            trading_hours=None,
            max_volatility=None,
            min_volume=None,
        )
