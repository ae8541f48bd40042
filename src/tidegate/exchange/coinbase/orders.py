"""Placing, finding and taking back orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.exchange.coinbase import shapes
from tidegate.exchange.coinbase.errors import ApiError, OrderError, invalid, no_order, refusal
from tidegate.exchange.venue import (
    OPEN,
    Kind,
    Life,
    NewOrder,
    Order,
    RefusedError,
    Status,
    TooFineError,
    units,
)
from tidegate.exchange.views import joined, listing_by_parts, settle_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.coinbase.call import Call
    from tidegate.exchange.coinbase.shapes import Shape
    from tidegate.exchange.venue import Listing

Terms = dict[str, Any]
_MARKET: Final = "market_market_ioc"
_STOP: Final = "stop_limit_stop_limit_gtc"
_LIMITS: Final = {
    "limit_limit_gtc": Life.GTC,
    "sor_limit_ioc": Life.IOC,
    "limit_limit_fok": Life.FOK,
}
_STATES: Final = {"OPEN": OPEN, "FILLED": {Status.FILLED}}


# placing


def place(call: Call) -> Shape:
    """Place an order. One of a name that was used before is that one again."""
    name = call.body.get("client_order_id")
    if not isinstance(name, str) or not name:
        raise invalid("client_order_id")
    given = call.body.get("order_configuration")
    known = _by_name(call, name)
    try:
        order = known or _place(call, name, given)
    except OrderError as error:
        return {
            "success": False,
            "failure_reason": "UNKNOWN_FAILURE_REASON",
            "order_id": "",
            "error_response": {
                "error": error.code,
                "message": error.message,
                "error_details": "",
                "preview_failure_reason": f"PREVIEW_{error.code}",
            },
            "order_configuration": given,
        }
    return {
        "success": True,
        "failure_reason": "UNKNOWN_FAILURE_REASON",
        "order_id": shapes.order_id(order),
        "success_response": {
            "order_id": shapes.order_id(order),
            "product_id": joined(order.listing),
            "side": shapes.side(order),
            "client_order_id": order.client_id,
        },
        "order_configuration": shapes.configuration(order, call.notes),
    }


def _by_name(call: Call, name: str) -> Order | None:
    for symbol in call.world.venue.listings:
        order = call.account.named.get((symbol, name))
        if order is not None:
            return order
    return None


def _place(call: Call, name: str, given: object) -> Order:
    world = call.world
    listing = listing_by_parts(world, str(call.body.get("product_id", "")))
    if listing is None:
        raise invalid("product_id")
    world.settle(listing.symbol)
    new = _new_order(call, listing, name, given)
    rises = _rises(given)
    try:
        paid = call.notes.fees.require(call.account, new)
        order = world.submit(call.account, paid)
    except RefusedError as refused:
        raise refusal(refused.reason, rises=rises) from None
    if new.budget:
        call.notes.budgets[order.id] = new.budget
    return order


def _new_order(call: Call, listing: Listing, name: str, given: object) -> NewOrder:
    buys = _buys(call.body)
    if not isinstance(given, dict) or len(given) != 1:
        raise _unsupported()
    kind, terms = next(iter(given.items()))
    if not isinstance(terms, dict):
        raise _unsupported()
    if kind == _MARKET:
        by_cost = terms.get("quote_size") is not None
        if by_cost and terms.get("base_size") is not None:
            raise _unsupported()
        budget = _budget(terms) if by_cost else 0
        lots = 0 if by_cost else _lots(terms, listing)
        return NewOrder(
            symbol=listing.symbol,
            buys=buys,
            kind=Kind.MARKET,
            lots=lots,
            budget=budget,
            client_id=name,
        )
    stop = 0
    if kind == _STOP:
        stop = _price(terms, "stop_price", listing)
        loses = buys == _rises(given)
        what = Kind.STOP_LOSS_LIMIT if loses else Kind.TAKE_PROFIT_LIMIT
    elif kind in _LIMITS:
        what = Kind.LIMIT_MAKER if terms.get("post_only") is True else Kind.LIMIT
    else:
        raise _unsupported()
    return NewOrder(
        symbol=listing.symbol,
        buys=buys,
        kind=what,
        lots=_lots(terms, listing),
        price=_price(terms, "limit_price", listing),
        stop=stop,
        life=_LIMITS.get(kind, Life.GTC),
        client_id=name,
    )


def _rises(given: object) -> bool:
    """Tell whether a stop waits for the price to rise."""
    terms = given.get(_STOP) if isinstance(given, dict) else None
    if not isinstance(terms, dict):
        return False
    way = terms.get("stop_direction")
    if way not in {"STOP_DIRECTION_STOP_UP", "STOP_DIRECTION_STOP_DOWN"}:
        raise invalid("stop_direction")
    return bool(way == "STOP_DIRECTION_STOP_UP")


def _unsupported() -> OrderError:
    return OrderError("UNSUPPORTED_ORDER_CONFIGURATION", "Order configuration is not supported")


def _buys(body: Mapping[str, object]) -> bool:
    side = body.get("side")
    if side not in {"BUY", "SELL"}:
        raise invalid("side")
    return side == "BUY"


def _units(terms: Terms, name: str) -> int:
    value = terms.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(name)
    try:
        return units(value)
    except TooFineError:
        raise _too_fine(name) from None
    except ValueError:
        raise invalid(name) from None


def _too_fine(name: str) -> OrderError:
    what = {"quote_size": "QUOTE_SIZE", "base_size": "SIZE"}.get(name, "PRICE")
    return OrderError(f"INVALID_{what}_PRECISION", f"Too many decimals in {name}")


def _lots(terms: Terms, listing: Listing) -> int:
    lots, rest = divmod(_units(terms, "base_size"), listing.lot)
    if rest:
        raise _too_fine("base_size")
    if not lots:
        raise OrderError("INVALID_BASE_SIZE_TOO_SMALL", "Order size is too small")
    return lots


def _budget(terms: Terms) -> int:
    budget = _units(terms, "quote_size")
    if not budget:
        raise OrderError("INVALID_QUOTE_SIZE_TOO_SMALL", "Order size is too small")
    return budget


def _price(terms: Terms, name: str, listing: Listing) -> int:
    ticks, rest = divmod(_units(terms, name), listing.tick)
    if rest:
        raise _too_fine(name)
    if not ticks:
        raise invalid(name)
    return ticks


# finding


def query(call: Call) -> Shape:
    """Return one order."""
    order = call.account.orders.get(shapes.number_of(call.named))
    if order is not None:
        call.world.settle(order.listing.symbol)
    if order is None or not call.world.finds(order):
        raise no_order()
    return {"order": shapes.order_shape(order, call.notes)}


def batch(call: Call) -> Shape:
    """Return orders of some states and products, newest first."""
    settle_open(call.world, call.account)
    states = call.listed("order_status")
    begin, end = call.time_ns("start_date"), call.time_ns("end_date")
    wanted = {one.symbol for one in call.listings("product_ids", "product_id")}
    numbers = {shapes.number_of(one) for one in call.listed("order_ids")}
    side = call.text("order_side")
    chosen = [
        order
        for order in reversed(call.account.orders.values())
        if order.listing.symbol in wanted
        and (not states or any(_is(order, state) for state in states))
        and (begin is None or order.created_ns >= begin)
        and (end is None or order.created_ns < end)
        and (not numbers or order.id in numbers)
        and (not side or shapes.side(order) == side)
    ]
    most, cursor = call.limit(1000, 1000), shapes.number_of(call.text("cursor"))
    if cursor:
        chosen = [order for order in chosen if order.id <= cursor]
    more = len(chosen) > most
    return {
        "orders": [shapes.order_shape(order, call.notes) for order in chosen[:most]],
        "sequence": "0",
        "has_next": more,
        "cursor": shapes.order_id(chosen[most]) if more else "",
    }


def _is(order: Order, state: str) -> bool:
    if state in _STATES:
        return order.status in _STATES[state]
    return state == "CANCELLED" and order.status not in {*OPEN, Status.FILLED}


def fills(call: Call) -> Shape:
    """Return the account's trades, newest first."""
    settle_open(call.world, call.account)
    own = call.account
    begin = call.time_ns("start_sequence_timestamp")
    end = call.time_ns("end_sequence_timestamp")
    wanted = {one.symbol for one in call.listings("product_ids", "product_id")}
    numbers = {*call.listed("order_ids"), *call.listed("order_id")}
    found = [
        (trade, order)
        for symbol, trades in own.trades.items()
        if symbol in wanted
        for trade in trades
        for order in (trade.buyer, trade.seller)
        if order.account is own
        and (begin is None or trade.time_ns >= begin)
        and (end is None or trade.time_ns < end)
        and (not numbers or shapes.order_id(order) in numbers)
    ]
    found.sort(key=lambda entry: (-entry[0].time_ns, -entry[0].id))
    cursor = call.text("cursor")
    skip = int(cursor) if cursor.isdecimal() else 0
    most = call.limit(100, 1000)
    more = len(found) > skip + most
    page = found[skip : skip + most]
    return {
        "fills": [shapes.fill_shape(order, trade) for trade, order in page],
        "cursor": str(skip + most) if more else "",
    }


# taking back


def cancel(call: Call) -> Shape:
    """Take orders back, and say of each whether it was done."""
    ids = call.body.get("order_ids")
    if not isinstance(ids, list) or not ids:
        raise invalid("order_ids")
    return {"results": [_cancel(call, str(name)) for name in ids]}


def _cancel(call: Call, name: str) -> Shape:
    order = call.account.orders.get(shapes.number_of(name))
    reason = "UNKNOWN_CANCEL_ORDER"
    if order is not None:
        try:
            call.world.cancel(order)
        except RefusedError:
            reason = "DUPLICATE_CANCEL_REQUEST" if order.status is Status.CANCELED else reason
        else:
            return {
                "success": True,
                "failure_reason": "UNKNOWN_CANCEL_FAILURE_REASON",
                "order_id": name,
            }
    return {"success": False, "failure_reason": reason, "order_id": name}


def edit(_call: Call) -> Shape:
    """Change an order: not here."""
    raise ApiError("UNSUPPORTED_ORDER_CONFIGURATION", "Orders cannot be edited here")
