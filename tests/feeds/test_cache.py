from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.serving import Exchange
from tests.feeds.venues_here import ONE, asked

from tidegate.feeds.cache import CachedMarket, Kept, MarketCache, Statistics

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tidegate.feeds.market_client import Asker

BOTS, PAIRS = 100, 20


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Venue:
    """Counts what it is asked, and answers with the count."""

    def __init__(self) -> None:
        self.calls = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self) -> int:
        self.calls += 1
        count = self.calls
        await self.gate.wait()
        return count


def test_an_answer_is_given_again_until_it_is_too_old_and_its_age_with_it() -> None:
    async def run() -> None:
        clock, venue = Clock(), Venue()
        cache = MarketCache(30.0, clock=clock)
        assert await cache.get("a", venue.ask) == Kept(1, 0.0)
        clock.now += 29.5
        assert await cache.get("a", venue.ask) == Kept(1, 29.5)
        clock.now += 0.5
        assert await cache.get("a", venue.ask) == Kept(2, 0.0)
        assert await cache.get("b", venue.ask, good_s=5.0) == Kept(3, 0.0)
        clock.now += 5.0
        assert await cache.get("b", venue.ask) == Kept(4, 0.0)
        assert await cache.get("a", venue.ask) == Kept(2, 5.0)
        cache.forget("a")
        assert (await cache.get("a", venue.ask)).value == 5

    asyncio.run(run())


def test_whoever_asks_while_somebody_asks_waits_for_the_same_answer() -> None:
    async def run() -> None:
        venue, cache = Venue(), MarketCache()
        venue.gate.clear()
        waiting = [asyncio.ensure_future(cache.get("a", venue.ask)) for _ in range(50)]
        await asyncio.sleep(0)
        waiting[0].cancel()  # the one that began it gives up; the others get their answer
        await asyncio.sleep(0)
        venue.gate.set()
        found = await asyncio.gather(*waiting[1:])
        assert {each.value for each in found} == {1}
        assert venue.calls == 1
        seen = cache.statistics()
        assert (seen.misses, seen.joined, seen.hits, seen.saved) == (1, 49, 0, 49)

    asyncio.run(run())


def test_a_failure_reaches_all_who_wait_and_is_not_kept() -> None:
    async def run() -> None:
        cache, venue = MarketCache(), Venue()

        async def fail() -> int:
            await asyncio.sleep(0)
            raise OSError

        both = await asyncio.gather(
            cache.get("a", fail), cache.get("a", fail), return_exceptions=True
        )
        assert [type(each) for each in both] == [OSError, OSError]
        assert (await cache.get("a", venue.ask)).value == 1
        assert (cache.statistics().failed, cache.statistics().misses) == (1, 2)

    asyncio.run(run())


def test_nobody_asking_has_no_rate_and_no_age() -> None:
    seen = MarketCache().statistics()
    assert seen == Statistics(
        asked=0, hits=0, joined=0, misses=0, failed=0, saved=0, entries=0, oldest_s=None
    )
    assert seen.hit_rate is None


def test_no_more_is_kept_than_allowed_and_the_longest_unused_goes() -> None:
    async def run() -> None:
        cache, venue = MarketCache(most=3), Venue()
        for key in ("a", "b", "c"):
            await cache.get(key, venue.ask)
        await cache.get("a", venue.ask)
        await cache.get("d", venue.ask)
        assert cache.statistics().entries == 3
        await cache.get("a", venue.ask)
        assert venue.calls == 4
        await cache.get("b", venue.ask)
        assert venue.calls == 5

    asyncio.run(run())


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0, 20), st.booleans()), min_size=1, max_size=60
    )
)
def test_every_question_is_a_hit_joined_or_a_miss_and_no_answer_is_too_old(
    steps: list[tuple[str, float, bool]],
) -> None:
    async def run() -> None:
        clock, venue = Clock(), Venue()
        cache = MarketCache(30.0, clock=clock)
        for key, pause, twice in steps:
            clock.now += pause
            found = await asyncio.gather(*(cache.get(key, venue.ask) for _ in range(1 + twice)))
            assert all(0 <= each.age_s < 30.0 for each in found)
        seen = cache.statistics()
        assert seen.asked == seen.hits + seen.joined + seen.misses
        assert seen.misses == venue.calls
        assert seen.asked == sum(1 + twice for _, _, twice in steps)

    asyncio.run(run())


def test_a_hundred_bots_on_twenty_pairs_take_one_call_in_a_hundred() -> None:
    """Each looks once a second for five minutes of a clock that is moved by hand."""

    async def run() -> Statistics:
        clock, venue = Clock(), Venue()
        cache = MarketCache(30.0, clock=clock)
        for _ in range(300):
            looks = [cache.get(("ticker", bot % PAIRS), venue.ask) for bot in range(BOTS)]
            await asyncio.gather(*looks)
            clock.now += 1.0
        assert venue.calls == PAIRS * 300 / 30
        return cache.statistics()

    seen = asyncio.run(run())
    assert seen.asked == BOTS * 300
    assert seen.hit_rate is not None
    assert seen.hit_rate >= 0.99
    assert 1 - seen.misses / seen.asked >= 0.97


@pytest.mark.xdist_group("exchange-download")
def test_what_bots_are_told_is_what_the_venue_said_and_it_was_asked_once() -> None:
    pairs = ("BTC/USDT", "ETH/USDT")

    async def look(asker: Asker, now_ns: Callable[[], int]) -> tuple[list[Kept[Any]], int]:
        market = CachedMarket(asker, MarketCache(), now_ns)
        await asker.ask("load_markets")
        before = asker.requests
        questions: list[Awaitable[Any]] = []
        for bot in range(BOTS):
            pair = pairs[bot % 2]
            questions += [market.ticker(pair), market.candles(pair, ONE), market.book(pair)]
        found = await asyncio.gather(*questions)
        return list(found), asker.requests - before

    with Exchange(pairs=pairs, limited=False, speed=0) as exchange:
        found, requests = asyncio.run(
            asked(exchange, lambda asker: look(asker, exchange.world.now_ns))
        )
    assert requests == 2 * 3
    assert len(found) == 3 * BOTS
    assert all(each.value == found[place % 6].value for place, each in enumerate(found))
