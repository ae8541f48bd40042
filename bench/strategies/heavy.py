"""A strategy of the size that people really run: timeframes, adds, partial exits, own stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import talib.abstract as ta
from freqtrade.strategy import IStrategy, informative, stoploss_from_open

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade
    from pandas import DataFrame

FEW_CANDLES = 24
MOST_ENTRIES = 3


class Heavy(IStrategy):
    """Buys dips in a longer trend, adds to losers, sells winners in parts."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 200
    minimal_roi: dict[str, float] = {"0": 0.06, "240": 0.03, "720": 0.01}  # noqa: RUF012 - Freqtrade's own way
    stoploss = -0.12
    use_custom_stoploss = True
    position_adjustment_enable = True
    max_entry_position_adjustment = MOST_ENTRIES - 1
    calls = 0
    """How many callbacks were called."""

    @informative("1h")
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Follow the trend of the hours."""
        dataframe["trend"] = ta.EMA(dataframe, timeperiod=50)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["atr"] = ta.ATR(dataframe, timeperiod=14)
        return dataframe

    @informative("4h")
    def populate_indicators_4h(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Follow the trend of the half days."""
        dataframe["trend"] = ta.EMA(dataframe, timeperiod=20)
        dataframe["adx"] = ta.ADX(dataframe, timeperiod=14)
        return dataframe

    @informative("1h", "C00/USDT")
    def populate_leader_1h(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Look at the coin that leads."""
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Compute a dozen columns."""
        for period in (8, 21, 55, 200):
            dataframe[f"ema_{period}"] = ta.EMA(dataframe, timeperiod=period)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        dataframe["adx"] = ta.ADX(dataframe, timeperiod=14)
        dataframe["atr"] = ta.ATR(dataframe, timeperiod=14)
        bands = ta.BBANDS(dataframe, timeperiod=20, nbdevup=2.0, nbdevdn=2.0)
        for name in ("lowerband", "middleband", "upperband"):
            dataframe[name] = bands[name]
        dataframe["volume_mean"] = dataframe["volume"].rolling(48).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Buy below the lower band, and on strength, each with its tag."""
        calm = dataframe["volume"] > 0
        dip = calm & (dataframe["close"] < dataframe["lowerband"]) & (dataframe["rsi"] < 35)  # noqa: PLR2004 - a low one
        strong = calm & (dataframe["ema_8"] > dataframe["ema_21"]) & (dataframe["adx"] > 30)  # noqa: PLR2004 - a high one
        strong &= dataframe["close"] > dataframe["trend_1h"]
        dataframe.loc[strong, ["enter_long", "enter_tag"]] = (1, "strong")
        dataframe.loc[dip, ["enter_long", "enter_tag"]] = (1, "dip")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Sell what has run too far."""
        far = (dataframe["close"] > dataframe["upperband"]) & (dataframe["rsi"] > 75)  # noqa: PLR2004 - a high one
        dataframe.loc[far, ["exit_long", "exit_tag"]] = (1, "far")
        return dataframe

    def confirm_trade_entry(self, pair: str, rate: float, **kwargs: object) -> bool:
        """Refuse a price that ran away from the last close."""
        self.calls += 1
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        return bool(rate < frame.iloc[-1]["close"] * 1.02)

    def custom_stake_amount(self, *, proposed_stake: float, **kwargs: object) -> float:
        """Leave room for two more entries."""
        self.calls += 1
        return proposed_stake / MOST_ENTRIES

    def custom_stoploss(
        self, trade: Trade, current_profit: float, **kwargs: object
    ) -> float | None:
        """Lock profit in, in steps."""
        self.calls += 1
        if current_profit > 0.03:  # noqa: PLR2004 - a step
            return stoploss_from_open(0.015, current_profit, is_short=trade.is_short)
        if current_profit > 0.015:  # noqa: PLR2004 - a step
            return stoploss_from_open(0.002, current_profit, is_short=trade.is_short)
        return None

    def custom_exit(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_profit: float,
        **kwargs: object,
    ) -> str | None:
        """Look at the latest candles before deciding."""
        self.calls += 1
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        last = frame.iloc[-1]
        if current_profit > 0.01 and last["rsi"] > 70:  # noqa: PLR2004 - high enough
            return "strong_enough"
        held = (current_time - trade.open_date_utc).total_seconds() / 300
        if held > FEW_CANDLES and current_profit < -0.02 and last["ema_8"] < last["ema_21"]:  # noqa: PLR2004 - low enough
            return f"no_hope_{trade.enter_tag}"
        return None

    def adjust_trade_position(
        self,
        trade: Trade,
        current_time: datetime,
        current_profit: float,
        max_stake: float,
        **kwargs: object,
    ) -> float | None:
        """Add to losers twice, sell half of a winner once."""
        self.calls += 1
        if trade.has_open_orders:
            return None
        if current_profit > 0.02 and trade.nr_of_successful_exits == 0:  # noqa: PLR2004 - won enough
            return -trade.stake_amount / 2
        entries = trade.nr_of_successful_entries
        if current_profit < -0.02 * entries and entries < MOST_ENTRIES:
            first = trade.select_filled_orders(trade.entry_side)[0]
            return float(min(first.stake_amount_filled, max_stake))
        return None
