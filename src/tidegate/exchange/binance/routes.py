"""Which path leads where, what it weighs, and who may take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tidegate.exchange.binance import account, market, orders, pairs, tickers, trades
from tidegate.exchange.binance.call import Call
from tidegate.exchange.binance.limits import Limits
from tidegate.exchange.binance.security import Security

Params = Mapping[str, str]
Weight = int | Callable[[Params], int]
Handler = Callable[[Call, Limits], object]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that may be asked."""

    handle: Handler
    weight: Weight
    security: Security = Security.NONE
    orders: bool = False
    """Whether it counts as an order."""

    def weighed(self, params: Params) -> int:
        """Return what a call of it weighs."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)


def _plain(handle: Callable[[Call], object]) -> Handler:
    return lambda call, _limits: handle(call)


def _by_symbol(one: int, every: int) -> Callable[[Params], int]:
    return lambda params: one if "symbol" in params else every


def _depth(params: Params) -> int:
    limit = params.get("limit", "100")
    count = int(limit) if limit.isdecimal() else 100
    return next(
        (weight for most, weight in ((100, 5), (500, 25), (1000, 50)) if count <= most), 250
    )


def _trades(params: Params) -> int:
    return 5 if "orderId" in params else 20


_V3: Final = "/api/v3/"
_SAPI: Final = "/sapi/v1/"
_READ, _TRADE = Security.READ, Security.TRADE

ROUTES: Final[dict[tuple[str, str], Route]] = {
    ("GET", _V3 + "ping"): Route(lambda _call, _limits: {}, 1),
    ("GET", _V3 + "time"): Route(_plain(market.time), 1),
    ("GET", _V3 + "exchangeInfo"): Route(pairs.exchange_info, 20),
    ("GET", _V3 + "depth"): Route(_plain(market.depth), _depth),
    ("GET", _V3 + "trades"): Route(_plain(trades.recent), 25),
    ("GET", _V3 + "historicalTrades"): Route(_plain(trades.older), 25),
    ("GET", _V3 + "aggTrades"): Route(_plain(trades.aggregate), 4),
    ("GET", _V3 + "klines"): Route(_plain(market.klines), 2),
    ("GET", _V3 + "uiKlines"): Route(_plain(market.klines), 2),
    ("GET", _V3 + "avgPrice"): Route(_plain(tickers.average), 2),
    ("GET", _V3 + "ticker/24hr"): Route(_plain(tickers.day_tickers), _by_symbol(2, 80)),
    ("GET", _V3 + "ticker/price"): Route(_plain(tickers.prices), _by_symbol(2, 4)),
    ("GET", _V3 + "ticker/bookTicker"): Route(_plain(tickers.book_tickers), _by_symbol(2, 4)),
    ("POST", _V3 + "order"): Route(_plain(orders.place), 1, _TRADE, orders=True),
    ("POST", _V3 + "order/test"): Route(_plain(orders.test), 1, _TRADE),
    ("GET", _V3 + "order"): Route(_plain(orders.query), 4, _READ),
    ("DELETE", _V3 + "order"): Route(_plain(orders.cancel), 1, _TRADE),
    ("POST", _V3 + "order/cancelReplace"): Route(_plain(orders.replace), 1, _TRADE, orders=True),
    ("GET", _V3 + "openOrders"): Route(_plain(orders.open_orders), _by_symbol(6, 80), _READ),
    ("DELETE", _V3 + "openOrders"): Route(_plain(orders.cancel_all), 1, _TRADE),
    ("GET", _V3 + "allOrders"): Route(_plain(orders.all_orders), 20, _READ),
    ("GET", _V3 + "account"): Route(_plain(account.account), 20, _READ),
    ("GET", _V3 + "myTrades"): Route(_plain(account.my_trades), _trades, _READ),
    ("GET", _V3 + "rateLimit/order"): Route(account.order_limits, 40, _READ),
    ("GET", _V3 + "account/commission"): Route(_plain(account.commission), 20, _READ),
    ("GET", _SAPI + "system/status"): Route(_plain(account.system_status), 1),
    ("GET", _SAPI + "capital/config/getall"): Route(_plain(account.coins), 10, _READ),
    ("POST", _SAPI + "capital/withdraw/apply"): Route(
        _plain(account.withdraw), 600, Security.WITHDRAW
    ),
    ("GET", _SAPI + "account/apiRestrictions"): Route(_plain(account.restrictions), 1, _READ),
    ("GET", _SAPI + "asset/tradeFee"): Route(_plain(account.trade_fees), 1, _READ),
    ("GET", _SAPI + "margin/allPairs"): Route(lambda _call, _limits: [], 1, Security.KEY),
    ("GET", _SAPI + "margin/isolated/allPairs"): Route(lambda _call, _limits: [], 10, _READ),
    ("GET", _SAPI + "spot/delist-schedule"): Route(lambda _call, _limits: [], 100, Security.KEY),
}

METHODS: Final[dict[str, tuple[str, str]]] = {
    "ping": ("GET", _V3 + "ping"),
    "time": ("GET", _V3 + "time"),
    "exchangeInfo": ("GET", _V3 + "exchangeInfo"),
    "depth": ("GET", _V3 + "depth"),
    "trades.recent": ("GET", _V3 + "trades"),
    "trades.historical": ("GET", _V3 + "historicalTrades"),
    "trades.aggregate": ("GET", _V3 + "aggTrades"),
    "klines": ("GET", _V3 + "klines"),
    "uiKlines": ("GET", _V3 + "uiKlines"),
    "avgPrice": ("GET", _V3 + "avgPrice"),
    "ticker.24hr": ("GET", _V3 + "ticker/24hr"),
    "ticker.price": ("GET", _V3 + "ticker/price"),
    "ticker.book": ("GET", _V3 + "ticker/bookTicker"),
    "order.place": ("POST", _V3 + "order"),
    "order.test": ("POST", _V3 + "order/test"),
    "order.status": ("GET", _V3 + "order"),
    "order.cancel": ("DELETE", _V3 + "order"),
    "order.cancelReplace": ("POST", _V3 + "order/cancelReplace"),
    "openOrders.status": ("GET", _V3 + "openOrders"),
    "openOrders.cancelAll": ("DELETE", _V3 + "openOrders"),
    "allOrders": ("GET", _V3 + "allOrders"),
    "myTrades": ("GET", _V3 + "myTrades"),
    "account.status": ("GET", _V3 + "account"),
    "account.commission": ("GET", _V3 + "account/commission"),
    "account.rateLimits.orders": ("GET", _V3 + "rateLimit/order"),
}
"""What the WebSocket interface calls the same things."""
