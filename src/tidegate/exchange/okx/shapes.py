"""Orders, trades and balances in OKX's shapes: everything is text, and nothing is empty text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.venue import PRICED, Kind, Life, Order, Status, Trade
from tidegate.exchange.views import (
    MS,
    average,
    fee_of,
    fees_of,
    joined,
    made,
    plain,
    priced,
    sized,
    trades_of,
    waits,
)

if TYPE_CHECKING:
    from tidegate.exchange.okx.call import Notes
    from tidegate.exchange.venue import Account, Report
    from tidegate.exchange.world import World

Shape = dict[str, object]

_STATES: Final = {
    Status.NEW: "live",
    Status.PARTIALLY_FILLED: "partially_filled",
    Status.FILLED: "filled",
    Status.CANCELED: "canceled",
    Status.EXPIRED: "canceled",
    Status.EXPIRED_IN_MATCH: "canceled",
}
_LIVES: Final = {Life.GTC: "limit", Life.IOC: "ioc", Life.FOK: "fok"}
_PREVENTIONS: Final = {
    "NONE": "",
    "EXPIRE_TAKER": "cancel_taker",
    "EXPIRE_MAKER": "cancel_maker",
    "EXPIRE_BOTH": "cancel_both",
}
_UNNAMED: Final = "~"
"""How the venue's name of an order begins that its owner gave none."""


