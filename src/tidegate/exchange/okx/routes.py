"""Which path leads where, how often in two seconds, and who may take it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tidegate.exchange.keys import Right
from tidegate.exchange.okx import account, algos, market, orders
from tidegate.exchange.okx.call import Call
from tidegate.exchange.okx.orders import Reply

Handler = Callable[[Call], Sequence[object] | Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that may be asked."""

    handle: Handler
    most: int
    """How many requests, or of a batch how many orders, in two seconds."""
    right: Right | None = None
    """What the key has to be good for; without one anybody may ask."""


_V5: Final = "/api/v5/"
_READ, _TRADE = Right.READ, Right.TRADE

_PUBLIC: Final[dict[str, tuple[Handler, int]]] = {
    "public/time": (market.time, 20),
    "public/instruments": (market.instruments, 20),
    "system/status": (market.status, 20),
    "market/ticker": (market.ticker, 20),
    "market/tickers": (market.tickers, 20),
    "market/books": (market.books, 40),
    "market/books-full": (market.full_books, 10),
    "market/candles": (market.candles, 40),
    "market/history-candles": (market.history_candles, 20),
    "market/trades": (market.trades, 100),
    "market/history-trades": (market.history_trades, 20),
}
_READING: Final[dict[str, tuple[Handler, int]]] = {
    "account/balance": (account.balance, 10),
    "account/config": (account.config, 5),
    "account/trade-fee": (account.trade_fee, 5),
    "account/instruments": (market.instruments, 20),
    "asset/balances": (account.funding, 12),
    "asset/currencies": (account.currencies, 12),
    "trade/order": (orders.query, 60),
    "trade/orders-pending": (orders.pending, 60),
    "trade/orders-history": (orders.ended, 40),
    "trade/orders-history-archive": (orders.ended, 20),
    "trade/fills": (orders.fills, 60),
    "trade/fills-history": (orders.fills, 10),
    "trade/order-algo": (algos.query, 20),
    "trade/orders-algo-pending": (algos.pending, 20),
    "trade/orders-algo-history": (algos.ended, 20),
}
_TRADING: Final[dict[str, tuple[Handler, int]]] = {
    "trade/order": (orders.place, 60),
    "trade/batch-orders": (orders.place_batch, 300),
    "trade/cancel-order": (orders.cancel, 60),
    "trade/cancel-batch-orders": (orders.cancel_batch, 300),
    "trade/amend-order": (orders.amend, 60),
    "trade/amend-batch-orders": (orders.amend, 300),
    "trade/order-algo": (algos.place, 20),
    "trade/cancel-algos": (algos.cancel, 20),
}

ROUTES: Final[dict[tuple[str, str], Route]] = {
    **{("GET", _V5 + name): Route(*route) for name, route in _PUBLIC.items()},
    **{("GET", _V5 + name): Route(*route, _READ) for name, route in _READING.items()},
    **{("POST", _V5 + name): Route(*route, _TRADE) for name, route in _TRADING.items()},
    ("POST", _V5 + "asset/withdrawal"): Route(account.withdraw, 12, Right.WITHDRAW),
}

OPERATIONS: Final[dict[str, tuple[str, str]]] = {
    "order": ("POST", _V5 + "trade/order"),
    "batch-orders": ("POST", _V5 + "trade/batch-orders"),
    "cancel-order": ("POST", _V5 + "trade/cancel-order"),
    "batch-cancel-orders": ("POST", _V5 + "trade/cancel-batch-orders"),
    "amend-order": ("POST", _V5 + "trade/amend-order"),
    "batch-amend-orders": ("POST", _V5 + "trade/amend-batch-orders"),
}
"""What the WebSocket interface calls the same things."""
SINGLE: Final = frozenset({"order", "cancel-order", "amend-order"})
