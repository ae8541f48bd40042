from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tidegate.feeds.live.prices import Prices
from tidegate.feeds.live.series import Series
from tidegate.feeds.spans import Span, candles_of, missing, sound_rows, united
from tidegate.model import MINUTE_NS, Timeframe

ONE = Timeframe.parse("1m")
START = 1_704_067_200_000
PAGE = 5


def row(number: int, close: float = 10.0) -> list[float]:
    return [START + 60_000 * number, 10.0, 12.0, 9.0, close, 1.0 + number]


def opening(number: int) -> int:
    return (START + 60_000 * number) * 1_000_000


numbers = st.sets(st.integers(0, 80))
ends = st.tuples(st.integers(0, 80), st.integers(0, 81)).map(sorted)


@given(numbers, ends)
def test_what_is_missing_is_asked_for_and_most_of_what_is_there_is_not(
    there: set[int], whole: list[int]
) -> None:
    first, stop = whole
    times = np.array([opening(number) for number in sorted(there)], dtype=np.int64)
    spans = missing(times, ONE, Span(opening(first), opening(stop)), PAGE)
    asked = [
        number
        for span in spans
        for number in range(81)
        if span.start_ns <= opening(number) < span.stop_ns
    ]
    assert len(set(asked)) == len(asked)
    assert set(range(first, stop)) - there <= set(asked) <= set(range(first, stop))
    for span in spans:
        inside = range(*((ns - opening(0)) // MINUTE_NS for ns in span))
        assert inside
        assert not {inside[0], inside[-1]} & there  # neither end is there already
        if set(inside) & there:
            assert len(inside) <= PAGE  # what is asked for again came with one page


@given(numbers, numbers)
def test_what_was_there_stays_when_others_come(old: set[int], new: set[int]) -> None:
    before = candles_of("BTC/USDT", ONE, [row(number, 11.0) for number in sorted(old)])
    found = united(before, candles_of("BTC/USDT", ONE, [row(number) for number in sorted(new)]))
    both = sorted(old | new)
    assert found.time.tolist() == [opening(number) for number in both]
    assert found.close.tolist() == [11.0 if number in old else 10.0 for number in both]


def test_rows_that_are_no_candles_are_left_out() -> None:
    good, nan = row(3), float("nan")
    bad: list[list[float]] = [
        [START + 1, *row(0)[1:]],
        [*row(1)[:4], 13.0, 1.0],
        [*row(2)[:2], 9.5, *row(2)[3:]],
        [*row(4)[:5], -1.0],
        [*row(5)[:5], nan],
        [*row(6)[:4], nan, 1.0],
        [row(7)[0], 0.0, 12.0, 0.0, 10.0, 1.0],
        row(8)[:5],
    ]
    assert sound_rows([*bad, good, row(2), good], ONE) == [row(2), good]
    page = [row(number) for number in range(40, 100)]
    assert sound_rows(page, ONE) == page
    for each in bad:
        assert sound_rows([each, *page], ONE) == page
        assert sound_rows([*page, each], ONE) == page
    assert sound_rows([*page, page[0]], ONE) == page
    assert sound_rows([[*one, 0.0] for one in page], ONE) == [[*one, 0.0] for one in page]


@given(st.permutations(range(1, 30)), st.sets(st.integers(1, 29)), st.integers(3, 40))
def test_a_series_shows_no_hole_in_whatever_order_candles_come_and_ends_whole(
    order: list[int], lost: set[int], keep: int
) -> None:
    """Some are told twice, some never; a question then brings what is missing."""
    series = Series("BTC/USDT", ONE, keep)
    series.add([row(0)], whole_to_ns=opening(1))
    for number in order:
        if number not in lost:
            series.add([row(number)])
            series.add([row(number)])
            assert (np.diff(series.candles.time) == MINUTE_NS).all()
            assert series.waiting <= keep
    last = series.last_ns
    assert last is not None
    first = (last - opening(0)) // MINUTE_NS + 1
    series.add([row(number) for number in range(first, 30)], whole_to_ns=opening(30))
    wanted = [row(number) for number in range(30)][-keep:]
    assert series.candles.time.tolist() == [int(one[0]) * 1_000_000 for one in wanted]
    assert series.candles.volume.tolist() == [one[5] for one in wanted]
    assert series.waiting == 0


def test_a_hole_that_the_venue_has_too_is_shown_as_it_is() -> None:
    series = Series("BTC/USDT", ONE, 100)
    series.add([row(0)], whole_to_ns=opening(1))
    assert series.add([row(5)]) == 0
    assert series.waiting == 1
    assert series.add([row(2), row(5)], whole_to_ns=opening(6)) == 2
    assert series.candles.time.tolist() == [opening(number) for number in (0, 2, 5)]


def test_candles_that_somebody_was_given_never_change() -> None:
    series = Series("BTC/USDT", ONE, 3)
    series.add([row(number) for number in range(3)], whole_to_ns=opening(3))
    given_out = series.candles
    before = given_out.volume.tolist()
    for number in range(3, 20):
        series.add([row(number)])
    assert given_out.volume.tolist() == before
    assert not given_out.close.flags.writeable


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=80))
def test_the_latest_price_is_kept_by_the_times_inside_and_not_by_arrival(
    told: list[tuple[int, int]],
) -> None:
    prices = Prices(["BTC/USDT"], 10, 5)
    for at, (time_ms, price) in enumerate(told):
        prices.heard("BTC/USDT", float(price), time_ms, 10**9 + at)
    known = [time_ms for time_ms, price in told if price > 0]
    quote = prices.quotes.get("BTC/USDT")
    assert (quote is None) == (not known)
    if quote is not None:
        assert quote.time_ns == max(known) * 1_000_000


def test_a_price_that_claims_to_be_of_the_future_does_not_outlast_the_later_ones() -> None:
    prices = Prices(["BTC/USDT"], 10, 5)
    prices.heard("BTC/USDT", 1.0, 4_000_000_000_000, 10**18)
    prices.heard("BTC/USDT", 2.0, None, 10**18 + 1)
    assert prices.quotes["BTC/USDT"] == (2.0, 10**18 + 1, 10**18 + 1)


def test_trades_are_kept_to_a_number_and_so_are_their_names() -> None:
    prices = Prices(["BTC/USDT"], 10, 5)
    for number in range(1000):
        trade = {"id": number, "timestamp": number, "price": 1.0, "amount": 2.0, "side": "buy"}
        prices.traded("BTC/USDT", [trade, trade], 0)
    assert [one.id for one in prices.trades["BTC/USDT"]] == [str(n) for n in range(990, 1000)]
    assert len(prices._known["BTC/USDT"]) == 10  # noqa: SLF001 - what would grow without a bound


def test_a_book_that_is_crossed_is_none() -> None:
    prices = Prices(["BTC/USDT"], 10, 2)
    prices.booked("BTC/USDT", {"bids": [[9, 1], [8, 1], [7, 1]], "asks": [[10, 1]]}, 5)
    book = prices.books["BTC/USDT"]
    assert (book.bids, book.asks) == (((9.0, 1.0), (8.0, 1.0)), ((10.0, 1.0),))
    prices.booked("BTC/USDT", {"bids": [[11, 1]], "asks": [[10, 1]]}, 6)
    assert prices.books["BTC/USDT"].heard_ns == 5
