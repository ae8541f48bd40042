"""What broker and gate add to an order's round trip, beside bare ccxt, in one run over loopback.

Run it as `python bench/broker.py`. The venue is a process of its own. Orders of bare ccxt, of the
broker, and of an engine before it alternate, over REST and over its WebSocket; all are market
orders that fill at once. The broker's round trip is from `submit` until its fill can be taken out
of `said`. The engine's begins with a signal, and goes through the gate, the journal on disk and the
broker; it is measured until its fill has come, and until that is booked and journalled as well.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import ccxt.pro

from tidegate.brokers.live import Connection, LiveBroker
from tidegate.brokers.pace import Pace
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Heard, Price
from tidegate.guardrails import Gate, Limits
from tidegate.model import Command, CommandKind, Direction, Effect, Fill, Signal
from tidegate.model.credentials import Credentials
from tidegate.registry import Owner, open_database
from tidegate.runtime.collecting import collect_rarely
from tidegate.testing.contract import INSTRUMENT, NOW, approved
from tidegate.venues.client import settings_of
from tidegate.venues.network import NetworkThread
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from tidegate.guardrails import Approved

ROUNDS = 600
WARM = 50
PAIR = "BTC/USDT"
AMOUNT = Decimal("0.001")
BINANCE = VENUES["binance"]
FREE = replace(BINANCE.trading, orders_per_second=1e6, orders_burst=1e6)
VENUE = replace(BINANCE, per_second=1e6, burst=1e6, trading=FREE)  # as fast as it goes
_ENGINE = "engine, broker"
_BOOKED = "  and booked"
KEY = Credentials(key="simkey", secret="simsecret")  # noqa: S106 - it opens nothing but a simulation


def server() -> tuple[subprocess.Popen[str], int]:
    """Start an exchange, and return it with its port."""
    words = ["exchange", "--no-limits", "--pairs", PAIR, "--balance", "USDT=10000000,BTC=10"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from tidegate.cli import main; main()", *words],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    line = process.stdout.readline()
    return process, int(line.rsplit(":", 1)[1])


class Bare:
    """ccxt and nothing else, on an event loop like the broker's."""

    def __init__(self, url: str, *, fast: bool) -> None:
        """Connect."""
        self.thread = NetworkThread()
        keys = {"apiKey": KEY.key, "secret": KEY.secret}
        self.client = ccxt.pro.binance(settings_of(VENUE, url) | keys)
        self.fast = fast

    async def orders(self, names: list[str]) -> list[float]:
        """Place orders one after the other, and measure each."""
        place = self.client.create_order_ws if self.fast else self.client.create_order
        took = []
        for name in names:
            start = time.perf_counter()
            answer = await place(
                PAIR, "market", "buy", str(AMOUNT), None, {"newClientOrderId": name}
            )
            took.append(time.perf_counter() - start)
            if answer["status"] != "closed":
                message = f"order {name} is {answer['status']}"
                raise RuntimeError(message)
        return took

    async def begin(self) -> None:
        """Load what has to be loaded."""
        await self.client.load_markets()
        await self.client.load_time_difference()

    def close(self) -> None:
        """Hang up."""
        self.thread.ask(self.client.close(), 10)
        self.thread.stop()


def broker_orders(broker: LiveBroker, orders: list[Approved]) -> list[float]:
    """Hand orders over one after the other, and wait for each one's fill."""
    took = []
    for order in orders:
        start = time.perf_counter()
        broker.submit(order, NOW)
        filled = Decimal(0)
        while filled < AMOUNT:
            if not broker.heard.wait(10):
                message = f"order {order.order.id} was not answered"
                raise RuntimeError(message)
            filled += sum((w.amount for w in broker.said() if isinstance(w, Fill)), Decimal(0))
        took.append(time.perf_counter() - start)
    return took


