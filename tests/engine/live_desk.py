"""A strategy that trades in memory at a venue on a bad day: candles and mishaps by chance."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Price, Sample
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.engine.not_asked import NotAsked
from tidegate.feeds.live.prices import Quote
from tidegate.feeds.spans import united
from tidegate.guardrails import Gate, Limits
from tidegate.kernel import Wallet
from tidegate.model import (
    MINUTE_NS,
    ZERO,
    Candles,
    Command,
    CommandKind,
    Effect,
    Exits,
    Fill,
    Instrument,
    Pair,
    Rules,
    Sizing,
    SizingKind,
    Timeframe,
    down,
    exact_decimal,
)
from tidegate.research.realism import PROFILES, Slippage
from tidegate.runtime.live_trader import LiveTrader
from tidegate.runtime.recorded_feed import Feed, Wanted
from tidegate.runtime.trader import Job
from tidegate.strategies import Signals, Strategy
from tidegate.testing import Chances, StormBroker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Record
    from tidegate.model import OrderUpdate, Plan
    from tidegate.strategies import Frame, PairMarket

D = Decimal
BTC: Final = "BTC/USDT"
SECOND: Final = 10**9
MONDAY: Final = 1_704_708_000 * SECOND
LIMITS: Final = replace(Limits.widest(), max_price_age_s=10**9, max_signal_age_s=10**6)
ORDERLY: Final = Chances(
    unsent=0, lost=0, late=0, twice=0, disorder=0, unresolved=0, deaf=0, mute=0
)
"""Orders fill late, in parts or not at all, and what is said of them is true and in order."""


class Coin(Strategy):
    """Tosses a coin at each close."""

    startup_candles = 2
    rules = Rules(exits=Exits(stop_ratio=0.01), sizing=Sizing(kind=SizingKind.FIXED, value=900.0))

    def signals(self, frame: Frame) -> Signals:  # noqa: ARG002 - a coin sees nothing
        return Signals()

    def plan(self, market: PairMarket) -> Plan:
        toss = market.base.time // MINUTE_NS * 2_654_435_761 % 2**32 / 2**32
        return replace(super().plan(market), enter_long=toss < 0.6, exit_long=toss > 0.7)


class MadeFeed(Feed):
    """Candles of one price each, that close as time goes by; a shelf of the price of now too."""

    def __init__(self, price: float) -> None:
        super().__init__(Wanted(pairs=(BTC,), timeframe=Timeframe.parse("1m"), others=(), warmup=2))
        self.shelf = self
        self.from_now = True
        self.price, self.now_ns = price, MONDAY
        self._others[BTC] = {}
        self._base[BTC] = self._candles(np.arange(MONDAY - 10 * MINUTE_NS, MONDAY, MINUTE_NS))

    def _candles(self, times: Any) -> Candles:  # noqa: ANN401 - an array of whole numbers
        prices = np.full(len(times), self.price)
        return Candles(
            pair=BTC, timeframe=self.wanted.timeframe, time=times, open=prices, high=prices,
            low=prices, close=prices, volume=np.ones(len(times)),
        )  # fmt: skip

    def go_to(self, now_ns: int) -> None:
        self.now_ns = now_ns
        known = self._base[BTC]
        new = np.arange(known.time[-1] + MINUTE_NS, now_ns - MINUTE_NS + 1, MINUTE_NS)
        if len(new):
            self._base[BTC] = united(known, self._candles(new))

    def quote(self, _pair: str) -> Quote:
        return Quote(self.price, self.now_ns, self.now_ns)


class Crash(Exception):  # noqa: N818 - it is no error, it is the end
    """The process is gone."""


class FusedJournal(MemoryJournal):
    """Is gone at one of its next appends: before it, or after."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        self._burn()
        last = super().append(entries, records)
        self._burn()
        return last

    def _burn(self) -> None:
        if self.left:
            self.left -= 1
            if not self.left:
                raise Crash


class Venue(StormBroker):
    """Keeps its fee of what was bought, if it is such a venue."""

    keeps_base = False

    def said(self) -> Sequence[OrderUpdate | Fill]:
        return [self._charged(word) for word in super().said()]

    def _charged(self, word: OrderUpdate | Fill) -> OrderUpdate | Fill:
        if not self.keeps_base or not isinstance(word, Fill):
            return word
        if self.book[word.order].order.effect is Effect.REDUCE:
            return word
        kept = down(word.amount * D("0.001"), D("0.00000001"))
        return msgspec.structs.replace(word, fee_base=kept)


