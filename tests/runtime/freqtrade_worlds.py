"""Two strategies written for Freqtrade, a market of theirs, and files that grow by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.runtime.worlds import StillClock

from tidegate.feeds import path_of, write
from tidegate.feeds.synthetic import MarketSpec, generate_all
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tidegate.model import Candles

SWING = '''\
from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy, informative


class Swing(IStrategy):
    """Rides above the mean of an hour, adds once, and remembers what it did."""

    timeframe = "5m"
    startup_candle_count = 30
    minimal_roi = {"0": 0.05}
    stoploss = -0.06
    use_custom_stoploss = True
    position_adjustment_enable = True
    protections = [
        {"method": "StoplossGuard", "lookback_period_candles": 60, "trade_limit": 2,
         "stop_duration_candles": 10},
        {"method": "CooldownPeriod", "stop_duration_candles": 2},
    ]

    @informative("1h")
    def populate_indicators_1h(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(2).mean()
        return dataframe

    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(12).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        above = dataframe["close"] > dataframe["mean"]
        rising = dataframe["close"] > dataframe["mean_1h"] * 0.999
        dataframe.loc[above & rising, ["enter_long", "enter_tag"]] = (1, "up")
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["mean"] * 0.998, "exit_long"] = 1
        return dataframe

    def order_filled(self, pair, trade, order, current_time, **kwargs):
        trade.set_custom_data("fills", trade.get_custom_data("fills", default=0) + 1)

    def custom_stake_amount(self, proposed_stake, **kwargs):
        return proposed_stake / 3

    def adjust_trade_position(self, trade, current_profit, **kwargs):
        if current_profit < -0.006 and trade.get_custom_data("fills", default=0) == 1:
            return trade.stake_amount / 2
        return None

    def custom_stoploss(self, pair, trade, current_time, current_profit, **kwargs):
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        assert frame["date"].iloc[-1] < current_time
        hours = self.dp.get_pair_dataframe(pair, "1h")
        assert hours["date"].iloc[-1] < current_time
        return -0.01 if current_profit > 0.01 else None

    def custom_exit(self, pair, trade, current_time, current_profit, **kwargs):
        closed = Trade.get_trades_proxy(is_open=False)
        if closed and closed[-1].close_profit < 0 and current_profit > 0.004:
            return "enough"
        return None

    def confirm_trade_entry(self, pair, current_time, **kwargs):
        if current_time.hour == 5:
            self.lock_pair(pair, current_time.replace(minute=55), "early", "long")
        return current_time.hour != 3
'''
DIPS = '''\
from freqtrade.strategy import IStrategy


class Dips(IStrategy):
    """Buys below the mean, at a price of its own, which it follows."""

    timeframe = "15m"
    startup_candle_count = 10
    minimal_roi = {"0": 0.02, "120": 0.005}
    stoploss = -0.03
    unfilledtimeout = {"entry": 60, "exit": 60, "unit": "minutes"}

    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(8).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["mean"], "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe

    def custom_entry_price(self, proposed_rate, **kwargs):
        return proposed_rate * 0.997

    def adjust_entry_price(self, proposed_rate, current_order_rate, **kwargs):
        return max(current_order_rate, proposed_rate * 0.998)
'''
PAIRS = ("BTC/USDT", "ETH/USDT")
START_NS = 1_706_400_000 * 10**9
LENGTHS = tuple(Timeframe.parse(name) for name in ("5m", "15m", "1h"))


def strategies(folder: Path) -> None:
    """Write both."""
    (folder / "swing.py").write_text(SWING, encoding="utf-8")
    (folder / "dips.py").write_text(DIPS, encoding="utf-8")


def parts(*, native: bool = True) -> list[dict[str, object]]:
    """Return both as parts of a configuration, and one of Tidegate's own."""
    pairs = list(PAIRS)
    found: list[dict[str, object]] = [
        {"strategy": "swing.py:Swing", "pairs": pairs, "markets": "assumed", "max_open_trades": 2},
        {"strategy": "Dips", "strategy_path": ["."], "pairs": pairs, "markets": "assumed"},
    ]
    if native:
        found.append({"strategy": "ema-crossover", "pairs": pairs, "timeframe": "5m"})
    return found


def market(days: int = 4, seed: int = 9) -> list[list[Candles]]:
    """Make a market: each pair in each length of candles."""
    spec = MarketSpec(
        pairs=PAIRS, timeframe=LENGTHS[0], start_ns=START_NS, candles=days * 288, seed=seed
    )
    return list(generate_all(spec, LENGTHS))


def put(
    folder: Path,
    frames: Sequence[Sequence[Candles]],
    until_ns: int | None = None,
    since_ns: int | None = None,
) -> None:
    """Write the candles that have closed by a time; all, without one. What was there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in (candles for frame in frames for candles in frame):
        rows = _closed(each, until_ns)
        if since_ns is None or rows > _closed(each, since_ns):
            write(path_of(folder, each.pair, each.timeframe), each.rows(0, rows))


def _closed(candles: Candles, until_ns: int | None) -> int:
    """Return how many candles have closed by a time."""
    if until_ns is None:
        return len(candles)
    return int((candles.time + candles.timeframe.ns <= until_ns).sum())


class GrowingFiles(StillClock):
    """A clock by which files grow: whoever waits finds one candle more, or some."""

    def __init__(
        self, folder: Path, frames: Sequence[Sequence[Candles]], begun_ns: int, step: int = 1
    ) -> None:
        super().__init__()
        self._folder, self._frames = folder, frames
        self._step_ns = step * LENGTHS[0].ns
        self.until_ns = begun_ns
        self.end_ns = START_NS + len(frames[0][0]) * LENGTHS[0].ns
        put(folder, frames, begun_ns)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        before, self.until_ns = self.until_ns, min(self.until_ns + self._step_ns, self.end_ns)
        put(self._folder, self._frames, self.until_ns, before)

    def over(self) -> bool:
        """Tell whether there will be no more."""
        return self.until_ns >= self.end_ns
