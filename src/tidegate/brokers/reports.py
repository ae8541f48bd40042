"""Reports that a venue sends by itself, read as they come: ccxt takes far longer for one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tidegate.brokers.reading import Seen, Traded
from tidegate.model import OrderState

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
        fee = Decimal(event["n"] or 0)
        trade = Traded(
            id=str(event["t"]),
            venue_order=str(event["i"]),
            amount=Decimal(event["l"]),
            price=Decimal(event["L"]),
            fees=((str(event["N"]), fee),) if fee else (),
            time_ns=int(event["T"]) * _MS,
        )
        trades = (trade,)
    state = _BINANCE.get(event["X"])
    words = "expired" if "EXPIRED" in event["X"] else ""
    seen = Seen(
        venue_id=str(event["i"]),
        state=state,
        filled=Decimal(event["z"]),
        trades=trades,
        words=words,
    )
    return event.get("C") or event["c"], seen
