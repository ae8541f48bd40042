"""The books of the other venues that are traded against, each in its own dialect."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.brokers.venues_here import Venue
from tests.exchange.serving import until
from tests.runtime.live_books import Books

from tidegate.model import OrderState

if TYPE_CHECKING:
    from collections.abc import Iterator

D = Decimal
MORE_THAN_A_PAGE = 250
"""The largest page of the two has 100 trades, or 250."""


@pytest.fixture(params=["okx", "coinbase"])
def market(request: pytest.FixtureRequest) -> Iterator[Venue]:
    venue = Venue(request.param)
    venue.open()
    yield venue
    venue.close()


def test_books_agree_before_and_after_trades_and_a_deposit_is_found(market: Venue) -> None:
    books = Books(market)
    assert books.reconciler.at_start().is_alike
    books.filled(amount=D("0.123"))
    waiting = books.order(price=D(90), position="w")
    gone = books.order(price=D(91), position="q")
    assert until(lambda: books.hear() or waiting.state is OrderState.OPEN)
    books.driver.broker.cancel(gone.order.id, time.time_ns())
    assert until(lambda: books.hear() or gone.state is OrderState.CANCELLED)
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    books.sold()
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
    books.deposit("USDT", "5")
    outcome = books.reconciler.now()
    assert [one.kind for one in outcome.findings] == ["balance-off"]


def test_more_trades_than_one_page_has_are_all_read(market: Venue) -> None:
    books = Books(market)
    assert books.reconciler.at_start().is_alike
    fills = 0
    while fills < MORE_THAN_A_PAGE:
        market.exchange.control("POST", "clock", {"advance_s": 1})
        fills += len(books.filled(amount=D(3), position=f"p{fills}").fills)
    outcome = books.reconciler.now()
    assert outcome.is_alike, outcome.words
