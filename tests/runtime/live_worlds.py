"""An account that trades at the local exchange: both, and the database, outlive a process."""

from __future__ import annotations

import json
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from tests.exchange.serving import Exchange
from tests.runtime.worlds import WIDE, CalmBreaker

from tidegate.brokers.live import LiveBroker
from tidegate.brokers.pace import Pace
from tidegate.feeds.live import LiveFeed
from tidegate.feeds.live.feed import Pace as FeedPace
from tidegate.model import MINUTE_NS, ZERO, Command, CommandKind, down
from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing
from tidegate.registry import Owner, Reader, Wanted, open_database
from tidegate.runtime.bell import Bell
from tidegate.runtime.config import read_config
from tidegate.runtime.desk import Outside
from tidegate.runtime.jobs import traders_of
from tidegate.runtime.live_trading import LiveTrading
from tidegate.runtime.live_venue import connection_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tidegate.engine.orders import Life
    from tidegate.engine.ports import Journal
    from tidegate.model import TradeRecord

BTC: Final = "BTC/USDT"
ETH: Final = "ETH/USDT"
PASSPHRASE: Final = "open says me"  # noqa: S105 - of a key that opens a simulation
PACE: Final = Pace(look_s=0.2, window_s=1.0, longest_pause_s=0.3)
PATIENCE_S: Final = 60.0
UNIT: Final = Decimal(10) ** 8
BEGUN: Final = Decimal(100_000)
"""What the account at the exchange begins with."""
LOT: Final = Decimal("0.00001")
"""Of both pairs there."""
STRATEGIES: Final = """
from dataclasses import replace

from tidegate.model import MINUTE_NS, Exits, Rules, Sizing, SizingKind
from tidegate.strategies import Signals, Strategy

RULES = Rules(exits=Exits(stop_ratio=0.05), sizing=Sizing(kind=SizingKind.FIXED, value=1000.0))


class Holding(Strategy):
    "Buys at each close, and sells at a stop alone."

    startup_candles = 2
    rules = RULES

    def signals(self, frame):
        return Signals(enter_long=frame.close > 0.0)


class Turning(Strategy):
    "Buys at the close of every second candle, and sells at the others."

    startup_candles = 2
    rules = RULES

    def signals(self, frame):
        return Signals()

    def plan(self, market):
        even = market.base.time // MINUTE_NS % 2 == 0
        return replace(super().plan(market), enter_long=even, exit_long=~even)


class Short(Strategy):
    "Sells what it does not have."

    startup_candles = 2
    rules = replace(RULES, can_short=True)

    def signals(self, frame):
        return Signals(enter_short=frame.close > 0.0)
"""