class Traded:
    """An engine whose gate, journal and ledger an order goes through."""

    def __init__(self, broker: LiveBroker, folder: Path) -> None:
        """Open an account."""
        self._broker = broker
        self._stack = ExitStack()
        database = self._stack.enter_context(open_database(folder / "tidegate.sqlite"))
        owner = Owner(pid=0, host="here", since_ns=0)
        journal = self._stack.enter_context(database.journal("main", owner))
        engine = Engine(gate=Gate(Limits.widest()), instruments=broker.instruments([PAIR]))
        self._driver = Driver(engine, journal, broker, trip=lambda _why: None)
        now = time.time_ns()
        opened = engine.open("main", "USDT", "average", now, Decimal(1_000_000))
        self._driver.carry_out(opened, now)
        go = Command(id="go", kind=CommandKind.START, account="main", time_ns=now)
        self._driver.take(go, now)

    def orders(self, names: list[str]) -> tuple[list[float], list[float]]:
        """Send signals, and wait until each one's fill has come, and until it is booked."""
        came, booked = [], []
        driver, orders = self._driver, self._driver.engine.state.orders
        for name in names:
            now = time.time_ns()
            driver.take(Price(pair=PAIR, price=Decimal(50_000), time_ns=now), now)
            start = heard = time.perf_counter()
            verdict = driver.take(Heard(_signal(name, now), now), now).verdict
            if verdict is None or verdict.order is None:
                message = f"signal {name} was refused: {verdict}"
                raise RuntimeError(message)
            while any(life.order.id == verdict.order for life in orders.live()):
                if not self._broker.heard.wait(10):
                    message = f"order {name} was not answered"
                    raise RuntimeError(message)
                heard = time.perf_counter()
                driver.hear_broker(time.time_ns())
            booked.append(time.perf_counter() - start)
            came.append(heard - start)
            driver.rest()
        return came, booked

    def close(self) -> None:
        """Let go of the journal."""
        self._stack.close()


def _signal(name: str, now: int) -> Signal:
    return Signal(
        id=name,
        source="bench",
        account="main",
        strategy="bench",
        pair=PAIR,
        position="bench",
        direction=Direction.LONG,
        effect=Effect.INCREASE,
        amount=AMOUNT,
        price=None,
        made_ns=now,
        expires_ns=now + 60_000_000_000,
    )


def _rest() -> None:
    """Let pass what streams tell: it belongs to who has placed it."""
    time.sleep(0.02)


def measured(url: str, *, fast: bool, stream: bool) -> None:
    """Measure all three in turns, and print."""
    bare = Bare(url, fast=fast)
    bare.thread.ask(bare.begin(), 30)
    connection = Connection(
        venue=VENUE,
        credentials=KEY,
        url=url,
        fast=fast,
        pace=Pace(look_s=3600.0),
        stream=stream,
    )
    broker, another = (LiveBroker(connection, {PAIR: INSTRUMENT}) for _ in range(2))
    times: dict[str, list[float]] = {"bare ccxt": [], "broker": [], _ENGINE: [], _BOOKED: []}
    word = ("ws" if fast else "rest") + (" + stream" if stream else "")
    with TemporaryDirectory() as folder:
        traded = Traded(another, Path(folder))
        for number in range(0, WARM + ROUNDS, 10):
            names = [f"{word}{number + n}".replace(" + ", "-") for n in range(10)]
            theirs = [f"bare-{name}" for name in names]
            ours = [approved(name, str(AMOUNT)) for name in names]
            rounds = {"bare ccxt": bare.thread.ask(bare.orders(theirs), 60)}
            _rest()
            rounds["broker"] = broker_orders(broker, ours)
            _rest()
            rounds[_ENGINE], rounds[_BOOKED] = traded.orders(names)
            _rest()
            if number >= WARM:
                for who, took in rounds.items():
                    times[who] += took
        traded.close()
    broker.close()
    another.close()
    bare.close()
    whole = statistics.median(times["bare ccxt"])
    print(f"{word}: round trip of {len(times['broker'])} orders each, all filled")
    for who, each in times.items():
        cuts = statistics.quantiles(each, n=100)
        share = f"; our share {1 - whole / cuts[49]:+.1%}" if who != "bare ccxt" else ""
        print(f"  {who:15}  p50 {cuts[49] * 1e3:6.2f} ms, p99 {cuts[98] * 1e3:6.2f} ms{share}")


def main() -> None:
    """Start a venue, and measure over REST and over its WebSocket."""
    process, port = server()
    collect_rarely()  # as trading processes do
    try:
        for stream in (False, True):
            for fast in (False, True):
                measured(f"http://127.0.0.1:{port}", fast=fast, stream=stream)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    main()
