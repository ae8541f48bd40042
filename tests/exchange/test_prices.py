"""The market behind the venue: exact candles, and a crowd that keeps to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidegate.errors import CandleError
from tidegate.exchange.prices.chart import Chart
from tidegate.exchange.prices.crowd import STEP_NS, Maker
from tidegate.exchange.prices.dice import roll, rolls
from tidegate.exchange.prices.source import Generated, Recorded
from tidegate.exchange.prices.tape import SECOND_NS, Tape
from tidegate.exchange.venue import UNIT, Kind, Listing, NewOrder, Status, Venue
from tidegate.feeds import path_of, write
from tidegate.model import DAY_NS, Candles, Pair, Timeframe

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Ints

MONDAY_S = 1_794_787_200
LISTING = Listing(pair=Pair("TID", "USDT"), tick=10**6, lot=10**5)


def candles(timeframe: str = "1m", count: int = 200, seed: int = 1) -> Candles:
    chance = np.random.default_rng(seed)
    length = Timeframe.parse(timeframe)
    close = np.round(100 + np.cumsum(chance.normal(0, 0.3, count)), 2)
    opened = np.concatenate(([100.0], close[:-1]))
    high = np.round(np.maximum(opened, close) + chance.exponential(0.2, count), 2)
    low = np.round(np.minimum(opened, close) - chance.exponential(0.2, count), 2)
    return Candles(
        pair="TID/USDT",
        timeframe=length,
        time=np.arange(count, dtype=np.int64) * length.ns,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=np.round(chance.exponential(5.0, count), 3),
    )


def ticks(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Ints:
    rounded: Ints = np.rint(values * 100).astype(np.int64)
    return rounded


@pytest.mark.parametrize("timeframe", ["1m", "5m"])
def test_the_seconds_of_a_candle_are_the_candle(timeframe: str) -> None:
    given = candles(timeframe)
    tape = Tape(given, LISTING, MONDAY_S, 7)
    prices, lots = tape.seconds(0, len(given))
    assert (prices[:, 0] == ticks(given.open)).all()
    assert (prices[:, -1] == ticks(given.close)).all()
    assert (prices.max(axis=1) == ticks(given.high)).all()
    assert (prices.min(axis=1) == ticks(given.low)).all()
    assert (lots.sum(axis=1) == np.rint(given.volume * 1000)).all()
    assert lots.min() >= 0


def test_the_candles_are_walked_back_where_they_end() -> None:
    tape = Tape(candles(count=20), LISTING, MONDAY_S, 7)
    there = tape.candles(0, 20)
    back = tape.candles(20, 40)
    assert (back.open == there.close[::-1]).all()
    assert (back.high == there.high[::-1]).all()
    assert (tape.candles(40, 60).open == there.open).all()


@settings(max_examples=40)
@given(st.integers(0, 2**62), st.integers(0, 2**40))
def test_chance_is_the_same_one_by_one_and_all_at_once(seed: int, number: int) -> None:
    many = rolls(seed, np.arange(number, number + 5))
    assert many.tolist() == [roll(seed, number + place) for place in range(5)]
    assert 0 <= min(many) <= max(many) < 1


@settings(max_examples=40)
@given(st.integers(0, 11_000), st.sampled_from(["1m", "3m", "5m", "15m", "1h"]), st.booleans())
def test_every_length_of_candle_is_a_fold_of_the_seconds(
    now: int,
    timeframe: str,
    shoved: bool,  # noqa: FBT001 - drawn
) -> None:
    tape = Tape(candles("5m" if now % 2 else "1m"), LISTING, MONDAY_S, 7)
    if shoved:
        tape.shove(MONDAY_S + now // 2, 0.9)
    length = Timeframe.parse(timeframe)
    now_s = MONDAY_S + now
    rows = Chart(tape).last_rows(length, 5, now_s)
    assert rows[-1].open_s == length.opening(now_s * SECOND_NS) // SECOND_NS
    for row in rows:
        stop = min(row.open_s + length.minutes * 60, now_s + 1)
        inside = [tape.at(second) for second in range(row.open_s, stop)]
        assert row.open == inside[0].price
        assert row.close == inside[-1].price
        assert row.high == max(one.price for one in inside)
        assert row.low == min(one.price for one in inside)
        assert row.lots == sum(one.lots for one in inside)


def test_the_forming_candle_is_there_from_its_first_moment() -> None:
    chart = Chart(Tape(candles(), LISTING, MONDAY_S, 7))
    minute = Timeframe.parse("1m")
    before, at = (chart.last_rows(minute, 1, MONDAY_S + second) for second in (599, 600))
    assert (before[0].open_s, at[0].open_s) == (MONDAY_S + 540, MONDAY_S + 600)


def test_nothing_is_told_of_what_was_before_the_first_candle() -> None:
    chart = Chart(Tape(candles(), LISTING, MONDAY_S, 7))
    hour = Timeframe.parse("1h")
    assert [row.open_s for row in chart.last_rows(hour, 50, MONDAY_S + 4000)] == [
        MONDAY_S,
        MONDAY_S + 3600,
    ]
    assert chart.rows(hour, MONDAY_S + 7200, MONDAY_S + 9000, MONDAY_S + 4000) == []


# the crowd


def crowd() -> tuple[Venue, Maker, Chart]:
    venue = Venue([LISTING])
    chart = Chart(Tape(candles(), LISTING, MONDAY_S, 7))
    return venue, Maker(venue, chart.tape, 7), chart


def test_the_crowd_trades_what_the_tape_says() -> None:
    venue, maker, chart = crowd()
    begin = MONDAY_S * SECOND_NS
    maker.advance(begin, watched=True)
    for step in range(1, 4 * 90):
        maker.advance(begin + step * STEP_NS, watched=True)
        book = venue.books["TIDUSDT"]
        bid, ask = book.bids.best, book.asks.best
        assert bid is not None
        assert ask is not None
        assert bid < ask
        second = chart.tape.at(MONDAY_S + step // 4)
        if step % 4 == 0:
            assert book.last == second.price
    told = [(one.second, one.price, one.lots) for one in maker.prints]
    expected = [(MONDAY_S + n, *chart.tape.at(MONDAY_S + n)[:2]) for n in range(90)]
    assert told == [one for one in expected if one[2]]


def test_a_pair_that_was_left_alone_is_as_if_it_had_not_been() -> None:
    venue, maker, _ = crowd()
    other, jumped, _ = crowd()
    begin = MONDAY_S * SECOND_NS
    for step in range(4 * 120 + 1):
        maker.advance(begin + step * STEP_NS, watched=True)
    jumped.advance(begin, watched=False)
    jumped.advance(begin + 4 * 120 * STEP_NS, watched=False)
    prices = [
        [price for price, _ in side.ranked(50)]
        for one in (venue, other)
        for side in (one.books["TIDUSDT"].bids, one.books["TIDUSDT"].asks)
    ]
    assert prices[:2] == prices[2:]
    assert venue.books["TIDUSDT"].last == other.books["TIDUSDT"].last


def test_the_same_seed_fills_the_same_orders_at_the_same_times() -> None:
    stories = []
    for _ in range(2):
        venue, maker, chart = crowd()
        ann = venue.open_account("ann", {"USDT": 10**6 * UNIT})
        begin = MONDAY_S * SECOND_NS
        maker.advance(begin, watched=True)
        low = int(chart.tape.candles(0, 10).low.min())
        orders = [
            venue.submit(
                ann,
                NewOrder(
                    symbol="TIDUSDT",
                    buys=True,
                    kind=Kind.LIMIT,
                    lots=30_000,
                    price=low + more,
                    client_id=str(more),
                ),
                begin,
            )
            for more in (2, 5, 9)
        ]
        for step in range(1, 4 * 600):
            maker.advance(begin + step * STEP_NS, watched=True)
        _, tape = venue.drain()
        stories.append([(one.time_ns, one.price, one.lots) for one in tape])
        assert any(order.status is not Status.NEW for order in orders)
        assert max(len(order.trades) for order in orders) > 1
    assert stories[0] == stories[1]


def test_what_accounts_trade_is_in_the_candles() -> None:
    venue, maker, chart = crowd()
    ann = venue.open_account("ann", {"USDT": 10**6 * UNIT})
    now = (MONDAY_S + 65) * SECOND_NS
    maker.advance(now, watched=False)
    minute = Timeframe.parse("1m")
    (before,) = chart.last_rows(minute, 1, MONDAY_S + 65)
    order = venue.submit(
        ann,
        NewOrder(symbol="TIDUSDT", buys=True, kind=Kind.MARKET, lots=2_000, client_id="one"),
        now,
    )
    _, tape = venue.drain()
    for trade in tape:
        chart.add(trade)
    (after,) = chart.last_rows(minute, 1, MONDAY_S + 65)
    assert after.lots - before.lots == order.filled
    assert after.quote - before.quote == order.quote
    assert after.trades - before.trades == len(tape)
    assert after.high == max(before.high, *(trade.price for trade in tape))
    hour = chart.last_rows(Timeframe.parse("1h"), 1, MONDAY_S + 65)[0]
    assert hour.high >= after.high
    assert chart.window(3600, MONDAY_S + 65).lots == hour.lots


# where candles are from


def test_a_made_market_does_not_depend_on_which_pairs_there_are() -> None:
    now = MONDAY_S * SECOND_NS
    few = Generated(("ETH/USDT",), now, days_before=2, days_after=1)
    many = Generated(("BTC/USDT", "ETH/USDT"), now, days_before=2, days_after=1)
    assert few.listing("ETH/USDT") == many.listing("ETH/USDT")
    assert few.tape("ETH/USDT").at(MONDAY_S) == many.tape("ETH/USDT").at(MONDAY_S)


@pytest.mark.parametrize(
    "pair", ["BTC/USDT", "ETH/USDT", "XRP/USDT", "DOGE/USDT", "ETH/BTC", "XRP/BTC", "SHIB/USDT"]
)
def test_steps_suit_a_price(pair: str) -> None:
    source = Generated((pair,), MONDAY_S * SECOND_NS, days_before=2, days_after=1)
    listing = source.listing(pair)
    price = source.tape(pair).at(MONDAY_S).price
    assert price >= 1000
    assert listing.tick * listing.lot % UNIT == 0
    dollars = {"USDT": 1, "BTC": 42_000}[listing.pair.quote]
    assert price * listing.cost * dollars < 10 * UNIT  # no lot is worth much
    assert source.tape(pair).candles(0, 2000).lots.min() >= 1


def test_recorded_candles_are_moved_so_that_they_pass_through_now(tmp_path: Path) -> None:
    made = candles(count=3 * 1440)
    write(path_of(tmp_path, "TID/USDT", made.timeframe), made)
    now = MONDAY_S * SECOND_NS + 5 * 3600 * SECOND_NS
    source = Recorded(tmp_path, (), now)
    assert source.pairs == ("TID/USDT",)
    tape = source.tape("TID/USDT")
    assert tape.start_s * SECOND_NS % DAY_NS == 0
    assert tape.start_s + 20_000 < now // SECOND_NS < tape.start_s + tape.count * 60 - 20_000
    assert tape.candles(0, 3).close.tolist() == ticks(made.close[:3]).tolist()


def test_long_recordings_are_moved_by_whole_weeks(tmp_path: Path) -> None:
    made = candles("1h", count=24 * 40)
    write(path_of(tmp_path, "TID/USDT", made.timeframe), made)
    now = MONDAY_S * SECOND_NS + 12_345 * SECOND_NS
    assert Recorded(tmp_path, (), now).tape("TID/USDT").start_s % (7 * 86_400) == 0


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["1m", "5m", "1h", "1d", "1w"]),
    st.integers(1, 40),
    st.integers(0, 2 * 10**9),
    st.integers(1_500_000_000, 2_000_000_000),
)
def test_any_recording_passes_through_now_on_its_grid(
    tmp_path: Path, timeframe: str, count: int, moved_s: int, now_s: int
) -> None:
    made = candles(timeframe, count=count + 1)
    opened = made.timeframe.opening(moved_s * SECOND_NS)
    made = replace(made, time=made.time - made.time[0] + opened)
    write(path_of(tmp_path / timeframe, "TID/USDT", made.timeframe), made)
    tape = Recorded(tmp_path / timeframe, (), now_s * SECOND_NS).tape("TID/USDT")
    assert tape.start_s <= now_s < tape.start_s + tape.count * tape.width
    assert made.timeframe.opening(tape.start_s * SECOND_NS) == tape.start_s * SECOND_NS
    assert Chart(tape).window(86_400, now_s).lots >= 0


def test_recordings_of_different_times_are_moved_apart(tmp_path: Path) -> None:
    early, late = candles(count=600), candles(count=600)
    late = replace(late, pair="LAT/USDT", time=late.time + 900 * DAY_NS)
    for one in (early, late):
        write(path_of(tmp_path, one.pair, one.timeframe), one)
    source = Recorded(tmp_path, (), MONDAY_S * SECOND_NS)
    for pair in ("TID/USDT", "LAT/USDT"):
        tape = source.tape(pair)
        assert tape.start_s < MONDAY_S < tape.start_s + tape.count * tape.width


def test_a_folder_without_candles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CandleError, match="no candle files"):
        Recorded(tmp_path, (), MONDAY_S * SECOND_NS)
