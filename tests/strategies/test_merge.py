from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import DefinitionError
from tidegate.model import MINUTE_NS, Candles, Timeframe
from tidegate.strategies import Frame, PairMarket, crosses_above
from tidegate.strategies.merge import Axis

if TYPE_CHECKING:
    from tests.strategies.conftest import MakeCandles

NAN = np.nan


def _candles(timeframe: str, first_minute: int, count: int) -> Candles:
    length = Timeframe.parse(timeframe)
    values = np.arange(count, dtype=np.float64)
    return Candles(
        pair="A/B",
        timeframe=length,
        time=first_minute * MINUTE_NS + np.arange(count, dtype=np.int64) * length.ns,
        open=values.copy(),
        high=values.copy(),
        low=values.copy(),
        close=values,
        volume=values.copy(),
    )


def test_an_hour_is_known_on_the_base_candle_that_closes_with_it() -> None:
    base, hours = _candles("15m", 0, 10), _candles("1h", 0, 2)
    spread = Axis.over(base, hours).spread(np.array([10.0, 20.0]))
    np.testing.assert_array_equal(spread, [NAN, NAN, NAN, 10, 10, 10, 10, 20, 20, 20])


def test_hours_that_closed_before_the_first_base_candle_are_known_at_once() -> None:
    base, hours = _candles("15m", 120, 2), _candles("1h", 0, 2)
    spread = Axis.over(base, hours).spread(np.array([10.0, 20.0]))
    np.testing.assert_array_equal(spread, [20, 20])


def test_without_a_single_closed_candle_nothing_is_known() -> None:
    base, hours = _candles("15m", 0, 3), _candles("1h", 0, 0)
    np.testing.assert_array_equal(Axis.over(base, hours).spread(np.empty(0)), [NAN, NAN, NAN])


def test_a_missing_value_stays_missing_and_is_not_filled_from_before() -> None:
    base, hours = _candles("30m", 0, 6), _candles("1h", 0, 3)
    spread = Axis.over(base, hours).spread(np.array([1.0, NAN, 3.0]))
    np.testing.assert_array_equal(spread, [NAN, 1, 1, NAN, NAN, 3])


def test_the_last_value_is_carried_forward() -> None:
    base, hours = _candles("30m", 0, 8), _candles("1h", 0, 1)
    spread = Axis.over(base, hours).spread(np.array([7.0]))
    np.testing.assert_array_equal(spread, [NAN, 7, 7, 7, 7, 7, 7, 7])


@given(
    base_start=st.integers(min_value=0, max_value=500),
    hour_start=st.integers(min_value=0, max_value=8),
    names=st.sampled_from([("5m", "1h"), ("3m", "5m"), ("1m", "15m"), ("1h", "1d")]),
)
def test_no_candle_is_ever_seen_before_it_has_closed(
    base_start: int, hour_start: int, names: tuple[str, str]
) -> None:
    short, long = Timeframe.parse(names[0]), Timeframe.parse(names[1])
    base = _candles(names[0], base_start * short.minutes, 40)
    longer = _candles(names[1], hour_start * long.minutes, 12)
    closes = (longer.time + long.ns).astype(np.float64)
    seen = Axis.over(base, longer).spread(closes)
    for row, close in enumerate(base.time + short.ns):
        closed = closes[closes <= close]
        if len(closed):
            assert seen[row] == closed[-1]
        else:
            assert np.isnan(seen[row])


def test_a_candle_ago_counts_in_the_lines_own_timeframe(make_candles: MakeCandles) -> None:
    market = PairMarket(
        base=make_candles(range(1, 9), "30m"),
        others={Timeframe.parse("1h"): make_candles([10, 20, 30, 40], "1h")},
    )
    before = Frame(market).on("1h").close[1]
    np.testing.assert_array_equal(before.values, [NAN, NAN, NAN, 10, 10, 20, 20, 30])


def test_a_cross_on_another_timeframe_is_seen_once(make_candles: MakeCandles) -> None:
    market = PairMarket(
        base=make_candles(range(1, 9), "30m"),
        others={Timeframe.parse("1h"): make_candles([10, 30, 10, 30], "1h")},
    )
    cross = crosses_above(Frame(market).on("1h").close, 20)
    assert list(np.flatnonzero(cross.holds)) == [3, 7]


def test_warm_up_counts_the_base_candles_that_cover_the_longer_ones(
    make_candles: MakeCandles,
) -> None:
    market = PairMarket(
        base=make_candles(range(1, 9), "30m"),
        others={Timeframe.parse("1h"): make_candles([10, 20, 30, 40], "1h")},
    )
    line = Frame(market).on("1h").sma(3)
    assert line.settle == 2
    assert line.base_settle == 6  # two hours to settle, and one that may have just begun


def test_lines_of_two_timeframes_are_reckoned_on_base_candles(make_candles: MakeCandles) -> None:
    market = PairMarket(
        base=make_candles([1, 2, 3, 4], "30m"),
        others={Timeframe.parse("1h"): make_candles([10, 20], "1h")},
    )
    frame = Frame(market)
    spread = frame.on("1h").close - frame.close
    np.testing.assert_array_equal(spread.values, [NAN, 8, 7, 16])


def test_a_timeframe_that_was_not_asked_for_is_refused(make_candles: MakeCandles) -> None:
    frame = Frame(PairMarket(base=make_candles([1, 2])))
    with pytest.raises(DefinitionError) as caught:
        frame.on("4h")
    assert caught.value.problem == (
        "the strategy looks at 4h candles without having asked for them"
    )
    assert caught.value.remedy == 'add "4h" to other_timeframes'


def test_a_market_is_let_go_as_soon_as_nobody_looks_at_it(make_candles: MakeCandles) -> None:
    market = PairMarket(
        base=make_candles([1, 2, 3, 4], "30m"),
        others={Timeframe.parse("1h"): make_candles([10, 20], "1h")},
    )
    gc.collect()
    gc.disable()
    try:
        frame = Frame(market)
        entry = crosses_above(frame.close, frame.on("1h").sma(1)) & ~(frame.close > 3)
        seen = weakref.ref(frame)
        assert seen() is not None
        del frame, entry
        assert seen() is None
    finally:
        gc.enable()


def test_the_same_timeframe_is_the_same_wherever_it_is_asked_for(
    make_candles: MakeCandles,
) -> None:
    market = PairMarket(
        base=make_candles([1, 2, 3, 4], "30m"),
        others={Timeframe.parse("1h"): make_candles([10, 20], "1h")},
    )
    frame = Frame(market)
    hour = frame.on("1h")
    assert frame.on("1h").sma(1) is hour.sma(1)
    assert hour.on("30m").close is frame.close
    assert hour.sma(1, source=frame.on("1h").close) is hour.sma(1)
