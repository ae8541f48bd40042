"""What each limit may be: its kind, its range, and how a slip is mended."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tidegate.guardrails.wording import plain

_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The numbers that a limit may be."""

    most: Decimal
    least: Decimal = Decimal(0)
    whole: bool = False
    above: bool = False
    """Whether `least` itself is too little."""
    fraction: bool = False
    """Whether a number above 1 was meant as a percentage."""
    optional: bool = False
    """Whether null is allowed: off."""
    kind: type[Decimal | float | int] = Decimal

    def holds(self, value: Decimal) -> bool:
        """Return whether a limit may be this."""
        if not value.is_finite() or value > self.most or (self.whole and value % 1):
            return False
        return value > self.least if self.above else value >= self.least

    @property
    def expected(self) -> str:
        """What may be written, in words."""
        number = "a whole number" if self.whole else "a fraction" if self.fraction else "a number"
        least = (
            f"above {plain(self.least)}, at most" if self.above else f"from {plain(self.least)} to"
        )
        return f"{number} {least} {plain(self.most)}" + (
            ", or null for off" if self.optional else ""
        )

    def remedy(self, value: Decimal, default: str) -> str:
        """Return how to mend a number that is out of range."""
        if self.fraction and value.is_finite() and 1 < value <= _HUNDRED:
            return f"shares are fractions: write {plain(value / _HUNDRED)} for {plain(value)} %"
        return f"write {default} if in doubt"


_COUNT: Final = Bound(least=Decimal(1), most=Decimal(10) ** 9, whole=True, kind=int)
_SECONDS: Final = Bound(most=Decimal(31_536_000), whole=True, kind=int)
_FALL: Final = Bound(most=Decimal(1), above=True, fraction=True)
_EXPOSURE: Final = Bound(most=Decimal(1000), above=True, fraction=True)
_MOST_MONEY: Final = Decimal(10) ** 12

BOUNDS: Final[dict[str, Bound]] = {
    "max_signal_age_s": _SECONDS,
    "max_clock_skew_s": _SECONDS,
    "max_price_age_s": _SECONDS,
    "max_order_notional": Bound(most=_MOST_MONEY, above=True),
    "max_price_distance": _FALL,
    "balance_reserve": Bound(most=Decimal("0.99"), fraction=True),
    "max_positions": _COUNT,
    "max_trades_per_day": _COUNT,
    "max_market_exposure": _EXPOSURE,
    "max_total_exposure": _EXPOSURE,
    "max_correlated_exposure": _EXPOSURE,
    "max_drawdown": _FALL,
    "max_weekly_drawdown": _FALL,
    "max_daily_drawdown": _FALL,
    "max_daily_loss": _FALL,
    "max_losses_in_row": _COUNT,
    "cooldown_s": _SECONDS,
    "stop_cooldown_s": _SECONDS,
    "max_orders_per_second": Bound(least=Decimal(1), most=Decimal(10) ** 6, whole=True, kind=int),
    "max_leverage": Bound(least=Decimal(1), most=Decimal(1000)),
    "max_volatility": Bound(most=Decimal(10), above=True, optional=True, kind=float),
    "min_volume": Bound(most=_MOST_MONEY, optional=True),
}
"""Each limit that is a number; `flatten_on_trip` is a switch, `trading_hours` a table."""

EXPOSURES: Final = ("max_market_exposure", "max_total_exposure", "max_correlated_exposure")
