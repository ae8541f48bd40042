"""A live feed against a real exchange over a real socket, whose streams fail on command."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.exchange.serving import Exchange, ask, until
from tests.feeds.venues_here import BINANCE, FIVE, ONE, QUICK, download, files_of, plenty

from tidegate.errors import Code, InputError
from tidegate.feeds import read
from tidegate.feeds.live import LiveFeed, LiveSpec, Pace
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.model import Candles, Timeframe

pytestmark = pytest.mark.xdist_group("exchange-live-feed")

PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "DOGE/USDT")
MINUTE = 60_000_000_000
SPEED = 120  # a minute of the market in half a second
PACE = Pace(
    look_s=0.05,
    grace_s=0.2,
    silence_s=0.6,
    stale_s=600.0,
    first_pause_s=0.05,
    longest_pause_s=0.2,
)


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(pairs=PAIRS, limited=False, speed=SPEED) as running:
        yield running


@pytest.fixture(autouse=True)
def _sound(exchange: Exchange) -> Iterator[None]:
    yield
    exchange.control("DELETE", "faults")


@pytest.fixture
def feed(exchange: Exchange) -> Iterator[LiveFeed]:
    made = live(exchange, keep=50)
    made.start(60.0)
    yield made
    made.close()


def live(exchange: Exchange, **more: Any) -> LiveFeed:  # noqa: ANN401 - what a spec takes
    pace = more.pop("pace", PACE)
    spec = {"pairs": PAIRS, "timeframes": (ONE,), "url": exchange.url} | more
    return LiveFeed(
        LiveSpec(venue=BINANCE, **spec),
        budget=plenty(),
        now_ns=exchange.world.now_ns,
        pace=pace,
        patience=replace(QUICK, timeout_s=1.0),
    )


def venues_own(exchange: Exchange, candles: Candles) -> list[list[float]]:
    name, first = candles.pair.replace("/", ""), int(candles.time[0]) // 1_000_000
    last = int(candles.time[-1]) // 1_000_000
    rows = ask(
        f"{exchange.url}/api/v3/klines?symbol={name}&interval={candles.timeframe}"
        f"&startTime={first}&endTime={last}&limit=1000"
    )
    return [[float(value) for value in row[:6]] for row in rows]


def require_the_venues_own(exchange: Exchange, candles: Candles) -> None:
    told = np.column_stack(
        [candles.time / 1e6, candles.open, candles.high, candles.low, candles.close, candles.volume]
    )
    assert told.tolist() == venues_own(exchange, candles)


def reaches(feed: LiveFeed, close_ns: int, timeframe: Timeframe = ONE) -> bool:
    """Tell whether the candles of every pair have come up to a time."""
    return all(
        int(feed.candles(pair, timeframe).time[-1]) + timeframe.ns >= close_ns
        for pair in feed.spec.pairs
    )


def follow(exchange: Exchange, feed: LiveFeed, minutes: int) -> None:
    """Follow so many closes, and look at every moment that none is shown before its time."""
    end = exchange.world.now_ns() + minutes * MINUTE

    def has_come() -> bool:
        for pair in feed.spec.pairs:
            candles = feed.candles(pair, ONE)
            assert int(candles.time[-1]) + MINUTE <= exchange.world.now_ns()
            assert (np.diff(candles.time) == MINUTE).all()
        return reaches(feed, end)

    assert until(has_come), feed.health()


def check_all(exchange: Exchange, feed: LiveFeed) -> None:
    for pair in feed.spec.pairs:
        require_the_venues_own(exchange, feed.candles(pair, ONE))


def test_history_is_there_at_once_and_grows_by_the_stream_alone(exchange: Exchange) -> None:
    feed = live(exchange, keep=50, pace=replace(PACE, grace_s=60.0, silence_s=60.0))
    feed.start(60.0)
    try:
        assert all(len(feed.candles(pair, ONE)) >= 49 for pair in PAIRS)
        assert all(feed.price(pair) is not None for pair in PAIRS)
        assert until(lambda: feed.health().heard_ns is not None)
        # What closed before the stream began is a hole, and that is asked for at once.
        follow(exchange, feed, 2)
        asked, filled = feed.health().requests, feed.health().filled
        follow(exchange, feed, 4)
        assert (feed.health().requests, feed.health().filled) == (asked, filled)
        assert feed.health().connections == 1
        assert all(len(feed.candles(pair, ONE)) == 50 for pair in PAIRS)
        check_all(exchange, feed)
    finally:
        feed.close()


@pytest.mark.parametrize("chance", [0.3, 1.0])
def test_whatever_the_messages_suffer_the_closed_candles_are_the_venues(
    exchange: Exchange, feed: LiveFeed, chance: float
) -> None:
    """Each pair suffers from another fault, all at one time."""
    faults = ("drop", "duplicate", "reorder", "latency", "garbage")
    for pair, fault in zip(PAIRS, faults, strict=True):
        stream = f"{pair.replace('/', '').lower()}@kline_1m"
        more = {"delay_ms": 100, "jitter_ms": 900} if fault == "latency" else {}
        exchange.arm(f"stream-{fault}", path=stream, chance=chance, **more)
    follow(exchange, feed, 6)
    struck = {one["fault"]: one["struck"] for one in exchange.control("GET", "faults")}
    assert all(struck.values()), struck
    assert feed.health().spoilt > 0
    exchange.control("DELETE", "faults")
    follow(exchange, feed, 2)
    check_all(exchange, feed)


@pytest.mark.parametrize("fault", ["stream-silence", "disconnect", "stream-garbage"])
def test_a_stream_that_is_gone_is_replaced_by_questions_and_comes_back(
    exchange: Exchange, feed: LiveFeed, fault: str
) -> None:
    before = feed.health()
    exchange.arm(fault, **({"chance": 0.2} if fault == "disconnect" else {}))
    follow(exchange, feed, 4)
    health = feed.health()
    assert health.filled > 0
    assert health.connections > before.connections
    exchange.control("DELETE", "faults")
    heard = health.heard_ns or 0
    assert until(lambda: (feed.health().heard_ns or 0) > heard + MINUTE)
    follow(exchange, feed, 3)
    check_all(exchange, feed)


def test_questions_that_fail_as_well_only_make_it_late(exchange: Exchange, feed: LiveFeed) -> None:
    exchange.arm("stream-drop", chance=0.5)
    for fault in ("server-error", "truncated-json", "empty-body", "reset-after", "cut-body"):
        exchange.arm(fault, chance=0.15)
    exchange.arm("rate-limit", retry_after_s=1, skip=20, next=2)
    follow(exchange, feed, 6)
    exchange.control("DELETE", "faults")
    follow(exchange, feed, 2)
    check_all(exchange, feed)


def test_a_price_is_asked_with_its_age_and_an_old_one_is_known_to_be_old(
    exchange: Exchange,
) -> None:
    feed = live(exchange, pairs=PAIRS[:1], pace=replace(PACE, silence_s=600.0))
    feed.start(60.0)
    try:
        assert until(lambda: feed.health().heard_ns is not None)
        young = [age for _ in range(20) if (age := feed.age_ns(PAIRS[0])) is not None]
        exchange.arm("stream-silence")
        exchange.arm("server-error")
        before = feed.price(PAIRS[0])
        assert until(lambda: (feed.age_ns(PAIRS[0]) or 0) > max(young) + 2 * MINUTE)
        assert before is not None
        assert before.age_ns(before.heard_ns + MINUTE) >= MINUTE
    finally:
        feed.close()


def test_prices_that_no_stream_tells_are_asked_for(exchange: Exchange) -> None:
    exchange.arm("stream-silence")
    feed = live(exchange, pairs=PAIRS, timeframes=(), pace=replace(PACE, stale_s=0.2))
    feed.start(60.0)
    try:
        first = {pair: feed.price(pair) for pair in PAIRS}
        assert until(
            lambda: all(
                (now := feed.price(pair)) and (was := first[pair]) and now.time_ns > was.time_ns
                for pair in PAIRS
            )
        )
    finally:
        feed.close()


def test_prices_that_come_late_are_as_old_as_the_times_inside_say(exchange: Exchange) -> None:
    pace = replace(PACE, silence_s=600.0)
    feed = live(exchange, pairs=PAIRS[:1], timeframes=(), pace=pace)
    feed.start(60.0)
    try:
        exchange.arm("stream-latency", delay_ms=1000)
        start = exchange.world.now_ns()
        assert until(lambda: (feed.health().heard_ns or 0) > start + 3 * MINUTE)
        quote = feed.price(PAIRS[0])
        assert quote is not None
        assert quote.heard_ns - quote.time_ns > MINUTE
        assert quote.age_ns(exchange.world.now_ns()) > MINUTE
    finally:
        feed.close()


def test_trades_come_once_and_books_are_never_crossed(exchange: Exchange) -> None:
    exchange.arm("stream-duplicate", path="*@trade", chance=0.5)
    feed = live(exchange, pairs=PAIRS[:2], timeframes=(ONE, FIVE), trades=True, books=True)
    feed.start(60.0)
    try:
        assert until(lambda: all(len(feed.trades(pair)) > 200 for pair in PAIRS[:2]))
        assert until(lambda: all(feed.book(pair) for pair in PAIRS[:2]))
        for pair in PAIRS[:2]:
            trades = feed.trades(pair)
            assert len({one.id for one in trades}) == len(trades)
            book = feed.book(pair)
            assert book is not None
            assert len(book.bids) == len(book.asks) == 10
            assert book.bids[0][0] < book.asks[0][0]
            assert [price for price, _ in book.asks] == sorted(price for price, _ in book.asks)
        assert len(feed.candles(PAIRS[0], FIVE)) >= 999
    finally:
        feed.close()


OTHERS = {
    "okx": PAIRS[:2],
    "coinbase": PAIRS[:2],
    "dydx": ("BTC/USDC:USDC", "ETH/USDC:USDC"),
}


@pytest.mark.parametrize("dialect", OTHERS)
def test_other_venues_are_followed_and_downloaded_too(dialect: str, tmp_path: Path) -> None:
    """Two tell no closes, which are asked for; one has no tickers, and all tell trades."""
    pairs = OTHERS[dialect]
    with Exchange(pairs=PAIRS[:2], dialect=dialect, limited=False, speed=SPEED) as exchange:
        feed = LiveFeed(
            LiveSpec(
                venue=VENUES[dialect],
                pairs=pairs,
                timeframes=(ONE,),
                keep=400,
                trades=True,
                books=True,
                url=exchange.url,
            ),
            budget=plenty(),
            now_ns=exchange.world.now_ns,
            pace=PACE,
            patience=QUICK,
        )
        feed.start(60.0)
        try:
            follow(exchange, feed, 3)
            assert until(lambda: all(len(feed.trades(pair)) > 50 for pair in pairs))
            assert until(lambda: all(feed.book(pair) for pair in pairs))
            assert all(feed.price(pair) for pair in pairs)
            followed = {pair: feed.candles(pair, ONE) for pair in pairs}
        finally:
            feed.close()
        files = files_of(tmp_path, pairs, [ONE])
        first = min(int(candles.time[0]) for candles in followed.values()) // 1_000_000
        download(exchange, files, timerange=f"{first}-", venue=VENUES[dialect])
        for file in files:
            known, shown = read(file.path, file.pair, ONE), followed[file.pair]
            rows = np.isin(known.time, shown.time)
            assert known.time[rows].tolist() == shown.time.tolist()
            for name in ("open", "high", "low", "close", "volume"):
                assert getattr(known, name)[rows].tolist() == getattr(shown, name).tolist()


def test_a_venue_without_tickers_tells_prices_by_its_last_trades() -> None:
    """Also where its streams say nothing; and how old a price is stays known."""
    pairs = OTHERS["dydx"]
    with Exchange(pairs=PAIRS[:2], dialect="dydx", limited=False) as exchange:
        exchange.arm("stream-silence")
        feed = LiveFeed(
            LiveSpec(venue=VENUES["dydx"], pairs=pairs, url=exchange.url),
            budget=plenty(),
            now_ns=exchange.world.now_ns,
            pace=replace(PACE, stale_s=0.5, silence_s=60.0),
            patience=QUICK,
        )
        feed.start(60.0)
        try:
            begun = exchange.world.now_ns()
            for pair in pairs:
                quote = feed.price(pair)
                assert quote is not None
                assert quote.time_ns <= quote.heard_ns
                told = ask(f"{exchange.url}/v4/trades/perpetualMarket/{pair[:3]}-USD?limit=1")
                assert quote.price == pytest.approx(float(told["trades"][0]["price"]), rel=0.01)

            def is_young(pair: str) -> bool:
                quote = feed.price(pair)
                return quote is not None and quote.time_ns > begun

            assert until(lambda: all(is_young(pair) for pair in pairs))
        finally:
            feed.close()


def test_who_reads_never_waits_for_the_network(exchange: Exchange, feed: LiveFeed) -> None:
    """Readers in other threads see whole candles while they are replaced."""
    exchange.arm("latency", delay_ms=500)
    wrong: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            for pair in PAIRS:
                candles = feed.candles(pair, ONE)
                if not (np.diff(candles.time) == MINUTE).all():
                    wrong.append(pair)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    follow(exchange, feed, 3)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_whoever_waits_is_woken_by_a_close(feed: LiveFeed) -> None:
    feed.wait(0)
    assert feed.wait(30.0)


def test_a_pair_that_is_not_there_is_refused_at_the_start(exchange: Exchange) -> None:
    feed = live(exchange, pairs=("BTC/USDC",))
    with pytest.raises(InputError) as refused:
        feed.start(60.0)
    assert refused.value.code is Code.UNKNOWN_PAIR


def test_a_venue_that_is_not_there_is_refused_at_the_start(exchange: Exchange) -> None:
    feed = LiveFeed(
        LiveSpec(venue=BINANCE, pairs=PAIRS, url="http://127.0.0.1:9"),
        now_ns=exchange.world.now_ns,
        patience=replace(QUICK, whole_s=0.2),
    )
    with pytest.raises(InputError) as refused:
        feed.start(60.0)
    assert refused.value.code is Code.VENUE_SILENT
