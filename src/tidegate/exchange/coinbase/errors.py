"""What Coinbase answers where it does not do what it was asked."""

from __future__ import annotations

from typing import Final

from tidegate.exchange.venue import Reason


class ApiError(Exception):
    """An answer with a word for a code."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Keep what is sent."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class OrderError(Exception):
    """An order that is not taken, which is an answer with status 200."""

    def __init__(self, code: str, message: str) -> None:
        """Keep what is sent; the preview's code is the same with another beginning."""
        super().__init__(message)
        self.code = code
        self.message = message


def invalid(name: str) -> ApiError:
    """Return the error for a parameter that is wrong or not there."""
    return ApiError("INVALID_ARGUMENT", f"{name} is missing or invalid")


def unauthorized() -> ApiError:
    """Return the error for a token that opens nothing; it has no body to speak of."""
    return ApiError("", "Unauthorized\n", 401)


def no_order() -> ApiError:
    """Return the error for a query that finds nothing."""
    return ApiError("NOT_FOUND", "order with this orderID was not found", 404)


_BASE: Final = "INVALID_BASE_SIZE_TOO_"
_REFUSALS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.BALANCE: ("INSUFFICIENT_FUND", "Insufficient balance in source account"),
    Reason.WOULD_TAKE: (
        "INVALID_LIMIT_PRICE_POST_ONLY",
        "Post only order would immediately match",
    ),
    Reason.PRICE_FILTER: ("INVALID_PRICE_PRECISION", "Price is out of range"),
    Reason.PERCENT_PRICE: ("BREACHED_PRICE_LIMIT", "Limit price is too far from the market"),
    Reason.LOT_SIZE: (f"{_BASE}SMALL", "Order size is too small"),
    Reason.NOTIONAL: (f"{_BASE}SMALL", "Order size is too small"),
    Reason.MARKET_LOT_SIZE: (f"{_BASE}LARGE", "Order size is too large"),
    Reason.MAX_ORDERS: ("EXCEEDED_MAX_ORDER_COUNT", "Too many open orders"),
    Reason.MAX_STOPS: ("EXCEEDED_MAX_ORDER_COUNT", "Too many open orders"),
    Reason.NO_LIQUIDITY: ("INVALID_NO_LIQUIDITY", "No liquidity"),
}


def refusal(reason: Reason, *, rises: bool) -> OrderError:
    """Return what the venue's reason is called here; a stop may wait for a rise or a fall."""
    if reason is Reason.WOULD_TRIGGER:
        side = "BELOW" if rises else "ABOVE"
        return OrderError(
            f"STOP_PRICE_{side}_LAST_TRADE_PRICE", f"Stop price is {side.lower()} the last price"
        )
    return OrderError(*_REFUSALS[reason])
