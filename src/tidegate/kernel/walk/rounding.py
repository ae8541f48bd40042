"""Prices and amounts brought to what the exchange takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.kernel.compiled import compiled
from tidegate.kernel.ticks import down, nearest, up
from tidegate.kernel.walk.asking import (
    ROUND_AMOUNT,
    ROUND_DOWN,
    ROUND_NEAREST,
    ROUND_PRICE,
    ROUND_UP,
    ask,
)
from tidegate.kernel.walk.layout import ANY_PRICE, LONG

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World


@compiled
def _ask_price(w: World, pair: int, price: float, step: float, way: int) -> float:
    mail = w.mail[0]
    mail.pair = pair
    mail.proposed = price
    mail.least = step
    mail.flag = way
    ask(w, ROUND_PRICE)
    return float(mail.number)


@compiled
def price_nearest(w: World, pair: int, price: float, digits: int, step: float) -> float:
    """Round a price to its step, halves away from zero."""
    if digits >= 0:
        return nearest(price, digits)
    if digits == ANY_PRICE:
        return price
    return _ask_price(w, pair, price, step, ROUND_NEAREST)


@compiled
def stop_on_step(w: World, pair: int, side: int, price: float, digits: int, step: float) -> float:
    """Round a stop towards the market."""
    if digits >= 0:
        return up(price, digits) if side == LONG else down(price, digits)
    if digits == ANY_PRICE:
        return price
    return _ask_price(w, pair, price, step, ROUND_UP if side == LONG else ROUND_DOWN)


@compiled
def amount_cut(w: World, pair: int, amount: float) -> float:
    """Cut an amount to what the exchange takes."""
    digits = w.pairs[pair].amount_digits
    if digits >= 0:
        return down(amount, digits)
    if digits == ANY_PRICE:
        return amount
    mail = w.mail[0]
    mail.pair = pair
    mail.proposed = amount
    ask(w, ROUND_AMOUNT)
    return float(mail.number)
