"""Small plans whose every row can be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pytest

from tidegate.model import Candles, Plan, Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence


class MakePlan(Protocol):
    """Make a plan that never trades, on candles that all open at a price of their own."""

    def __call__(
        self,
        opens: Sequence[float],
        *,
        start: str = ...,
        timeframe: str = ...,
        warmup: int = ...,
        pair: str = ...,
    ) -> Plan: ...


@pytest.fixture
def make_plan() -> MakePlan:
    """Make a plan of which a test replaces what it is about."""

    def make(
        opens: Sequence[float],
        *,
        start: str = "2024-01-01",
        timeframe: str = "1h",
        warmup: int = 0,
        pair: str = "A/USD",
    ) -> Plan:
        length = Timeframe.parse(timeframe)
        begin = int(np.datetime64(start, "ns").astype(np.int64))
        prices = np.array(opens, dtype=np.float64)
        nothing = np.zeros(len(prices), dtype=np.bool_)
        return Plan(
            candles=Candles(
                pair=pair,
                timeframe=length,
                time=begin + np.arange(len(prices)) * length.ns,
                open=prices,
                high=prices.copy(),
                low=prices.copy(),
                close=prices.copy(),
                volume=np.ones(len(prices)),
            ),
            enter_long=nothing,
            exit_long=nothing.copy(),
            enter_short=nothing.copy(),
            exit_short=nothing.copy(),
            warmup=warmup,
        )

    return make
