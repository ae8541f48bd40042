"""How the ledger reckons: every sum and product to its last digit, or not at all."""

from __future__ import annotations

from decimal import (
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    getcontext,
    setcontext,
)
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from tidegate.errors import LedgerError
from tidegate.model.money import EXACT, ONE, PLACES, ZERO, money

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_R = TypeVar("_R")

# What comes in has at most 36 places and 18 digits before the point (60 places for money), so a
# product has at most 72 and 36: sums of a million million of them still fit into 120 digits.
_SIZE: Final = Context(prec=37, Emin=0, Emax=17, traps=[InvalidOperation, Overflow, Inexact])
_MONEY: Final = Context(prec=61, Emin=0, Emax=17, traps=[InvalidOperation, Overflow, Inexact])
_STRICT: Final = Context(prec=120, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
_WIDE: Final = Context(prec=200, traps=[InvalidOperation, DivisionByZero, Overflow])
"""For rounding what came of the largest and the smallest."""

_SHARE: Final = Decimal("1e-24")
"""A share of something is rounded here, once, and what is left is the exact rest."""
_NOTHING: Final = money(ZERO)
_FIRST_DIGITS: Final = 12
_PLACES: Final = 8
_STEPS: Final = tuple(Decimal((0, (1,), -places)) for places in range(80))


def exactly(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a function's `+`, `-` and `*` on decimals be exact; one that cannot be is an error."""

    @wraps(function)
    def reckoned(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        outside = getcontext()
        setcontext(_STRICT)
        try:
            return function(*args, **kwargs)
        except DecimalException as error:
            message = "a figure came up that cannot be kept to its last digit"
            raise LedgerError(message) from error
        finally:
            setcontext(outside)

    return reckoned


def require_fill(amount: Decimal, price: Decimal, fee: Decimal) -> None:
    """Refuse what is not above 0 (a fee may be), is no number, or has more digits than are kept."""
    try:
        _SIZE.plus(amount)
        _SIZE.plus(price)
        _MONEY.plus(fee)
        sound = amount.is_finite() and price.is_finite() and fee.is_finite()
        if sound and amount > 0 and price > 0:
            return
    except DecimalException:
        pass
    message = f"a fill of {amount} at {price}, fee {fee}, cannot be kept to its last digit"
    raise LedgerError(message)


def require_kept(amount: Decimal, fee: Decimal) -> None:
    """Refuse a fee taken out of what was bought that leaves nothing of it, or is no number."""
    try:
        _SIZE.plus(fee)
        kept = _SIZE.subtract(amount, fee)
        if kept.is_finite() and kept > 0:
            return
    except DecimalException:
        pass
    message = f"a fee of {fee} out of {amount} leaves nothing that can be kept to its last digit"
    raise LedgerError(message)


def require_money(value: Decimal, name: str) -> None:
    """Refuse money that is no number or that has more digits than are kept."""
    try:
        _MONEY.plus(value)
        if value.is_finite():
            return
    except DecimalException:
        pass
    message = f"{name} is {value}, which cannot be kept to its last digit"
    raise LedgerError(message)


def share(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """Return whole * part / of at 24 places; never more than `whole` where part is at most of."""
    if part == of:
        return whole
    return EXACT.divide(EXACT.multiply(whole, part), of).quantize(_SHARE, "ROUND_DOWN", _WIDE)


def collateral(cost: Decimal, leverage: Decimal) -> Decimal:
    """Return what a cost ties up at a leverage, at 24 places."""
    if leverage is ONE or leverage == ONE:
        return cost
    return EXACT.divide(cost, leverage).quantize(_SHARE, None, _WIDE)


def shown(value: Decimal) -> Decimal:
    """Return money at 8 places; most of what is shown of a position is nothing."""
    return money(value) if value else _NOTHING


def average(cost: Decimal, amount: Decimal) -> Decimal:
    """Return a price to show: 8 places, and at least 12 digits from the first that is not 0."""
    price = EXACT.divide(cost, amount)
    places = _FIRST_DIGITS - 1 - price.adjusted()
    return price.quantize(PLACES if places <= _PLACES else _STEPS[places], None, _WIDE)


def ratio(profit: Decimal, base: Decimal, leverage: Decimal) -> Decimal:
    """Return profit / base * leverage at 8 places."""
    return EXACT.divide(EXACT.multiply(profit, leverage), base).quantize(PLACES, None, _WIDE)
