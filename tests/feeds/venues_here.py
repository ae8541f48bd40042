"""An exchange on this machine, and whoever asks it for prices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from tidegate.feeds import CandleFile, TimeRange, path_of
from tidegate.feeds.download import Advance, Download, Wish
from tidegate.feeds.market_client import Asker, Patience
from tidegate.model import Timeframe
from tidegate.venues.budget import Budget
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from tests.exchange.serving import Exchange

    from tidegate.venues.venue import Venue

T = TypeVar("T")
BINANCE = VENUES["binance"]
BTC, ETH = "BTC/USDT", "ETH/USDT"
ONE, FIVE, HOUR = (Timeframe.parse(name) for name in ("1m", "5m", "1h"))
QUICK = Patience(first_pause_s=0.01, longest_pause_s=0.1, timeout_s=2.0)


def plenty() -> Budget:
    """Return a budget that makes nobody wait."""
    return Budget(1e6, 1e6, reserve=0.0)


async def asked(
    exchange: Exchange,
    what: Callable[[Asker], Awaitable[T]],
    *,
    budget: Budget | None = None,
    patience: Patience = QUICK,
    venue: Venue = BINANCE,
) -> T:
    """Do something with an asker that is closed afterwards."""
    asker = Asker(venue, budget or plenty(), url=exchange.url, patience=patience)
    try:
        return await what(asker)
    finally:
        await asker.close()


def files_of(
    folder: Path, pairs: Sequence[str] = (BTC, ETH), lengths: Sequence[Timeframe] = (ONE, FIVE)
) -> list[CandleFile]:
    """Return the files of some pairs."""
    return [
        CandleFile(pair, length, path_of(folder, pair, length))
        for pair in pairs
        for length in lengths
    ]


def download(
    exchange: Exchange,
    files: Sequence[CandleFile],
    *,
    timerange: str | None = None,
    days: int | None = None,
    patience: Patience = QUICK,
    **more: Any,  # noqa: ANN401 - what a download takes
) -> list[Advance]:
    """Download files, by the market's own clock."""
    wish = Wish(files=files, timerange=TimeRange.parse(timerange), days=days)
    own = more.pop("own_ns", exchange.world.now_ns)
    venue, budget = more.pop("venue", BINANCE), more.pop("budget", None)

    async def run(asker: Asker) -> list[Advance]:
        return await Download(asker=asker, own_ns=own, **more).run(wish)

    return asyncio.run(asked(exchange, run, patience=patience, venue=venue, budget=budget))