def ms(time_ns: int) -> str:
    """Return a time in milliseconds."""
    return str(time_ns // MS)


def order_id(order: Order) -> str:
    """Return the number of an order."""
    return f"1{order.id:018d}"


def algo_id(order: Order) -> str:
    """Return the number of an algo order."""
    return f"2{order.id:018d}"


def number_of(name: str, *, algo: bool = False) -> int:
    """Return the venue's number of an order; what is none is 0."""
    first = "2" if algo else "1"
    good = name.isascii() and name.isdigit() and len(name) == 19 and name[0] == first  # noqa: PLR2004 (as above)
    return int(name[1:]) if good else 0


def unnamed(number: int) -> str:
    """Return a name for an order that was given none."""
    return f"{_UNNAMED}{number}"


def client_id(order: Order) -> str:
    """Return the name that its owner gave an order."""
    return "" if order.client_id.startswith(_UNNAMED) else order.client_id


def fee_asset(order: Order) -> str:
    """Return the currency in which an order pays fees."""
    return order.listing.pair.base if order.buys else order.listing.pair.quote


def order_type(order: Order) -> str:
    """Return what kind of order it is; a stop that was triggered is what it became."""
    if order.kind is Kind.LIMIT_MAKER:
        return "post_only"
    if order.kind in PRICED:
        return _LIVES[order.life]
    return "market"


def order_shape(order: Order, notes: Notes, report: Report | None = None) -> Shape:
    """Return an order as it stands, or as it stood when a report was made."""
    listing = order.listing
    filled = order.filled if report is None else report.filled
    quote = order.quote if report is None else report.quote
    status = order.status if report is None else report.status
    trades = trades_of(order, filled)
    last = trades[-1] if trades else None
    other = listing.pair.quote if order.buys else listing.pair.base
    by_cost = order.budget > 0
    return {
        "instType": "SPOT",
        "instId": joined(listing),
        "tgtCcy": ("quote_ccy" if by_cost else "base_ccy") if order_type(order) == "market" else "",
        "ccy": "",
        "ordId": order_id(order),
        "clOrdId": client_id(order),
        "tag": notes.tags.get(order.id, ""),
        "px": priced(listing, order.price) if order.price else "",
        "sz": plain(order.budget) if by_cost else sized(listing, order.lots),
        "pnl": "0",
        "ordType": order_type(order),
        "side": "buy" if order.buys else "sell",
        "posSide": "net",
        "tdMode": "cash",
        "accFillSz": sized(listing, filled),
        "avgPx": plain(average(order, filled, quote)) if filled else "",
        "fillPx": priced(listing, last.price) if last else "",
        "fillSz": sized(listing, last.lots) if last else "0",
        "fillTime": ms(last.time_ns) if last else "",
        "tradeId": str(last.id) if last else "",
        "state": _STATES[status],
        "lever": "",
        "fee": signed_fee(fees_of(order, trades)),
        "feeCcy": fee_asset(order),
        "rebate": "0",
        "rebateCcy": other,
        "source": "7" if order.stop else "",
        "category": "normal",
        "cancelSource": order.taken_back_as if _STATES[status] == "canceled" else "",
        "reduceOnly": "false",
        "algoId": algo_id(order) if order.stop else "",
        "algoClOrdId": client_id(order) if order.stop else "",
        "attachAlgoOrds": [],
        "stpMode": _PREVENTIONS[order.prevention],
        "stpId": "",
        "slTriggerPx": "",
        "slOrdPx": "",
        "tpTriggerPx": "",
        "tpOrdPx": "",
        "cTime": ms(order.created_ns),
        "uTime": ms(order.updated_ns if report is None else report.time_ns),
    }


def signed_fee(fee: int) -> str:
    """Return what was paid as OKX does: below nothing."""
    return f"-{plain(fee)}" if fee else "0"


def event_shape(report: Report, notes: Notes) -> Shape:
    """Return a report as a message of the orders channel."""
    order, trade = report.order, report.trade
    shape = order_shape(order, notes, report)
    if trade is None:
        shape |= {"fillPx": "", "fillSz": "0", "fillTime": "", "tradeId": ""}
    value = trade.price * trade.lots * order.listing.cost if trade else 0
    shape |= {
        "fillFee": signed_fee(fee_of(order, trade)) if trade else "0",
        "fillFeeCcy": fee_asset(order) if trade else "",
        "execType": ("M" if made(order, trade) else "T") if trade else "",
        "fillNotionalUsd": plain(value) if trade else "",
        "lastPx": priced(order.listing, trade.price) if trade else "",
        "reqId": "",
        "amendResult": "",
        "code": "0",
        "msg": "",
    }
    return shape


def algo_shape(order: Order, notes: Notes, status: Status | None = None) -> Shape:
    """Return a stop as an algo order: live until it is triggered, then effective."""
    listing = order.listing
    status = order.status if status is None else status
    waiting = waits(order)
    state = "live" if waiting else "effective"
    if waiting and status is not Status.NEW:
        state = "canceled"
    trigger = order.id in notes.triggers
    stop = priced(listing, order.stop)
    price = priced(listing, order.price) if order.price else "-1"
    loses = "STOP_LOSS" in order.kind
    sl = (stop, price) if not trigger and loses else ("", "")
    tp = (stop, price) if not trigger and not loses else ("", "")
    return {
        "instType": "SPOT",
        "instId": joined(listing),
        "algoId": algo_id(order),
        "algoClOrdId": client_id(order),
        "clOrdId": client_id(order),
        "ordId": "" if waiting else order_id(order),
        "ordIdList": [] if waiting else [order_id(order)],
        "ordType": "trigger" if trigger else "conditional",
        "ccy": "",
        "side": "buy" if order.buys else "sell",
        "posSide": "net",
        "tdMode": "cash",
        "tgtCcy": "base_ccy",
        "sz": sized(listing, order.lots),
        "state": state,
        "lever": "",
        "triggerPx": stop if trigger else "",
        "triggerPxType": "last" if trigger else "",
        "ordPx": price if trigger else "",
        "slTriggerPx": sl[0],
        "slTriggerPxType": "last" if sl[0] else "",
        "slOrdPx": sl[1],
        "tpTriggerPx": tp[0],
        "tpTriggerPxType": "last" if tp[0] else "",
        "tpOrdPx": tp[1],
        "actualSz": sized(listing, order.filled),
        "actualPx": plain(average(order, order.filled, order.quote)) if order.filled else "",
        "actualSide": "" if waiting else ("sl" if loses else "tp"),
        "triggerTime": "" if waiting else ms(order.updated_ns),
        "tag": notes.tags.get(order.id, ""),
        "failCode": "",
        "reduceOnly": "false",
        "cTime": ms(order.created_ns),
        "uTime": ms(order.updated_ns),
    }


def fill_shape(order: Order, trade: Trade, notes: Notes) -> Shape:
    """Return a trade as the account that owns the order sees it."""
    listing = order.listing
    return {
        "instType": "SPOT",
        "instId": joined(listing),
        "tradeId": str(trade.id),
        "ordId": order_id(order),
        "clOrdId": client_id(order),
        "billId": str(trade.id * 2 + order.buys),
        "subType": "1" if order.buys else "2",
        "tag": notes.tags.get(order.id, ""),
        "fillPx": priced(listing, trade.price),
        "fillSz": sized(listing, trade.lots),
        "fillPnl": "0",
        "fillIdxPx": priced(listing, trade.price),
        "side": "buy" if order.buys else "sell",
        "posSide": "net",
        "execType": "M" if made(order, trade) else "T",
        "feeCcy": fee_asset(order),
        "fee": signed_fee(fee_of(order, trade)),
        "feeRate": "",
        "ts": ms(trade.time_ns),
        "fillTime": ms(trade.time_ns),
    }


def balance_shape(world: World, account: Account, assets: list[str]) -> Shape:
    """Return what an account has of some currencies, as OKX's spot mode tells it."""
    details: list[Shape] = []
    worth = 0
    for asset in assets:
        free, locked = world.told_free(account, asset), account.locked[asset]
        if not free and not locked:
            continue
        value = in_dollars(world, asset, free + locked)
        worth += value
        details.append(
            {
                "ccy": asset,
                "eq": plain(free + locked),
                "cashBal": plain(free + locked),
                "availBal": plain(free),
                "availEq": "",
                "frozenBal": plain(locked),
                "ordFrozen": plain(locked),
                "eqUsd": plain(value),
                "disEq": plain(value),
                "spotBal": plain(free + locked),
                "isoEq": "",
                "liab": "",
                "upl": "",
                "stgyEq": "0",
                "uTime": ms(account.updated_ns or world.now_ns()),
            }
        )
    return {
        "uTime": ms(world.told_ns()),
        "totalEq": plain(worth),
        "adjEq": "",
        "availEq": "",
        "isoEq": "",
        "ordFroz": "",
        "imr": "",
        "mmr": "",
        "mgnRatio": "",
        "notionalUsd": "",
        "upl": "",
        "details": details,
    }


def in_dollars(world: World, asset: str, amount: int) -> int:
    """Return what an amount is worth in a currency that stands for the dollar; 0 if not known."""
    dollars = ("USDT", "USDC", "USD")
    if asset in dollars:
        return amount
    for quote in dollars:
        listing = world.venue.listings.get(f"{asset}{quote}")
        if listing is not None:
            world.settle(listing.symbol)
            last = world.venue.books[listing.symbol].last
            return amount // listing.lot * last * listing.cost
    return 0
