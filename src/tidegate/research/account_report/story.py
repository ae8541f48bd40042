"""What is told of an account: its records, and the sums that they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.model import EXACT, ZERO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from tidegate.model import EquityRecord, TradeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A position that is open while the report is written."""

    strategy: str
    pair: str
    direction: str
    amount: Decimal
    average: Decimal
    price: Decimal | None
    profit: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """An account from its beginning until now; lists are oldest first."""

    account: str
    currency: str
    where: str
    """Whose prices, and whose money."""
    note: str
    """What has to be known to judge it."""
    begun_ns: int
    now_ns: int
    deposits: Decimal
    equity: Decimal | None
    curve: Sequence[EquityRecord]
    trades: Sequence[TradeRecord]
    held: Sequence[Held]
    approved: int
    refusals: Mapping[str, int]
    """How often the gate refused, by reason."""
    sentences: Mapping[str, str]
    """What each reason means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What some trades came to."""

    name: str
    trades: int
    wins: int
    profit: Decimal
    """Net of fees."""
    fees: Decimal

    @property
    def win_rate(self) -> float | None:
        """The share of trades that earned; None: there were none."""
        return self.wins / self.trades if self.trades else None


def sums_by(trades: Iterable[TradeRecord], key: Callable[[TradeRecord], str]) -> list[Sums]:
    """Return the sums of each group of trades, by name."""
    groups: dict[str, list[TradeRecord]] = {}
    for trade in trades:
        groups.setdefault(key(trade), []).append(trade)
    return [sums_of(name, groups[name]) for name in sorted(groups)]


def sums_of(name: str, trades: Sequence[TradeRecord]) -> Sums:
    """Return what trades came to together."""
    profit = fees = ZERO
    for trade in trades:
        profit = EXACT.add(profit, trade.profit)
        fees = EXACT.add(fees, trade.fees)
    wins = sum(1 for trade in trades if trade.profit > ZERO)
    return Sums(name=name, trades=len(trades), wins=wins, profit=profit, fees=fees)


def deepest_fall(curve: Iterable[EquityRecord]) -> float | None:
    """Return the deepest fall from a peak, a fraction of it; None: nothing is known."""
    peak, deepest = 0.0, None
    for record in curve:
        equity = float(record.equity)
        peak = max(peak, equity)
        fallen = (peak - equity) / peak if peak > 0 else 0.0
        deepest = fallen if deepest is None else max(deepest, fallen)
    return deepest
