"""Whoever speaks to one venue from one process spends from one budget, unless told otherwise."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import pytest
from tests.exchange.serving import Exchange, until

from tidegate.brokers.live import Connection, LiveBroker
from tidegate.feeds.live import LiveFeed, LiveSpec
from tidegate.feeds.market_client import Asker
from tidegate.model import Fill, Timeframe
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import INSTRUMENT, NOW, approved
from tidegate.venues.budget import Urgency
from tidegate.venues.sharing import budget_for
from tidegate.venues.table import BINANCE, OKX

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE, THERE = "http://127.0.0.1:1", "http://127.0.0.1:2"
BTC = "BTC/USDT"
pytestmark = pytest.mark.xdist_group("live-broker")


def test_a_venue_at_an_address_has_one_budget_and_another_has_another() -> None:
    here = budget_for(BINANCE, HERE)
    assert budget_for(BINANCE, f"{HERE}/") is here
    others = [
        budget_for(BINANCE, THERE),
        budget_for(OKX, HERE),
        budget_for(BINANCE),
        budget_for(BINANCE, sandbox=True),
    ]
    assert len({id(each) for each in (here, *others)}) == 5


def test_a_budget_that_nobody_spends_from_is_let_go() -> None:
    budget = budget_for(BINANCE, HERE)
    asyncio.run(budget.take(Urgency.LOOK, 7.0))
    assert budget_for(BINANCE, HERE).standing().taken == 7
    del budget
    gc.collect()
    assert budget_for(BINANCE, HERE).standing().taken == 0


# at a venue


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(pairs=(BTC,), limited=False, speed=1.0) as running:
        yield running


async def asked_for_the_time(asker: Asker) -> None:
    try:
        await asker.ask("fetch_time")
    finally:
        await asker.close()


def test_orders_looks_and_candles_share_it_and_heed_what_any_of_them_is_told(
    exchange: Exchange,
) -> None:
    credentials = Credentials(key="simkey", secret="simsecret")  # noqa: S106 - of a simulation
    broker = LiveBroker(
        Connection(venue=BINANCE, credentials=credentials, url=exchange.url), {BTC: INSTRUMENT}
    )
    spec = LiveSpec(
        venue=BINANCE, pairs=(BTC,), timeframes=(Timeframe.parse("1m"),), keep=5, url=exchange.url
    )
    feed = LiveFeed(spec)
    asker = Asker(BINANCE, url=exchange.url)
    try:
        assert broker.budget is feed.budget is asker.budget
        before = broker.budget.standing().taken
        feed.start(60.0)
        assert broker.budget.standing().taken > before + 20
        exchange.arm("rate-limit", path="*/api/v3/time", next=1, retry_after_s=1)
        asyncio.run(asked_for_the_time(asker))  # again, once it may be
        assert broker.budget.standing().closings == 1
        broker.budget.close_for(0.3)  # as a download would have been told
        broker.submit(approved(amount="0.001"), NOW)
        assert broker.budget.standing().closed_s == 0.0 or not broker.said()
        assert until(lambda: any(isinstance(word, Fill) for word in broker.said()))
        assert broker.budget.standing().closed_s == 0.0
    finally:
        feed.close()
        broker.close()
