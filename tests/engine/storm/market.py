"""What there is to trade in the storm, at which prices, under which limits."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tidegate.guardrails import Hours, Limits, Window
from tidegate.model import Instrument, Pair

if TYPE_CHECKING:
    from random import Random

D = Decimal
SECOND: Final = 1_000_000_000
MONDAY: Final = 1_704_708_000 * SECOND  # 2024-01-08 10:00 UTC
ACCOUNT: Final = "main"


def _instrument(pair: str, price_step: str, amount_step: str, **more: Any) -> Instrument:  # noqa: ANN401
    least = {"min_amount": D(amount_step) * 10, "min_cost": D(5)}
    return Instrument(
        pair=Pair.parse(pair), price_step=D(price_step), amount_step=D(amount_step), **least | more
    )


INSTRUMENTS: Final = {
    str(each.pair): each
    for each in (
        _instrument("BTC/USDT", "0.1", "0.00001", can_short=True, most_leverage=D(5)),
        _instrument("ETH/USDT", "0.01", "0.0001", can_short=True, most_leverage=D(3)),
        _instrument("SOL/USDT", "0.001", "0.01", taker_fee=D("0.0026")),
        _instrument("DOGE/USDT", "0.00001", "1", most_leverage=D(2), min_amount=D(80)),
        _instrument("XRP/EUR", "0.0001", "0.1"),  # the account is not in euros
    )
}
PRICES: Final = {
    "BTC/USDT": D("40000.0"),
    "ETH/USDT": D("2500.00"),
    "SOL/USDT": D("100.000"),
    "DOGE/USDT": D("0.10000"),
    "XRP/EUR": D("0.5000"),
}
PAIRS: Final = (*PRICES, "FOO/USDT")

_WIDE: Final[dict[str, Any]] = {
    "max_signal_age_s": 60,
    "max_clock_skew_s": 2,
    "max_price_age_s": 600,
    "max_order_notional": D(1500),
    "max_price_distance": D("0.05"),
    "balance_reserve": D("0.01"),
    "max_positions": 14,
    "max_trades_per_day": 10_000,
    "max_market_exposure": D(2),
    "max_total_exposure": D(4),
    "max_correlated_exposure": D(3),
    "max_drawdown": D("0.3"),
    "max_weekly_drawdown": D("0.2"),
    "max_daily_drawdown": D("0.15"),
    "max_daily_loss": D("0.1"),
    "max_losses_in_row": 40,
    "cooldown_s": 0,
    "stop_cooldown_s": 0,
    "max_orders_per_second": 50,
    "max_leverage": D(5),
    "flatten_on_trip": False,
    "trading_hours": None,
    "max_volatility": None,
    "min_volume": None,
}
_TIGHT: Final[dict[str, Any]] = {
    "max_signal_age_s": 5,
    "max_clock_skew_s": 1,
    "max_price_age_s": 15,
    "max_order_notional": D(300),
    "max_price_distance": D("0.004"),
    "balance_reserve": D("0.8"),
    "max_positions": 3,
    "max_trades_per_day": 12,
    "max_market_exposure": D("0.1"),
    "max_total_exposure": D("0.3"),
    "max_correlated_exposure": D("0.2"),
    "max_drawdown": D("0.01"),
    "max_weekly_drawdown": D("0.01"),
    "max_daily_drawdown": D("0.008"),
    "max_daily_loss": D("0.003"),
    "max_losses_in_row": 4,
    "cooldown_s": 20,
    "stop_cooldown_s": 90,
    "max_orders_per_second": 3,
    "max_leverage": D(2),
    "flatten_on_trip": True,
    "trading_hours": Hours(
        zone=ZoneInfo("UTC"),
        windows=(Window(start=5 * 60, end=22 * 60, weekdays=(0, 1, 2, 3, 4, 5)),),
    ),
    "max_volatility": 0.05,
    "min_volume": D(1000),
}


def limits(random: Random, tight: float = 0.17) -> Limits:
    """Return limits of which some are felt all the time."""
    chosen = {name: value for name, value in _TIGHT.items() if random.random() < tight}
    return Limits(**_WIDE | chosen)


def only(setting: str) -> Limits:
    """Return limits of which this one is felt, and no other."""
    return Limits(**_WIDE | {name: value for name, value in _TIGHT.items() if name == setting})


def stepped(value: Decimal, step: Decimal) -> Decimal:
    """Return a value on the steps of an exchange, rounded down."""
    return value // step * step


def proposal(signal_id: str, pair: str, price: Decimal | None) -> Decimal | None:
    """Return what the storm's sizing says: now and then nothing, or something off the steps."""
    number = sum(map(ord, signal_id)) % 7
    if number == 0 or price is None:
        return None
    amount = stepped(D(60) / price, INSTRUMENTS[pair].amount_step)
    return amount + INSTRUMENTS[pair].amount_step / 3 if number == 1 else amount
