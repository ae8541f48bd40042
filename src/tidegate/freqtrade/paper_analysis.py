"""A Freqtrade strategy's candles and signals, from files that may be growing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from freqtrade.configuration import TimeRange
from freqtrade.util import dt_ts

from tidegate.engine.keeper import ENGINE_BITS
from tidegate.errors import Code, OptionError
from tidegate.freqtrade.advice import populated
from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.freqtrade.callbacks.paper_provider import refresh
from tidegate.freqtrade.remarks import left_out, tampered
from tidegate.freqtrade.signals import PRICES, signals_of
from tidegate.freqtrade.strategy_errors import users_code
from tidegate.freqtrade.tags import Tags
from tidegate.freqtrade.trimming import times_of
from tidegate.kernel.walk.layout import EXIT_REASONS
from tidegate.model import Candles, Timeframe

if TYPE_CHECKING:
    from freqtrade.exchange import Exchange
    from pandas import DataFrame

    from tidegate.freqtrade.callbacks import Desk
    from tidegate.kernel.walk.memory import Memory
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.model import Floats

_NS_PER_MS: Final = 1_000_000
_NS: Final = 1_000_000_000
_WINDOW: Final = 1_000  # candles behind the first new one: as many as a callback may look back on
_WINDOW_S: Final = 2 * 86_400  # and no fewer than the gate's figures of a day are made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What is known of the market, and what the strategy says of it."""

    rows: dict[str, PairRows]
    candles: dict[str, Candles]
    """As they lie in the files, holes filled."""
    start_ns: int
    """When the first candle closes that may decide."""
    end_ns: int
    """When the last candle of all closes."""


class PaperBacktesting(CompiledBacktesting):
    """Freqtrade's backtest as the keeper of one strategy's configuration, candles and frames."""

    def __init__(self, config: dict[str, Any], exchange: Exchange, *, grows: bool) -> None:
        """Load the strategy. `grows`: its files do, and only their ends are analysed again."""
        self.is_analysing = False
        self.spans: dict[str, tuple[int, int]] = {}
        """When the first and the last row of each pair open, in the latest analysis."""
        self.tags = Tags(EXIT_REASONS)
        self._grows = grows
        self._analysed_once = False
        self.remarks: list[str] = []
        """What Freqtrade lets pass without a word."""
        super().__init__(config, exchange)
        self.progress = None

    def _ask(self, memory: Memory, desk: Desk) -> None:
        memory.rules.callbacks = desk.callbacks | ENGINE_BITS

    def analyse(self, since_ns: int = 0) -> Analysis:
        """Read the files and let the strategy look at them: what is new since a time, at least."""
        self.is_analysing = True
        refresh(self.dataprovider)
        self.available_pairs.clear()
        if since_ns:
            self._begin_at(since_ns)
        try:
            with users_code(self.config):
                data, timerange = self.load_bt_data()
            candles = {pair: self._candles_of(pair, frame) for pair, frame in data.items()}
            if self._grows:
                self.price_pair_prec = {}  # a month's first candles do not show its price step
            return self._analysed(data, candles, timerange)
        finally:
            self.is_analysing = False

    def _begin_at(self, since_ns: int) -> None:
        """Look at no more than what a decision needs, and a callback may look back on."""
        start = since_ns // _NS - max(_WINDOW * self.timeframe_secs, _WINDOW_S)
        self.config["timerange"] = f"{start}-"
        self.timerange = TimeRange.parse_timerange(self.config["timerange"])

    def _analysed(
        self, data: dict[str, DataFrame], candles: dict[str, Candles], timerange: TimeRange
    ) -> Analysis:
        (strategy,) = self.strategylist
        with users_code(self.config, strategy.get_strategy_name()):
            if not self._analysed_once:
                self._set_strategy(strategy)
            frames = populated(strategy, data)
            first, last = self.span_of(frames, timerange)
            if hindrance := self._hindrance(frames):
                raise _not_on_paper(strategy.get_strategy_name(), hindrance)
            if not self._analysed_once:
                self.reset_backtest(self.enable_protections)
                self.wallets.update()
            rows = signals_of(self, frames, self.tags).rows
        if not self._analysed_once:
            self.remarks = [*left_out(self), *tampered(self, strategy, data)]
        self._analysed_once = True
        self.spans = {
            pair: (int(each.time[0]), int(each.time[-1]))
            for pair, each in rows.items()
            if len(each.time)
        }
        step = self.timeframe_secs * _NS
        return Analysis(
            rows=rows,
            candles=candles,
            start_ns=dt_ts(first) * _NS_PER_MS + step,
            end_ns=dt_ts(last) * _NS_PER_MS + step,
        )

    def _candles_of(self, pair: str, frame: DataFrame) -> Candles:
        opened, high, low, close, volume = (_own(frame, name) for name in (*PRICES, "volume"))
        return Candles(
            pair=pair,
            timeframe=Timeframe.parse(self.timeframe),
            time=times_of(frame["date"]),
            open=opened,
            high=high,
            low=low,
            close=close,
            volume=volume,
        )


def _own(frame: DataFrame, name: str) -> Floats:
    """Return a copy of a column: whoever gets the frame may write into it."""
    return np.array(frame[name], dtype=np.float64)


def _not_on_paper(name: str, why: str) -> OptionError:
    return OptionError(
        Code.BAD_CONFIGURATION,
        f"{name} cannot be traded on paper: {why}",
        where="its Freqtrade configuration and candles",
        expected="what the compiled walk knows: a fixed list of pairs, evenly spaced candles, "
        "Freqtrade's own four protections",
        found=why,
        remedy="change that, or run it with `tidegate backtest`",
    )
