"""What a backtest loads before it begins, sooner than Freqtrade does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freqtrade.data import history
from freqtrade.data.converter import trim_dataframes
from freqtrade.enums import BacktestState, CandleType, TradingMode
from freqtrade.exceptions import OperationalException
from freqtrade.exchange import timeframe_to_seconds
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.util import dt_now

from tidegate.freqtrade.advice import populated
from tidegate.freqtrade.loading import load_data
from tidegate.freqtrade.provider import quickened
from tidegate.freqtrade.ticks import tick_sizes
from tidegate.freqtrade.trimming import trimmed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from freqtrade.configuration import TimeRange
    from freqtrade.exchange import Exchange
    from freqtrade.strategy.interface import IStrategy
    from pandas import DataFrame


class QuickLoading(Backtesting):
    """The first half of a backtest. Frames, steps and errors are those of its base."""

    def __init__(
        self,
        config: dict[str, Any],
        exchange: Exchange | None = None,
        *,
        progress_callback: Callable[[Any], None] | None = None,
    ) -> None:
        """Prepare as its base does; strategies get their further candles sooner, too."""
        super().__init__(config, exchange, progress_callback=progress_callback)
        quickened(self.dataprovider)

    def backtest_one_strategy(
        self, strat: IStrategy, data: dict[str, DataFrame], timerange: TimeRange
    ) -> tuple[datetime, datetime]:
        """Run one strategy over loaded candles; returns the first and the last candle tested."""
        if self.config.get("export", "none") == "signals":
            ends: tuple[datetime, datetime] = super().backtest_one_strategy(strat, data, timerange)
            return ends
        self._set_progress_step(BacktestState.ANALYZE, 0)
        started = dt_now()
        self._set_strategy(strat)
        frames = populated(strat, data)
        first, last = self.span_of(frames, timerange)
        content = self.backtest(processed=frames, start_date=first, end_date=last)
        name = strat.get_strategy_name()
        content["run_id"] = self.run_ids.get(name, "")
        content["backtest_start_time"] = int(started.timestamp())
        content["backtest_end_time"] = int(dt_now().timestamp())
        self.all_bt_content[name] = content
        return first, last

    def span_of(
        self, frames: dict[str, DataFrame], timerange: TimeRange
    ) -> tuple[datetime, datetime]:
        """Return the first and the last candle that is left when the start-up is cut away."""
        cut = {
            pair: trimmed(frame, timerange, self.required_startup) for pair, frame in frames.items()
        }
        if any(frame.empty for frame in cut.values()):
            # it says which, and leaves them out
            cut = trim_dataframes(frames, timerange, self.required_startup)
        if not cut:
            message = "No data left after adjusting for startup candles."
            raise OperationalException(message)
        span: tuple[datetime, datetime] = history.get_timerange(cut)
        return span

    def load_bt_data(self) -> tuple[dict[str, DataFrame], TimeRange]:
        """Load the candles of every pair, and what goes beside them."""
        self._set_progress_step(BacktestState.DATALOAD, 1)
        data = self._candles(self.timeframe, self._own_type(), startup=self.required_startup)
        first, _ = history.get_timerange(data)
        self.timerange.adjust_start_if_necessary(
            timeframe_to_seconds(self.timeframe), self.required_startup, first
        )
        self._increment_progress()
        self._load_bt_data_detail()
        present = [pair for pair in self.pairlists.whitelist if pair in data]
        self.price_pair_prec = {pair: tick_sizes(data[pair]) for pair in present}
        self.available_pairs.extend(present)
        return data, self.timerange

    def _load_bt_data_detail(self) -> None:
        """Load detail candles, and in futures what funding is worked out from."""
        self.detail_data = {}
        self.futures_data: dict[str, DataFrame] = {}
        if self.timeframe_detail:
            self.detail_data = self._candles(self.timeframe_detail, self._own_type())
        if self.trading_mode == TradingMode.FUTURES:
            self._load_funding()

    def _load_funding(self) -> None:
        period: str = self.exchange.get_option("funding_fee_timeframe")
        self.funding_fee_timeframe_secs: int = timeframe_to_seconds(period)
        rates = self._candles(period, CandleType.FUNDING_RATE)
        marks = self._candles(
            self.exchange.get_option("mark_ohlcv_timeframe"),
            CandleType.from_string(self.exchange.get_option("mark_ohlcv_price")),
        )
        pairs = self.pairlists.whitelist
        if self.exchange.get_option("uses_leverage_tiers", True):  # noqa: FBT003 - what it is without
            tiers = self.exchange._leverage_tiers  # noqa: SLF001 - Freqtrade looks there as well
            if untiered := [pair for pair in pairs if pair not in tiers]:
                message = f"there are no leverage tiers for {', '.join(untiered)}"
                raise OperationalException(message)
        for pair in pairs:
            self.futures_data[pair] = self.exchange.combine_funding_and_mark(
                funding_rates=rates[pair],
                mark_rates=marks[pair],
                futures_funding_rate=self.config.get("futures_funding_rate", None),
            )

    def _own_type(self) -> CandleType:
        return self.config.get("candle_type_def", CandleType.SPOT)

    def _candles(
        self, timeframe: str, candle_type: CandleType, *, startup: int = 0
    ) -> dict[str, DataFrame]:
        return load_data(
            self.config["datadir"],
            timeframe,
            self.pairlists.whitelist,
            timerange=self.timerange,
            startup_candles=startup,
            fail_without_data=True,
            data_format=self.config["dataformat_ohlcv"],
            candle_type=candle_type,
        )
