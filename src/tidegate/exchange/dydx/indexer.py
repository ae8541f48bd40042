"""The indexer: it tells of markets, accounts and orders to whoever asks; nobody has to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from tidegate.exchange import history
from tidegate.exchange.dydx import shapes
from tidegate.exchange.dydx.errors import unknown, wrong
from tidegate.exchange.prices.tape import SECOND_NS
from tidegate.exchange.views import MS, priced, settle_open, sized
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidegate.exchange.dydx.margin import Margin
    from tidegate.exchange.dydx.shapes import Shape
    from tidegate.exchange.dydx.wallets import Wallet
    from tidegate.exchange.venue import Account, BookSide, Listing, Order

RESOLUTIONS: Final = {
    "1MIN": "1m",
    "5MINS": "5m",
    "15MINS": "15m",
    "30MINS": "30m",
    "1HOUR": "1h",
    "4HOURS": "4h",
    "1DAY": "1d",
}
_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: what the path names, and the parameters."""

    named: str
    params: Mapping[str, str]

    def needed(self, name: str) -> str:
        """Return a parameter that must be there."""
        value = self.params.get(name, "")
        if not value:
            raise wrong(name)
        return value

    def limit(self, usual: int = 100) -> int:
        """Return how many rows are asked for."""
        value = self.params.get("limit", "")
        if not value:
            return usual
        if not value.isdecimal() or not 0 < int(value) <= _MOST:
            raise wrong("limit")
        return int(value)

    def seconds(self, name: str) -> int | None:
        """Return a time that is written as a date, to the second below."""
        found = self.nanoseconds(name)
        return None if found is None else found // SECOND_NS

    def nanoseconds(self, name: str) -> int | None:
        """Return a time that is written as a date, up to the end of its millisecond."""
        value = self.params.get(name)
        if not value:
            return None
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise wrong(name) from None
        return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000 + 0.5) * MS + MS - 1


