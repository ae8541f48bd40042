"""Strategies whose callbacks fail, or give what nothing can be made of."""

from __future__ import annotations

from typing import Any

from tests.freqtrade_callbacks.strategies.habits import Habit


class Fails(Habit):
    """Fails at two lines, the second of them in one pair only."""

    use_custom_stoploss = True

    def custom_stoploss(self, pair: str, **kwargs: Any) -> float:
        if pair.startswith("ETH"):
            raise KeyError(pair)
        return [0.1][len(pair)]

    def confirm_trade_entry(self, **kwargs: Any) -> bool:
        return bool(1 // 0)


class StopsByKey(Habit):
    """Is interrupted."""

    def custom_exit(self, **kwargs: Any) -> str:
        raise KeyboardInterrupt


class WordyStop(Habit):
    """Gives a word where a number is wanted."""

    use_custom_stoploss = True

    def custom_stoploss(self, **kwargs: Any) -> Any:
        return "far"


class EmptyAnswer(Habit):
    """Gives an answer without a part."""

    position_adjustment_enable = True

    def adjust_trade_position(self, **kwargs: Any) -> Any:
        return ()


class NoLeverage(Habit):
    """Gives nothing where a number is wanted."""

    def leverage(self, **kwargs: Any) -> Any:
        return None
