"""What an account has, what it pays, and what its key may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.exchange.keys import Right
from tidegate.exchange.okx.errors import ApiError
from tidegate.exchange.okx.shapes import balance_shape, ms
from tidegate.exchange.venue import text
from tidegate.exchange.views import assets_of, plain, settle_open

if TYPE_CHECKING:
    from tidegate.exchange.okx.call import Call
    from tidegate.exchange.okx.shapes import Shape

_TO_MILLION = 100


def _asked(call: Call) -> list[str]:
    named = call.text("ccy")
    return named.split(",") if named else assets_of(call.world, call.account)


def balance(call: Call) -> list[Shape]:
    """Return what is in the trading account."""
    settle_open(call.world, call.account)
    return [balance_shape(call.world, call.account, _asked(call))]


def funding(call: Call) -> list[Shape]:
    """Return what is in the funding account: nothing, because all of it can be traded."""
    return [{"ccy": asset, "bal": "0", "availBal": "0", "frozenBal": "0"} for asset in _asked(call)]


def config(call: Call) -> list[Shape]:
    """Return how the account is set up, and what the key may do."""
    rights = call.key.rights if call.key else frozenset()
    named = {Right.READ: "read_only", Right.TRADE: "trade", Right.WITHDRAW: "withdraw"}
    return [
        {
            "uid": "1",
            "mainUid": "1",
            "acctLv": "1",
            "posMode": "net_mode",
            "autoLoan": False,
            "greeksType": "PA",
            "level": "Lv1",
            "levelTmp": "",
            "ctIsoMode": "automatic",
            "mgnIsoMode": "automatic",
            "acctStpMode": "cancel_maker",
            "label": call.key.key if call.key else "",
            "perm": ",".join(named[right] for right in Right if right in rights),
            "ip": "",
            "type": "0",
        }
    ]


def trade_fee(call: Call) -> list[Shape]:
    """Return the account's fees, below nothing because they are paid."""
    own = call.account
    return [
        {
            "instType": call.needed("instType"),
            "level": "Lv1",
            "maker": f"-{_rate(own.maker_fee)}",
            "taker": f"-{_rate(own.taker_fee)}",
            "makerU": "",
            "takerU": "",
            "delivery": "",
            "exercise": "",
            "ts": ms(call.world.told_ns()),
        }
    ]


def _rate(fee: int) -> str:
    return plain(fee * _TO_MILLION)


def currencies(call: Call) -> list[Shape]:
    """Return every currency, each with one chain."""
    return [
        {
            "ccy": asset,
            "name": asset,
            "chain": f"{asset}-Loopback",
            "canDep": True,
            "canWd": True,
            "canInternal": True,
            "minFee": "0",
            "maxFee": "0",
            "fee": "0",
            "minWd": "0.00000001",
            "maxWd": "1000000",
            "wdTickSz": "8",
            "mainNet": True,
        }
        for asset in _asked(call)
    ]


def withdraw(call: Call) -> list[Shape]:
    """Take money out of the account."""
    asset, amount = call.needed("ccy"), call.units("amt")
    call.needed("toAddr")
    own = call.account
    if not amount or own.free.get(asset, 0) < amount:
        raise ApiError("58350", "Insufficient balance")
    call.world.deposit(own, asset, -amount)
    number = str(call.world.next_name())
    return [{"wdId": number, "ccy": asset, "amt": text(amount), "clientId": "", "chain": ""}]
