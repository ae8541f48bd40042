"""What a venue says of an order, read as it comes: its reports, and answers to new orders."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.reading import Seen, Traded
from tidegate.model import OrderState

if TYPE_CHECKING:
    from collections.abc import Callable

Told = tuple[str, Seen]
"""The order's own name at the venue, and what the report shows of it."""

_MS: Final = 1_000_000
_BINANCE: Final = {
    "NEW": OrderState.OPEN,
    "PARTIALLY_FILLED": OrderState.OPEN,
    "PENDING_CANCEL": OrderState.OPEN,
    "FILLED": OrderState.FILLED,
    "CANCELED": OrderState.CANCELLED,
    "EXPIRED": OrderState.CANCELLED,
    "EXPIRED_IN_MATCH": OrderState.CANCELLED,
    "REJECTED": OrderState.REJECTED,
}
_NOTHING: Final = frozenset({"outboundAccountPosition", "balanceUpdate"})


def read_binance(message: Any) -> Told | bool:  # noqa: ANN401 - whatever came
    """Return what a report says; True: nothing of interest; False: it is no report."""
    event = message.get("event") if isinstance(message, dict) else None
    if not isinstance(event, dict):
        return False
    kind = event.get("e")
    if kind in _NOTHING:
        return True
    if kind != "executionReport":
        return False
    trades: tuple[Traded, ...] = ()
    if event["x"] == "TRADE":
        fee = _number(event["n"] or 0)
        trade = Traded(
            id=str(event["t"]),
            venue_order=str(event["i"]),
            amount=_number(event["l"]),
            price=_number(event["L"]),
            fees=((str(event["N"]), fee),) if fee else (),
            time_ns=int(event["T"]) * _MS,
        )
        trades = (trade,)
    state = _BINANCE.get(event["X"])
    words = "expired" if "EXPIRED" in event["X"] else ""
    seen = Seen(
        venue_id=str(event["i"]),
        state=state,
        filled=_number(event["z"]),
        trades=trades,
        words=words,
    )
    return event.get("C") or event["c"], seen


def read_binance_answer(answer: Any) -> Told | None:  # noqa: ANN401 - whatever came
    """Return what the answer to a new order says; None: it is another answer."""
    if not isinstance(answer, dict) or "fills" not in answer:
        return None
    time_ns = int(answer["transactTime"]) * _MS
    trades = tuple(
        Traded(
            id=str(one["tradeId"]),
            venue_order="",
            amount=_number(one["qty"]),
            price=_number(one["price"]),
            fees=((str(one["commissionAsset"]), fee),)
            if (fee := _number(one["commission"]))
            else (),
            time_ns=time_ns,
        )
        for one in answer["fills"]
    )
    return answer["clientOrderId"], Seen(
        venue_id=str(answer["orderId"]),
        state=_BINANCE.get(answer["status"]),
        filled=_number(answer["executedQty"]),
        trades=trades,
        words="expired" if "EXPIRED" in answer["status"] else "",
    )


def _number(told: Any) -> Decimal:  # noqa: ANN401 - whatever came
    """Return what was told as a number; a report without is none."""
    found = Decimal(told)
    if not found.is_finite():
        message = f"{told} is no amount of anything"
        raise ValueError(message)
    return found


REPORTS: Final[dict[str, Callable[[Any], Told | bool]]] = {"binance": read_binance}
"""By venue, what reads its account's reports; at the others ccxt does."""
ANSWERS: Final[dict[str, Callable[[Any], Told | None]]] = {"binance": read_binance_answer}
"""By venue, what reads the answer to a new order; at the others ccxt does."""
