"""Which path leads where, and who may take it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tidegate.exchange.coinbase import account, market, orders
from tidegate.exchange.coinbase.call import Call
from tidegate.exchange.coinbase.shapes import Shape
from tidegate.exchange.keys import Right

Handler = Callable[[Call], Shape]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that may be asked. A part of its path in braces names something."""

    method: str
    path: re.Pattern[str]
    handle: Handler
    right: Right | None = None
    """What the key has to be good for; without one anybody may ask."""


_V3: Final = "/api/v3/brokerage"
_READ, _TRADE = Right.READ, Right.TRADE


def _route(method: str, path: str, handle: Handler, right: Right | None = None) -> Route:
    return Route(method, re.compile(path.replace("{}", "([A-Za-z0-9_-]+)")), handle, right)


def _both(path: str, handle: Handler) -> tuple[Route, Route]:
    """Return what anybody may ask below `/market`, and who has a key beside it."""
    return (
        _route("GET", f"{_V3}/market/{path}", handle),
        _route("GET", f"{_V3}/{path}", handle, _READ),
    )


ROUTES: Final = (
    *_both("products", market.products),
    *_both("products/{}", market.product),
    *_both("products/{}/candles", market.candles),
    *_both("products/{}/ticker", market.trades),
    *_both("product_book", market.book),
    _route("GET", f"{_V3}/best_bid_ask", market.best, _READ),
    _route("GET", f"{_V3}/time", market.time),
    _route("GET", f"{_V3}/accounts", account.accounts, _READ),
    _route("GET", f"{_V3}/accounts/{{}}", account.account, _READ),
    _route("GET", f"{_V3}/transaction_summary", account.summary, _READ),
    _route("GET", f"{_V3}/key_permissions", account.permissions, _READ),
    _route("POST", f"{_V3}/orders", orders.place, _TRADE),
    _route("POST", f"{_V3}/orders/edit", orders.edit, _TRADE),
    _route("POST", f"{_V3}/orders/batch_cancel", orders.cancel, _TRADE),
    _route("GET", f"{_V3}/orders/historical/batch", orders.batch, _READ),
    _route("GET", f"{_V3}/orders/historical/fills", orders.fills, _READ),
    _route("GET", f"{_V3}/orders/historical/{{}}", orders.query, _READ),
    _route("GET", "/v2/time", market.old_time),
    _route("GET", "/v2/currencies", market.no_fiat),
    _route("GET", "/v2/currencies/crypto", market.crypto),
    _route("GET", "/v2/exchange-rates", market.rates),
    _route("GET", "/v2/prices/{}/spot", market.spot_price),
    _route("GET", "/v2/accounts", account.old_accounts, _READ),
)


def found(method: str, path: str) -> tuple[Route, str] | None:
    """Return the first route of a path, and what the path names."""
    for route in ROUTES:
        if route.method == method:
            match = route.path.fullmatch(path)
            if match is not None:
                return route, match[1] if match.groups() else ""
    return None
