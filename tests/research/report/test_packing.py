"""What is packed comes out again, unpacked here a second time from the page's own description."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tidegate.errors import DefectError
from tidegate.model import Candles, Timeframe
from tidegate.research.report import ChartData
from tidegate.research.report.packing import (
    as_json,
    lies_over_price,
    pack_chart,
    pack_json,
    price_decimals,
)

HOUR = Timeframe.parse("1h")


def candles(closes: list[float], *, volume: float = 1.0, missing: int | None = None) -> Candles:
    """Make candles that open at the close before, a tenth taller on both sides."""
    close = np.array(closes, dtype=np.float64)
    opening = np.r_[close[:1], close[:-1]]
    rows = np.arange(len(close), dtype=np.int64)
    if missing is not None:
        rows[missing:] += 1
    return Candles(
        pair="BTC/USDT",
        timeframe=HOUR,
        time=rows * HOUR.ns,
        open=opening,
        high=np.maximum(opening, close) * 1.1,
        low=np.minimum(opening, close) * 0.9,
        close=close,
        volume=np.full(len(close), volume),
    )


def unpacked(blob: str, rows: int, columns: int) -> tuple[list[np.ndarray[Any, Any]], bytes]:
    """Undo the packing of whole-number columns; return them and the bytes that are left."""
    data = zlib.decompress(base64.b64decode(blob))
    found = []
    for column in range(columns):
        part = np.frombuffer(data[column * 4 * rows : (column + 1) * 4 * rows], dtype=np.uint8)
        code = part.reshape(4, rows).T.copy().view("<u4").ravel().astype(np.int64)
        found.append((code >> 1) ^ -(code & 1))
    return found, data[columns * 4 * rows :]


@given(
    st.lists(st.integers(1, 10**7), min_size=1, max_size=60),
    st.integers(0, 4),
)
def test_prices_come_back_exactly(ticks: list[int], decimals: int) -> None:
    made = candles([tick / 10**decimals for tick in ticks])
    head, blob = pack_chart(ChartData(candles=made))
    (_, opens, ups, downs, moves, _), _ = unpacked(blob, len(made), 6)
    scale = 10.0 ** int(str(head["decimals"]))
    close = np.cumsum(opens + moves)
    opening = close - moves
    finest = 0.501 / scale  # half a tick
    assert close / scale == pytest.approx(made.close, abs=finest)
    assert (np.maximum(opening, close) + ups) / scale == pytest.approx(made.high, abs=finest)
    assert (np.minimum(opening, close) - downs) / scale == pytest.approx(made.low, abs=finest)


def test_a_missing_candle_is_a_longer_step() -> None:
    made = candles([1.0, 2.0, 3.0, 4.0], missing=2)
    head, blob = pack_chart(ChartData(candles=made))
    (steps, *_), _ = unpacked(blob, 4, 6)
    assert steps.tolist() == [0, 1, 2, 1]
    assert (head["start_s"], head["rows"], head["minutes"]) == (0, 4, 60)


@pytest.mark.parametrize("volume", [1e-8, 0.37, 12_345.678, 4e12])
def test_volume_is_kept_to_half_a_percent(volume: float) -> None:
    made = candles([1.0, 2.0], volume=volume)
    made = Candles(**{**_fields(made), "volume": np.array([volume, volume * 777.0])})
    head, blob = pack_chart(ChartData(candles=made))
    (*_, codes), _ = unpacked(blob, 2, 6)
    kept = float(str(head["volume_unit"])) * np.exp((codes - 1) / 100)
    assert kept == pytest.approx(made.volume, rel=0.0051)


def test_no_volume_is_none() -> None:
    _, blob = pack_chart(ChartData(candles=candles([1.0, 2.0], volume=0.0)))
    (*_, codes), _ = unpacked(blob, 2, 6)
    assert codes.tolist() == [0, 0]


def test_an_indicator_keeps_its_values_and_its_holes() -> None:
    made = candles([100.0, 101.0, 102.0, 103.0])
    column = np.array([np.nan, 30.25, np.nan, 71.5])
    head, blob = pack_chart(ChartData(candles=made, indicators={"rsi": column}))
    described = head["indicators"]
    assert described == [{"name": "rsi", "overlay": False, "decimals": 2}]
    columns, known = unpacked(blob, 4, 7)
    assert np.cumsum(columns[6]).tolist() == [0, 3025, 3025, 7150]
    assert list(known) == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("prices", "decimals"),
    [
        ([42_000.5, 42_001.0], 1),
        ([42_000.0, 42_001.25], 2),
        ([0.00001234, 0.00001235], 8),
        ([1.0, 2.0], 0),
        ([1_500_000_000.0, 1_510_000_000.0], -7),
        ([42_000.123456789, 42_001.0], 2),
        ([0.0, 0.0], 0),
    ],
)
def test_prices_have_the_decimals_they_are_quoted_in(prices: list[float], decimals: int) -> None:
    flat = np.array(prices)
    made = Candles(**{**_fields(candles(prices)), "open": flat, "high": flat, "low": flat})
    assert price_decimals(made) == decimals


@given(arrays(np.float64, 8, elements=st.floats(1e-9, 1e11)))
def test_any_prices_fit(prices: np.ndarray[Any, Any]) -> None:
    head, _ = pack_chart(ChartData(candles=candles(prices.tolist())))
    assert -9 <= int(str(head["decimals"])) <= 12


def test_an_average_lies_over_the_price_and_an_oscillator_does_not() -> None:
    made = candles([100.0, 120.0, 90.0])
    assert lies_over_price(np.array([np.nan, 110.0, 100.0]), made)
    assert not lies_over_price(np.array([55.0, 40.0, 20.0]), made)
    assert lies_over_price(np.full(3, np.nan), made)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(DefectError, match="not JSON"):
        as_json({"sharpe": float("nan")})


def test_json_comes_back() -> None:
    value = {"a": [1, None, "€ </script>"]}
    assert json.loads(zlib.decompress(base64.b64decode(pack_json(value)))) == value


def _fields(made: Candles) -> dict[str, Any]:
    names = ("pair", "timeframe", "time", "open", "high", "low", "close", "volume", "origin")
    return {name: getattr(made, name) for name in names}
