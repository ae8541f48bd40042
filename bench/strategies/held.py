"""Strategies that hold a position half of the time, and are asked about it in different ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import talib.abstract as ta
from freqtrade.strategy import IStrategy

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade
    from pandas import DataFrame


class Held(IStrategy):
    """Long while EMA 12 is above EMA 26. No callbacks."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 30
    minimal_roi: dict[str, float] = {}  # noqa: RUF012 - Freqtrade's own way
    stoploss = -0.2
    calls = 0
    """How many callbacks were called."""

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Compute the two averages."""
        dataframe["fast"] = ta.EMA(dataframe, timeperiod=12)
        dataframe["slow"] = ta.EMA(dataframe, timeperiod=26)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Enter where the fast average is above the slow one."""
        dataframe.loc[dataframe["fast"] > dataframe["slow"], "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Leave where it is below."""
        dataframe.loc[dataframe["fast"] < dataframe["slow"], "exit_long"] = 1
        return dataframe


class EveryCandle(Held):
    """Asked twice about every candle of an open position; its answers change nothing."""

    use_custom_stoploss = True

    def custom_stoploss(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        after_fill: bool,  # noqa: FBT001 - as above
        **kwargs: object,
    ) -> float | None:
        """Leave the stop where it is."""
        self.calls += 1
        return None

    def custom_exit(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: object,
    ) -> str | None:
        """Stay."""
        self.calls += 1
        return "much" if current_profit > 10 else None  # noqa: PLR2004 - tenfold: never


class Events(Held):
    """Asked when something happens to a position, and not in between."""

    def confirm_trade_entry(self, **kwargs: object) -> bool:
        """Agree."""
        self.calls += 1
        return True

    def confirm_trade_exit(self, **kwargs: object) -> bool:
        """Agree."""
        self.calls += 1
        return True

    def custom_stake_amount(self, *, proposed_stake: float, **kwargs: object) -> float:
        """Stake nine tenths of what is proposed."""
        self.calls += 1
        return proposed_stake * 0.9

    def custom_entry_price(self, *, proposed_rate: float, **kwargs: object) -> float:
        """Take the price proposed."""
        self.calls += 1
        return proposed_rate

    def custom_exit_price(self, *, proposed_rate: float, **kwargs: object) -> float:
        """Take the price proposed."""
        self.calls += 1
        return proposed_rate

    def leverage(self, *, proposed_leverage: float, **kwargs: object) -> float:
        """Borrow no more than proposed."""
        self.calls += 1
        return proposed_leverage

    def order_filled(self, **kwargs: object) -> None:
        """Take note."""
        self.calls += 1
