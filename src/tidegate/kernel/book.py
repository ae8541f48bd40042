"""What changes while the candle loop runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidegate.kernel.compiled import inlined

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from tidegate.model import Floats, Ints


class Book(NamedTuple):
    """Open positions, closed trades, counters and money of one run."""

    slots: NDArray[Any]
    """A row of TRADE_DTYPE a pair: its open position, with the end already worked out."""
    ends: Ints
    """Grid time at which each pair's open position ends; NEVER: not before the data do."""
    seen: Ints
    """How far each pair's list of entry signals has been read."""
    opened: Ints
    """Pairs with an open position, oldest first; the first `counts[OPEN]` count."""
    counts: Ints
    money: Floats
    window: int
    recent: Floats
    """Profit ratios of the latest closed trades, a ring."""
    trades: NDArray[Any]
    """Rows of TRADE_DTYPE, in closing order; the first `counts[CLOSED]` count."""


OPEN = 0
CLOSED = 1
REJECTED = 2
UNAFFORDABLE = 3
TIMED_OUT = 4
LOST = 5
ENTERED = 6
COUNTS = 7

REALISED = 0  # of `money`: profit of all closed trades so far
STRANDED = 1  # of `money`: stakes of positions that could not be closed at the end

NEVER = 1 << 60


@inlined
def tied_up(book: Book) -> float:
    """Return the stakes of all open positions, summed oldest first."""
    total = 0.0
    for j in range(book.counts[OPEN]):
        total += book.slots[book.opened[j]].stake
    return total


@inlined
def next_free(book: Book) -> int:
    """Return the grid time at which the first open position ends."""
    soonest = NEVER
    for j in range(book.counts[OPEN]):
        soonest = min(soonest, book.ends[book.opened[j]])
    return soonest


@inlined
def forget(book: Book, pair: int) -> None:
    """Take a pair out of the list of open positions."""
    j = 0
    while book.opened[j] != pair:
        j += 1
    book.counts[OPEN] -= 1
    for k in range(j, book.counts[OPEN]):
        book.opened[k] = book.opened[k + 1]


@inlined
def settle(book: Book, pair: int) -> None:
    """Move a pair's position from the open to the closed, and its profit to the wallet."""
    forget(book, pair)
    closed = book.counts[CLOSED]
    book.trades[closed] = book.slots[pair]
    book.money[REALISED] += book.slots[pair].profit_abs
    book.recent[closed % book.window] = book.slots[pair].profit_ratio
    book.counts[CLOSED] = closed + 1
