"""An entry: what position an order at this candle's open would give."""

from __future__ import annotations

import math

from tidegate.kernel.book import CLOSED, REALISED, Book, tied_up
from tidegate.kernel.compiled import inlined
from tidegate.kernel.decimal import cut18
from tidegate.kernel.lane import Lane, at, digits_at
from tidegate.kernel.numbers import LONG, Position, Terms, Venue
from tidegate.kernel.profit import gross_value, with_fee
from tidegate.kernel.slippage import slipped
from tidegate.kernel.stake import allowed, available, kelly_fraction, proposed
from tidegate.kernel.stop import stop_price
from tidegate.kernel.ticks import down, nearest

_LIQUIDATION_BUFFER = 0.05


@inlined
def _kelly(book: Book, run: Terms) -> float:
    """Return the Kelly fraction of the latest closed trades; NaN while they are too few."""
    count = min(book.counts[CLOSED], book.window)
    return kelly_fraction(book.recent, count) if count >= run.sizing.min_trades else math.nan


@inlined
def open_position(
    lane: Lane,
    row: int,
    run: Terms,
    book: Book,
) -> tuple[bool, Position, float]:
    """Return the position that an entry at this row's open gives, and the price paid.

    The first answer is False where the stake is not affordable or cannot be known.
    """
    side = int(lane.entry[row - 1])
    digits = digits_at(lane, row)
    if side == LONG:
        quoted = min(lane.open[row], lane.high[row])
    else:
        quoted = max(lane.open[row], lane.low[row])
    stop_ratio = run.exits.stop_ratio
    if lane.stop_distance.step == 1:
        stop_ratio = min(at(lane.stop_distance, row - 1) / quoted, 1.0)
    stake = _stake(lane, row, quoted, stop_ratio, run, book)
    amount = down(stake / quoted, run.venue.amount_digits)
    base, impact = at(lane.slip_base, row), at(lane.slip_impact, row)
    rate = slipped(quoted, side == LONG, base, impact, amount)
    amount = down(stake / rate, run.venue.amount_digits)
    ok = amount > 0.0 and stop_ratio > 0.0
    if not ok:
        amount = stop_ratio = 1.0
    open_rate = nearest(cut18(rate), digits) if run.venue.exact_freqtrade else rate
    stop = stop_price(side, open_rate, stop_ratio, digits)
    gross = gross_value(amount, rate, digits)
    cost = gross[0]
    if open_rate != rate:
        gross = gross_value(amount, open_rate, digits)
    position = Position(
        side,
        amount,
        open_rate,
        with_fee(gross, side * run.venue.fee),
        cost,
        run.venue.fee,
        digits,
        row,
        stop,
        stop_ratio,
        stop,
        stop_ratio,
        False,
        run.exits.reward_risk * stop_ratio,
        liquidation_price(side, open_rate, cost / amount, run.venue),
    )
    return ok, position, rate


@inlined
def _stake(
    lane: Lane,
    row: int,
    quoted: float,
    stop_ratio: float,
    run: Terms,
    book: Book,
) -> float:
    """Return the stake that sizing, wallet and venue agree on; 0 for none."""
    tied = tied_up(book)
    free = run.wallet.start + book.money[REALISED] - tied
    size_ratio = at(lane.size_distance, row - 1) / quoted
    kelly = _kelly(book, run)
    asked = proposed(run.sizing, run.wallet, tied, free, stop_ratio, size_ratio, kelly)
    return allowed(asked, quoted, available(run.wallet, tied, free), run.venue)


@inlined
def liquidation_price(side: int, open_rate: float, collateral: float, venue: Venue) -> float:
    """Return the price at which an unleveraged short is taken away; 0 for none."""
    if side == LONG or venue.maintenance < 0.0:
        return 0.0
    bare = (open_rate + collateral) / (1.0 + venue.maintenance + venue.fee)
    return bare - _LIQUIDATION_BUFFER * abs(open_rate - bare)
