"""What the live broker adds to an order's round trip, beside bare ccxt, in one run over loopback.

Run it as `python bench/broker.py`. The venue is a process of its own. Orders of bare ccxt and of
the broker alternate, over REST and over its WebSocket; all are market orders that fill at once.
The broker's round trip is from `submit` until its fill can be taken out of `said`.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tidegate.brokers.client import new_client
from tidegate.brokers.live import Connection, LiveBroker
from tidegate.brokers.network import NetworkThread
from tidegate.brokers.pace import Pace
from tidegate.brokers.venues import VENUES
from tidegate.model import Fill
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import INSTRUMENT, NOW, approved

if TYPE_CHECKING:
    from tidegate.guardrails import Approved

ROUNDS = 600
WARM = 50
PAIR = "BTC/USDT"
AMOUNT = Decimal("0.001")
VENUE = replace(VENUES["binance"], per_second=1e6, burst=10**6)  # as fast as it goes
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
        self.client = new_client(VENUE, KEY, url=url)
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


def measured(url: str, *, fast: bool, stream: bool) -> None:
    """Measure both in turns, and print."""
    bare = Bare(url, fast=fast)
    bare.thread.ask(bare.begin(), 30)
    pace = Pace(look_s=3600.0)
    broker = LiveBroker(
        Connection(venue=VENUE, credentials=KEY, url=url, fast=fast, pace=pace, stream=stream),
        {PAIR: INSTRUMENT},
    )
    times: dict[str, list[float]] = {"bare": [], "broker": []}
    used = dict.fromkeys(times, 0.0)
    word = ("ws" if fast else "rest") + (" + stream" if stream else "")
    for number in range(0, WARM + ROUNDS, 10):
        names = [f"{word}{number + n}".replace(" + ", "-") for n in range(10)]
        theirs = [f"bare-{name}" for name in names]
        ours = [approved(name, str(AMOUNT)) for name in names]
        for who in times:
            begun = time.process_time()
            if who == "bare":
                took = bare.thread.ask(bare.orders(theirs), 60)
            else:
                took = broker_orders(broker, ours)
            asyncio.run(asyncio.sleep(0.02))  # what streams tell belongs to who has placed it
            if number >= WARM:
                used[who] += time.process_time() - begun
                times[who] += took
    broker.close()
    bare.close()
    quick = {who: statistics.quantiles(each, n=10)[0] * 1e3 for who, each in times.items()}
    cpu = {who: each / len(times[who]) * 1e3 for who, each in used.items()}
    print(
        f"{word:14} round trip (10th percentile) bare ccxt {quick['bare']:.2f} ms, "
        f"broker {quick['broker']:.2f} ms: {quick['broker'] / quick['bare'] - 1:+.1%}; "
        f"CPU of an order {cpu['bare']:.2f} ms, {cpu['broker']:.2f} ms: "
        f"{cpu['broker'] / cpu['bare'] - 1:+.1%}; {len(times['broker'])} orders each, all filled"
    )


def main() -> None:
    """Start a venue, and measure over REST and over its WebSocket."""
    process, port = server()
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
