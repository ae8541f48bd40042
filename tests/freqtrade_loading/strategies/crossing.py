"""Strategies of the loading tests, as their users would write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import talib.abstract as ta
from freqtrade.strategy import IStrategy, informative, merge_informative_pair

if TYPE_CHECKING:
    from pandas import DataFrame


class Crossing(IStrategy):
    """Two averages, an hourly one, and a hand-merged one of another pair."""

    timeframe = "5m"
    startup_candle_count = 30
    minimal_roi: dict[str, float] = {"0": 0.05}  # noqa: RUF012 - Freqtrade's own way
    stoploss = -0.05

    @informative("1h")  # type: ignore[untyped-decorator] # Freqtrade ships no types
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Average the hours."""
        del metadata
        dataframe["average"] = dataframe["close"].rolling(3).mean()
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Average the candles, and look at another pair."""
        dataframe["fast"] = ta.EMA(dataframe, timeperiod=5)
        dataframe["slow"] = ta.EMA(dataframe, timeperiod=20)
        other = self.dp.get_pair_dataframe(metadata["pair"].replace("B/", "A/"), "1h")
        return merge_informative_pair(dataframe, other, self.timeframe, "1h", append_timeframe=True)

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Enter above the slow average, and tag where the hours agree."""
        del metadata
        above = dataframe["fast"] > dataframe["slow"]
        dataframe.loc[above, ["enter_long", "enter_tag"]] = (1, "above")
        agreed = above & (dataframe["close"] > dataframe["average_1h"])
        dataframe.loc[agreed, "enter_tag"] = "agreed"
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Leave below it."""
        del metadata
        dataframe.loc[dataframe["fast"] < dataframe["slow"], "exit_long"] = 1
        return dataframe
