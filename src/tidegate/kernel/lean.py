"""The loop's inputs with pointers for arrays; see `pointers`."""

from __future__ import annotations

from tidegate.kernel.book import Book
from tidegate.kernel.compiled import compiled
from tidegate.kernel.market import Market
from tidegate.kernel.numbers import ExitNumbers, Terms
from tidegate.kernel.pointers import pointer


@compiled
def lean_terms(terms: Terms) -> Terms:
    """Return the terms with pointers for the target table."""
    exits = terms.exits
    lean = ExitNumbers(
        exits.stop_ratio,
        exits.trailing,
        exits.trailing_ratio,
        exits.trailing_offset,
        exits.trailing_only_past_offset,
        exits.targets,
        pointer(exits.target_minutes),
        pointer(exits.target_ratios),
        exits.reward_risk,
        exits.max_bars,
        exits.use_exit_signal,
        exits.exit_profit_only,
        exits.exit_profit_offset,
        exits.ignore_targets_on_entry_signal,
    )
    return Terms(lean, terms.sizing, terms.venue, terms.wallet, terms.can_short)


@compiled
def lean_book(book: Book) -> Book:
    """Return the book with pointers for all but the tables of trades."""
    return Book(
        book.slots,
        pointer(book.ends),
        pointer(book.seen),
        pointer(book.opened),
        pointer(book.counts),
        pointer(book.money),
        book.window,
        pointer(book.recent),
        book.trades,
    )


@compiled
def lean_market(market: Market) -> Market:
    """Return the market with a pointer for its table."""
    return Market(market.pairs, market.candles, pointer(market.table))
