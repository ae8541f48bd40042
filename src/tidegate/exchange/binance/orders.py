"""Placing, finding and taking back orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance import shapes
from tidegate.exchange.binance.errors import (
    ApiError,
    missing,
    no_such_order,
    not_required,
    refusal,
)
from tidegate.exchange.prices.dice import seed_of
from tidegate.exchange.venue import (
    PRICED,
    STOPS,
    Kind,
    Life,
    NewOrder,
    Order,
    Prevention,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.venue import Listing

_KINDS: Final = frozenset(Kind)
_LIVES: Final = frozenset(Life)
_SIDES: Final = frozenset({"BUY", "SELL"})
_PREVENTIONS: Final = frozenset(Prevention)
_ANSWERS: Final = {"ACK": shapes.acknowledged, "RESULT": shapes.result, "FULL": shapes.full}
_NOT_TRADED_HERE: Final = ("icebergQty", "trailingDelta", "pegPriceType")
_TIMED: Final = PRICED - {Kind.LIMIT_MAKER}


def place(call: Call) -> Shape:
    """Place an order, and answer in the length that was asked for."""
    new = new_order(call)
    answer = _length(call, new)
    try:
        order = call.world.submit(call.account, new)
    except RefusedError as refused:
        raise refusal(refused.reason) from None
    return answer(order)


def _length(call: Call, new: NewOrder) -> Callable[[Order], Shape]:
    usual = "FULL" if new.kind in {Kind.MARKET, Kind.LIMIT} else "ACK"
    wrong = -1138, "Invalid newOrderRespType."
    return _ANSWERS[call.choice("newOrderRespType", _ANSWERS, wrong) or usual]


def test(call: Call) -> Shape:
    """Do as if an order were placed."""
    new = new_order(call)
    _length(call, new)
    call.world.settle(new.symbol)
    try:
        call.world.venue.require_acceptable(call.account, new)
    except RefusedError as refused:
        raise refusal(refused.reason) from None
    return {}


def new_order(call: Call) -> NewOrder:
    """Read an order, or say which of its parameters is wrong."""
    symbol = call.symbol()
    listing = call.world.venue.listings[symbol]
    side = call.choice("side", _SIDES, (-1117, "Invalid side."))
    kind = call.choice("type", _KINDS, (-1116, "Invalid orderType."))
    if side is None:
        raise missing("side")
    if kind is None:
        raise missing("type")
    for other in _NOT_TRADED_HERE:
        if other in call.params:
            raise not_required(other)
    lots, budget = _amount(call, Kind(kind), listing)
    price, stop = _prices(call, Kind(kind), listing)
    given = call.client_id("newClientOrderId")
    wrong = -1130, "Data sent for parameter 'selfTradePreventionMode' is not valid."
    mode = call.choice("selfTradePreventionMode", _PREVENTIONS, wrong)
    return NewOrder(
        symbol=symbol,
        buys=side == "BUY",
        kind=Kind(kind),
        lots=lots,
        budget=budget,
        price=price,
        stop=stop,
        life=_life(call, Kind(kind)),
        client_id=given or own_name(call),
        prevention=Prevention(mode) if mode else Prevention.EXPIRE_MAKER,
    )


def own_name(call: Call) -> str:
    """Return a name for an order or a cancellation that was given none."""
    return f"{seed_of(call.world.seed, 'name', call.world.next_name()):022x}"


def _amount(call: Call, kind: Kind, listing: Listing) -> tuple[int, int]:
    lots = call.steps("quantity", listing.lot, "LOT_SIZE")
    if "quoteOrderQty" in call.params:
        if kind is not Kind.MARKET:
            raise not_required("quoteOrderQty")
        if lots is not None:
            raise ApiError(-1128, "Combination of optional parameters invalid.")
        return 0, call.units("quoteOrderQty") or 0
    if lots is None:
        raise missing("quantity")
    if not lots:
        raise ApiError(-1013, "Invalid quantity.")
    return lots, 0


def _prices(call: Call, kind: Kind, listing: Listing) -> tuple[int, int]:
    price = call.steps("price", listing.tick, "PRICE_FILTER")
    stop = call.steps("stopPrice", listing.tick, "PRICE_FILTER")
    if kind in PRICED:
        if price is None:
            raise missing("price")
        if not price:
            raise ApiError(-1013, "Invalid price.")
    elif price is not None:
        raise not_required("price")
    if kind in STOPS:
        if not stop:
            raise missing("stopPrice")
    elif stop is not None:
        raise not_required("stopPrice")
    return price or 0, stop or 0


def _life(call: Call, kind: Kind) -> Life:
    life = call.choice("timeInForce", _LIVES, (-1115, "Invalid timeInForce."))
    if kind in _TIMED:
        if life is None:
            raise missing("timeInForce")
        return Life(life)
    if life is not None:
        raise not_required("timeInForce")
    return Life.GTC


# finding


def named(call: Call) -> Order | None:
    """Return the order that a call names, if the account has it."""
    symbol = call.symbol()
    number, name = call.whole("orderId"), call.text("origClientOrderId")
    if number is None and name is None:
        raise ApiError(
            -1102,
            "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!",
        )
    account = call.account
    if number is not None:
        order = account.orders.get(number)
        if order is not None and name is not None and order.client_id != name:
            return None
    else:
        order = account.named.get((symbol, name or ""))
    if order is None or order.listing.symbol != symbol:
        return None
    return order


def query(call: Call) -> Shape:
    """Return one order."""
    call.world.settle(call.symbol())
    order = named(call)
    if order is None or not call.world.finds(order):
        raise no_such_order()
    return shapes.queried(order)


def open_orders(call: Call) -> list[Shape]:
    """Return the orders that wait, of one pair or of all."""
    symbols = [call.symbol()] if "symbol" in call.params else list(call.account.open)
    for symbol in symbols:
        call.world.settle(symbol)
    waiting = (order for symbol in symbols for order in call.account.open[symbol].values())
    return [shapes.queried(order) for order in waiting]


def all_orders(call: Call) -> list[Shape]:
    """Return orders of every state, from an id or a time on, or the latest."""
    symbol, limit = call.symbol(), call.limit(500, 1000)
    call.world.settle(symbol)
    orders = call.account.history[symbol]
    first, start, end = call.whole("orderId"), call.whole("startTime"), call.whole("endTime")
    if first is not None:
        chosen = [order for order in orders if order.id >= first][:limit]
    elif start is not None or end is not None:
        low, high = start or 0, end if end is not None else 1 << 62
        chosen = [one for one in orders if low <= shapes.ms(one.created_ns) <= high][:limit]
    else:
        chosen = orders[-limit:]
    return [shapes.queried(order) for order in chosen]


# taking back


def cancel(call: Call) -> Shape:
    """Take one order back."""
    name = call.client_id("newClientOrderId") or own_name(call)
    return _cancel(call, named(call), name)


def _cancel(call: Call, order: Order | None, name: str) -> Shape:
    unknown = ApiError(-2011, "Unknown order sent.")
    if order is None:
        raise unknown
    try:
        call.world.cancel(order, name)
    except RefusedError:
        raise unknown from None
    return shapes.cancelled(order)


def cancel_all(call: Call) -> list[Shape]:
    """Take every order of a pair back."""
    symbol = call.symbol()
    call.world.settle(symbol)
    orders = list(call.account.open[symbol].values())
    if not orders:
        raise ApiError(-2011, "Unknown order sent.")
    return [_cancel(call, order, own_name(call)) for order in orders]


def replace(call: Call) -> Shape:
    """Take an order back and place another, in one call."""
    modes = {"STOP_ON_FAILURE", "ALLOW_FAILURE"}
    wrong = -1130, "Data sent for parameter 'cancelReplaceMode' is not valid."
    mode = call.choice("cancelReplaceMode", modes, wrong)
    if mode is None:
        raise missing("cancelReplaceMode")
    new_order(call)
    done: dict[str, object] = {"cancelResult": "SUCCESS", "newOrderResult": "SUCCESS"}
    try:
        name = call.client_id("cancelNewClientOrderId") or own_name(call)
        done["cancelResponse"] = _cancel(call, _replaced(call), name)
    except ApiError as failed:
        done |= {"cancelResult": "FAILURE", "cancelResponse": failed.shape}
    if done["cancelResult"] == "FAILURE" and mode == "STOP_ON_FAILURE":
        done |= {"newOrderResult": "NOT_ATTEMPTED", "newOrderResponse": None}
    else:
        try:
            done["newOrderResponse"] = place(call)
        except ApiError as failed:
            done |= {"newOrderResult": "FAILURE", "newOrderResponse": failed.shape}
    results = (done["cancelResult"], done["newOrderResult"])
    if results == ("SUCCESS", "SUCCESS"):
        return done
    if "SUCCESS" in results:
        raise ApiError(-2021, "Order cancel-replace partially failed.", 409, data=done)
    raise ApiError(-2022, "Order cancel-replace failed.", data=done)


def _replaced(call: Call) -> Order | None:
    symbol = call.symbol()
    number, name = call.whole("cancelOrderId"), call.text("cancelOrigClientOrderId")
    if number is None and name is None:
        raise missing("cancelOrderId")
    account = call.account
    order = (
        account.orders.get(number)
        if number is not None
        else account.named.get((symbol, name or ""))
    )
    return order if order is not None and order.listing.symbol == symbol else None
