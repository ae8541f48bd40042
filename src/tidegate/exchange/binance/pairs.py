"""The pairs that are traded, with their filters; and which of them are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from tidegate.exchange.binance.errors import illegal
from tidegate.exchange.binance.shapes import ms
from tidegate.exchange.venue import UNIT, text

if TYPE_CHECKING:
    from tidegate.exchange.binance.call import Call
    from tidegate.exchange.binance.limits import Limits
    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.venue import Listing

_ORDER_TYPES: Final = (
    "LIMIT",
    "LIMIT_MAKER",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
)
_SYMBOLS: Final = r"^\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\]$"


def symbols_of(call: Call) -> list[str] | None:
    """Return the symbols that are asked for; None for all."""
    if "symbol" in call.params:
        return [call.symbol()]
    listed = call.text("symbols")
    if listed is None:
        return None
    try:
        names = msgspec.json.decode(listed, type=list[str])
    except msgspec.MsgspecError:
        raise illegal("symbols", _SYMBOLS) from None
    return [call.listed(name) for name in names]


def exchange_info(call: Call, limits: Limits) -> Shape:
    """Return every pair, with its filters."""
    listings = call.world.venue.listings
    symbols = symbols_of(call)
    return {
        "timezone": "UTC",
        "serverTime": ms(call.world.told_ns()),
        "rateLimits": limits.shape,
        "exchangeFilters": [],
        "symbols": [_symbol(listings[name]) for name in (listings if symbols is None else symbols)],
    }


def _symbol(listing: Listing) -> Shape:
    pair = listing.pair
    return {
        "symbol": listing.symbol,
        "status": "TRADING",
        "baseAsset": pair.base,
        "baseAssetPrecision": 8,
        "quoteAsset": pair.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": _ORDER_TYPES,
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": True,
        "amendAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": _filters(listing),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": [
            "NONE",
            "EXPIRE_TAKER",
            "EXPIRE_MAKER",
            "EXPIRE_BOTH",
        ],
    }


def _filters(listing: Listing) -> list[Shape]:
    tick, lot = listing.tick, listing.lot
    up, down = f"{listing.up:g}", f"{listing.down:g}"
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": text(listing.min_ticks * tick),
            "maxPrice": text(listing.max_ticks * tick),
            "tickSize": text(tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": text(listing.min_lots * lot),
            "maxQty": text(listing.max_lots * lot),
            "stepSize": text(lot),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": text(0),
            "maxQty": text(listing.max_market_lots * lot),
            "stepSize": text(0),
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": up,
            "bidMultiplierDown": down,
            "askMultiplierUp": up,
            "askMultiplierDown": down,
            "avgPriceMins": 0,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": text(listing.min_cost),
            "applyMinToMarket": True,
            "maxNotional": text(9_000_000 * UNIT),
            "applyMaxToMarket": False,
            "avgPriceMins": 0,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": listing.max_orders},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": listing.max_stops},
    ]
