"""Animals that leave by a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freqtrade.strategy import stoploss_from_absolute, stoploss_from_open
from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade


class FixedStop(Dice):
    stoploss = -0.025


class TightStop(Dice):
    """So tight that entry candles hit it."""

    stoploss = -0.004
    entries = 0.12


class TrailingStop(Dice):
    stoploss = -0.03
    trailing_stop = True


class TrailingPositive(Dice):
    stoploss = -0.04
    trailing_stop = True
    trailing_stop_positive = 0.008


class TrailingOffset(Dice):
    stoploss = -0.03
    trailing_stop = True
    trailing_stop_positive = 0.006
    trailing_stop_positive_offset = 0.015


class TrailingWaits(Dice):
    """Stays put until its offset is reached."""

    stoploss = -0.05
    trailing_stop = True
    trailing_stop_positive = 0.005
    trailing_stop_positive_offset = 0.012
    trailing_only_offset_is_reached = True
    entries = 0.12


class CustomStop(Dice):
    """Every kind of answer, also those that mean "no change"."""

    stoploss = -0.06
    use_custom_stoploss = True

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: Any,
    ) -> float | None:
        thrown = self.throw("stop", pair, current_time)
        self.see("custom_stoploss", trade, current_time, current_rate, current_profit)
        answers = (None, 0, float("nan"), float("inf"), 0.05, -0.04, -0.02, 1, -1, 0.011)
        return answers[int(thrown * len(answers)) % len(answers)]


class CustomStopAfterFill(Dice):
    """Moves the stop both ways where an order has just been filled."""

    stoploss = -0.05
    use_custom_stoploss = True

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        after_fill: bool,
        **kwargs: Any,
    ) -> float | None:
        self.see("custom_stoploss", trade, current_time, current_rate, current_profit, after_fill)
        if after_fill:
            return -0.01 - 0.03 * self.throw("fill", pair, current_time)
        return -0.02 if self.throw("stop", pair, current_time) < 0.2 else None


class StopFromOpen(Dice):
    """A ladder of locked-in profit, as most published strategies have it."""

    stoploss = -0.05
    use_custom_stoploss = True

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: Any,
    ) -> float | None:
        if current_profit > 0.02:
            return stoploss_from_open(
                0.012, current_profit, is_short=trade.is_short, leverage=trade.leverage
            )
        if current_profit > 0.008:
            return stoploss_from_open(
                0.002, current_profit, is_short=trade.is_short, leverage=trade.leverage
            )
        return None


class StopFromCandle(Dice):
    """A stop at an absolute price, taken from the analysed candles."""

    stoploss = -0.08
    use_custom_stoploss = True

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: Any,
    ) -> float | None:
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        candle = frame.iloc[-1]
        self.see("frame", None, current_time, len(frame), float(candle["close"]))
        edge = candle["high"] * 1.01 if trade.is_short else candle["low"] * 0.99
        return stoploss_from_absolute(
            edge, current_rate, is_short=trade.is_short, leverage=trade.leverage
        )


class CustomStopAndTrailing(CustomStop):
    """Both at once: the trailing step has the last word."""

    trailing_stop = True
    trailing_stop_positive = 0.01
    trailing_stop_positive_offset = 0.02


class AfterFillAndTrailing(CustomStopAfterFill):
    trailing_stop = True
    trailing_stop_positive = 0.01
