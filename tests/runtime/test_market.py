"""What pairs trade at, where several strategies follow them by candles of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.model import Candles, Timeframe
from tidegate.runtime.market import Market
from tidegate.runtime.recorded_feed import Feed, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTE = 60 * 10**9


class Given(Feed):
    """Knows the candles that it was given."""

    def __init__(self, timeframe: str, closes: Mapping[str, Sequence[float]]) -> None:
        length = Timeframe.parse(timeframe)
        super().__init__(Wanted(pairs=tuple(closes), timeframe=length, others=(), warmup=0))
        for pair, prices in closes.items():
            close = np.array(prices, dtype=np.float64)
            time = np.arange(len(close)) * length.ns
            self._base[pair] = Candles(
                pair=pair, timeframe=length, time=time, open=close.copy(), high=close.copy(),
                low=close.copy(), close=close, volume=close.copy(),
            )  # fmt: skip


def test_the_price_is_that_of_the_candle_that_closed_last() -> None:
    hourly = Given("1h", {"A": [100, 101], "B": [7]})
    quick = Given("5m", {"A": [float(n) for n in range(14)]})
    market = Market([hourly, quick])
    assert set(market.pairs) == {"A", "B"}
    assert market.price("A", 5 * MINUTE - 1) is None
    assert market.price("A", 59 * MINUTE) == 10
    assert market.price("A", 60 * MINUTE) == 11
    assert market.price("A", 69 * MINUTE) == 12
    assert market.price("A", 120 * MINUTE) == 101, "the shorter candles lag behind"
    assert market.price("B", 59 * MINUTE) is None
    assert market.price("B", 600 * MINUTE) == 7


def test_the_shortest_candles_of_a_pair_tell_its_figures() -> None:
    hourly, quick = Given("1h", {"A": [1], "B": [1]}), Given("5m", {"A": [1]})
    for feeds in ([hourly, quick], [quick, hourly]):
        market = Market(feeds)
        assert market.candles("A").timeframe == quick.wanted.timeframe
        assert market.candles("B").timeframe == hourly.wanted.timeframe
