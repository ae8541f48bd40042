"""Orders, trades and balances in Coinbase's shapes: numbers are text, times are dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tidegate.exchange.coinbase.fees import fee_of, fees_of, with_fee
from tidegate.exchange.venue import OPEN, PRICED, STOPS, Kind, Life, Order, Status, Trade
from tidegate.exchange.venue.stops import waits_for_rise
from tidegate.exchange.views import (
    MS,
    average,
    joined,
    made,
    plain,
    priced,
    sized,
    trades_of,
    waits,
)

if TYPE_CHECKING:
    from tidegate.exchange.coinbase.call import Notes
    from tidegate.exchange.venue import Account, Report
    from tidegate.exchange.world import World

Shape = dict[str, object]

_STATES: Final = {
    Status.NEW: "OPEN",
    Status.PARTIALLY_FILLED: "OPEN",
    Status.FILLED: "FILLED",
    Status.CANCELED: "CANCELLED",
    Status.EXPIRED: "CANCELLED",
    Status.EXPIRED_IN_MATCH: "CANCELLED",
}
_LIVES: Final = {
    Life.GTC: "GOOD_UNTIL_CANCELLED",
    Life.IOC: "IMMEDIATE_OR_CANCEL",
    Life.FOK: "FILL_OR_KILL",
}
_ORDER_ID: Final = re.compile(r"00000000-0000-4000-8000-([0-9a-f]{12})")


def iso(time_ns: int) -> str:
    """Return a time as a date, to the millisecond."""
    at = datetime.fromtimestamp(time_ns // MS / 1000, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order_id(order: Order) -> str:
    """Return the number of an order."""
    return f"00000000-0000-4000-8000-{order.id:012x}"


def number_of(name: str) -> int:
    """Return the venue's number of an order; what is none is 0."""
    found = _ORDER_ID.fullmatch(name)
    return int(found[1], 16) if found else 0


def side(order: Order) -> str:
    """Return the side of an order."""
    return "BUY" if order.buys else "SELL"


def order_type(order: Order) -> str:
    """Return what kind of order it is."""
    if order.kind in STOPS:
        return "STOP_LIMIT"
    return "LIMIT" if order.kind in PRICED else "MARKET"


def life(order: Order) -> str:
    """Return how long an order may wait."""
    return _LIVES[Life.IOC if order.kind is Kind.MARKET else order.life]


def configuration(order: Order, notes: Notes) -> Shape:
    """Return an order's terms as they were given."""
    listing = order.listing
    size = {"base_size": sized(listing, order.lots)}
    if order.kind is Kind.MARKET:
        budget = notes.budgets.get(order.id, with_fee(order.budget))
        return {"market_market_ioc": {"quote_size": plain(budget)} if budget else size}
    terms: Shape = {**size, "limit_price": priced(listing, order.price)}
    if order.kind in STOPS:
        way = "UP" if waits_for_rise(order) else "DOWN"
        terms |= {
            "stop_price": priced(listing, order.stop),
            "stop_direction": f"STOP_DIRECTION_STOP_{way}",
        }
        return {"stop_limit_stop_limit_gtc": terms}
    if order.life is Life.GTC:
        return {"limit_limit_gtc": {**terms, "post_only": order.kind is Kind.LIMIT_MAKER}}
    return {"sor_limit_ioc" if order.life is Life.IOC else "limit_limit_fok": terms}


def _trigger(order: Order) -> str:
    if order.kind not in STOPS:
        return "INVALID_ORDER_TYPE"
    return "STOP_PENDING" if waits(order) else "STOP_TRIGGERED"


def order_shape(order: Order, notes: Notes) -> Shape:
    """Return an order as it stands."""
    listing = order.listing
    fees = fees_of(order)
    after = order.quote + fees if order.buys else order.quote - fees
    done = 100 * order.filled / order.lots if order.lots else 0.0
    trades = order.trades
    return {
        "order_id": order_id(order),
        "product_id": joined(listing),
        "user_id": order.account.name,
        "order_configuration": configuration(order, notes),
        "side": side(order),
        "client_order_id": order.client_id,
        "status": _STATES[order.status],
        "time_in_force": life(order),
        "created_time": iso(order.created_ns),
        "completion_percentage": f"{done:.2f}",
        "filled_size": sized(listing, order.filled),
        "average_filled_price": plain(average(order, order.filled, order.quote)),
        "fee": "",
        "number_of_fills": str(len(trades)),
        "filled_value": plain(order.quote),
        "pending_cancel": False,
        "size_in_quote": order.budget > 0,
        "total_fees": plain(fees),
        "size_inclusive_of_fees": order.budget > 0,
        "total_value_after_fees": plain(after),
        "trigger_status": _trigger(order),
        "order_type": order_type(order),
        "reject_reason": "REJECT_REASON_UNSPECIFIED",
        "settled": order.status is Status.FILLED,
        "product_type": "SPOT",
        "reject_message": "",
        "cancel_message": _why(order),
        "order_placement_source": "RETAIL_ADVANCED",
        "outstanding_hold_amount": plain(notes.fees.held(order)),
        "is_liquidation": False,
        "last_fill_time": iso(trades[-1].time_ns) if trades else None,
    }


