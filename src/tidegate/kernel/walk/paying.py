"""What a plan's position pays beyond its prices: slippage, and its stake where that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.entry import liquidation_price
from tidegate.kernel.numbers import Venue
from tidegate.kernel.pointers import floats_at
from tidegate.kernel.profit import most_a_short_costs
from tidegate.kernel.slippage import slipped
from tidegate.kernel.walk.layout import ROI, SHORT
from tidegate.kernel.walk.world import candle_of
from tidegate.kernel.walk.worth import known

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def venue_of(w: World, pair: int) -> Venue:
    """Return what is assumed of a pair's market, as the rules of plans read it."""
    r = w.rules[0]
    p = w.pairs[pair]
    return Venue(
        r.fee,
        int(p.amount_digits),
        known(p.cost_min),
        known(p.amount_min),
        not r.standard,
        int(r.exit_timeout_ns),
        r.maintenance,
    )


@compiled
def slipped_at(w: World, pair: int, time: int, price: float, buying: bool, amount: float) -> float:
    """Return what an amount costs or brings at the candle of a time, asked for at a price."""
    p = w.pairs[pair]
    row = candle_of(w, time) - p.first
    base = floats_at(p.slip_base_at)[row] if p.slip_base_at != 0 else 0.0
    impact = floats_at(p.slip_impact_at)[row] if p.slip_impact_at != 0 else 0.0
    return slipped(price, buying, base, impact, amount)


@compiled
def exit_price(w: World, i: int, time: int, asked: float, amount: float, reason: int) -> float:
    """Return what an exit asked for at a price brings; a target is a resting order."""
    r = w.rules[0]
    if not r.plans:
        return asked
    p = w.positions[i]
    price = asked
    if reason != ROI:
        price = slipped_at(w, p.pair, time, asked, p.side == SHORT, amount)
    if p.side == SHORT and r.standard:
        # an isolated short cannot lose more than its stake: the venue closes it first
        price = min(price, most_a_short_costs(p.open_value, p.stake, p.amount, p.fee))
    return float(price)


@compiled
def set_liquidation(w: World, i: int) -> None:
    """Note where an unleveraged short is taken away."""
    p = w.positions[i]
    if p.amount > 0.0:
        p.liquidation = liquidation_price(
            int(p.side), p.open_rate, p.stake / p.amount, venue_of(w, p.pair)
        )
