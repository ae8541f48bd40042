"""What the cache saves, what a download costs beside bare ccxt, and how soon a close is known.

Run it as `python bench/feeds.py`. The exchange is a process of its own. CPU is this process's.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ccxt.async_support

from tidegate.feeds import CandleFile, TimeRange, path_of
from tidegate.feeds.cache import CachedMarket, MarketCache
from tidegate.feeds.download import Download, Wish
from tidegate.feeds.live import LiveFeed, LiveSpec
from tidegate.feeds.market_client import Asker
from tidegate.model import Timeframe
from tidegate.venues.budget import Budget
from tidegate.venues.client import settings_of
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

BINANCE = VENUES["binance"]
ONE = Timeframe.parse("1m")
PAIRS = tuple(f"C{number}/USDT" for number in range(20))
BOTS, ROUNDS, DIRECT_ROUNDS = 100, 120, 3
DAYS, DOWNLOADED = 30, 4
CLOSES = 4


def server() -> tuple[subprocess.Popen[str], str]:
    """Start an exchange, and return it with its address."""
    words = ["exchange", "--no-limits", "--pairs", *PAIRS]
    process = subprocess.Popen(
        [sys.executable, "-c", "from tidegate.cli import main; main()", *words],
        stdout=subprocess.PIPE,
        text=True,
    )
    if process.stdout is None:
        raise RuntimeError
    return process, process.stdout.readline().rsplit(" ", 1)[1].strip()


def asker_of(url: str) -> Asker:
    """Return one whose budget makes nobody wait."""
    return Asker(BINANCE, Budget(1e6, 1e6, reserve=0.0), url=url)


async def cache(url: str) -> None:
    """Let a hundred bots look once a second, with the cache and without."""
    asker, now = asker_of(url), [0.0]
    kept = MarketCache(30.0, clock=lambda: now[0])
    market = CachedMarket(asker, kept)
    await asker.ask("load_markets")
    before, used, begun = asker.requests, time.process_time(), time.perf_counter()
    for _ in range(ROUNDS):
        looks: list[Awaitable[Any]] = [market.ticker(PAIRS[bot % 20]) for bot in range(BOTS)]
        await asyncio.gather(*looks)
        now[0] += 1.0
    seen, calls = kept.statistics(), asker.requests - before
    cached = (time.process_time() - used) / ROUNDS
    wall = (time.perf_counter() - begun) / ROUNDS
    used, begun = time.process_time(), time.perf_counter()
    for _ in range(DIRECT_ROUNDS):
        looks = [asker.ask("fetch_ticker", PAIRS[bot % 20]) for bot in range(BOTS)]
        await asyncio.gather(*looks)
    direct = (time.process_time() - used) / DIRECT_ROUNDS
    direct_wall = (time.perf_counter() - begun) / DIRECT_ROUNDS
    await asker.close()
    print(
        f"cache: {BOTS} bots on {len(PAIRS)} pairs, {ROUNDS} looks each, a second apart: "
        f"{seen.asked:,} questions, {calls:,} calls, {seen.hit_rate or 0:.2%} hits, "
        f"{1 - calls / seen.asked:.2%} fewer calls"
    )
    print(
        f"cache: a look of all bots takes {cached * 1e3:.2f} ms of CPU ({wall * 1e3:.2f} ms), "
        f"without it {direct * 1e3:.0f} ms ({direct_wall * 1e3:.0f} ms): {direct / cached:.0f}×"
    )


async def bare(url: str, pairs: Sequence[str]) -> int:
    """Fetch the pages with ccxt and nothing else; how many candles there were."""
    client = ccxt.async_support.binance(settings_of(BINANCE, url, 10.0))
    await client.load_markets()

    async def one(pair: str) -> int:
        since, count = int(time.time() * 1000) - DAYS * 86_400_000, 0
        while len(rows := await client.fetch_ohlcv(pair, "1m", since, 1000)) > 1:
            since, count = rows[-1][0], count + len(rows) - 1
        return count

    counts = await asyncio.gather(*(one(pair) for pair in pairs))
    await client.close()
    return sum(counts)


async def download(url: str) -> None:
    """Download a month of minutes, and fetch the same pages with bare ccxt."""
    pairs = PAIRS[:DOWNLOADED]
    await bare(url, pairs)  # the exchange keeps what it has worked out
    with tempfile.TemporaryDirectory() as folder:
        files = [CandleFile(pair, ONE, path_of(Path(folder), pair, ONE)) for pair in pairs]
        asker = asker_of(url)
        used, begun = time.process_time(), time.perf_counter()
        run = Download(asker=asker, own_ns=time.time_ns)
        done = await run.run(Wish(files=files, timerange=TimeRange(), days=DAYS))
        ours, wall = time.process_time() - used, time.perf_counter() - begun
        await asker.close()
    candles = sum(each.added for each in done)
    used, begun = time.process_time(), time.perf_counter()
    count = await bare(url, pairs)
    theirs, their_wall = time.process_time() - used, time.perf_counter() - begun
    print(
        f"download: {candles:,} candles into files in {ours:.2f} s of CPU ({wall:.1f} s); bare "
        f"ccxt fetches {count:,} and keeps none in {theirs:.2f} s ({their_wall:.1f} s): "
        f"{ours / theirs:.2f}×"
    )


def live(url: str) -> None:
    """Follow every pair for a few closes."""
    lengths = (ONE, Timeframe.parse("5m"))
    feed = LiveFeed(LiveSpec(venue=BINANCE, pairs=PAIRS, timeframes=lengths, url=url))
    feed.start()
    known = {pair: int(feed.candles(pair, ONE).time[-1]) for pair in PAIRS}
    late_ms: list[float] = []
    used, begun = time.process_time(), time.monotonic()
    first_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while len(late_ms) < CLOSES * len(PAIRS):
        feed.wait(5.0)
        now = time.time_ns()
        for pair in PAIRS:
            opened = int(feed.candles(pair, ONE).time[-1])
            if opened > known[pair]:
                known[pair] = opened
                late_ms.append((now - opened - ONE.ns) / 1e6)
    share = (time.process_time() - used) / (time.monotonic() - begun)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first_kb
    health = feed.health()
    feed.close()
    quantile = statistics.quantiles(late_ms, n=100)
    print(
        f"live: {len(PAIRS)} pairs, 1m and 5m: a close is known "
        f"{statistics.median(late_ms):.0f} ms after it (p99 {quantile[98]:.0f} ms; "
        f"the exchange looks at its clock every 50 ms), "
        f"{share:.1%} of a core, {grown_kb / 1024:.1f} MB grown, {health.requests} questions"
    )


def main() -> None:
    """Print the figures."""
    process, url = server()
    try:
        asyncio.run(cache(url))
        asyncio.run(download(url))
        live(url)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
