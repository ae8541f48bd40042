"""Buys dips in a rising market, and lets a stop follow what goes well."""

from datetime import datetime

import talib.abstract as ta
from freqtrade.persistence import Trade
from freqtrade.strategy import IntParameter, IStrategy, informative
from pandas import DataFrame


class PullbackRider(IStrategy):
    INTERFACE_VERSION = 3

    timeframe = "5m"
    startup_candle_count = 60

    minimal_roi = {"0": 0.06, "240": 0.03, "720": 0.01}
    stoploss = -0.08
    use_custom_stoploss = True

    buy_rsi = IntParameter(20, 45, default=38, space="buy")
    sell_rsi = IntParameter(55, 85, default=68, space="sell")

    @property
    def protections(self):
        return [{"method": "CooldownPeriod", "stop_duration_candles": 3}]

    @informative("1h")
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["trend"] = ta.EMA(dataframe, timeperiod=20)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dip = (dataframe["rsi"] < self.buy_rsi.value) & (dataframe["close"] > dataframe["trend_1h"])
        dataframe.loc[dip, ["enter_long", "enter_tag"]] = (1, "dip")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["rsi"] > self.sell_rsi.value, "exit_long"] = 1
        return dataframe

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        after_fill: bool,
        **kwargs,
    ) -> float | None:
        return -0.01 if current_profit > 0.02 else None