def _why(order: Order) -> str:
    if order.status is Status.CANCELED:
        return "User requested cancel"
    return "Order expired" if order.status not in {*OPEN, Status.FILLED} else ""


def event_shape(report: Report, notes: Notes) -> Shape:
    """Return a report as the user channel tells it."""
    order, listing = report.order, report.order.listing
    fees = fees_of(order, report.filled)
    after = report.quote + fees if order.buys else report.quote - fees
    done = 100 * report.filled / order.lots if order.lots else 0.0
    fills = len(trades_of(order, report.filled))
    shape: Shape = {
        "avg_price": plain(average(order, report.filled, report.quote)),
        "cancel_reason": _why(order) if report.status not in OPEN else "",
        "client_order_id": order.client_id,
        "completion_percentage": f"{done:.2f}",
        "contract_expiry_type": "UNKNOWN_CONTRACT_EXPIRY_TYPE",
        "cumulative_quantity": sized(listing, report.filled),
        "filled_value": plain(report.quote),
        "leaves_quantity": sized(listing, order.lots - report.filled),
        "limit_price": priced(listing, order.price),
        "number_of_fills": str(fills),
        "order_id": order_id(order),
        "order_side": side(order),
        "order_type": order_type(order).capitalize(),
        "outstanding_hold_amount": plain(notes.fees.held(order)),
        "post_only": "true" if order.kind is Kind.LIMIT_MAKER else "false",
        "product_id": joined(listing),
        "product_type": "SPOT",
        "reject_reason": "",
        "status": _STATES[report.status],
        "stop_price": priced(listing, order.stop) if order.stop else "",
        "time_in_force": life(order),
        "total_fees": plain(fees),
        "total_value_after_fees": plain(after),
        "trigger_status": _trigger(order),
        "creation_time": iso(order.created_ns),
        "end_time": "0001-01-01T00:00:00Z",
        "start_time": "0001-01-01T00:00:00Z",
    }
    return shape


def fill_shape(order: Order, trade: Trade) -> Shape:
    """Return a trade as the account that owns the order sees it."""
    listing = order.listing
    number = f"{trade.id}-{'b' if order.buys else 's'}"
    return {
        "entry_id": number,
        "trade_id": number,
        "order_id": order_id(order),
        "trade_time": iso(trade.time_ns),
        "trade_type": "FILL",
        "price": priced(listing, trade.price),
        "size": sized(listing, trade.lots),
        "commission": plain(fee_of(order, trade)),
        "product_id": joined(listing),
        "sequence_timestamp": iso(trade.time_ns),
        "liquidity_indicator": "MAKER" if made(order, trade) else "TAKER",
        "size_in_quote": False,
        "user_id": order.account.name,
        "side": side(order),
        "retail_portfolio_id": order.account.name,
    }


def account_shape(world: World, account: Account, asset: str) -> Shape:
    """Return what an account has of one currency."""
    at = iso(account.updated_ns or world.now_ns())
    return {
        "uuid": account_id(account, asset),
        "name": f"{asset} Wallet",
        "currency": asset,
        "available_balance": {
            "value": plain(world.told_free(account, asset)),
            "currency": asset,
        },
        "default": True,
        "active": True,
        "created_at": at,
        "updated_at": at,
        "deleted_at": None,
        "type": "ACCOUNT_TYPE_CRYPTO",
        "ready": True,
        "hold": {"value": plain(account.locked[asset]), "currency": asset},
        "retail_portfolio_id": account.name,
        "platform": "ACCOUNT_PLATFORM_CONSUMER",
    }


def account_id(account: Account, asset: str) -> str:
    """Return the number of an account's wallet."""
    return f"{account.name}-{asset}".lower()