class LiveDesk:
    """An engine, its venue, and one strategy, through time; restarted whenever chance says so."""

    def __init__(self, random: Random, chances: Chances, instrument: Instrument) -> None:
        self.random, self.instrument = random, instrument
        self.now = MONDAY
        self.journal = FusedJournal()
        self.instruments = {BTC: instrument}
        self.venue = Venue(self.instruments, random, chances)
        self.feed = MadeFeed(100.0)
        self.said: list[str] = []
        self.number = self.crashes = 0
        self.see(0.0)
        self.start()
        self.command(CommandKind.START)

    # as `LiveTrading` does it

    def start(self) -> None:
        """Begin, or begin anew after a crash."""
        self.venue.cut()
        engine = Engine(gate=Gate(LIMITS), instruments=self.instruments)
        self.driver = Driver(engine, self.journal, self.venue, trip=self.said.append)
        self.driver.recover()
        state = engine.state
        if state.account is None:
            opened = engine.open("main", "USDT", "average", self.now, D(10_000))
            self.driver.carry_out(opened, self.now)
        self.hear_price()
        self.driver.resume(self.now)
        profile = PROFILES["standard"]
        job = Job(
            name="coin",
            strategy=Coin(),
            rules=Coin.rules,
            wallet=Wallet(10_000.0, 0.99, 1),
            venue=profile.venue,
            slippage=Slippage.parse(profile.slippage),
        )
        self.trader = LiveTrader(job, self.feed, D("0.002"), 20 * SECOND)  # type: ignore[arg-type]
        self.trader.most_walked = 5
        self.trader.trade(self.instruments, 60 * SECOND)
        self.trader.hear(self.now)
        body = state.keepers.get("coin")
        self.trader.begin(self.driver, NotAsked(), lambda at: max(at, self.now), body)
        self.settle()
        self.driver.take(self.trader.kept(self.now), self.now)

    def settle(self) -> None:
        self.driver.hear_broker(self.now)
        if self.trader.settle(self.now):
            self.driver.take(self.trader.kept(self.now), self.now)
        self.said += self.trader.news()

    def turn(self, seconds: float) -> None:
        """Let time pass, and look at everything once."""
        self.now += int(seconds * SECOND)
        self.see(self.random.gauss(0.0, 0.004))
        self.venue.go_on(self.now)
        self.feed.go_to(self.now)
        self.trader.hear(self.now)
        self.hear_price()
        self.settle()
        close = self.trader.due()
        if close is not None:
            self.trader.close(close)
            self.settle()
        self.trader.look(self.now)
        if self.random.random() < 0.2:
            self.driver.ask_broker(self.now)
        self.driver.take(Sample(time_ns=self.now), self.now)
        self.settle()

    def see(self, change: float) -> None:
        """Move the price."""
        self.feed.price = round(self.feed.price * (1.0 + change), 2)
        self.venue.see(BTC, exact_decimal(self.feed.price))

    def hear_price(self) -> None:
        price = exact_decimal(self.feed.price)
        self.driver.engine.step(Price(pair=BTC, price=price, time_ns=self.now))

    def command(self, kind: CommandKind) -> None:
        self.number += 1
        command = Command(id=f"k{self.number}", kind=kind, account="main", time_ns=self.now)
        assert self.driver.take(command, self.now).obeyed

    # what there is

    def ledger(self) -> dict[str, Decimal]:
        positions = self.driver.engine.state.opened.positions.values()
        return {position.name: position.amount for position in positions}

    def walk(self) -> dict[str, tuple[Decimal, int]]:
        """Return what the walk holds of each position, and how many orders of it are open."""
        walk = self.trader._walk  # noqa: SLF001 - the walk itself is judged
        assert walk is not None
        memory = walk.memory
        found = {}
        for index in memory.opened[: memory.tally.opened].tolist():
            position = memory.positions[index]
            amount = exact_decimal(float(position.amount)) if position.amount else ZERO
            found[f"coin/{BTC}/{position.id}"] = amount, int(position.open_orders)
        return found


def instrument(amount_step: str, price_step: str) -> Instrument:
    """Return BTC as a venue with these steps trades it."""
    return Instrument(
        pair=Pair.parse(BTC),
        price_step=D(price_step),
        amount_step=D(amount_step),
        min_amount=D(amount_step),
        min_cost=D(5),
    )
