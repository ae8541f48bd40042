"""Candle files that many strategies look at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.runtime.worlds import PAIRS, made

from tidegate.errors import CandleError, InputError
from tidegate.feeds import History, TimeRange, path_of, write
from tidegate.model import DAY_NS, Timeframe
from tidegate.runtime.recorded_feed import RecordedFeed, Wanted
from tidegate.runtime.shelf import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Candles

FIVE, HOUR = Timeframe.parse("5m"), Timeframe.parse("1h")
BTC, ETH, SOL = PAIRS


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, Candles]:
    """Make a market whose files hold all but the last day."""
    candles = {each.pair: each for each in made(tmp_path, days=4)}
    for each in candles.values():
        grow(tmp_path, each, len(each) - 288)
    return candles


def grow(folder: Path, candles: Candles, rows: int) -> None:
    """Let a pair's file have so many candles; its time of change is another in any case."""
    path = path_of(folder / "data", candles.pair, candles.timeframe)
    write(path, candles.rows(0, rows))
    os.utime(path, ns=(rows, rows))


def shelf_of(folder: Path, timerange: TimeRange | None = None) -> Shelf:
    return Shelf(folder / "data", timerange or TimeRange())


def wanted(warmup: int, *others: Timeframe) -> Wanted:
    return Wanted(pairs=PAIRS, timeframe=FIVE, others=others, warmup=warmup)


def test_all_who_follow_a_pair_have_the_same_candles(
    tmp_path: Path, whole: dict[str, Candles]
) -> None:
    shelf = shelf_of(tmp_path)
    one, other = RecordedFeed(shelf, wanted(10, HOUR)), RecordedFeed(shelf, wanted(50, HOUR))
    for pair in PAIRS:
        assert len(one.candles(pair)) == len(whole[pair]) - 288
        assert one.candles(pair) is other.candles(pair)
        markets = [feed.market(pair, one.end_ns()) for feed in (one, other)]
        assert markets[0].others[HOUR].close[-1] == markets[1].others[HOUR].close[-1]


def test_only_a_file_that_has_changed_is_read_again(
    tmp_path: Path, whole: dict[str, Candles]
) -> None:
    shelf = shelf_of(tmp_path)
    feeds = [RecordedFeed(shelf, wanted(warmup, HOUR)) for warmup in (10, 20, 30)]
    before = {pair: feeds[0].candles(pair) for pair in PAIRS}
    assert [feed.read_if_changed() for feed in feeds] == [False, False, False]
    grow(tmp_path, whole[ETH], len(whole[ETH]) - 287)
    assert [feed.read_if_changed() for feed in feeds] == [True, True, True]
    for feed in feeds:
        assert len(feed.candles(ETH)) == len(before[ETH]) + 1
        assert feed.candles(BTC) is before[BTC]
        assert feed.candles(SOL) is before[SOL]
        assert feed.candles(ETH) is feeds[0].candles(ETH)
    assert [feed.read_if_changed() for feed in feeds] == [False, False, False]


def test_a_change_is_seen_whoever_looks_and_in_whatever_order(
    tmp_path: Path, whole: dict[str, Candles]
) -> None:
    shelf = shelf_of(tmp_path)
    often, seldom = RecordedFeed(shelf, wanted(10)), RecordedFeed(shelf, wanted(20))
    for rows in range(280, 270, -1):
        grow(tmp_path, whole[BTC], len(whole[BTC]) - rows)
        often.read_if_changed()
        often.read_if_changed()
        assert len(often.candles(BTC)) == len(whole[BTC]) - rows
        if rows % 3 == 0:
            assert seldom.read_if_changed()
            assert len(seldom.candles(BTC)) == len(whole[BTC]) - rows


def test_an_hourly_file_that_appears_is_taken_instead_of_one_made_of_minutes(
    tmp_path: Path, whole: dict[str, Candles]
) -> None:
    shelf = shelf_of(tmp_path)
    feed = RecordedFeed(shelf, wanted(10, HOUR))
    resampled = feed.market(BTC, feed.end_ns()).others[HOUR]
    marked = resampled.rows(0, len(resampled) - 3)
    write(path_of(tmp_path / "data", BTC, HOUR), marked)
    assert feed.read_if_changed()
    assert len(feed.market(BTC, feed.end_ns()).others[HOUR]) == len(marked)
    assert whole


def test_a_warm_up_before_a_range_is_each_strategy_s_own(
    tmp_path: Path, whole: dict[str, Candles]
) -> None:
    start = int(whole[BTC].time[0]) + DAY_NS
    timerange = TimeRange(start_ns=start)
    shelf = shelf_of(tmp_path, timerange)
    for warmup in (10, 50, 10):
        feed = RecordedFeed(shelf, wanted(warmup))
        history = History(
            datadir=tmp_path / "data", timerange=timerange, startup=warmup, gaps="fill"
        )
        (alone,) = history.load([BTC], FIVE)
        assert feed.candles(BTC).time.tolist() == alone.time.tolist()
        assert feed.start_ns() == start + FIVE.ns


def test_too_few_candles_for_one_strategy_are_said_to_be(
    tmp_path: Path, whole: dict[str, Candles]
) -> None:
    grow(tmp_path, whole[SOL], 20)
    shelf = shelf_of(tmp_path)
    RecordedFeed(shelf, wanted(10))
    with pytest.raises(CandleError):
        RecordedFeed(shelf, wanted(19))


def test_a_file_that_is_gone_is_said_to_be(tmp_path: Path, whole: dict[str, Candles]) -> None:
    shelf = shelf_of(tmp_path)
    feed = RecordedFeed(shelf, wanted(10))
    path_of(tmp_path / "data", BTC, FIVE).unlink()
    with pytest.raises(InputError, match="BTC"):
        feed.read_if_changed()
    assert whole
