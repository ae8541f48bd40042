from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.model import MINUTE_NS, Candles, Timeframe
from tidegate.strategies import Frame, PairMarket
from tidegate.strategies.indicators import find

if TYPE_CHECKING:
    from collections.abc import Sequence

NAN = np.nan
HALF_DAY = Timeframe.parse("12h")


def _vwap(
    prices: Sequence[float],
    volumes: Sequence[float],
    *,
    start_hours: int = 0,
    period: int = 0,
    anchor: str = "day",
) -> list[float]:
    price = np.array(prices, dtype=np.float64)
    candles = Candles(
        pair="A/B",
        timeframe=HALF_DAY,
        time=start_hours * 60 * MINUTE_NS + np.arange(len(price), dtype=np.int64) * HALF_DAY.ns,
        open=price,
        high=price,
        low=price,
        close=price,
        volume=np.array(volumes, dtype=np.float64),
    )
    return list(Frame(PairMarket(base=candles)).vwap(period, anchor).values)


def test_a_session_starts_again_each_day() -> None:
    assert _vwap([10, 20, 30, 60], [1, 3, 2, 1]) == pytest.approx([10, 17.5, 30, 40])


def test_a_first_session_that_is_not_whole_is_unknown() -> None:
    found = _vwap([10, 20, 30], [1, 1, 1], start_hours=12)
    np.testing.assert_allclose(found, [NAN, 20, 25])


def test_a_week_begins_on_monday() -> None:
    # 1970-01-01 was a Thursday: the first Monday is day 4
    found = _vwap([10] * 8 + [20, 40], [1] * 10, anchor="week")
    np.testing.assert_allclose(found, [NAN] * 8 + [20, 30])


def test_rolling_takes_the_last_candles() -> None:
    found = _vwap([10, 20, 30], [1, 3, 1], period=2)
    np.testing.assert_allclose(found, [NAN, 17.5, 22.5])


def test_where_nothing_was_traded_the_average_is_unknown() -> None:
    np.testing.assert_allclose(_vwap([10, 20, 30], [0, 0, 1], period=2), [NAN, NAN, 30])
    np.testing.assert_allclose(_vwap([10, 20, 30], [1, 1, 0]), [10, 15, NAN])
    np.testing.assert_allclose(_vwap([10, 20, 30, 40], [0.1, 0.2, 0, 0])[2:], [NAN, NAN])
    stale = _vwap([10, 20, 30, 40, 50], [0.1, 0.2, 0.3, 0, 0], period=2)
    np.testing.assert_allclose(stale[3:], [30, NAN])


def test_the_typical_price_is_what_is_weighted() -> None:
    candles = Candles(
        pair="A/B",
        timeframe=HALF_DAY,
        time=np.zeros(1, dtype=np.int64),
        open=np.array([9.0]),
        high=np.array([12.0]),
        low=np.array([6.0]),
        close=np.array([9.6]),
        volume=np.array([5.0]),
    )
    assert Frame(PairMarket(base=candles)).vwap().values[0] == pytest.approx(9.2)


def test_a_session_needs_a_whole_one_to_warm_up() -> None:
    vwap = find("VWAP", where="")
    assert vwap.settle({"period": 0, "anchor": "day"}, Timeframe.parse("5m")) == 287
    assert vwap.settle({"period": 0, "anchor": "week"}, HALF_DAY) == 13
    assert vwap.settle({"period": 50, "anchor": "day"}, HALF_DAY) == 49
