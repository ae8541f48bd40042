"""What dYdX answers where it does not do as asked: the indexer's words, the chain's codes."""

from __future__ import annotations

from typing import Final

from tidegate.exchange.venue import Reason


class ApiError(Exception):
    """An answer of the indexer's."""

    def __init__(self, message: str, status: int = 400) -> None:
        """Keep what is sent."""
        super().__init__(message)
        self.message = message
        self.status = status


def wrong(name: str) -> ApiError:
    """Return the error for a parameter that is wrong or not there."""
    return ApiError(f"{name} is missing or invalid")


def unknown(what: str) -> ApiError:
    """Return the error for what is not there."""
    return ApiError(f"{what}: not found", 404)


class TxError(Exception):
    """A transaction that the chain does not take, which is an answer with status 200."""

    def __init__(self, code: int, log: str, codespace: str = "clob") -> None:
        """Keep what is sent."""
        super().__init__(log)
        self.code = code
        self.log = log
        self.codespace = codespace


def unsigned() -> TxError:
    """Return the refusal of a transaction that is not signed as it must be."""
    words = (
        "signature verification failed; please verify account number, sequence and chain-id: "
        "unauthorized"
    )
    return TxError(4, words, "sdk")


def not_decoded() -> TxError:
    """Return the refusal of bytes that are no transaction."""
    return TxError(2, "tx parse error", "sdk")


def invalid(part: str) -> TxError:
    """Return the refusal of an order with a part that cannot be."""
    return TxError(12, f"invalid {part}: MsgPlaceOrder is invalid")


_REFUSALS: Final[dict[Reason, tuple[int, str]]] = {
    Reason.BALANCE: (3007, "Stateful order collateralization check failed"),
    Reason.WOULD_TAKE: (2003, "Post-only order would cross one or more maker orders"),
    Reason.WOULD_TRIGGER: (6001, "Conditional order trigger subticks is invalid"),
    Reason.DUPLICATE: (
        3005,
        "Existing stateful order has higher-or-equal priority than the new one",
    ),
    Reason.MAX_ORDERS: (10001, "Subaccount cannot open more orders due to equity tier limit."),
    Reason.MAX_STOPS: (10001, "Subaccount cannot open more orders due to equity tier limit."),
}


def refusal(reason: Reason) -> TxError:
    """Return what the venue's reason is called here."""
    if reason in _REFUSALS:
        return TxError(*_REFUSALS[reason])
    return invalid(reason.value)
