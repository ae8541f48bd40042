"""Animals that are about candles: other pairs, other timeframes, and what callbacks may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freqtrade.strategy import informative, merge_informative_pair
from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade
    from pandas import DataFrame


class HourlyTrend(Dice):
    """An hourly mean and a quarterly one, by decorator."""

    entries = 0.25

    @informative("1h")
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["slow"] = dataframe["close"].ewm(span=4).mean()
        return dataframe

    @informative("15m")
    def populate_indicators_15m(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["fast"] = dataframe["close"].diff()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_entry_trend(dataframe, metadata)
        rising = (dataframe["close"] > dataframe["slow_1h"]) & (dataframe["fast_15m"] > 0)
        dataframe.loc[~rising, "enter_long"] = 0
        return dataframe


class FollowsBitcoin(Dice):
    """Looks at one pair while trading all."""

    entries = 0.25

    @informative("15m", "BTC/{stake}")
    def populate_indicators_btc(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["up"] = dataframe["close"].diff() > 0
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_entry_trend(dataframe, metadata)
        up = dataframe["btc_usdt_up_15m"].fillna(value=False).astype(bool)
        dataframe.loc[~up, "enter_long"] = 0
        return dataframe


class FollowsSwap(Dice):
    """The same where the pair is a perpetual, with a name of its own for the column."""

    entries = 0.25

    @informative("1h", "BTC/{stake}:{stake}", "{base}_{column}")
    def populate_indicators_btc(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe["up"] = dataframe["close"].diff() > 0
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_entry_trend(dataframe, metadata)
        up = dataframe["btc_up"].fillna(value=False).astype(bool)
        dataframe.loc[~up, "enter_long"] = 0
        dataframe.loc[up, "enter_short"] = 0
        return dataframe


class MergesByHand(Dice):
    """The older way to an hourly candle."""

    entries = 0.25

    def informative_pairs(self) -> list[tuple[str, str]]:
        return [(pair, "1h") for pair in self.dp.current_whitelist()]

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_indicators(dataframe, metadata)
        hours = self.dp.get_pair_dataframe(pair=metadata["pair"], timeframe="1h")
        hours["range"] = hours["high"] - hours["low"]
        return merge_informative_pair(dataframe, hours, self.timeframe, "1h", ffill=True)

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_entry_trend(dataframe, metadata)
        calm = dataframe["range_1h"] < dataframe["close"] * 0.03
        dataframe.loc[~calm, "enter_long"] = 0
        return dataframe


class SmoothCandles(Dice):
    """Trades at prices it has changed."""

    stoploss = -0.02
    minimal_roi = {"0": 0.02}

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        prices = ["open", "high", "low", "close"]
        dataframe["open"] = (dataframe["open"].shift(1) + dataframe["close"].shift(1)) / 2
        dataframe["open"] = dataframe["open"].fillna(dataframe["close"])
        dataframe["high"] = dataframe[prices].max(axis=1)
        dataframe["low"] = dataframe[prices].min(axis=1)
        return dataframe


class PeeksAround(Dice):
    """Asks for the frames of all pairs from several callbacks, and notes how far they reach."""

    entries = 0.12

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        if not self.seen or self.throw("loop", "", current_time) < 0.15:
            self.peek("loop", current_time)

    def confirm_trade_entry(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        self.peek(pair, current_time)
        return True

    def custom_exit(
        self, pair: str, trade: Trade, current_time: datetime, **kwargs: Any
    ) -> str | None:
        if self.throw("peek", pair, current_time) < 0.2:
            self.peek(pair, current_time)
        return None

    def peek(self, place: str, now: datetime) -> None:
        for pair in self.dp.current_whitelist():
            frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
            ends = (len(frame), str(frame["date"].iloc[-1])) if len(frame) else (0, "")
            hours = self.dp.get_pair_dataframe(pair, "1h")
            self.see(
                "peek", None, now, place, pair, *ends, len(hours), str(hours["date"].iloc[-1:])
            )


class LateStart(Dice):
    """A long start-up."""

    startup_candle_count = 120
    entries = 0.12


class NoStart(Dice):
    startup_candle_count = 0
