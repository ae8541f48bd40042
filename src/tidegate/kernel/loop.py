"""The candle loop: a portfolio of pairs that share one wallet and one set of slots.

Nothing happens on most candles, so the loop keeps a calendar of what comes next (the
next entry signal of an idle pair, the end of an open position) and goes from event to
event. At one time open positions come first, by age, then idle pairs in their order.
"""

from __future__ import annotations

import heapq

from tidegate.kernel.book import (
    ENTERED,
    LOST,
    NEVER,
    OPEN,
    REJECTED,
    STRANDED,
    TIMED_OUT,
    UNAFFORDABLE,
    Book,
    forget,
    next_free,
    settle,
)
from tidegate.kernel.compiled import compiled, inlined
from tidegate.kernel.entry import open_position
from tidegate.kernel.hold import hold
from tidegate.kernel.lane import Lane
from tidegate.kernel.lean import lean_book, lean_market, lean_terms
from tidegate.kernel.market import Market, lane_at
from tidegate.kernel.numbers import LONG, SHORT, Terms
from tidegate.kernel.record import close_at_end, close_record, open_record

# An event is one integer, in the order of visiting: grid time, idle or open, age, pair.
_PAIR_BITS = 11
_AGE_BITS = 24
_IDLE = 1 << (_PAIR_BITS + _AGE_BITS)
_TIME_SHIFT = _PAIR_BITS + _AGE_BITS + 1
_PAIR_MASK = (1 << _PAIR_BITS) - 1
MOST_PAIRS = 1 << _PAIR_BITS
MOST_ENTRIES = 1 << _AGE_BITS
MOST_CANDLES = 1 << (62 - _TIME_SHIFT)


@inlined
def _next_signal(lane: Lane, row: int, book: Book) -> int:
    """Return the first row from `row` on that a signal asks to enter at; -1 for none."""
    seen = book.seen[lane.pair]
    while seen < lane.signals and lane.signal[seen] < row:
        seen += 1
    book.seen[lane.pair] = seen
    return int(lane.signal[seen]) if seen < lane.signals else -1


@inlined
def _next_chance(lane: Lane, row: int, slots: int, last: int, book: Book) -> int:
    """Return the next signal from `row` on that may find a slot, counting those that cannot."""
    row = _next_signal(lane, row, book)
    if book.counts[OPEN] < slots:
        return row
    free = min(next_free(book), last)
    while row >= 0 and lane.first + row < free:
        book.counts[REJECTED] += 1
        row = _next_signal(lane, row + 1, book)
    return row


@inlined
def _enter(lane: Lane, row: int, last: int, run: Terms, book: Book) -> bool:
    """Try an entry at this row's open; follow it to its end. True if a position results."""
    if lane.first + row == last:
        return False
    if 0 < run.wallet.max_open_trades <= book.counts[OPEN]:
        book.counts[REJECTED] += 1
        return False
    ok, position, paid = open_position(lane, row, run, book)
    if not ok:
        book.counts[UNAFFORDABLE] += 1
        return False
    ending = hold(position, lane, run.exits, run.venue)
    open_record(book.slots, lane, position, paid)
    close_record(book.slots, lane, ending, run)
    book.ends[lane.pair] = lane.first + ending.row if ending.row >= 0 else NEVER
    book.opened[book.counts[OPEN]] = lane.pair
    book.counts[OPEN] += 1
    book.counts[ENTERED] += 1
    book.counts[TIMED_OUT] += ending.timed_out
    return True


@inlined
def _visit(lane: Lane, row: int, last: int, run: Terms, book: Book) -> bool:
    """Do what a pair has to do at this candle. True if a position stays open behind it."""
    if _is_open(book, lane.pair):
        side = SHORT if book.slots[lane.pair].is_short else LONG
        settle(book, lane.pair)
        wanted = lane.entry[row - 1]  # an open position has a candle before it
        if not run.can_short or wanted in (0, side):
            return False
    if not _enter(lane, row, last, run, book):
        return False
    if book.ends[lane.pair] == lane.first + row:
        settle(book, lane.pair)
        return False
    return True


@inlined
def _is_open(book: Book, pair: int) -> bool:
    found = False
    for j in range(book.counts[OPEN]):
        found |= book.opened[j] == pair
    return found


@compiled
def simulate(market: Market, terms: Terms, book: Book) -> None:
    """Run the whole calendar; what came of it is in the book."""
    _simulate(lean_market(market), lean_terms(terms), lean_book(book))


@compiled
def _simulate(market: Market, run: Terms, book: Book) -> None:
    calendar = [0]
    calendar.clear()
    last = market.candles - 1
    for pair in range(market.pairs):
        lane = lane_at(market, pair)
        row = _next_signal(lane, 1, book)
        if row >= 0:
            heapq.heappush(calendar, ((lane.first + row) << _TIME_SHIFT) | _IDLE | pair)
    slots = run.wallet.max_open_trades if run.wallet.max_open_trades > 0 else market.pairs + 1
    while len(calendar) > 0:
        event = heapq.heappop(calendar)
        lane = lane_at(market, event & _PAIR_MASK)
        row = (event >> _TIME_SHIFT) - lane.first
        if _visit(lane, row, last, run, book):
            if book.ends[lane.pair] < NEVER:
                age = (book.counts[ENTERED] % MOST_ENTRIES) << _PAIR_BITS
                end = book.ends[lane.pair] << _TIME_SHIFT
                heapq.heappush(calendar, end | age | lane.pair)
            continue
        row = _next_chance(lane, row + 1, slots, last, book)
        if row >= 0:
            heapq.heappush(calendar, ((lane.first + row) << _TIME_SHIFT) | _IDLE | lane.pair)
    _close_what_is_left(market, run, book)


@compiled
def _close_what_is_left(market: Market, run: Terms, book: Book) -> None:
    """Close what is open at the open of its pair's last candle, earliest-listed pairs first."""
    while book.counts[OPEN] > 0:
        pair = book.opened[0]
        for j in range(1, book.counts[OPEN]):
            other = book.opened[j]
            if (lane_at(market, other).first, other) < (lane_at(market, pair).first, pair):
                pair = other
        if close_at_end(book.slots, lane_at(market, pair), run):
            settle(book, pair)
        else:
            forget(book, pair)
            book.counts[LOST] += 1
            book.money[STRANDED] += book.slots[pair].stake
