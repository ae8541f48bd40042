"""Markets, orders, trades and positions in the indexer's shapes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tidegate.exchange.dydx.margin import INITIAL, MAINTENANCE, MILLION, fee_of
from tidegate.exchange.venue import UNIT, Kind, Life, Order, Status, Trade
from tidegate.exchange.views import MS, day_of, made, plain, priced, sized, waits

if TYPE_CHECKING:
    from tidegate.exchange.dydx.margin import Margin, Position
    from tidegate.exchange.history import PublicTrade
    from tidegate.exchange.prices.chart import Row
    from tidegate.exchange.venue import Account, Listing

Shape = dict[str, object]

NAMESPACE: Final = uuid.UUID("0f9da948-a6fb-4c45-9edc-4685c3f3317d")
QUANTUM: Final = -8
CONVERSION: Final = -10
"""Chosen so that the chain's whole numbers are the venue's units: prices and sizes of 10⁻⁸."""
_BEGAN_S: Final = 1_700_000_000
_STATES: Final = {
    Status.NEW: "OPEN",
    Status.PARTIALLY_FILLED: "OPEN",
    Status.FILLED: "FILLED",
    Status.CANCELED: "CANCELED",
    Status.EXPIRED: "CANCELED",
    Status.EXPIRED_IN_MATCH: "CANCELED",
}
_TYPES: Final = {
    Kind.STOP_LOSS_LIMIT: "STOP_LIMIT",
    Kind.TAKE_PROFIT_LIMIT: "TAKE_PROFIT",
}


def iso(time_ns: int) -> str:
    """Return a time as a date, to the millisecond."""
    at = datetime.fromtimestamp(time_ns // MS / 1000, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def height(time_ns: int) -> int:
    """Return the number of the block of a time: there is one every second."""
    return time_ns // 10**9 - _BEGAN_S


def ticker(listing: Listing) -> str:
    """Return the name of a market."""
    return f"{listing.pair.base}-USD"


def subaccount_id(address: str, number: int = 0) -> str:
    """Return the indexer's number of a subaccount."""
    return str(uuid.uuid5(NAMESPACE, f"{address}-{number}"))


def name_of(client_id: int, flags: int) -> str:
    """Return what an order is called at the venue: it is unique among those of a market."""
    return f"{client_id}-{flags}"


def order_uuid(address: str, order: Order, clob_pair: int) -> str:
    """Return the indexer's number of an order."""
    client_id, _, flags = order.client_id.partition("-")
    whole = f"{subaccount_id(address)}-{client_id}-{clob_pair}-{flags}"
    return str(uuid.uuid5(NAMESPACE, whole))


def market_shape(margin: Margin, listing: Listing, clob_pair: int) -> Shape:
    """Return a market with its last 24 hours. Its two exponents are text, as ccxt reads them."""
    price = margin.price(listing)
    day = day_of(margin.world, listing.symbol)
    return {
        "clobPairId": str(clob_pair),
        "ticker": ticker(listing),
        "status": "ACTIVE",
        "oraclePrice": plain(price),
        "priceChange24H": plain(day.last - day.open),
        "volume24H": plain(day.quote),
        "trades24H": 86_400,
        "nextFundingRate": "0",
        "initialMarginFraction": str(INITIAL / MILLION),
        "maintenanceMarginFraction": str(MAINTENANCE / MILLION),
        "openInterest": "0",
        "atomicResolution": str(QUANTUM),
        "quantumConversionExponent": str(CONVERSION),
        "tickSize": plain(listing.tick),
        "stepSize": plain(listing.lot),
        "stepBaseQuantums": listing.lot,
        "subticksPerTick": listing.tick,
        "marketType": "CROSS",
        "openInterestLowerCap": "0",
        "openInterestUpperCap": "0",
        "baseOpenInterest": "0",
        "defaultFundingRate1H": "0",
    }


def order_shape(address: str, order: Order, clob_pair: int) -> Shape:
    """Return an order as it stands."""
    listing = order.listing
    client_id, _, flags = order.client_id.partition("-")
    post_only = order.kind is Kind.LIMIT_MAKER
    return {
        "id": order_uuid(address, order, clob_pair),
        "subaccountId": subaccount_id(address),
        "clientId": client_id,
        "clobPairId": str(clob_pair),
        "side": side(order),
        "size": sized(listing, order.lots),
        "totalFilled": sized(listing, order.filled),
        "price": priced(listing, order.price),
        "type": _TYPES.get(order.kind, "LIMIT"),
        "status": "UNTRIGGERED" if waits(order) and order.status is Status.NEW else state(order),
        "timeInForce": "IOC" if order.life is Life.IOC else "GTT",
        "reduceOnly": False,
        "orderFlags": flags,
        "goodTilBlock": None,
        "createdAtHeight": str(height(order.created_ns)),
        "clientMetadata": "0",
        "triggerPrice": priced(listing, order.stop) if order.stop else None,
        "updatedAt": iso(order.updated_ns),
        "updatedAtHeight": str(height(order.updated_ns)),
        "postOnly": post_only,
        "ticker": ticker(listing),
        "subaccountNumber": 0,
    }


