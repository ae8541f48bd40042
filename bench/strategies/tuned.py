"""The search of the bench: two spaces, indicators computed once, signals by the epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import talib.abstract as ta
from freqtrade.strategy import (
    BooleanParameter,
    CategoricalParameter,
    DecimalParameter,
    IntParameter,
    IStrategy,
)

if TYPE_CHECKING:
    from pandas import DataFrame


class Tuned(IStrategy):
    """Buys a fall, sells a rise; how deep and how high is what is searched."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi: ClassVar[dict[str, float]] = {"0": 0.04, "60": 0.02, "240": 0.01}
    stoploss = -0.05
    startup_candle_count = 60

    buy_rsi = IntParameter(15, 45, default=30, space="buy")
    buy_gap = DecimalParameter(0.95, 1.02, decimals=3, default=0.99, space="buy")
    buy_trend = BooleanParameter(default=True, space="buy")
    sell_rsi = IntParameter(55, 85, default=70, space="sell")
    sell_line = CategoricalParameter(["fast", "slow"], default="fast", space="sell")

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Compute what every epoch reads."""
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["fast"] = ta.EMA(dataframe, timeperiod=12)
        dataframe["slow"] = ta.EMA(dataframe, timeperiod=50)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Enter where it fell."""
        fallen = dataframe["rsi"] < self.buy_rsi.value
        fallen &= dataframe["close"] < dataframe["fast"] * self.buy_gap.value
        if self.buy_trend.value:
            fallen &= dataframe["fast"] > dataframe["slow"] * 0.99
        dataframe.loc[fallen & (dataframe["volume"] > 0), ["enter_long", "enter_tag"]] = (1, "fall")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Leave where it rose."""
        risen = dataframe["rsi"] > self.sell_rsi.value
        risen &= dataframe["close"] > dataframe[self.sell_line.value]
        dataframe.loc[risen, "exit_long"] = 1
        return dataframe
