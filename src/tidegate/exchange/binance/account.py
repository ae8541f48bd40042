"""What an account has, what it traded, and what its key may do."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance import shapes
from tidegate.exchange.binance.errors import ApiError
from tidegate.exchange.faults import Kind as FaultKind
from tidegate.exchange.keys import Right
from tidegate.exchange.venue import text

if TYPE_CHECKING:
    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.binance.limits import Limits
    from tidegate.exchange.binance.shapes import Shape

_DAY_MS: Final = 86_400_000
_MILLION: Final = 1_000_000


def _rate(fee: int) -> str:
    return f"{fee / _MILLION:.8f}"


def account(call: Call) -> Shape:
    """Return an account's balances."""
    for symbol in list(call.account.open):
        if call.account.open[symbol]:
            call.world.settle(symbol)
    own, rights = call.account, call.key.rights if call.key else frozenset()
    zeroes = call.params.get("omitZeroBalances", "false") != "true"
    return {
        "makerCommission": own.maker_fee // 100,
        "takerCommission": own.taker_fee // 100,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": _rate(own.maker_fee),
            "taker": _rate(own.taker_fee),
            "buyer": shapes.ZERO,
            "seller": shapes.ZERO,
        },
        "canTrade": Right.TRADE in rights,
        "canWithdraw": Right.WITHDRAW in rights,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": shapes.ms(own.updated_ns),
        "accountType": "SPOT",
        "balances": shapes.balances(call.world, own, zeroes=zeroes),
        "permissions": ["SPOT"],
        "uid": 1,
    }


def my_trades(call: Call) -> list[Shape]:
    """Return an account's trades in a pair, from an id or a time on, or the latest."""
    symbol, limit = call.symbol(), call.limit(500, 1000)
    call.world.settle(symbol)
    own = call.account
    trades = own.trades[symbol]
    number, first = call.whole("orderId"), call.whole("fromId")
    start, end = call.whole("startTime"), call.whole("endTime")
    if start is not None and end is not None and end - start > _DAY_MS:
        raise ApiError(-1127, "More than 24 hours between startTime and endTime.")
    oldest_first = True
    if number is not None:
        order = own.orders.get(number)
        trades = list(order.trades) if order is not None else []
    if first is not None:
        trades = trades[bisect_left(trades, first, key=lambda trade: trade.id) :]
    elif start is not None or end is not None:
        low, high = start or 0, end if end is not None else 1 << 62
        trades = [one for one in trades if low <= shapes.ms(one.time_ns) <= high]
    else:
        oldest_first = False
    chosen = trades[:limit] if oldest_first else trades[-limit:]
    listing = call.world.venue.listings[symbol]
    return [
        shapes.my_trade(order, trade, listing)
        for trade in chosen
        for order in (trade.buyer, trade.seller)
        if order.account is own
    ]


def order_limits(call: Call, limits: Limits) -> list[Shape]:
    """Return how many orders an account has sent of those it may."""
    if call.key is None:
        return []
    counts = limits.ordered(call.key, call.world.told_ns())
    shown = [dict(limit) for limit in limits.shape if limit["rateLimitType"] == "ORDERS"]
    for limit, count in zip(shown, counts, strict=True):
        limit["count"] = count
    return shown


def commission(call: Call) -> Shape:
    """Return the fees of a pair."""
    own = call.account
    rates = {
        "maker": _rate(own.maker_fee),
        "taker": _rate(own.taker_fee),
        "buyer": shapes.ZERO,
        "seller": shapes.ZERO,
    }
    none = dict.fromkeys(rates, shapes.ZERO)
    return {
        "symbol": call.symbol(),
        "standardCommission": rates,
        "taxCommission": none,
        "discount": {
            "enabledForAccount": False,
            "enabledForSymbol": False,
            "discountAsset": "BNB",
            "discount": shapes.ZERO,
        },
    }


# the older half of the interface


def coins(call: Call) -> list[Shape]:
    """Return every currency."""
    own = call.account
    return [
        {
            "coin": balance["asset"],
            "name": balance["asset"],
            "free": balance["free"],
            "locked": balance["locked"],
            "isLegalMoney": False,
            "trading": True,
            "depositAllEnable": True,
            "withdrawAllEnable": True,
            "networkList": [],
        }
        for balance in shapes.balances(call.world, own, zeroes=True)
    ]


def trade_fees(call: Call) -> list[Shape]:
    """Return the fees of one pair, or of all."""
    own = call.account
    symbols = [call.symbol()] if "symbol" in call.params else call.world.venue.listings
    return [
        {
            "symbol": symbol,
            "makerCommission": _rate(own.maker_fee),
            "takerCommission": _rate(own.taker_fee),
        }
        for symbol in symbols
    ]


def system_status(call: Call) -> Shape:
    """Say whether there is maintenance."""
    world = call.world
    down = bool(world.faults.standing(FaultKind.MAINTENANCE, world.now_ns()))
    return {"status": int(down), "msg": "system_maintenance" if down else "normal"}


def restrictions(call: Call) -> Shape:
    """Return what the key may do."""
    rights = call.key.rights if call.key else frozenset()
    return {
        "ipRestrict": False,
        "createTime": 0,
        "enableReading": Right.READ in rights,
        "enableSpotAndMarginTrading": Right.TRADE in rights,
        "enableWithdrawals": Right.WITHDRAW in rights,
        "enableInternalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
    }


def withdraw(call: Call) -> Shape:
    """Take money out of the account."""
    asset, amount = call.needed("coin"), call.units("amount")
    call.needed("address")
    own = call.account
    if not amount:
        raise ApiError(-4026, "The withdrawal amount must be greater than 0.")
    if own.free.get(asset, 0) < amount:
        raise ApiError(-4026, "The user has insufficient balance available.")
    call.world.deposit(own, asset, -amount)
    return {"id": f"{asset}-{text(amount)}-{call.world.next_name()}"}
