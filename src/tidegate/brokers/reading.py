"""What a venue answers, as ccxt lays it out, made ours. Nothing here asks anybody anything."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.model import EXACT, ZERO, OrderState

if TYPE_CHECKING:
    from collections.abc import Mapping

_MS: Final = 1_000_000
_STATES: Final = {
    "open": OrderState.OPEN,
    "canceling": OrderState.OPEN,
    "closed": OrderState.FILLED,
    "canceled": OrderState.CANCELLED,
    "expired": OrderState.CANCELLED,
    "rejected": OrderState.REJECTED,
}


class Traded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A trade of an order, as the venue tells of it."""

    id: str
    venue_order: str
    """The venue's number of the order; empty where it is told with the order itself."""
    amount: Decimal
    price: Decimal
    fees: tuple[tuple[str, Decimal], ...]
    """Currency and amount of each."""
    time_ns: int


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one glance at an order showed; a later glance shows at least as much."""

    venue_id: str
    state: OrderState | None
    """None: the venue took it, and does not say more."""
    filled: Decimal
    trades: tuple[Traded, ...] = ()
    words: str = ""


def read_order(answer: Any, name: str | int | None) -> Seen | None:  # noqa: ANN401 - whatever came
    """Return what an answer shows of an order; None if it is no answer about that order."""
    if not isinstance(answer, dict) or not answer.get("id"):
        return None
    told = answer.get("clientOrderId")
    if name is not None and told not in {None, "", str(name)}:
        return None
    status = answer.get("status")
    filled = number(answer.get("filled"))
    when = _time(answer.get("lastTradeTimestamp") or answer.get("timestamp"))
    trades = [read_trade(each, when) for each in answer.get("trades") or ()]
    return Seen(
        venue_id=str(answer["id"]),
        state=_STATES.get(status) if isinstance(status, str) else None,
        filled=ZERO if filled is None else filled,
        trades=tuple(each for each in trades if each is not None),
        words=status if status == "expired" else "",
    )


def read_trade(raw: Any, when_ns: int = 0) -> Traded | None:  # noqa: ANN401 - whatever came
    """Return a trade; None if it lacks what makes it one."""
    if not isinstance(raw, dict) or not raw.get("id"):
        return None
    amount, price = number(raw.get("amount")), number(raw.get("price"))
    if amount is None or price is None or amount <= ZERO or price <= ZERO:
        return None
    told = raw.get("fees") or [raw.get("fee")]
    fees = []
    for fee in told:
        cost = number(fee.get("cost")) if isinstance(fee, dict) else None
        if cost:
            fees.append((str(fee.get("currency") or ""), cost))
    return Traded(
        id=str(raw["id"]),
        venue_order=str(raw.get("order") or ""),
        amount=amount,
        price=price,
        fees=tuple(fees),
        time_ns=_time(raw.get("timestamp")) or when_ns,
    )


def others(trade: Traded, base: str, quote: str) -> set[str]:
    """Return the currencies of a trade's fees whose prices have to be known."""
    return {currency for currency, _ in trade.fees} - {base, quote}


def fee_in_quote(
    trade: Traded, base: str, quote: str, prices: Mapping[str, Decimal]
) -> Decimal | None:
    """Return a trade's fees in quote currency: those in base at the trade's own price.

    None where the price of another currency is not known.
    """
    total = ZERO
    for currency, cost in trade.fees:
        price = trade.price if currency == base else prices.get(currency)
        if currency == quote:
            total = EXACT.add(total, cost)
        elif price is None:
            return None
        else:
            total = EXACT.add(total, EXACT.multiply(cost, price))
    return total


def fee_in_base(trade: Traded, base: str) -> Decimal:
    """Return what of a purchase's amount the venue has kept as its fee."""
    total = ZERO
    for currency, cost in trade.fees:
        if currency == base:
            total = EXACT.add(total, cost)
    return total


def number(value: object) -> Decimal | None:
    """Return what a venue wrote as a number; None if it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        told = Decimal(str(value))
    except InvalidOperation:
        return None
    return told if told.is_finite() else None


def _time(value: object) -> int:
    return int(value) * _MS if isinstance(value, int | float) else 0
