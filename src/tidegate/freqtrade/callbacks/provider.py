"""The data provider as a strategy sees it: frames cut where the walk stands."""

from __future__ import annotations

from sys import getrefcount
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from freqtrade.data.dataprovider import MAX_DATAFRAME_CANDLES
from freqtrade.exchange import timeframe_to_prev_date
from pandas import DataFrame

from tidegate.freqtrade.callbacks.instants import instant, nanoseconds
from tidegate.freqtrade.provider import QuickDataProvider
from tidegate.freqtrade.trimming import times_of
from tidegate.kernel.walk.layout import AT_PAIR, BEFORE_PAIRS

if TYPE_CHECKING:
    from datetime import datetime

    from tidegate.freqtrade.callbacks.book import Book


class _Cut(NamedTuple):
    """A frame handed out, and what of it a strategy cannot change without it being seen."""

    source: DataFrame
    rows: int
    frame: DataFrame
    seal: tuple[object, ...]


_SPECIMEN: Final = _Cut(DataFrame(), 0, DataFrame(), ())
_UNHELD: Final = getrefcount(_SPECIMEN.frame)  # how an interpreter counts is its own affair


def _seal(frame: DataFrame) -> tuple[object, ...]:
    manager = frame._mgr  # noqa: SLF001 - pandas replaces these parts, never writes into them
    return (manager, manager.blocks, *manager.axes)


def _rows(frame: DataFrame, first: int, last: int) -> DataFrame:
    """Return `frame.iloc[first:last]`, without asking what kind of rows are wanted."""
    manager = frame._mgr.get_slice(slice(first, last), axis=1)  # noqa: SLF001 - what iloc comes to
    return frame._constructor_from_mgr(manager, axes=manager.axes)  # noqa: SLF001 - as above


def _is_free(cut: _Cut) -> bool:
    """Tell whether a frame may be handed out again: nobody has kept it, and it is as it was."""
    if getrefcount(cut.frame) > _UNHELD:
        return False
    return all(a is b for a, b in zip(cut.seal, _seal(cut.frame), strict=True))


class ProviderView(QuickDataProvider):
    """Freqtrade's data provider over the same data, which knows what each pair has reached.

    Freqtrade writes down at every candle of every pair how far that pair has come. Here it
    is worked out when somebody asks.
    """

    @classmethod
    def begin(cls, provider: Any, book: Book) -> ProviderView:  # noqa: ANN401 - a DataProvider
        """Turn a run's own provider into one of these, for strategies may have kept hold of it."""
        before = type(provider)
        provider.__class__ = cls
        view: ProviderView = provider
        view._tide_before = before
        view._note(book)
        return view

    def _note(self, book: Book) -> None:
        self._tide_book = book
        self._tide_tally = book.memory.tally
        self._tide_pairs = {pair: number for number, pair in enumerate(book.pairs)}
        self._tide_cuts: dict[object, _Cut] = {}
        self._tide_times: dict[object, tuple[DataFrame, np.ndarray[Any, Any]]] = {}

    def rows_seen(self, number: int) -> int:
        """Return how many rows of a pair have been visited."""
        tally = self._tide_tally
        record = self._tide_book.memory.pairs[number]
        seen = tally.time - record.first
        if self._is_visited(number):
            seen += 1
        return int(max(0, min(seen, record.rows)))

    def _rows_shown(self, number: int) -> int:
        """Return up to which row of its analysed candles a pair has come; 0: it has not begun."""
        seen = self.rows_seen(number)
        return self._tide_book.memory.pairs[number].startup + seen if seen else 0

    def _is_visited(self, number: int) -> bool:
        """Tell whether a pair's turn has come at this time."""
        tally = self._tide_tally
        if tally.phase == BEFORE_PAIRS:
            return False
        if tally.phase != AT_PAIR:
            return True
        current = tally.visit_at
        first = self._tide_book.memory.visit[: tally.visit_count].tolist()
        if current in first:
            return number in first[: first.index(current) + 1]
        return number in first or number <= current

    def end(self) -> None:
        """Become what it was, with how far every pair and the clock have come written down."""
        for pair, number in self._tide_pairs.items():
            if seen := self.rows_seen(number):
                startup = self._tide_book.memory.pairs[number].startup
                self._set_dataframe_max_index(pair, startup + seen)
        self._settle_date()
        before = self._tide_before
        for name in [name for name in self.__dict__ if name.startswith("_tide_")]:
            del self.__dict__[name]
        self.__class__ = before

    def _settle_date(self) -> None:
        ns = self._tide_tally.seen_ns
        if ns > 0:
            self._set_dataframe_max_date(instant(ns, self._tide_book.epoch))

    def get_analyzed_dataframe(self, pair: str, timeframe: str) -> tuple[DataFrame, datetime]:
        """Return the last analysed candles of a pair, and when they were analysed."""
        number = self._tide_pairs.get(pair)
        rows = 0 if number is None else self._rows_shown(number)
        kind = self._config.get("candle_type_def", "spot")
        kept = self._DataProvider__cached_pairs.get((pair, timeframe, kind))
        if not rows or kept is None:
            found: tuple[DataFrame, datetime] = super().get_analyzed_dataframe(pair, timeframe)
            return found
        frame, date = kept
        cut = self._tide_cuts.get(pair)
        if cut is None or cut.rows != rows or cut.source is not frame or not _is_free(cut):
            shown = _rows(frame, max(0, rows - MAX_DATAFRAME_CANDLES), rows)
            cut = self._tide_cuts[pair] = _Cut(frame, rows, shown, _seal(shown))
        return cut.frame, date

    def get_pair_dataframe(
        self, pair: str, timeframe: str | None = None, candle_type: str = ""
    ) -> DataFrame:
        """Return the stored candles of a pair up to the one before now."""
        self._settle_date()
        now = self._DataProvider__slice_date
        key = (pair, timeframe or self._config["timeframe"], candle_type)
        known = self._tide_times.get(key)
        if known is None or not now or candle_type == "funding_rate":
            shown = super().get_pair_dataframe(pair, timeframe, candle_type)
            if now and candle_type != "funding_rate":
                self._remember(key)
            return shown
        frame, times = known
        rows = int(np.searchsorted(times, nanoseconds(timeframe_to_prev_date(key[1], now))))
        cut = self._tide_cuts.get(key)
        if cut is None or cut.rows != rows or not _is_free(cut):
            shown = _rows(frame, 0, rows)
            cut = self._tide_cuts[key] = _Cut(frame, rows, shown, _seal(shown))
        return cut.frame

    def _remember(self, key: tuple[str, str, str]) -> None:
        """Keep a pair's candles and their times, if the times rise."""
        frame = super().historic_ohlcv(*key)
        times = times_of(frame["date"])
        if len(times) and (times[1:] > times[:-1]).all():
            self._tide_times[key] = (frame, times)
