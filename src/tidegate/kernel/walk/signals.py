"""Which pairs ask for an entry at which time, so that the walk need not look at every row.

A signal is one integer, its grid time above its pair; they lie in that order, and behind
the last one lies a time that never comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import bytes_at, ints_at
from tidegate.kernel.walk.visiting import direction_of
from tidegate.kernel.walk.world import world_at

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World
    from tidegate.model import Ints

_PAIR_BITS: Final = 20
_PAIR_MASK: Final = (1 << _PAIR_BITS) - 1
_END: Final = (1 << 63) - 1
_WORD: Final = 8


@compiled
def _next_told(address: int, row: int, rows: int) -> int:
    """Return the first row from `row` on that says anything; most rows say nothing."""
    bits = bytes_at(address)
    while row < rows and bits[row] == 0:
        if (address + row) % _WORD == 0:
            words = ints_at(address + row)
            word = 0
            while row + (word + 1) * _WORD <= rows and words[word] == 0:
                word += 1
            row += word * _WORD
            if word > 0:
                continue
        row += 1
    return row


@compiled
def _collect(table: Ints, signals: Ints) -> int:
    """Note the rows still to come that ask for an entry, pair by pair; how many they are."""
    w = world_at(table)
    count = 0
    for pair in range(w.rules[0].pairs):
        p = w.pairs[pair]
        bits = bytes_at(p.bits_at)
        row = _next_told(p.bits_at, max(w.tally[0].time - p.first, 0), p.rows)
        while row < p.rows:
            if direction_of(w, int(bits[row])) != 0:
                signals[count] = (p.first + row) << _PAIR_BITS | pair
                count += 1
            row = _next_told(p.bits_at, row + 1, p.rows)
    return count


def find_signals(table: Ints, most: int) -> Ints:
    """Return the entry signals still to come, at most so many, in the order of their visits."""
    room = np.empty(most, dtype=np.int64)  # most of which is never touched
    count = _collect(table, room)
    signals = np.append(room[:count], _END)
    signals.sort(kind="stable")  # one run a pair: merging is what this sort is good at
    return signals


@compiled
def next_signal(w: World, time: int, until: int) -> int:
    """Return the first time from `time` on at which an entry is asked for; `until` if none is."""
    t = w.tally[0]
    k = t.signal_at
    while w.signals[k] >> _PAIR_BITS < time:
        k += 1
    t.signal_at = k
    return min(int(w.signals[k] >> _PAIR_BITS), until)


@compiled
def pair_asking(w: World, k: int, time: int) -> int:
    """Return the pair of a signal; -1 where it is not of this time."""
    signal = w.signals[k]
    return int(signal & _PAIR_MASK) if signal >> _PAIR_BITS == time else -1
