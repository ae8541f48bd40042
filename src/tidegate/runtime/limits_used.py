"""How much of each limit an account uses: what the gate would compare, before anybody asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.guardrails.wording import SECOND_NS, plain
from tidegate.model import EXACT, ZERO
from tidegate.runtime.picture import LimitShown

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails import Limits, Standing

_UNKNOWN: Final = "–"


def limits_used(standing: Standing, limits: Limits, now_ns: int) -> tuple[LimitShown, ...]:
    """Return the limits that fill up as an account trades, in the order of their weight."""
    equity, exposure = standing.equity, standing.exposure
    largest = max(exposure.values(), default=ZERO)
    within_second = sum(1 for at in standing.approvals_ns if at > now_ns - SECOND_NS)
    return (
        _share("total exposure", sum(exposure.values(), ZERO), equity, limits.max_total_exposure),
        _share("largest market", largest, equity, limits.max_market_exposure),
        _count("positions", standing.positions, limits.max_positions),
        _fall("drawdown", standing.peak, equity, limits.max_drawdown),
        _fall("weekly fall", standing.week_start, equity, limits.max_weekly_drawdown),
        _fall("daily fall", standing.day_start, equity, limits.max_daily_drawdown),
        _share("daily loss", -standing.profit_today, standing.day_start, limits.max_daily_loss),
        _count("losses in row", standing.losses_in_row, limits.max_losses_in_row),
        _count("trades today", standing.entries_today, limits.max_trades_per_day),
        _count("orders/second", within_second, limits.max_orders_per_second),
    )


def _fall(name: str, top: Decimal, equity: Decimal | None, limit: Decimal) -> LimitShown:
    """Return how far the equity has come down from a mark."""
    fallen = None if equity is None else EXACT.subtract(top, equity)
    return _share(name, fallen, top, limit)


def _share(name: str, part: Decimal | None, whole: Decimal | None, limit: Decimal) -> LimitShown:
    """Return a part of a whole beside the fraction that it may be; below nothing is nothing."""
    words = _percent(float(limit))
    if part is None or whole is None or whole <= ZERO:
        return LimitShown(name=name, used=_UNKNOWN, limit=words, share=None)
    used = float(EXACT.divide(max(part, ZERO), whole))
    return LimitShown(name=name, used=_percent(used), limit=words, share=used / float(limit))


def _count(name: str, used: int, limit: int) -> LimitShown:
    return LimitShown(name=name, used=str(used), limit=str(limit), share=used / limit)


def _percent(fraction: float) -> str:
    if fraction >= 100:  # noqa: PLR2004 - limits that hold to nothing are that wide
        return plain(EXACT.create_decimal(f"{fraction:.3g}"))
    return f"{fraction * 100:.1f}".removesuffix(".0") + "%"
