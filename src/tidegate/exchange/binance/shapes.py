"""Orders, trades and balances in Binance's shapes: numbers as text, times in milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.venue import Order, Trade, text

if TYPE_CHECKING:
    from tidegate.exchange.venue import Account, Listing
    from tidegate.exchange.world import World

_MS: Final = 1_000_000
ZERO: Final = "0.00000000"
Shape = dict[str, object]


def ms(time_ns: int) -> int:
    """Return a time in milliseconds."""
    return time_ns // _MS


def side(order: Order) -> str:
    """Return the side of an order."""
    return "BUY" if order.buys else "SELL"


def _terms(order: Order) -> Shape:
    listing = order.listing
    return {
        "price": text(order.price * listing.tick),
        "origQty": text(order.lots * listing.lot),
        "executedQty": text(order.filled * listing.lot),
        "origQuoteOrderQty": text(order.budget),
        "cummulativeQuoteQty": text(order.quote),
        "status": order.status,
        "timeInForce": order.life,
        "type": order.kind,
        "side": side(order),
    }


def _stop(order: Order) -> Shape:
    return {"stopPrice": text(order.stop * order.listing.tick)} if order.stop else {}


def acknowledged(order: Order) -> Shape:
    """Return the shortest answer to an order."""
    return {
        "symbol": order.listing.symbol,
        "orderId": order.id,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        "transactTime": ms(order.updated_ns),
    }


def result(order: Order) -> Shape:
    """Return the answer to an order, without its fills."""
    return {
        **acknowledged(order),
        **_terms(order),
        **_stop(order),
        "workingTime": ms(order.created_ns) if order.working else -1,
        "selfTradePreventionMode": order.prevention,
    }


def full(order: Order) -> Shape:
    """Return the answer to an order, with its fills."""
    return {**result(order), "fills": [_fill(order, trade) for trade in order.trades]}


def _fill(order: Order, trade: Trade) -> Shape:
    listing = order.listing
    fee, asset = fee_of(order, trade)
    return {
        "price": text(trade.price * listing.tick),
        "qty": text(trade.lots * listing.lot),
        "commission": text(fee),
        "commissionAsset": asset,
        "tradeId": trade.id,
    }


def fee_of(order: Order, trade: Trade) -> tuple[int, str]:
    """Return what an order paid for a trade, and in which currency."""
    if order.buys:
        return trade.buyer_fee, order.listing.pair.base
    return trade.seller_fee, order.listing.pair.quote


def queried(order: Order) -> Shape:
    """Return an order as it is answered to a query."""
    return {
        "symbol": order.listing.symbol,
        "orderId": order.id,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        **_terms(order),
        "stopPrice": text(order.stop * order.listing.tick),
        "icebergQty": ZERO,
        "time": ms(order.created_ns),
        "updateTime": ms(order.updated_ns),
        "isWorking": order.working,
        "workingTime": ms(order.created_ns) if order.working else -1,
        "selfTradePreventionMode": order.prevention,
    }


def cancelled(order: Order) -> Shape:
    """Return the answer to a cancellation."""
    return {
        "symbol": order.listing.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.id,
        "orderListId": -1,
        "clientOrderId": order.taken_back_as,
        "transactTime": ms(order.updated_ns),
        **_terms(order),
        **_stop(order),
        "selfTradePreventionMode": order.prevention,
    }


def my_trade(order: Order, trade: Trade, listing: Listing) -> Shape:
    """Return a trade as the account that owns the order sees it."""
    fee, asset = fee_of(order, trade)
    return {
        "symbol": trade.symbol,
        "id": trade.id,
        "orderId": order.id,
        "orderListId": -1,
        "price": text(trade.price * listing.tick),
        "qty": text(trade.lots * listing.lot),
        "quoteQty": text(trade.price * trade.lots * listing.cost),
        "commission": text(fee),
        "commissionAsset": asset,
        "time": ms(trade.time_ns),
        "isBuyer": order.buys,
        "isMaker": trade.buyer_is_maker == order.buys,
        "isBestMatch": True,
    }


def balances(world: World, account: Account, *, zeroes: bool) -> list[Shape]:
    """Return what an account has, in every currency it had or that is traded."""
    listed = {
        asset
        for listing in world.venue.listings.values()
        for asset in (listing.pair.base, listing.pair.quote)
    }
    return [
        {
            "asset": asset,
            "free": text(world.told_free(account, asset)),
            "locked": text(account.locked[asset]),
        }
        for asset in sorted(listed | set(account.free))
        if zeroes or account.total(asset)
    ]
