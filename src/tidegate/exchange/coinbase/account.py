"""What an account has, what it pays, and what its key may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.coinbase.errors import ApiError
from tidegate.exchange.coinbase.fees import MAKER, MILLION, TAKER
from tidegate.exchange.coinbase.shapes import account_id, account_shape
from tidegate.exchange.keys import Right
from tidegate.exchange.views import assets_of, plain, settle_open

if TYPE_CHECKING:
    from tidegate.exchange.coinbase.call import Call
    from tidegate.exchange.coinbase.shapes import Shape

_SUPPORTED: Final = 250


def accounts(call: Call) -> Shape:
    """Return every wallet; a page goes on where its cursor says."""
    settle_open(call.world, call.account)
    assets, most = assets_of(call.world, call.account), call.limit(49, _SUPPORTED)
    cursor = call.text("cursor")
    begin = assets.index(cursor) if cursor in assets else 0
    page = assets[begin : begin + most]
    more = begin + most < len(assets)
    return {
        "accounts": [account_shape(call.world, call.account, asset) for asset in page],
        "has_next": more,
        "cursor": assets[begin + most] if more else "",
        "size": len(page),
    }


def account(call: Call) -> Shape:
    """Return one wallet."""
    settle_open(call.world, call.account)
    for asset in assets_of(call.world, call.account):
        if account_id(call.account, asset) == call.named:
            return {"account": account_shape(call.world, call.account, asset)}
    raise ApiError("NOT_FOUND", "account not found", 404)


def old_accounts(call: Call) -> Shape:
    """Return every wallet in the older half's way, which knows of no holds."""
    settle_open(call.world, call.account)
    own = call.account
    data = [
        {
            "id": account_id(own, asset),
            "name": f"{asset} Wallet",
            "primary": False,
            "type": "wallet",
            "currency": {"code": asset, "name": asset, "exponent": 8, "type": "crypto"},
            "balance": {
                "amount": plain(call.world.told_free(own, asset) + own.locked[asset]),
                "currency": asset,
            },
            "resource": "account",
        }
        for asset in assets_of(call.world, own)
    ]
    return {"pagination": {"next_uri": None, "limit": _SUPPORTED, "order": "desc"}, "data": data}


def summary(call: Call) -> Shape:
    """Return what the account traded, and its fees."""
    own = call.account
    volume = sum(
        trade.price * trade.lots * call.world.venue.listings[symbol].cost
        for symbol, trades in own.trades.items()
        for trade in trades
    )
    return {
        "total_volume": float(plain(volume)),
        "total_fees": 0,
        "fee_tier": {
            "pricing_tier": "Advanced 1",
            "usd_from": "0",
            "usd_to": "1000",
            "taker_fee_rate": f"{TAKER / MILLION}",
            "maker_fee_rate": f"{MAKER / MILLION}",
            "aop_from": "",
            "aop_to": "",
        },
        "margin_rate": None,
        "goods_and_services_tax": None,
        "advanced_trade_only_volume": float(plain(volume)),
        "advanced_trade_only_fees": 0,
        "coinbase_pro_volume": 0,
        "coinbase_pro_fees": 0,
    }


def permissions(call: Call) -> Shape:
    """Return what the key may do."""
    rights = call.key.rights if call.key else frozenset()
    return {
        "can_view": Right.READ in rights,
        "can_trade": Right.TRADE in rights,
        "can_transfer": Right.WITHDRAW in rights,
        "portfolio_uuid": call.account.name,
        "portfolio_type": "DEFAULT",
    }
