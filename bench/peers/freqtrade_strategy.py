"""The bench's strategy as Freqtrade takes it."""

import talib.abstract as ta
from freqtrade.strategy import IStrategy
from pandas import DataFrame


class EmaRsi(IStrategy):
    """EMA 12 over 26, RSI as a brake; no stop and no target."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 30
    minimal_roi = {}  # noqa: RUF012 - Freqtrade's own way
    stoploss = -0.99
    use_exit_signal = True

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        """Compute the three indicators."""
        dataframe["fast"] = ta.EMA(dataframe, timeperiod=12)
        dataframe["slow"] = ta.EMA(dataframe, timeperiod=26)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        """Enter where the fast average crosses above the slow one below RSI 70."""
        fast, slow = dataframe["fast"], dataframe["slow"]
        crossed = (fast > slow) & (fast.shift() <= slow.shift())
        dataframe.loc[crossed & (dataframe["rsi"] < 70), "enter_long"] = 1  # noqa: PLR2004
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        """Leave where it crosses back, or above RSI 80."""
        fast, slow = dataframe["fast"], dataframe["slow"]
        crossed = (fast < slow) & (fast.shift() >= slow.shift())
        dataframe.loc[crossed | (dataframe["rsi"] > 80), "exit_long"] = 1  # noqa: PLR2004
        return dataframe
