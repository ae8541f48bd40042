"""What prices and candles cost at a venue that counts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.exchange.serving import Exchange
from tests.feeds.venues_here import BINANCE, BTC, ETH, FIVE, ONE, QUICK, asked, download, files_of

from tidegate.venues.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.feeds.market_client import Asker


@pytest.fixture(scope="module")
def limited() -> Iterator[Exchange]:
    """Return an exchange that refuses who asks too much."""
    with Exchange(speed=1.0) as running:
        yield running


@pytest.mark.xdist_group("exchange-download")
def test_the_venues_own_count_is_heard(limited: Exchange) -> None:
    """Of a venue that allows next to nothing, the first answer leaves next to nothing."""
    budget = Budget(1.0, 1200.0)
    asyncio.run(
        asked(
            limited,
            lambda asker: asker.ask("load_markets"),
            budget=budget,
            venue=replace(BINANCE, a_minute=100.0),
        )
    )
    assert budget.standing().left <= 90 - 20 + 5


@pytest.mark.xdist_group("exchange-download")
def test_a_download_within_its_budget_is_never_refused(limited: Exchange, tmp_path: Path) -> None:
    files = files_of(tmp_path, [BTC, ETH], [ONE, FIVE])
    budget = Budget(BINANCE.per_second, BINANCE.burst)

    async def run(asker: Asker) -> None:
        for _ in range(300):
            await asker.ask("fetch_time")

    asyncio.run(asked(limited, run, budget=budget))
    done = download(limited, files, days=20, patience=QUICK, budget=budget)
    assert [each.failed for each in done] == [None] * 4
    assert budget.standing().closings == 0