@dataclass
class LiveWorld:
    """Where things lie, and the exchange."""

    folder: Path
    exchange: Exchange
    breaker: CalmBreaker = field(default_factory=CalmBreaker)
    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    # as a clock: the exchange's

    def now_ns(self) -> int:
        return self.exchange.world.clock.now_ns()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def near_a_close(self, before_s: float = 1.0) -> None:
        """Let time pass until shortly before the next candle closes."""
        left_s = (MINUTE_NS - self.now_ns() % MINUTE_NS) / 1e9 - before_s
        self.exchange.control("POST", "clock", {"advance_s": max(0.0, left_s)})

    # setting up

    def config(self, **changes: Any) -> Path:  # noqa: ANN401 - any part of the file
        """Write a configuration that trades one strategy with limits as wide as they go."""
        document: dict[str, Any] = {
            "account": {"name": "main", "wallet": "10000"},
            "database": "tidegate.sqlite",
            "limits": WIDE,
            "candles": {"source": "live", "url": self.exchange.url},
            "live": self.live_part(),
            "strategies": [self.strategy("Holding")],
        }
        document |= changes
        path = self.folder / "trade.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        (self.folder / "own.py").write_text(STRATEGIES, encoding="utf-8")
        return path

    def live_part(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        """Return where orders go, and keep the key that they go by."""
        ring = KeyRing(self.folder / "keys.json")
        if not ring.listed():
            credentials = Credentials(key="simkey", secret="simsecret")  # noqa: S106 - of a simulation
            ring.put("main", "binance", credentials, PASSPHRASE, 0)
        part = {"network": "local", "url": self.exchange.url, "key": "main", "keys": "keys.json"}
        return part | changes

    def strategy(self, name: str, *pairs: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        """Return the part of one of the strategies above."""
        part = {"strategy": f"own.py:{name}", "name": name.lower(), "timeframe": "1m"}
        return part | {"pairs": list(pairs or (BTC,)), **more}

    @contextmanager
    def trading(
        self, path: Path, around: Callable[[Journal], Journal] = lambda journal: journal
    ) -> Iterator[LiveTrading]:
        """Set a process up, as the command does, and leave it without a word."""
        config = read_config(path)
        assert config.live is not None
        bell = Bell()
        feed = partial(
            LiveFeed,
            changed=bell.rope(),
            now_ns=self.now_ns,
            pace=FeedPace(look_s=0.05, grace_s=0.5, first_pause_s=0.05, longest_pause_s=0.3),
        )
        with ExitStack() as stack:
            broker = LiveBroker(
                connection_of(config.live, PASSPHRASE, pace=PACE), clock=self.now_ns
            )
            stack.callback(broker.close)
            traders = traders_of(config, feed)
            for trader in traders:
                stack.callback(trader.leave)
            database = stack.enter_context(open_database(config.database))
            name = config.account.name
            owner = Owner(pid=1, host="here", since_ns=0)
            journal = stack.enter_context(database.journal(name, owner))
            outside = Outside(
                journal=around(journal),
                inbox=database.inbox(name),
                breaker=self.breaker,
                trip=self._trip,
                clock=self,
                tell=lambda event, figures: self.told.append((event, figures)),
            )
            yield LiveTrading(config, traders, outside, broker, bell)  # type: ignore[arg-type]

    def _trip(self, reason: str) -> None:
        self.breaker.reason = reason

    # trading

    def obey(self, trading: LiveTrading, kind: CommandKind) -> None:
        """Have an operator's command carried out."""
        command = Command(
            id=f"{kind}-{next(self._numbers)}", kind=kind, account="main", time_ns=self.now_ns()
        )
        assert trading.obey(command).obeyed

    @contextmanager
    def begun(self, path: Path) -> Iterator[LiveTrading]:
        """Set a process up that trades, with a candle about to close."""
        with self.trading(path) as trading:
            trading.recover()
            self.near_a_close()
            self.obey(trading, CommandKind.START)
            yield trading

    @contextmanager
    def holding(self, path: Path | None = None) -> Iterator[LiveTrading]:
        """Set a process up that trades, and has bought."""
        with self.begun(path or self.config()) as trading:
            self.until(trading, lambda: held(trading) and not waiting(trading))
            yield trading

    def until(
        self, trading: LiveTrading, what: Callable[[], object], patience_s: float = PATIENCE_S
    ) -> None:
        """Trade until something has come about."""
        end = time.monotonic() + patience_s
        while not what():
            assert time.monotonic() < end, ("that did not come", self.told[-20:])
            trading.turn()
            time.sleep(0.02)

    def turns(self, trading: LiveTrading, seconds: float) -> None:
        """Trade for a time."""
        end = time.monotonic() + seconds
        self.until(trading, lambda: time.monotonic() > end)

    # afterwards

    def trades(self) -> list[TradeRecord]:
        """Return all trades of the account, oldest first."""
        with open_database(self.folder / "tidegate.sqlite") as database:
            rows = Reader(database, "main").trades(Wanted(limit=1000)).rows
        return sorted(rows, key=lambda trade: (trade.closed_ns, trade.pair))

    def words(self, event: str) -> list[str]:
        """Return what was told of a kind of event."""
        return [str(figures.get("words", figures)) for name, figures in self.told if name == event]

    def venue_has(self, asset: str) -> Decimal:
        """Return what the account has of a currency at the exchange."""
        return Decimal(self.exchange.world.venue.accounts["main"].total(asset)) / UNIT

    def orders(self) -> list[Any]:
        """Return all orders that have reached the exchange."""
        return list(self.exchange.world.venue.accounts["main"].orders.values())

    def move(self, factor: float, pair: str = BTC) -> None:
        """Move a price at once."""
        self.exchange.control("POST", "price", {"pair": pair, "factor": factor})


@contextmanager
def live_world(folder: Path, **exchange: Any) -> Iterator[LiveWorld]:  # noqa: ANN401 - what a spec takes
    """Run an exchange, and lay out a folder to trade there from."""
    exchange.setdefault("pairs", (BTC, ETH))
    with Exchange(**({"limited": False} | exchange)) as served:
        yield LiveWorld(folder, served)


def held(trading: LiveTrading) -> dict[str, Decimal]:
    """Return what the ledger holds."""
    positions = trading.engine.state.opened.positions.values()
    return {position.name: position.amount for position in positions}


def waiting(trading: LiveTrading) -> Sequence[Life]:
    """Return the orders that are not over."""
    return list(trading.engine.state.orders.live())


def walked(trading: LiveTrading) -> dict[str, float]:
    """Return what the walks hold."""
    found = {}
    for trader in trading.traders:
        memory = trader._walk.memory  # type: ignore[attr-defined] # noqa: SLF001 - the walk itself is judged
        for index in memory.opened[: memory.tally.opened].tolist():
            position = memory.positions[index]
            pair = trader.feed.wanted.pairs[position.pair]
            found[f"{trader.name}/{pair}/{position.id}"] = float(position.amount)
    return found


def alike(trading: LiveTrading) -> bool:
    """Tell whether the walks hold what the ledger does, cut to whole lots."""
    whole = {name: float(down(amount, LOT)) for name, amount in held(trading).items()}
    return walked(trading) == whole


def require_alike(world: LiveWorld, trading: LiveTrading) -> None:
    """See that ledger and exchange agree to the last digit, and the walks with the ledger."""
    account = trading.engine.state.opened
    positions = account.positions.values()
    for asset in ("BTC", "ETH"):
        ours = sum((each.amount for each in positions if each.pair.startswith(asset)), ZERO)
        assert ours + account.dust.get(asset, ZERO) == world.venue_has(asset), asset
    gained = account.balance - account.deposits - sum((each.cost for each in positions), ZERO)
    assert gained == world.venue_has("USDT") - BEGUN
    assert alike(trading)
