"""The end of the data: what is still open is closed at the open of its pair's last candle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.fills import process_exit, remove
from tidegate.kernel.walk.layout import AFTER_ALL, CLOSED, FORCE_EXIT, NEVER, OPEN
from tidegate.kernel.walk.leaving import place_exit
from tidegate.kernel.walk.wallet import refresh_wallet
from tidegate.kernel.walk.world import main_row

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def _next_pair(w: World, listed: int, pair: int) -> int:
    """Return the pair with a position that was listed next after one; -1 for none."""
    best = -1
    for other in range(w.rules[0].pairs):
        p = w.pairs[other]
        is_later = p.listed > listed or (p.listed == listed and other > pair)
        if p.opened > 0 and is_later and (best < 0 or p.listed < w.pairs[best].listed):
            best = other
    return best


@compiled
def _close_what_is_left(w: World) -> None:
    """Close what is open at the open of its pair's last row, earliest-listed pairs first."""
    w.tally[0].phase = AFTER_ALL
    pair = _next_pair(w, -NEVER, -1)
    while pair >= 0:
        _close_pair(w, pair)
        pair = _next_pair(w, w.pairs[pair].listed, pair)


@compiled
def _close_pair(w: World, pair: int) -> None:
    t = w.tally[0]
    if w.pairs[pair].rows == 0:
        t.lost += w.pairs[pair].opened
        return
    j = 0
    while j < t.opened:
        i = w.opened[j]
        p = w.positions[i]
        if p.pair != pair or p.state != OPEN:
            j += 1
            continue
        if (p.open_orders > 0 and p.entries == 0) or not p.amount > 0.0:
            remove(w, i)
            continue
        row = main_row(w, pair, w.pairs[pair].rows - 1)
        t.now_ns = row.time
        denied = t.denied
        place_exit(w, i, row, row.open, p.amount, FORCE_EXIT)
        if t.denied == denied:
            p.exit_reason = FORCE_EXIT
            process_exit(w, i, p.last_order, row.time, row)
        if p.state != CLOSED:
            t.lost += 1
            j += 1


@compiled
def end(w: World) -> None:
    """Close what is left, once."""
    t = w.tally[0]
    if not t.finished:
        _close_what_is_left(w)
        t.finished = 1
        refresh_wallet(w)
