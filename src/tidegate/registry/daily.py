"""What each strategy made on each day, kept up to date as trades close."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tidegate.model import DAY_NS, EXACT, ZERO
from tidegate.registry.schema import DAILY
from tidegate.registry.statements import ask, upsert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.model import TradeRecord
    from tidegate.registry.line import Line, Row, Step

_SUMS = ("trades", "wins", "losses", "profit", "fees", "funding")
_REMEMBERED = 1000


@dataclass(slots=True)
class _Day:
    """The sums of one strategy's trades that closed on one day, UTC."""

    trades: int = 0
    wins: int = 0
    losses: int = 0
    profit: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO

    def add(self, trade: TradeRecord) -> None:
        """Count a trade in; sums are decimal, for a text column cannot be summed by a database."""
        self.trades += 1
        self.wins += trade.profit > 0
        self.losses += trade.profit < 0
        self.profit = EXACT.add(self.profit, trade.profit)
        self.fees = EXACT.add(self.fees, trade.fees)
        self.funding = EXACT.add(self.funding, trade.funding)


class DailyTable:
    """The table of daily sums of one account, whose only writer this is."""

    def __init__(self, line: Line, account: int) -> None:
        """Remember where to look sums up."""
        self._line, self._account = line, account
        self._days: dict[tuple[int, str], _Day] = {}
        self._upsert = upsert(DAILY, line.mark, *_SUMS)
        self._find = ask(
            f"SELECT {', '.join(_SUMS)} FROM daily"  # noqa: S608 - own names
            " WHERE account = ? AND day = ? AND strategy = ?",
            line.mark,
        )

    def step(self, trades: Sequence[TradeRecord], exact: Callable[[Decimal], Any]) -> Step:
        """Return what brings the sums up to date with trades that have closed."""
        if len(self._days) > _REMEMBERED:
            self._days.clear()
        touched = dict.fromkeys((trade.closed_ns // DAY_NS, trade.strategy) for trade in trades)
        for key in touched:
            if key not in self._days:
                self._days[key] = self._kept(key)
        for trade in trades:
            self._days[trade.closed_ns // DAY_NS, trade.strategy].add(trade)
        return self._upsert, [self._row(key, self._days[key], exact) for key in touched]

    def _kept(self, key: tuple[int, str]) -> _Day:
        found = self._line.rows(self._find, (self._account, *key))
        if not found:
            return _Day()
        trades, wins, losses, *money = found[0]
        return _Day(trades, wins, losses, *(Decimal(value) for value in money))

    def _row(self, key: tuple[int, str], day: _Day, exact: Callable[[Decimal], Any]) -> Row:
        sums = (exact(value) for value in (day.profit, day.fees, day.funding))
        return (self._account, *key, day.trades, day.wins, day.losses, *sums)