class Indexer:
    """Answers below `/v4`."""

    def __init__(self, margin: Margin, wallets: Mapping[str, Wallet]) -> None:
        """Tell of these markets, and of the accounts of these wallets, by address."""
        self._margin = margin
        self._world = margin.world
        self._wallets = wallets
        self._named: dict[str, tuple[str, Order]] = {}
        self._learned: dict[str, int] = {}
        self._routes: dict[str, Callable[[Asked], object]] = {
            "time": self._time,
            "height": self._height,
            "screen": lambda _asked: {"restricted": False},
            "perpetualMarkets": self._markets,
            "candles/perpetualMarkets/": self._candles,
            "orderbooks/perpetualMarket/": self._book,
            "trades/perpetualMarket/": self._trades,
            "historicalFunding/": lambda _asked: {"historicalFunding": []},
            "compliance/screen/": lambda _asked: {"status": "COMPLIANT", "reason": None},
            "addresses/": self._address,
            "perpetualPositions": self._positions,
            "assetPositions": self._assets,
            "orders": self._orders,
            "orders/": self._order,
            "fills": self._fills,
            "transfers": lambda _asked: {"transfers": []},
        }

    def answer(self, path: str, params: Mapping[str, str]) -> object:
        """Return what a path below `/v4/` leads to."""
        handler = self._routes.get(path)
        if handler is not None:
            return handler(Asked("", params))
        for known, several in self._routes.items():
            if known.endswith("/") and path.startswith(known):
                return several(Asked(path.removeprefix(known), params))
        raise unknown(path)

    def listing(self, name: str) -> Listing:
        """Return the market of a name."""
        for listing in self._margin.listings:
            if shapes.ticker(listing) == name:
                return listing
        raise wrong(name)

    # the time and the markets

    def _time(self, _asked: Asked) -> Shape:
        now = self._world.told_ns()
        return {"iso": shapes.iso(now), "epoch": now // 10**6 / 1000}

    def _height(self, _asked: Asked) -> Shape:
        now = self._world.told_ns()
        return {"height": str(shapes.height(now)), "time": shapes.iso(now)}

    def _markets(self, asked: Asked) -> Shape:
        name = asked.params.get("ticker") or asked.params.get("market")
        listings = [self.listing(name)] if name else self._margin.listings
        found = (shapes.market_shape(self._margin, one, self._clob(one)) for one in listings)
        return {"markets": {str(shape["ticker"]): shape for shape in found}}

    def _clob(self, listing: Listing) -> int:
        return self._margin.listings.index(listing)

    def _candles(self, asked: Asked) -> Shape:
        listing, resolution = self.listing(asked.named), asked.needed("resolution")
        if resolution not in RESOLUTIONS:
            raise wrong("resolution")
        timeframe = Timeframe.parse(RESOLUTIONS[resolution])
        now_s = self._world.settle(listing.symbol) // SECOND_NS
        since, until, most = asked.seconds("fromISO"), asked.seconds("toISO"), asked.limit()
        length = timeframe.minutes * 60
        stop = now_s + 1 if until is None else min(until, now_s + 1)
        first = timeframe.opening((stop - 1) * SECOND_NS) // SECOND_NS - (most - 1) * length
        if since is not None:
            first = max(since, first)
        rows = self._world.chart(listing.symbol).rows(timeframe, first, stop, now_s)
        found = [shapes.candle_shape(row, listing, resolution) for row in reversed(rows)]
        return {"candles": found}

    def _book(self, asked: Asked) -> Shape:
        listing = self.listing(asked.named)
        self._world.settle(listing.symbol)
        book = self._world.venue.books[listing.symbol]
        return {"bids": levels(book.bids, listing), "asks": levels(book.asks, listing)}

    def _trades(self, asked: Asked) -> Shape:
        listing = self.listing(asked.named)
        now = self._world.settle(listing.symbol)
        found = history.latest(self._world, listing.symbol, asked.limit(), now)
        return {"trades": [shapes.trade_shape(one, listing) for one in reversed(found)]}

    # accounts

    def _owner(self, address: str) -> tuple[str, Account]:
        wallet = self._wallets.get(address)
        if wallet is None:
            raise unknown(address)
        account = self._world.venue.accounts[wallet.owner.account]
        settle_open(self._world, account)
        return address, account

    def _by_params(self, asked: Asked) -> tuple[str, Account]:
        if asked.needed("subaccountNumber") != "0":
            raise unknown("subaccount")
        return self._owner(asked.needed("address"))

    def _address(self, asked: Asked) -> Shape:
        address, _, rest = asked.named.partition("/")
        _, account = self._owner(address)
        shape = shapes.subaccount_shape(self._margin, account, address, self._world.told_ns())
        if not rest:
            return {"subaccounts": [shape], "totalTradingRewards": "0"}
        kind, _, number = rest.partition("/")
        if kind not in {"subaccountNumber", "parentSubaccountNumber"} or number != "0":
            raise unknown(rest)
        return {"subaccount": shape}

    def _positions(self, asked: Asked) -> Shape:
        _, account = self._by_params(asked)
        found = []
        for listing in self._margin.listings:
            position = self._margin.position(account, listing)
            if position is not None and asked.params.get("status", "OPEN") == "OPEN":
                found.append(shapes.position_shape(self._margin, listing, position))
        return {"positions": found}

    def _assets(self, asked: Asked) -> Shape:
        address, account = self._by_params(asked)
        shape = shapes.subaccount_shape(self._margin, account, address, self._world.told_ns())
        positions = shape["assetPositions"]
        return {"positions": list(positions.values()) if isinstance(positions, dict) else []}

    # orders

    def _orders(self, asked: Asked) -> list[Shape]:
        address, account = self._by_params(asked)
        wanted = [self.listing(asked.params["ticker"])] if asked.params.get("ticker") else None
        found = [
            shapes.order_shape(address, order, self._clob(order.listing))
            for order in reversed(account.orders.values())
            if order.listing in (self._margin.listings if wanted is None else wanted)
        ]
        states = [one for one in asked.params.get("status", "").split(",") if one]
        if states:
            found = [shape for shape in found if shape["status"] in states]
        side = asked.params.get("side")
        if side:
            found = [shape for shape in found if shape["side"] == side]
        return found[: asked.limit(_MOST)]

    def _order(self, asked: Asked) -> Shape:
        self._learn_names()
        address, order = self._named.get(asked.named, ("", None))
        if order is not None:
            self._world.settle(order.listing.symbol)
        if order is None or not self._world.finds(order):
            raise unknown(asked.named)
        return shapes.order_shape(address, order, self._clob(order.listing))

    def _learn_names(self) -> None:
        """Note what the orders are called that came since the last time."""
        for address, wallet in self._wallets.items():
            orders = self._world.venue.accounts[wallet.owner.account].orders
            for order in islice(orders.values(), self._learned.get(address, 0), None):
                name = shapes.order_uuid(address, order, self._clob(order.listing))
                self._named[name] = address, order
            self._learned[address] = len(orders)

    def _fills(self, asked: Asked) -> Shape:
        address, account = self._by_params(asked)
        market = asked.params.get("market") or asked.params.get("ticker")
        latest = asked.nanoseconds("createdBeforeOrAt")
        found = [
            (trade.time_ns, shapes.fill_shape(address, order, trade, self._clob(order.listing)))
            for trades in account.trades.values()
            for trade in trades
            for order in (trade.buyer, trade.seller)
            if order.account is account and (latest is None or trade.time_ns <= latest)
        ]
        found.sort(key=lambda entry: -entry[0])
        fills = [shape for _, shape in found if not market or shape["market"] == market]
        return {"fills": fills[: asked.limit()]}


def levels(side: BookSide, listing: Listing) -> list[Shape]:
    """Return the levels of one side, best first."""
    return [
        {"price": priced(listing, price), "size": sized(listing, lots)}
        for price, lots in side.ranked(100)
    ]
