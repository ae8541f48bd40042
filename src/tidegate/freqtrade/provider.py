"""The data provider of strategies, with candles of other timeframes and pairs loaded sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freqtrade.configuration import TimeRange
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType
from freqtrade.exchange import timeframe_to_seconds

from tidegate.freqtrade.loading import load_pair_history

if TYPE_CHECKING:
    from pandas import DataFrame


class QuickDataProvider(DataProvider):
    """Freqtrade's data provider. What it has loaded it keeps; frames are copied on write."""

    def historic_ohlcv(self, pair: str, timeframe: str, candle_type: str = "") -> DataFrame:
        """Return stored candles from the start-up of the run's range to its stop."""
        kept = self._loaded()
        kind = CandleType.from_string(candle_type) if candle_type else None
        kind = kind or self._config["candle_type_def"]
        key = (pair, str(timeframe), kind)
        if key not in kept:
            said = self._config.get("timerange")
            timerange = TimeRange.parse_timerange(None if said is None else str(said))
            startup = self.get_required_startup(str(timeframe))
            timerange.subtract_start(timeframe_to_seconds(str(timeframe)) * startup)
            kept[key] = load_pair_history(
                pair,
                timeframe,
                self._config["datadir"],
                timerange=timerange,
                data_format=self._config["dataformat_ohlcv"],
                candle_type=kind,
            )
        return kept[key].copy(deep=False)

    def _loaded(self) -> dict[tuple[str, str, CandleType], DataFrame]:
        """Return what was loaded before, by this class or its base."""
        kept: dict[tuple[str, str, CandleType], DataFrame] = (
            self._DataProvider__cached_pairs_backtesting
        )
        return kept


def quickened(provider: DataProvider) -> DataProvider:
    """Give a data provider the quick road, in place: whoever holds it has it from now on."""
    if type(provider) is DataProvider:
        provider.__class__ = QuickDataProvider
    return provider
