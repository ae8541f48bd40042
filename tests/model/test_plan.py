"""Candles and what a strategy wants on them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tidegate.errors import DefectError
from tidegate.model import TRADE_DTYPE, Candles, Plan, Timeframe

if TYPE_CHECKING:
    from tidegate.model import Floats

HOUR = Timeframe.parse("1h")


@pytest.fixture
def candles() -> Candles:
    """Return four candles whose every number is another."""

    def column(first: float) -> Floats:
        return first + np.arange(4.0)

    return Candles(
        pair="A/USD",
        timeframe=HOUR,
        time=np.arange(4) * HOUR.ns,
        open=column(10.0),
        high=column(20.0),
        low=column(5.0),
        close=column(15.0),
        volume=column(100.0),
    )


@pytest.mark.parametrize("name", ["time", "open", "high", "low", "close", "volume"])
def test_no_price_can_be_moved(candles: Candles, name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        getattr(candles, name)[0] = 1
    with pytest.raises(FrozenInstanceError):
        setattr(candles, name, None)


def test_a_part_has_the_same_rows_of_every_column_without_a_copy(candles: Candles) -> None:
    part = candles.rows(1, 3)
    assert len(part) == 2
    assert part.time.tolist() == [HOUR.ns, 2 * HOUR.ns]
    assert [part.open[0], part.high[0], part.low[0], part.close[0], part.volume[0]] == [
        11.0, 21.0, 6.0, 16.0, 101.0,
    ]  # fmt: skip
    assert np.shares_memory(part.close, candles.close)
    assert (part.pair, part.timeframe) == (candles.pair, candles.timeframe)


def test_an_idle_plan_wants_nothing(candles: Candles) -> None:
    plan = Plan.idle(candles)
    for flags in (plan.enter_long, plan.exit_long, plan.enter_short, plan.exit_short):
        assert flags.tolist() == [False] * 4


@pytest.mark.parametrize(
    "name",
    [
        "enter_long", "exit_long", "enter_short", "exit_short",
        "enter_tag", "exit_tag", "stop_distance", "size_distance",
    ],
)  # fmt: skip
def test_a_column_of_another_length_is_our_mistake(candles: Candles, name: str) -> None:
    shorter: Any = {name: np.zeros(3)}
    with pytest.raises(DefectError, match=f"{name} has 3 rows, the candles 4"):
        replace(Plan.idle(candles), **shorter)


def test_the_fields_of_a_trade_lie_where_compiled_code_can_read_them_at_once() -> None:
    assert TRADE_DTYPE.isalignedstruct
    assert TRADE_DTYPE.itemsize % 8 == 0
