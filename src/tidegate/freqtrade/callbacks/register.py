"""What `Trade.get_trades_proxy` and its like answer from, while a walk runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freqtrade.persistence import LocalTrade

from tidegate.freqtrade.callbacks.lists import LateGroups, LateList

if TYPE_CHECKING:
    from tidegate.freqtrade.callbacks.book import Book
    from tidegate.freqtrade.callbacks.trade import LiveTrade


class Register:
    """Freqtrade's lists of open and closed trades, as the walk has them."""

    def __init__(self, book: Book) -> None:
        """Look at a book of trades."""
        self._book = book
        self._tally = book.memory.tally
        self._open_mark: tuple[int, int, int] | None = None
        self._groups_mark: tuple[int, int, int] | None = None
        self._closed_count = 0

    def install(self) -> None:
        """Put the lists where Freqtrade looks for them."""
        # they hold on to this, and this not to them: what is dropped is gone at once
        LocalTrade.bt_trades = LateList(self._renew_closed)
        LocalTrade.bt_trades_open = LateList(self._renew_open)
        LocalTrade.bt_trades_open_pp = LateGroups(self._renew_groups)
        self.count()

    def count(self) -> None:
        """Bring the two figures up to date that are plain numbers."""
        LocalTrade.bt_open_open_trade_count = self._tally.opened
        LocalTrade.bt_total_profit = self._tally.profit if self._tally.closed else 0

    def _mark(self) -> tuple[int, int, int]:
        tally = self._tally
        return tally.positions, tally.opened, tally.closed

    def _opened(self) -> list[LiveTrade]:
        opened = self._book.memory.opened[: self._tally.opened].tolist()
        return [self._book.live(index) for index in opened]

    def _renew_open(self, trades: LateList) -> None:
        mark = self._mark()
        if mark == self._open_mark:
            return
        self._open_mark = mark
        list.__setitem__(trades, slice(None), self._opened())

    def _renew_closed(self, trades: LateList) -> None:
        closed = self._tally.closed
        if closed == self._closed_count:
            return
        live = self._book.live
        new = self._book.memory.closed[self._closed_count : closed].tolist()
        list.extend(trades, [live(index) for index in new])
        self._closed_count = closed

    def _renew_groups(self, groups: LateGroups) -> None:
        mark = self._mark()
        if mark == self._groups_mark:
            return
        self._groups_mark = mark
        # pairs keep the place of their first trade, as in Freqtrade
        for pair in dict.keys(groups):
            dict.__getitem__(groups, pair).clear()
        for trade in self._opened():
            dict.setdefault(groups, trade.pair, []).append(trade)
