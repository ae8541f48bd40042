"""Placing, finding and taking back orders."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tidegate.exchange.okx import shapes
from tidegate.exchange.okx.errors import (
    DONE,
    FAILED,
    PARTLY,
    ApiError,
    empty,
    no_order,
    not_cancelled,
    refusal,
    wrong,
)
from tidegate.exchange.venue import (
    OPEN,
    Handling,
    Kind,
    Life,
    NewOrder,
    Order,
    Prevention,
    Reason,
    RefusedError,
    Status,
)
from tidegate.exchange.views import joined, settle_open, waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.okx.call import Call
    from tidegate.exchange.okx.shapes import Shape
    from tidegate.exchange.venue import Listing

_MOST_AT_ONCE: Final = 20
_NAME: Final = re.compile(r"[A-Za-z0-9]{1,32}")
_KINDS: Final = {
    "market": (Kind.MARKET, Life.GTC),
    "limit": (Kind.LIMIT, Life.GTC),
    "post_only": (Kind.LIMIT_MAKER, Life.GTC),
    "ioc": (Kind.LIMIT, Life.IOC),
    "fok": (Kind.LIMIT, Life.FOK),
}
_PREVENTIONS: Final = {
    "": Prevention.EXPIRE_MAKER,
    "cancel_maker": Prevention.EXPIRE_MAKER,
    "cancel_taker": Prevention.EXPIRE_TAKER,
    "cancel_both": Prevention.EXPIRE_BOTH,
}
_TOOK: Final = "31"
"""Why an order is gone that was to be a maker's and would have taken."""
BY_OWNER: Final = "1"
_HELD: Final = Handling(wait_ns=1 << 60)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that says of each order by itself whether it was done."""

    code: str
    msg: str
    data: list[Shape]


def one_by_one(call: Call, do: Callable[[Call], Shape], *, single: bool) -> Reply:
    """Do something with each item of a body, and answer for each."""
    items = [call] if single else [call.item(one) for one in call.items]
    if not items:
        raise ApiError("50000", "Body for POST request cannot be empty.", 400)
    if len(items) > _MOST_AT_ONCE:
        raise ApiError("51111", f"Maximum {_MOST_AT_ONCE} orders can be placed in bulk", 400)
    data, failed = [], 0
    for item in items:
        try:
            data.append({**do(item), "sCode": DONE, "sMsg": ""})
        except ApiError as error:
            failed += 1
            data.append({**_names(item), "sCode": error.code, "sMsg": error.msg})
    if not failed:
        return Reply(DONE, "", data)
    if failed < len(data):
        return Reply(PARTLY, "Bulk operation partially succeeded.", data)
    return Reply(FAILED, "All operations failed", data)


def _names(call: Call) -> Shape:
    return {
        "clOrdId": call.text("clOrdId"),
        "ordId": call.text("ordId"),
        "tag": call.text("tag"),
        "ts": shapes.ms(call.world.told_ns()),
    }


# placing


def place(call: Call) -> Reply:
    """Place one order."""
    return one_by_one(call, _place, single=True)


def place_batch(call: Call) -> Reply:
    """Place up to twenty orders."""
    return one_by_one(call, _place, single=False)


def _place(call: Call) -> Shape:
    new = _new_order(call)
    order = submitted(call, new)
    return {
        "ordId": shapes.order_id(order),
        "clOrdId": shapes.client_id(order),
        "tag": call.text("tag"),
        "ts": shapes.ms(order.created_ns),
    }


def submitted(call: Call, new: NewOrder) -> Order:
    """Give an order to the venue, or say why it does not take it."""
    world, account = call.world, call.account
    try:
        order = world.submit(account, new)
    except RefusedError as refused:
        if refused.reason is not Reason.WOULD_TAKE:
            raise refused_here(call, refused.reason, new) from None
        order = _taken_and_dropped(call, new)
    if call.text("tag"):
        call.notes.tags[order.id] = call.text("tag")
    return order


def refused_here(call: Call, reason: Reason, new: NewOrder) -> ApiError:
    """Return a refusal in OKX's words."""
    pair = call.world.venue.listings[new.symbol].pair
    return refusal(reason, new, pair.quote if new.buys else pair.base)


