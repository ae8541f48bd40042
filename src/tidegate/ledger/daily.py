"""What each strategy did on each day: a fold over ended trades, one small row at a time."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - msgspec reads the types of fields
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.errors import LedgerError
from tidegate.ledger.exact import exactly
from tidegate.ledger.tally import day_of
from tidegate.ledger.written import plain, read
from tidegate.model.money import ZERO
from tidegate.model.signal import Direction

if TYPE_CHECKING:
    from tidegate.model.records import TradeRecord

KEPT_DAYS: Final = 40
"""Days that rows are kept for; what they came to is in the database by then."""


class StrategyDay(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Trades of one strategy that ended on one UTC day. Money in quote currency, net of fees."""

    strategy: str
    day: int
    """Days since 1970-01-01."""
    trades: int
    wins: int
    """Trades that made money; a draw did not."""
    losses: int
    profit: Decimal
    fees: Decimal
    volume: Decimal
    """Bought and sold."""
    best: Decimal
    """Largest profit of a trade."""
    worst: Decimal
    losing_run: int
    """Trades since the last one of the day that did not lose."""
    longest_losing_run: int
    """Within the day."""


class Daily:
    """The rows of the latest days."""

    __slots__ = ("_latest", "_rows")

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: dict[tuple[int, str], StrategyDay] = {}
        self._latest: int | None = None

    @exactly
    def fold(self, trade: TradeRecord) -> StrategyDay:
        """Count a trade, and return the row that it changed."""
        day = day_of(trade.closed_ns)
        if self._latest is None or day > self._latest:
            self._latest = day
            first = day - KEPT_DAYS
            self._rows = {key: row for key, row in self._rows.items() if key[0] > first}
        elif day <= self._latest - KEPT_DAYS:
            message = f"a trade that ended {self._latest - day} days before the latest one"
            raise LedgerError(message)
        row = self._rows.get((day, trade.strategy))
        if row is None:
            row = self._rows[day, trade.strategy] = _begun(trade, day)
        _count(row, trade)
        return row

    def row(self, strategy: str, day: int) -> StrategyDay | None:
        """Return a strategy's row of a day; None if no trade of its ended then."""
        return self._rows.get((day, strategy))

    def rows(self) -> list[StrategyDay]:
        """Return all that are kept, by day and strategy."""
        return [self._rows[key] for key in sorted(self._rows)]

    def snapshot(self) -> list[dict[str, Any]]:
        """Return all rows as plain JSON: decimals are text."""
        written: list[dict[str, Any]] = plain(self.rows())
        return written

    @classmethod
    def restore(cls, written: object) -> Daily:
        """Return the rows of a snapshot; unknown and missing fields are refused."""
        rows = read(list[StrategyDay], written, "list of strategies' days")
        daily = cls()
        daily._rows = {(row.day, row.strategy): row for row in rows}
        daily._latest = max((row.day for row in rows), default=None)
        return daily


def _begun(trade: TradeRecord, day: int) -> StrategyDay:
    return StrategyDay(
        strategy=trade.strategy,
        day=day,
        trades=0,
        wins=0,
        losses=0,
        profit=ZERO,
        fees=ZERO,
        volume=ZERO,
        best=trade.profit,
        worst=trade.profit,
        losing_run=0,
        longest_losing_run=0,
    )


def _count(row: StrategyDay, trade: TradeRecord) -> None:
    earned = trade.profit + trade.fees + trade.funding
    value = trade.cost + (earned if trade.direction is Direction.LONG else -earned)
    row.trades += 1
    row.profit += trade.profit
    row.fees += trade.fees
    row.volume += trade.cost + value
    row.best = max(row.best, trade.profit)
    row.worst = min(row.worst, trade.profit)
    if trade.profit < 0:
        row.losses += 1
        row.losing_run += 1
        row.longest_losing_run = max(row.longest_losing_run, row.losing_run)
    else:
        row.wins += trade.profit > 0
        row.losing_run = 0
