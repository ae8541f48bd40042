"""The data provider of a strategy that goes on for ever: its candles are analysed anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.freqtrade.callbacks.provider import ProviderView
from tidegate.freqtrade.provider import QuickDataProvider

if TYPE_CHECKING:
    from pandas import DataFrame


class PaperView(ProviderView):
    """Shows candles by their time: which row that is differs from one analysis to the next."""

    def _rows_shown(self, number: int) -> int:
        """Return up to which row of its latest analysis a pair has come; 0: it has not begun."""
        book, tally = self._tide_book, self._tide_tally
        record, rules = book.memory.pairs[number], book.memory.rules
        at = tally.time if self._is_visited(number) else tally.time - 1
        span = book.bt.spans.get(book.pairs[number])
        if span is None or at < record.listed:
            return 0
        first, last = span
        now = min(rules.start_ns + at * rules.candle_ns, last)
        return int(record.startup + max((now - first) // rules.candle_ns + 1, 0))

    def get_pair_dataframe(
        self, pair: str, timeframe: str | None = None, candle_type: str = ""
    ) -> DataFrame:
        """Return the stored candles of a pair up to the one before now; all, for an analysis."""
        if self._tide_book.bt.is_analysing:
            return QuickDataProvider.get_pair_dataframe(self, pair, timeframe, candle_type)
        return super().get_pair_dataframe(pair, timeframe, candle_type)

    def forget(self) -> None:
        """Let go of candles that were cut, and of times: the files have grown."""
        self._tide_cuts.clear()
        self._tide_times.clear()


def refresh(provider: QuickDataProvider) -> None:
    """Have a data provider read its files again, and show all of them to an analysis."""
    provider._loaded().clear()  # noqa: SLF001 - our own, of one kin
    provider._DataProvider__slice_date = None  # noqa: SLF001 - it has no other door
    if isinstance(provider, PaperView):
        provider.forget()
