"""Algo orders: those that wait for a price, as a stop, as a target or as a trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.exchange.okx import shapes
from tidegate.exchange.okx.errors import ApiError, empty, no_order, not_cancelled, wrong
from tidegate.exchange.okx.orders import (
    Reply,
    lots_of,
    name_of,
    one_by_one,
    price_of,
    side_of,
    submitted,
)
from tidegate.exchange.venue import STOPS, Kind, NewOrder, Order, RefusedError
from tidegate.exchange.views import settle_open, waits

if TYPE_CHECKING:
    from tidegate.exchange.okx.call import Call
    from tidegate.exchange.okx.shapes import Shape
    from tidegate.exchange.venue import Listing

_AT_MARKET = "-1"
_MODES = frozenset({"cash", "cross", "isolated"})
"""Clients send the margin modes for stops of spot too, and OKX takes them in its spot mode."""


def place(call: Call) -> Reply:
    """Place an algo order."""
    return one_by_one(call, _place, single=True)


def _place(call: Call) -> Shape:
    listing = call.listing()
    if call.needed("tdMode") not in _MODES:
        raise wrong("tdMode")
    call.world.settle(listing.symbol)
    match call.needed("ordType"):
        case "trigger":
            kind, stop, price = _trigger(call, listing)
        case "conditional":
            kind, stop, price = _conditional(call, listing)
        case _:
            raise wrong("ordType")
    new = NewOrder(
        symbol=listing.symbol,
        buys=side_of(call),
        kind=kind,
        lots=lots_of(call, listing),
        price=price,
        stop=stop,
        client_id=name_of(call, "algoClOrdId" if call.text("algoClOrdId") else "clOrdId"),
    )
    order = submitted(call, new)
    if call.text("ordType") == "trigger":
        call.notes.triggers.add(order.id)
    return {
        "algoId": shapes.algo_id(order),
        "algoClOrdId": shapes.client_id(order),
        "clOrdId": shapes.client_id(order),
        "tag": call.text("tag"),
    }


def _trigger(call: Call, listing: Listing) -> tuple[Kind, int, int]:
    """Return what becomes of a price that is waited for from whichever side it is."""
    stop = price_of(call, "triggerPx", listing)
    if not stop:
        raise empty("triggerPx")
    price = _order_price(call, "orderPx", listing)
    rises = stop > call.world.venue.books[listing.symbol].last
    loses = rises == side_of(call)
    return _kind(loses=loses, limit=price > 0), stop, price


def _conditional(call: Call, listing: Listing) -> tuple[Kind, int, int]:
    stop, target = call.text("slTriggerPx"), call.text("tpTriggerPx")
    if bool(stop) == bool(target):
        raise empty("slTriggerPx") if not stop else wrong("tpTriggerPx")
    side = "sl" if stop else "tp"
    at = price_of(call, f"{side}TriggerPx", listing)
    price = _order_price(call, f"{side}OrdPx", listing)
    return _kind(loses=bool(stop), limit=price > 0), at, price


def _kind(*, loses: bool, limit: bool) -> Kind:
    if loses:
        return Kind.STOP_LOSS_LIMIT if limit else Kind.STOP_LOSS
    return Kind.TAKE_PROFIT_LIMIT if limit else Kind.TAKE_PROFIT


def _order_price(call: Call, name: str, listing: Listing) -> int:
    if call.needed(name) == _AT_MARKET:
        return 0
    return price_of(call, name, listing)


def _named(call: Call) -> Order | None:
    number, name = call.text("algoId"), call.text("algoClOrdId")
    if number:
        order = call.account.orders.get(shapes.number_of(number, algo=True))
        return order if order is not None and order.kind in STOPS else None
    if not name:
        raise ApiError("50015", "Either parameter algoId or algoClOrdId is required", 400)
    for symbol in call.world.venue.listings:
        order = call.account.named.get((symbol, name))
        if order is not None and order.kind in STOPS:
            return order
    return None


def query(call: Call) -> list[Shape]:
    """Return one algo order."""
    settle_open(call.world, call.account)
    order = _named(call)
    if order is None or not call.world.finds(order):
        raise no_order()
    return [shapes.algo_shape(order, call.notes)]


def pending(call: Call) -> list[Shape]:
    """Return the algo orders that wait, newest first."""
    settle_open(call.world, call.account)
    return _chosen(call, {"live"})


def ended(call: Call) -> list[Shape]:
    """Return the algo orders that were triggered or cancelled, newest first."""
    settle_open(call.world, call.account)
    state = call.text("state")
    if not state and not call.text("algoId"):
        raise ApiError("50015", "Either parameter state or algoId is required", 400)
    return _chosen(call, {state} if state else {"effective", "canceled"})


def _chosen(call: Call, states: set[str]) -> list[Shape]:
    kinds = call.needed("ordType").split(",")
    orders = [
        order
        for listing in call.listings()
        for order in call.account.history[listing.symbol]
        if order.kind in STOPS
    ]
    found = []
    for order in sorted(orders, key=lambda one: -one.id):
        shape = shapes.algo_shape(order, call.notes)
        if shape["state"] in states and shape["ordType"] in kinds:
            found.append(shape)
    number = call.text("algoId")
    if number:
        found = [shape for shape in found if shape["algoId"] == number]
    return found[: call.limit(100, 100)]


def cancel(call: Call) -> Reply:
    """Take up to twenty algo orders back."""
    return one_by_one(call, _cancel, single=False)


def _cancel(call: Call) -> Shape:
    order = _named(call)
    if order is None or not waits(order):
        raise not_cancelled()
    try:
        call.world.cancel(order)
    except RefusedError:
        raise not_cancelled() from None
    return {"algoId": shapes.algo_id(order), "algoClOrdId": shapes.client_id(order)}
