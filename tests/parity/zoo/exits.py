"""Animals that leave because they say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from tests.parity.zoo.dice import Dice, throws

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade
    from pandas import DataFrame


class ExitSignals(Dice):
    exits = 0.15


class ExitTags(Dice):
    exits = 0.12

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_exit_trend(dataframe, metadata)
        kind = (throws("exit tag", dataframe["date"], self.seed) * 3).astype(int)
        dataframe["exit_tag"] = np.array(["late", None, ""], dtype=object)[kind]
        return dataframe


class EntryAgainstExit(Dice):
    """Both signals stand often, so that each holds the other back."""

    entries = 0.4
    exits = 0.3


class ProfitOnly(Dice):
    exits = 0.2
    exit_profit_only = True
    stoploss = -0.04


class ProfitAboveOffset(Dice):
    exits = 0.25
    exit_profit_only = True
    exit_profit_offset = 0.004
    stoploss = -0.04


class SignalsUnused(Dice):
    """Exit signals are there and not used; neither is custom_exit."""

    exits = 0.2
    use_exit_signal = False
    minimal_roi = {"0": 0.02, "120": -1}

    def custom_exit(self, **kwargs: Any) -> str:
        return "never"


class OddSignals(Dice):
    """Flags that are neither 0 nor 1: an entry has to equal 1, an exit has to be true."""

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_entry_trend(dataframe, metadata)
        kind = (throws("odd", dataframe["date"], self.seed) * 5).astype(int)
        factors = np.array([1.0, 2.0, -1.0, np.nan, 1.0])[kind]
        dataframe["enter_long"] = dataframe["enter_long"] * factors
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_exit_trend(dataframe, metadata)
        kind = (throws("odd exit", dataframe["date"], self.seed) * 4).astype(int)
        dataframe["exit_long"] = dataframe["exit_long"] * np.array([1.0, 2.0, -1.0, np.nan])[kind]
        return dataframe


class CustomExit(Dice):
    """Every kind of answer: a reason, a very long one, a bare yes, and several kinds of no."""

    exits = 0.02

    def custom_exit(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: Any,
    ) -> str | bool | None:
        self.see("custom_exit", trade, current_time, current_rate, current_profit)
        thrown = self.throw("leave", pair, current_time)
        if thrown < 0.02:
            return "x" * 300
        if thrown < 0.04:
            return True
        if thrown < 0.08 and current_profit > 0.004:
            return f"gain_{trade.enter_tag}"
        return ("", None, False)[int(thrown * 30) % 3]


class ConfirmExit(Dice):
    """Often says no, so that the next reason in line is tried."""

    exits = 0.15
    minimal_roi = {"0": 0.012, "40": 0.003}
    stoploss = -0.012
    trailing_stop = True

    def confirm_trade_exit(
        self,
        pair: str,
        trade: Trade,
        order_type: str,
        amount: float,
        rate: float,
        time_in_force: str,
        exit_reason: str,
        current_time: datetime,
        **kwargs: Any,
    ) -> bool | None:
        self.see(
            "confirm_trade_exit", trade, current_time, order_type, amount, rate, time_in_force,
            exit_reason, kwargs.get("sell_reason"),
        )  # fmt: skip
        thrown = self.throw(f"confirm {exit_reason}", pair, current_time)
        return None if thrown < 0.1 else thrown > 0.55


class ReadsMean(Dice):
    """Leaves by what the analysed candles say."""

    exits = 0.0

    def custom_exit(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: Any,
    ) -> str | None:
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        last = frame.iloc[-1]
        self.see("frame", None, current_time, len(frame), str(last["date"]), float(last["mean"]))
        side = -1 if trade.is_short else 1
        return "mean" if (last["close"] - last["mean"]) * side > last["close"] * 0.006 else None
