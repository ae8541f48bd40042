"""A live broker and the venue it trades at, on this machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.exchange.serving import Exchange, ask

from tidegate.brokers.live import Connection, LiveBroker
from tidegate.brokers.pace import Pace
from tidegate.exchange.coinbase.dialect import Coinbase
from tidegate.exchange.dydx import Dydx
from tidegate.exchange.keys import ApiKey
from tidegate.model import Pair
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import INSTRUMENT, approved
from tidegate.venues.budget import Budget
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.venue import Order as VenueOrder
    from tidegate.guardrails import Approved

BTC = "BTC/USDT"
D = Decimal
QUICK = Pace(look_s=0.2, window_s=0.5, longest_pause_s=0.3)
ACCOUNTS = 100
_TICKERS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "binance": ("/api/v3/ticker/price?symbol=BTCUSDT", lambda told: told["price"]),
    "okx": ("/api/v5/market/ticker?instId=BTC-USDT", lambda told: told["data"][0]["last"]),
    "coinbase": ("/api/v3/brokerage/market/products/BTC-USDT", lambda told: told["price"]),
    "dydx": ("/v4/trades/perpetualMarket/BTC-USD?limit=1", lambda told: told["trades"][0]["price"]),
}


class Venue:
    """An exchange with an account for each broker, at prices about 100, where time stands."""

    def __init__(self, dialect: str = "binance", **other: Any) -> None:  # noqa: ANN401 - what a spec takes
        self.kind = VENUES[dialect]
        self.pair = "BTC/USDC:USDC" if dialect == "dydx" else BTC
        keys = tuple(ApiKey(f"key{n}", f"secret{n}", f"account{n}") for n in range(ACCOUNTS))
        balances = other.pop("balances", {"USDT": D(1_000_000), "BTC": D(100)})
        self.exchange = Exchange(
            pairs=(BTC,),
            keys=keys,
            balances=balances,
            dialect=dialect,
            **({"limited": False} | other),
        )
        self._numbers = count()
        self._brokers: list[LiveBroker] = []

    def open(self) -> None:
        self.exchange.__enter__()
        self.trade_at(D(100))

    def close(self) -> None:
        with ThreadPoolExecutor(8) as pool:  # each waits for its connections to say goodbye
            list(pool.map(LiveBroker.close, self._brokers))
        self.exchange.__exit__(None, None, None)

    def number(self) -> int:
        """Return the number of an account that nobody has used yet."""
        return next(self._numbers)

    def broker(self, account: int | None = None, **other: Any) -> LiveBroker:  # noqa: ANN401 - as a connection takes
        """Return a broker of an account of its own, or of one that there is already."""
        number = self.number() if account is None else account
        settings: dict[str, Any] = {
            "wait": True,
            "pace": QUICK,
            "timeout_s": 2.0,
            "budget": Budget(1e6, 1e6, reserve=0.0),  # a hundred brokers would wait for it
        } | other
        broker = LiveBroker(
            Connection(
                venue=self.kind,
                credentials=self.credentials(number),
                url=self.exchange.url,
                **settings,
            ),
            {self.pair: replace(INSTRUMENT, pair=Pair.parse(self.pair))},
        )
        self._brokers.append(broker)
        return broker

    def credentials(self, number: int) -> Credentials:
        """Return what opens an account, as its dialect has it."""
        name, secret = f"key{number}", f"secret{number}"
        dialect = self.exchange.server.dialect
        if isinstance(dialect, Coinbase):
            shown = dialect.shown[name][0]
            return Credentials(key=shown.name, secret=shown.secret)
        if isinstance(dialect, Dydx):
            return wallet_called(dialect, name)
        passphrase = "simpass" if self.kind.wants_passphrase else ""
        return Credentials(key=name, secret=secret, passphrase=passphrase)

    def hang_up(self, broker: LiveBroker) -> None:
        self._brokers.remove(broker)
        broker.close()

    def price(self) -> Decimal:
        path, read = _TICKERS[self.kind.name]
        return D(read(ask(f"{self.exchange.url}{path}")))

    def trade_at(self, price: Decimal) -> None:
        """Move the market, as far as a single push goes, until it trades about there."""
        for _ in range(4):
            factor = float(price / self.price())
            if abs(factor - 1) < 0.0005:
                break
            body = {"pair": BTC, "factor": min(90.0, max(0.02, factor))}
            self.exchange.control("POST", "price", body)
            self.exchange.control("POST", "clock", {"advance_s": 2})

    def replenish(self) -> None:
        """Let the crowd put back what orders have taken out of the book."""
        self.exchange.control("POST", "clock", {"advance_s": 2})

    def approved(self, name: str = "1", amount: str = "1", price: str | None = None) -> Approved:
        """Return an order that may be sent here."""
        return approved(name, amount, price, self.pair)

    def orders(self, account: int, name: str) -> list[VenueOrder]:
        """Return the orders of an account that were ever sent under a name of ours."""
        owner = self.exchange.world.venue.accounts[f"account{account}"]
        name = str(self.kind.trading.named(name))
        known = {name}
        if self.kind.name == "dydx":  # where the kind of an order is part of its name
            known = {f"{name}-0", f"{name}-64"}
        return [one for one in owner.history["BTCUSDT"] if one.client_id in known]

    def order(self, account: int, name: str) -> VenueOrder | None:
        """Return one that waits, or waited last."""
        owner = self.exchange.world.venue.accounts[f"account{account}"]
        return owner.named.get(("BTCUSDT", str(self.kind.trading.named(name))))


def wallet_called(dialect: Dydx, key: str) -> Credentials:
    """Return the wallet that a key of the venue's is."""
    found = next(one for one in dialect.wallets.values() if one.owner.key == key)
    return Credentials(key=found.address, secret=found.secret)
