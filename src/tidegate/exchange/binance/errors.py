"""What Binance answers where it does not do what it was asked: codes, and its very words."""

from __future__ import annotations

from typing import Final

from tidegate.exchange.venue import Reason


class ApiError(Exception):
    """An answer with a code. It has a status, and at times more than a message."""

    def __init__(
        self,
        code: int,
        msg: str,
        status: int = 400,
        *,
        retry_after_s: int = 0,
        data: object = None,
    ) -> None:
        """Keep what is sent."""
        super().__init__(msg)
        self.code = code
        self.msg = msg
        self.status = status
        self.retry_after_s = retry_after_s
        self.data = data

    @property
    def shape(self) -> dict[str, object]:
        """The body."""
        body: dict[str, object] = {"code": self.code, "msg": self.msg}
        if self.data is not None:
            body["data"] = self.data
        return body


_FILTER: Final = "Filter failure: "
REFUSALS: Final[dict[Reason, tuple[int, str]]] = {
    Reason.BALANCE: (-2010, "Account has insufficient balance for requested action."),
    Reason.WOULD_TAKE: (-2010, "Order would immediately match and take."),
    Reason.WOULD_TRIGGER: (-2010, "Stop price would trigger immediately."),
    Reason.DUPLICATE: (-2010, "Duplicate order sent."),
    Reason.NO_LIQUIDITY: (-2010, "Market is closed."),
    Reason.UNKNOWN_ORDER: (-2011, "Unknown order sent."),
    Reason.PRICE_FILTER: (-1013, f"{_FILTER}PRICE_FILTER"),
    Reason.PERCENT_PRICE: (-1013, f"{_FILTER}PERCENT_PRICE_BY_SIDE"),
    Reason.LOT_SIZE: (-1013, f"{_FILTER}LOT_SIZE"),
    Reason.MARKET_LOT_SIZE: (-1013, f"{_FILTER}MARKET_LOT_SIZE"),
    Reason.NOTIONAL: (-1013, f"{_FILTER}NOTIONAL"),
    Reason.MAX_ORDERS: (-1013, f"{_FILTER}MAX_NUM_ORDERS"),
    Reason.MAX_STOPS: (-1013, f"{_FILTER}MAX_NUM_ALGO_ORDERS"),
}


def refusal(reason: Reason) -> ApiError:
    """Return what the venue's reason is called here."""
    code, msg = REFUSALS[reason]
    return ApiError(code, msg)


def missing(name: str) -> ApiError:
    """Return the error for a parameter that has to be there."""
    return ApiError(
        -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    )


def illegal(name: str, legal: str) -> ApiError:
    """Return the error for a value of another form than its parameter's."""
    return ApiError(
        -1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
    )


def not_required(name: str) -> ApiError:
    """Return the error for a parameter that this order does not take."""
    return ApiError(-1106, f"Parameter '{name}' sent when not required.")


def unknown_symbol() -> ApiError:
    """Return the error for a symbol that is not listed."""
    return ApiError(-1121, "Invalid symbol.")


def no_such_order() -> ApiError:
    """Return the error for a query that finds nothing."""
    return ApiError(-2013, "Order does not exist.")
