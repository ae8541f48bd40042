"""Animals that speak the older interface, which spot markets still take."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from freqtrade.strategy import IStrategy
from tests.parity.zoo.dice import throws

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Order, Trade
    from pandas import DataFrame


class OldNames(IStrategy):
    """The names of the second interface."""

    INTERFACE_VERSION = 2
    timeframe = "5m"
    startup_candle_count = 6
    use_sell_signal = True
    sell_profit_only = True
    sell_profit_offset = 0.001
    ignore_roi_if_buy_signal = True
    stoploss = -0.03
    minimal_roi = {"0": 0.02}
    order_types = {
        "buy": "limit",
        "sell": "limit",
        "stoploss": "limit",
        "stoploss_on_exchange": False,
    }
    order_time_in_force = {"buy": "gtc", "sell": "gtc"}
    seed = 1

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        return dataframe

    def populate_buy_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        bought = throws(f"buy {metadata['pair']}", dataframe["date"], self.seed) < 0.15
        dataframe.loc[bought, "buy"] = 1
        return dataframe

    def populate_sell_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        sold = throws(f"sell {metadata['pair']}", dataframe["date"], self.seed) < 0.2
        dataframe.loc[sold, "sell"] = 1
        return dataframe


class OldTags(OldNames):
    """A buy_tag makes two columns of one name, and stands where exit tags are read."""

    sell_profit_only = False

    def populate_buy_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        dataframe = super().populate_buy_trend(dataframe, metadata)
        kind = (throws("buy tag", dataframe["date"], self.seed) * 3).astype(int)
        dataframe["buy_tag"] = np.array(["dip", "", "wave"], dtype=object)[kind]
        return dataframe


class OldCallbacks(OldNames):
    """custom_sell and the old time-outs."""

    sell_profit_only = False

    def custom_entry_price(self, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * 0.997

    def custom_exit_price(self, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * 1.003

    def custom_sell(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        **kwargs: Any,
    ) -> str | None:
        word = f"{pair}{int(current_time.timestamp())}"
        return "sold" if zlib.crc32(word.encode()) % 15 == 0 else None

    def check_buy_timeout(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: Any
    ) -> bool:
        return zlib.crc32(f"buy{current_time}".encode()) % 4 == 0

    def check_sell_timeout(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: Any
    ) -> bool:
        return zlib.crc32(f"sell{current_time}".encode()) % 4 == 0
