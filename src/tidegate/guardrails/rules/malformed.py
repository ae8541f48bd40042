"""A signal that cannot be read as one is not traded on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import quoted
from tidegate.model import ONE, Direction, Effect

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review

_NAMES: Final = ("id", "source", "account", "strategy", "pair", "position")
_LONGEST: Final = 255
_LEAST: Final = Decimal("1E-20")
_MOST: Final = Decimal("1E+20")
_LAST_NS: Final = 2**63


def judge(review: Review) -> Reason | None:
    """Look at every field for its type and its range."""
    return None if _fault(review) is None else Reason.MALFORMED


def shown(review: Review) -> tuple[str, str]:
    """Return the first field at fault, and what it should have been."""
    return _fault(review) or ("every field", "of its type and range")


def _fault(review: Review) -> tuple[str, str] | None:
    signal = review.signal
    names: tuple[object, ...] = (
        signal.id, signal.source, signal.account, signal.strategy, signal.pair, signal.position,
    )  # fmt: skip
    for text in names:
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST or not text.isprintable():
            name = _NAMES[names.index(text)]
            return f"{name} {quoted(text)}", f"1 to {_LONGEST} printable letters"
    if ":" in signal.source:
        return f"source {quoted(signal.source)}", "a name without a colon"
    notes: tuple[object, ...] = (signal.tag, signal.correlation)
    for text in notes:
        if not isinstance(text, str) or len(text) > _LONGEST or not _can_be_kept(text):
            name = "tag" if text is signal.tag else "correlation"
            return f"{name} {quoted(text)}", f"at most {_LONGEST} letters"
    direction: object = signal.direction
    if not isinstance(direction, Direction):
        return f"direction {quoted(direction)}", "long or short"
    effect: object = signal.effect
    if not isinstance(effect, Effect):
        return f"effect {quoted(effect)}", "increase or reduce"
    return _number_fault(review) or _time_fault(review)


def _number_fault(review: Review) -> tuple[str, str] | None:
    signal = review.signal
    if signal.amount is not None and not _is_quantity(signal.amount):
        return f"amount {quoted(signal.amount)}", "a decimal number above 0"
    if signal.price is not None and not _is_quantity(signal.price):
        return f"price {quoted(signal.price)}", "a decimal number above 0"
    if signal.leverage is not ONE and (not _is_quantity(signal.leverage) or signal.leverage < ONE):
        return f"leverage {quoted(signal.leverage)}", "a decimal number of 1 or more"
    return None


def _time_fault(review: Review) -> tuple[str, str] | None:
    signal = review.signal
    for time_ns in (signal.made_ns, signal.expires_ns):
        if type(time_ns) is not int or not 0 <= time_ns < _LAST_NS:
            name = "made_ns" if time_ns is signal.made_ns else "expires_ns"
            return f"{name} {quoted(time_ns)}", "nanoseconds since 1970"
    if signal.expires_ns < signal.made_ns:
        return f"expires_ns {signal.expires_ns}", f"made_ns ({signal.made_ns}) or later"
    return None


def _is_quantity(value: object) -> bool:
    """Return whether it is a decimal above 0 that sums can be made with."""
    return isinstance(value, Decimal) and value.is_finite() and _LEAST <= value <= _MOST


def _can_be_kept(text: str) -> bool:
    """Return whether a database takes it: no half of a character, no zero byte."""
    return text.isprintable() or not any(
        letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text
    )


MALFORMED = Guardrail(
    name="malformed",
    sentence="Every field of a signal is of its type and in its range.",
    reasons=(Reason.MALFORMED,),
    judge=judge,
    shown=shown,
)
