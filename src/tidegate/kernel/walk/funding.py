"""Funding: what a leveraged position pays or gets for being held."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.pointers import floats_at, ints_at
from tidegate.kernel.walk.wallet import compensated
from tidegate.kernel.walk.worth import known

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def _first_from(times: object, rows: int, time: int) -> int:
    """Return the first row whose time is not before `time`."""
    low, high = 0, rows
    while low < high:
        middle = (low + high) // 2
        if times[middle] < time:  # type: ignore[index]  # a pointer, once compiled
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _fees(w: World, i: int, since: int, until: int) -> float:
    """Return the fees of a position between two times, both included; a gain is positive."""
    p = w.positions[i]
    pair = w.pairs[p.pair]
    times = ints_at(pair.funding_time_at)
    per_unit = floats_at(pair.funding_fee_at)
    row = _first_from(times, pair.funding_rows, since)
    total = rest = 0.0
    while row < pair.funding_rows and times[row] <= until:
        fee = per_unit[row] * p.amount
        if w.rules[0].compensated:
            total, rest = compensated(total, rest, fee)
        else:
            total += fee
        row += 1
    total += rest
    if math.isnan(total) or total == 0.0:
        return 0.0
    return float(-p.side * total)


@compiled
def run_funding(w: World, i: int, now: int, at_fill: bool) -> None:
    """Bring a position's funding up to now, at funding times and at fills."""
    r = w.rules[0]
    if not r.futures or not (at_fill or now % r.funding_ns == 0):
        return
    p = w.positions[i]
    p.funding_running = _fees(w, i, max(p.opened_ns, p.last_fill_ns), now)
    booked = 0.0
    at = p.first_order
    while at >= 0:
        booked += known(w.orders[at].funding)
        at = w.orders[at].next
    p.funding_fees = booked + p.funding_running
