"""What every animal of the zoo stands on: signals and decisions that are thrown, not made.

A throw is a hash of what is asked, where and when, so that it falls the same in every run of
either program, whatever was asked before.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from freqtrade.strategy import IStrategy

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def throws(question: str, dates: Series, seed: int) -> NDArray[np.float64]:
    """Return one number from 0 to 1 for each date."""
    word = zlib.crc32(f"{seed}:{question}".encode())
    bits = dates.dt.as_unit("s").astype("int64").to_numpy().astype(np.uint64)
    with np.errstate(over="ignore"):
        bits = (bits + np.uint64(word)) * np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(_MIX[0])
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(_MIX[1])
        bits ^= bits >> np.uint64(31)
    return (bits >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def looks(trade: Trade) -> tuple[object, ...]:
    """Return what a strategy commonly reads from a trade."""
    return (
        trade.id, trade.pair, trade.is_short, trade.trade_direction, trade.leverage,
        trade.open_rate, trade.amount, trade.stake_amount, trade.max_stake_amount,
        trade.stop_loss, trade.stop_loss_pct, trade.initial_stop_loss,
        trade.initial_stop_loss_pct, trade.max_rate, trade.min_rate, trade.liquidation_price,
        trade.enter_tag, trade.exit_reason, trade.is_open, trade.has_open_orders,
        trade.nr_of_successful_entries, trade.nr_of_successful_exits, trade.realized_profit,
        trade.funding_fees, str(trade.open_date_utc), str(trade.date_last_filled_utc),
        [(o.side, o.price, o.amount, o.filled, o.ft_is_open, o.ft_order_tag) for o in trade.orders],
    )  # fmt: skip


class Dice(IStrategy):
    """Enters and leaves by the dice; a subclass adds the one thing it is about."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 10.0}
    stoploss = -0.9
    startup_candle_count = 6
    use_exit_signal = True

    seed = 1
    entries = 0.08
    exits = 0.04
    tags = True

    def __init__(self, config: dict[str, Any]) -> None:
        """Go short wherever the market lets one."""
        super().__init__(config)
        self.can_short = config.get("trading_mode") == "futures"
        self.seen: list[tuple[object, ...]] = []

    def see(self, what: str, trade: Trade | None, now: datetime, *facts: object) -> None:
        """Note what a callback was shown, so that two runs can be held side by side."""
        self.seen.append((what, str(now), *facts, *(() if trade is None else looks(trade))))

    def throw(self, question: str, pair: str, now: datetime) -> float:
        """Return a number from 0 to 1 that only these three decide."""
        word = f"{self.seed}:{question}:{pair}:{int(now.timestamp())}"
        return zlib.crc32(word.encode()) / 0xFFFFFFFF

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Add one indicator, for callbacks to look at."""
        dataframe["mean"] = dataframe["close"].rolling(6).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Enter on a low throw; a few candles ask for both sides at once."""
        pair = metadata["pair"]
        long = throws(f"long {pair}", dataframe["date"], self.seed) < self.entries
        dataframe.loc[long, "enter_long"] = 1
        if self.can_short:
            short = throws(f"short {pair}", dataframe["date"], self.seed) < self.entries
            dataframe.loc[short, "enter_short"] = 1
        if self.tags:
            kind = (throws(f"tag {pair}", dataframe["date"], self.seed) * 4).astype(int)
            dataframe["enter_tag"] = np.array(["dip", "rally", "", "lunch"], dtype=object)[kind]
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Leave on a low throw."""
        pair = metadata["pair"]
        away = throws(f"exit {pair}", dataframe["date"], self.seed) < self.exits
        dataframe.loc[away, "exit_long"] = 1
        if self.can_short:
            away = throws(f"cover {pair}", dataframe["date"], self.seed) < self.exits
            dataframe.loc[away, "exit_short"] = 1
        return dataframe
