"""Charts at longer candles, and the longest that are needed to keep a file small."""

from __future__ import annotations

import numpy as np
import pytest

from tidegate.errors import DefectError
from tidegate.model import Candles, Timeframe
from tidegate.research.report import ChartData
from tidegate.research.report.chart import coarser
from tidegate.research.report.fitting import fit

MINUTE = Timeframe.parse("1m")


def chart(rows: int, *, pair: str = "BTC/USDT", timeframe: Timeframe = MINUTE) -> ChartData:
    """Make a walk of whole ticks, with an indicator that counts its rows."""
    steps = np.random.default_rng(5).integers(-20, 21, rows)
    close = (10_000 + np.cumsum(steps)).astype(np.float64)
    opening = np.r_[10_000.0, close[:-1]]
    candles = Candles(
        pair=pair,
        timeframe=timeframe,
        time=np.arange(rows, dtype=np.int64) * timeframe.ns,
        open=opening,
        high=np.maximum(opening, close) + 3,
        low=np.minimum(opening, close) - 3,
        close=close,
        volume=np.ones(rows),
    )
    return ChartData(candles=candles, indicators={"row": np.arange(rows, dtype=np.float64)})


def test_a_longer_candle_holds_the_extremes_and_the_last_indicator() -> None:
    base = chart(12)
    longer = base.at(Timeframe.parse("5m"))
    candles = longer.candles
    assert candles.time.tolist() == [0, 5 * MINUTE.ns, 10 * MINUTE.ns]
    assert candles.open.tolist() == [base.candles.open[i] for i in (0, 5, 10)]
    assert candles.close.tolist() == [base.candles.close[i] for i in (4, 9, 11)]
    assert candles.high[1] == base.candles.high[5:10].max()
    assert candles.low[1] == base.candles.low[5:10].min()
    assert candles.volume.tolist() == [5, 5, 2]
    assert longer.indicators["row"].tolist() == [4, 9, 11]


def test_the_same_length_is_the_same_chart() -> None:
    base = chart(3)
    assert base.at(MINUTE) is base


def test_columns_of_another_length_are_a_defect() -> None:
    with pytest.raises(DefectError, match="ema has 2 rows, the candles 3"):
        ChartData(candles=chart(3).candles, indicators={"ema": np.zeros(2)})


def test_candles_that_cannot_be_drawn_are_left_out() -> None:
    made = chart(4).candles
    close = made.close.copy()
    close[1] = np.nan
    broken = Candles(
        pair=made.pair,
        timeframe=made.timeframe,
        time=made.time,
        open=made.open,
        high=made.high,
        low=made.low,
        close=close,
        volume=made.volume,
    )
    left = ChartData(candles=broken, indicators={"row": np.arange(4.0)}).sound()
    assert left.candles.time.tolist() == [0, 2 * MINUTE.ns, 3 * MINUTE.ns]
    assert left.indicators["row"].tolist() == [0, 2, 3]


def test_lengths_go_up_to_the_week() -> None:
    assert [str(t) for t in coarser(Timeframe.parse("4h"))] == ["4h", "8h", "12h", "1d", "3d", "1w"]
    assert [str(t) for t in coarser(Timeframe.parse("3d"))] == ["3d"]


def test_the_finest_candles_that_fit_are_kept() -> None:
    charts = [chart(6_000), chart(6_000, pair="ETH/USDT")]
    whole, blobs = fit(charts, 10**9)
    assert [head["timeframe"] for head in whole] == ["1m", "1m"]
    size = sum(map(len, blobs))
    assert fit(charts, size)[0][0]["timeframe"] == "1m"
    smaller, blobs = fit(charts, size - 1)
    assert [head["timeframe"] for head in smaller] == ["3m", "3m"]
    assert sum(map(len, blobs)) < size
    assert smaller[0]["tested"] == {"name": "1m", "minutes": 1}


def test_the_coarsest_candles_are_kept_even_when_nothing_fits() -> None:
    heads, _ = fit([chart(6_000)], 1)
    assert heads[0]["timeframe"] == "1w"
    assert heads[0]["rows"] == 2  # four days across a Monday


def test_charts_of_several_lengths_are_drawn_at_one() -> None:
    charts = [chart(600), chart(100, pair="ETH/USDT", timeframe=Timeframe.parse("5m"))]
    heads, _ = fit(charts, 10**9)
    assert [head["timeframe"] for head in heads] == ["5m", "5m"]
    assert [head["tested"] for head in heads] == [
        {"name": "1m", "minutes": 1},
        {"name": "5m", "minutes": 5},
    ]


def test_pairs_without_candles_have_no_chart() -> None:
    assert fit([], 100) == ([], [])
    assert fit([chart(0)], 100) == ([], [])
