"""The `tidegate data download` command."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli.spaced_lists import split
from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tidegate.feeds import CandleFile
    from tidegate.feeds.download import Advance, Wish
    from tidegate.venues.venue import Venue

_ROOT = Path("user_data/data")
_TIMEFRAME = "5m"


def download(  # noqa: PLR0913 (each is an option of the command)
    *,
    exchange: Annotated[str, typer.Option(help="The exchange, like binance.")] = "binance",
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", "-p", help="Pairs, like BTC/USDT ETH/USDT.", show_default=False),
    ] = None,
    timeframes: Annotated[
        list[str] | None,
        typer.Option("--timeframes", "-t", help="Timeframes, like 5m 1h.", show_default=False),
    ] = None,
    timerange: Annotated[
        str | None, typer.Option(help="Which candles, like 20240101-20240401 or 20240101-.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, help="So many days back from now, instead.")
    ] = None,
    datadir: Annotated[
        Path | None,
        typer.Option("--datadir", "-d", help=f"Where to write ({_ROOT}/EXCHANGE)."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Where an exchange of that kind runs on this machine.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Fetch candles from an exchange: what is missing is added, what is sound stays as it is."""
    from tidegate.cli.download_words import as_dict, table_of
    from tidegate.feeds import TimeRange
    from tidegate.feeds.download import Wish
    from tidegate.venues.table import WITH_PRICES, venue_called

    venue = venue_called(exchange, where="--exchange", among=WITH_PRICES)
    if timerange is not None and days is not None:
        raise _both(timerange, days)
    wish = Wish(
        files=_files(datadir or _ROOT / exchange, pairs, timeframes),
        timerange=TimeRange.parse(timerange),
        days=days,
    )
    with _shown(wish.files) as show:
        done, requests = asyncio.run(_run(venue, wish, url, show))
    if as_json:
        _say(json.dumps([as_dict(each) for each in done], indent=2))
    else:
        out.print(table_of(done))
        _say(f"{sum(each.added for each in done):,} candles came by {requests:,} requests")
    for each in done:
        if each.failed is not None:
            raise each.failed


async def _run(
    venue: Venue, wish: Wish, url: str | None, show: Callable[[Advance], None]
) -> tuple[list[Advance], int]:
    from tidegate.feeds.download import Download
    from tidegate.feeds.market_client import Asker

    futures = any(":" in file.pair for file in wish.files)
    asker = Asker(venue, url=url, futures=futures)
    try:
        download = Download(asker=asker, own_ns=time.time_ns, tell=show)
        done = await download.run(wish)
        if not download.time.agrees:
            _warn(
                f"the exchange's clock is {download.time.ahead_ns / 1e9:+,.0f} s off this one's: "
                "only candles that were followed by another one were taken"
            )
        return done, asker.requests
    finally:
        await asker.close()


def _files(folder: Path, pairs: list[str] | None, timeframes: list[str] | None) -> list[CandleFile]:
    """Return what is to be downloaded; without pairs, those that are there."""
    from tidegate.feeds import CandleFile, path_of
    from tidegate.feeds.choice import chosen
    from tidegate.model import Pair, Timeframe

    lengths = [Timeframe.parse(name, where="--timeframes") for name in split(timeframes)]
    if not pairs and not lengths:
        return chosen(folder, [], [])
    if pairs:
        names = [str(Pair.parse(pair)) for pair in split(pairs)]
    else:
        names = list(dict.fromkeys(file.pair for file in chosen(folder, [], [])))
    return [
        CandleFile(pair, length, path_of(folder, pair, length))
        for pair in names
        for length in lengths or [Timeframe.parse(_TIMEFRAME)]
    ]


@contextmanager
def _shown(files: Sequence[CandleFile]) -> Iterator[Callable[[Advance], None]]:
    """Show how far it has come: a bar for all, and one for each file that is at it."""
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bars:
        whole = bars.add_task("all", total=len(files), count=f"{len(files)} files")
        tasks: dict[tuple[str, str], Any] = {}

        def show(at: Advance) -> None:
            key = (at.file.pair, str(at.file.timeframe))
            if key not in tasks:
                tasks[key] = bars.add_task(" ".join(key), total=100, count="")
            if at.finished:
                bars.remove_task(tasks[key])
                bars.advance(whole)
                return
            share = 100 * at.done_ns // max(1, at.whole_ns)
            bars.update(tasks[key], completed=share, count=f"{at.added:,}")

        yield show


def _both(timerange: str, days: int) -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.BAD_TIMERANGE,
        "--timerange and --days both say which candles",
        where="--timerange",
        expected="one of them",
        found=f"--timerange {timerange} --days {days}",
        remedy="take one out",
    )


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def _warn(text: str) -> None:
    err.print(f"warning: {text}", markup=False, highlight=False, soft_wrap=True)