def _taken_and_dropped(call: Call, new: NewOrder) -> Order:
    """Accept a maker's order that would take, and end it at once, as OKX does."""
    world = call.world
    waiting = replace(new, kind=Kind.LIMIT)
    try:
        order = world.venue.submit(call.account, waiting, world.now_ns(), _HELD)
    except RefusedError as refused:
        raise refused_here(call, refused.reason, new) from None
    order.kind = new.kind
    world.venue.cancel(order, world.now_ns(), _TOOK)
    world.pulse()
    return order


def _new_order(call: Call) -> NewOrder:
    """Read an order, or say which of its parameters is wrong."""
    listing = call.listing()
    if call.needed("tdMode") != "cash":
        raise wrong("tdMode")
    kind, life = _KINDS.get(call.needed("ordType"), (None, Life.GTC))
    if kind is None:
        raise wrong("ordType")
    if call.params.get("attachAlgoOrds"):
        raise wrong("attachAlgoOrds")
    price = 0
    if kind is not Kind.MARKET:
        price = price_of(call, "px", listing)
        if not price:
            raise ApiError("51204", "The price for the limit order can not be empty.")
    by_cost = kind is Kind.MARKET and call.text("tgtCcy") == "quote_ccy"
    if kind is Kind.MARKET and not call.text("tgtCcy"):
        by_cost = call.text("side") == "buy"
    buys = side_of(call)
    return NewOrder(
        symbol=listing.symbol,
        buys=buys,
        kind=kind,
        lots=0 if by_cost else lots_of(call, listing),
        budget=cost_of(call) if by_cost else 0,
        price=price,
        life=life,
        client_id=name_of(call, "clOrdId"),
        prevention=_prevention(call),
    )


def side_of(call: Call) -> bool:
    """Tell whether an order buys."""
    side = call.needed("side")
    if side not in {"buy", "sell"}:
        raise wrong("side")
    return side == "buy"


def price_of(call: Call, name: str, listing: Listing) -> int:
    """Return a price in ticks; it must be a multiple of them."""
    return call.steps(name, listing.tick, wrong(name))


def lots_of(call: Call, listing: Listing) -> int:
    """Return an amount in lots."""
    call.needed("sz")
    uneven = ApiError("51121", "Order quantity must be a multiple of the lot size.")
    lots = call.steps("sz", listing.lot, uneven)
    if not lots:
        raise wrong("sz")
    return lots


def cost_of(call: Call) -> int:
    """Return what an order may spend or bring."""
    if not call.units("sz"):
        raise empty("sz") if not call.text("sz") else wrong("sz")
    return call.units("sz")


def name_of(call: Call, field: str) -> str:
    """Return the name that a client gives an order, which no open one of its may have."""
    name = call.text(field)
    if not name:
        return shapes.unnamed(call.world.next_name())
    if _NAME.fullmatch(name) is None:
        raise wrong(field)
    for symbol in call.world.venue.listings:
        named = call.account.named.get((symbol, name))
        if named is not None and named.status in OPEN:
            raise ApiError("51016", "Client order ID already exists.")
    return name


def _prevention(call: Call) -> Prevention:
    mode = _PREVENTIONS.get(call.text("stpMode"))
    if mode is None:
        raise wrong("stpMode")
    return mode


# finding


def find(call: Call) -> Order | None:
    """Return the order that a call names, if the account has it and it is not waiting as a stop."""
    listing = call.listing()
    number, name = call.text("ordId"), call.text("clOrdId")
    if number:
        order = call.account.orders.get(shapes.number_of(number))
    elif name:
        order = call.account.named.get((listing.symbol, name))
    else:
        raise ApiError("51407", "Either order ID or client order ID is required.")
    if order is None or order.listing is not listing or waits(order):
        return None
    return order


