"""Candles to plant faults in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tidegate.model import Candles, Timeframe

MONDAY_NS = 1_704_067_200_000_000_000  # 2024-01-01 00:00 UTC

Make = Callable[..., Candles]


def _make(rows: int = 12, timeframe: str = "5m", start: int = MONDAY_NS, **columns: Any) -> Candles:  # noqa: ANN401 (anything numpy takes)
    """Return sound candles of steps of one: open 100, 101, ..., volume 1, 2, ...; or as told."""
    length = Timeframe.parse(timeframe)
    opened = 100.0 + np.arange(rows)
    made: dict[str, Any] = {
        "time": start + np.arange(rows) * length.ns,
        "open": opened,
        "high": opened + 2,
        "low": opened - 1,
        "close": opened + 1,
        "volume": 1.0 + np.arange(rows),
    }
    origin = columns.pop("origin", "recorded")
    made |= {
        name: np.array(values, dtype=np.int64 if name == "time" else np.float64)
        for name, values in columns.items()
    }
    return Candles(pair="BTC/USDT", timeframe=length, origin=origin, **made)


def _with(candles: Candles, row: int, **values: float) -> Candles:
    """Return the candles with other values in one row."""
    columns = {
        name: getattr(candles, name).copy()
        for name in ("time", "open", "high", "low", "close", "volume")
    }
    for name, value in values.items():
        columns[name][row] = value
    return Candles(pair=candles.pair, timeframe=candles.timeframe, **columns)


def _without(candles: Candles, *rows: int) -> Candles:
    """Return the candles without some rows."""
    keep = np.delete(np.arange(len(candles)), list(rows))
    return _taken(candles, keep)


def _taken(candles: Candles, rows: Any) -> Candles:  # noqa: ANN401 (anything numpy indexes with)
    """Return those rows of the candles, in that order."""
    return Candles(
        pair=candles.pair,
        timeframe=candles.timeframe,
        time=candles.time[rows],
        open=candles.open[rows],
        high=candles.high[rows],
        low=candles.low[rows],
        close=candles.close[rows],
        volume=candles.volume[rows],
        origin=candles.origin,
    )


def _same(left: Candles, right: Candles) -> bool:
    """Return whether two histories are equal to the bit, NaN included."""
    return (left.pair, left.timeframe, left.origin) == (
        right.pair,
        right.timeframe,
        right.origin,
    ) and all(
        getattr(left, name).dtype == getattr(right, name).dtype
        and getattr(left, name).tobytes() == getattr(right, name).tobytes()
        for name in ("time", "open", "high", "low", "close", "volume")
    )


@pytest.fixture(scope="session")
def make() -> Make:
    return _make


@pytest.fixture(scope="session")
def with_() -> Make:
    return _with


@pytest.fixture(scope="session")
def without() -> Make:
    return _without


@pytest.fixture(scope="session")
def taken() -> Make:
    return _taken


@pytest.fixture(scope="session")
def same() -> Callable[[Candles, Candles], bool]:
    return _same