def state(order: Order) -> str:
    """Return where an order stands."""
    return _STATES[order.status]


def side(order: Order) -> str:
    """Return the side of an order."""
    return "BUY" if order.buys else "SELL"


def fill_shape(address: str, order: Order, trade: Trade, clob_pair: int) -> Shape:
    """Return a trade as the account that owns the order sees it."""
    listing = order.listing
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"{trade.id}-{side(order)}")),
        "side": side(order),
        "liquidity": "MAKER" if made(order, trade) else "TAKER",
        "type": "LIMIT",
        "market": ticker(listing),
        "marketType": "PERPETUAL",
        "price": priced(listing, trade.price),
        "size": sized(listing, trade.lots),
        "fee": plain(fee_of(order, trade)),
        "affiliateRevShare": "0",
        "createdAt": iso(trade.time_ns),
        "createdAtHeight": str(height(trade.time_ns)),
        "orderId": order_uuid(address, order, clob_pair),
        "clientMetadata": "0",
        "subaccountNumber": 0,
    }


def position_shape(margin: Margin, listing: Listing, position: Position) -> Shape:
    """Return an open position."""
    price = margin.price(listing)
    gain = position.size * (price - position.entry) // UNIT
    return {
        "market": ticker(listing),
        "status": "OPEN",
        "side": "LONG" if position.size > 0 else "SHORT",
        "size": plain(position.size),
        "maxSize": plain(position.size),
        "entryPrice": plain(position.entry),
        "exitPrice": None,
        "realizedPnl": plain(position.realised),
        "unrealizedPnl": plain(gain),
        "createdAt": iso(position.since_ns),
        "createdAtHeight": str(height(position.since_ns)),
        "closedAt": None,
        "sumOpen": plain(position.opened),
        "sumClose": plain(position.closed),
        "netFunding": "0",
        "subaccountNumber": 0,
    }


def subaccount_shape(margin: Margin, account: Account, address: str, now_ns: int) -> Shape:
    """Return what a subaccount has."""
    positions: dict[str, Shape] = {}
    for listing in margin.listings:
        position = margin.position(account, listing)
        if position is not None:
            positions[ticker(listing)] = position_shape(margin, listing, position)
    money = margin.collateral(account)
    return {
        "address": address,
        "subaccountNumber": 0,
        "equity": plain(margin.equity(account)),
        "freeCollateral": plain(margin.free(account)),
        "openPerpetualPositions": positions,
        "assetPositions": {
            "USDC": {
                "size": plain(abs(money)),
                "symbol": "USDC",
                "side": "LONG" if money >= 0 else "SHORT",
                "assetId": "0",
                "subaccountNumber": 0,
            }
        },
        "marginEnabled": True,
        "updatedAtHeight": str(height(account.updated_ns or now_ns)),
        "latestProcessedBlockHeight": str(height(now_ns)),
    }


def trade_shape(trade: PublicTrade, listing: Listing) -> Shape:
    """Return a trade; its side is the taker's."""
    return {
        "id": f"{trade.id:024x}",
        "side": "SELL" if trade.buyer_is_maker else "BUY",
        "size": sized(listing, trade.lots),
        "price": priced(listing, trade.price),
        "type": "LIMIT",
        "createdAt": iso(trade.time_ns),
        "createdAtHeight": str(height(trade.time_ns)),
    }


def candle_shape(row: Row, listing: Listing, resolution: str) -> Shape:
    """Return a candle."""
    return {
        "startedAt": iso(row.open_s * 10**9),
        "ticker": ticker(listing),
        "resolution": resolution,
        "low": priced(listing, row.low),
        "high": priced(listing, row.high),
        "open": priced(listing, row.open),
        "close": priced(listing, row.close),
        "baseTokenVolume": sized(listing, row.lots),
        "usdVolume": plain(row.quote),
        "trades": row.trades,
        "startingOpenInterest": "0",
        "orderbookMidPriceOpen": priced(listing, row.open),
        "orderbookMidPriceClose": priced(listing, row.close),
    }