def query(call: Call) -> list[Shape]:
    """Return one order."""
    call.world.settle(call.listing().symbol)
    order = find(call)
    if order is None or not call.world.finds(order):
        raise no_order()
    return [shapes.order_shape(order, call.notes)]


def pending(call: Call) -> list[Shape]:
    """Return the orders that wait in books, newest first."""
    if not call.require_spot():
        return []
    settle_open(call.world, call.account)
    chosen = [
        order
        for listing in call.listings()
        for order in call.account.open[listing.symbol].values()
        if not waits(order)
    ]
    return _page(call, chosen)


def ended(call: Call) -> list[Shape]:
    """Return the orders that are filled or cancelled, newest first."""
    call.needed("instType")
    if not call.require_spot():
        return []
    settle_open(call.world, call.account)
    chosen = [
        order
        for listing in call.listings()
        for order in call.account.history[listing.symbol]
        if order.status not in OPEN and not waits(order)
    ]
    state = call.text("state")
    if state:
        filled = state == "filled"
        chosen = [one for one in chosen if (one.status is Status.FILLED) == filled]
    return _page(call, chosen)


def _page(call: Call, orders: list[Order]) -> list[Shape]:
    """Return the newest orders that a call's limits let through."""
    most = call.limit(100, 100)
    begin, end = call.whole("begin"), call.whole("end")
    after, before = call.text("after"), call.text("before")
    kind = call.text("ordType")
    chosen = sorted(orders, key=lambda order: -order.id)
    if begin is not None:
        chosen = [one for one in chosen if one.created_ns // 1_000_000 >= begin]
    if end is not None:
        chosen = [one for one in chosen if one.created_ns // 1_000_000 <= end]
    if after:
        chosen = [one for one in chosen if one.id < shapes.number_of(after)]
    if before:
        chosen = [one for one in chosen if one.id > shapes.number_of(before)]
    if kind:
        chosen = [one for one in chosen if shapes.order_type(one) in kind.split(",")]
    return [shapes.order_shape(one, call.notes) for one in chosen[:most]]


def fills(call: Call) -> list[Shape]:
    """Return the account's trades, newest first."""
    if not call.require_spot():
        return []
    settle_open(call.world, call.account)
    own, number = call.account, call.text("ordId")
    begin, end = call.whole("begin"), call.whole("end")
    after, before = call.whole("after"), call.whole("before")
    wanted = {joined(listing) for listing in call.listings()}
    found = []
    for trades in list(own.trades.values()):
        for trade in trades:
            for order in (trade.buyer, trade.seller):
                shape = shapes.fill_shape(order, trade, call.notes)
                at, bill = trade.time_ns // 1_000_000, int(str(shape["billId"]))
                if (
                    order.account is own
                    and shape["instId"] in wanted
                    and (not number or shape["ordId"] == number)
                    and (begin is None or at >= begin)
                    and (end is None or at <= end)
                    and (after is None or bill < after)
                    and (before is None or bill > before)
                ):
                    found.append((bill, shape))
    found.sort(key=lambda entry: -entry[0])
    return [shape for _, shape in found[: call.limit(100, 100)]]


# taking back


def cancel(call: Call) -> Reply:
    """Take one order back."""
    return one_by_one(call, _cancel, single=True)


def cancel_batch(call: Call) -> Reply:
    """Take up to twenty orders back."""
    return one_by_one(call, _cancel, single=False)


def _cancel(call: Call) -> Shape:
    order = find(call)
    if order is None:
        raise not_cancelled()
    try:
        call.world.cancel(order, BY_OWNER)
    except RefusedError:
        raise not_cancelled() from None
    return {
        "ordId": shapes.order_id(order),
        "clOrdId": shapes.client_id(order),
        "ts": shapes.ms(order.updated_ns),
    }


def amend(_call: Call) -> Reply:
    """Change an order: not here."""
    raise ApiError("51506", "Order modification unavailable for the order type.")
