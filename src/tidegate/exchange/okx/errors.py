"""What OKX answers where it does not do what it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.venue import Reason

if TYPE_CHECKING:
    from tidegate.exchange.venue import NewOrder

DONE: Final = "0"
FAILED: Final = "1"
PARTLY: Final = "2"


class ApiError(Exception):
    """An answer with a code: of a whole request, or of one order in it."""

    def __init__(self, code: str, msg: str, status: int = 200) -> None:
        """Keep what is sent."""
        super().__init__(msg)
        self.code = code
        self.msg = msg
        self.status = status


def empty(name: str) -> ApiError:
    """Return the error for a parameter that has to be there."""
    return ApiError("50014", f"Parameter {name} can not be empty.", 400)


def wrong(name: str) -> ApiError:
    """Return the error for a parameter that cannot be understood, or is not served here."""
    return ApiError("51000", f"Parameter {name} error", 400)


def no_instrument() -> ApiError:
    """Return the error for an instrument that is not listed."""
    return ApiError("51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")


def no_order() -> ApiError:
    """Return the error for a query that finds nothing."""
    return ApiError("51603", "Order does not exist")


def not_cancelled() -> ApiError:
    """Return the error for a cancellation that finds nothing to cancel."""
    return ApiError(
        "51400",
        "Order cancellation failed as the order has been filled, canceled or does not exist.",
    )


_REFUSALS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.DUPLICATE: ("51016", "Client order ID already exists."),
    Reason.PRICE_FILTER: ("51116", "Order price or trigger price exceeds the limit."),
    Reason.PERCENT_PRICE: ("51006", "Order price is not within the price limit."),
    Reason.LOT_SIZE: ("51020", "Your order should meet or exceed the minimum order amount."),
    Reason.NOTIONAL: ("51020", "Your order should meet or exceed the minimum order amount."),
    Reason.MARKET_LOT_SIZE: ("51202", "Market order amount exceeds the maximum amount."),
    Reason.MAX_ORDERS: ("51025", "Order count exceeds the limit."),
    Reason.MAX_STOPS: ("51261", "The number of pending stop orders exceeds the limit."),
    Reason.NO_LIQUIDITY: ("51109", "No available offer"),
}
_TRIGGERED: Final[dict[tuple[bool, bool], tuple[str, str]]] = {
    (True, True): ("51278", "SL trigger price cannot be lower than the last price."),
    (True, False): ("51280", "SL trigger price cannot be higher than the last price."),
    (False, True): ("51277", "TP trigger price cannot be higher than the last price."),
    (False, False): ("51279", "TP trigger price cannot be lower than the last price."),
}
"""By whether it stops a loss, and whether it buys."""


def refusal(reason: Reason, new: NewOrder, asset: str) -> ApiError:
    """Return what the venue's reason is called here; the asset is what the order pays with."""
    if reason is Reason.BALANCE:
        return ApiError("51008", f"Order failed. Insufficient {asset} balance in account.")
    if reason is Reason.WOULD_TRIGGER:
        return ApiError(*_TRIGGERED["STOP_LOSS" in new.kind, new.buys])
    return ApiError(*_REFUSALS[reason])
