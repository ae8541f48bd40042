"""How figures are written in refusals: plainly, and never as an exception."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Final

from tidegate.model import EXACT, ZERO

UNKNOWN: Final = "not known"
SECOND_NS: Final = 1_000_000_000

_LONGEST: Final = 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HUNDRED: Final = Decimal(100)
_ROUGHLY: Final = Context(prec=6)
_SHOWN: Final = Context(prec=18)


def plain(value: Decimal | None) -> str:
    """Write a number without exponent or idle zeros, to 18 digits."""
    if value is None:
        return UNKNOWN
    if not value.is_finite():
        return str(value)
    text = f"{_SHOWN.plus(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(part: Decimal, whole: Decimal) -> str:
    """Write a part as a percentage of a whole; where there is no whole, the part itself."""
    if whole <= ZERO:
        return f"{plain(part)} of {plain(whole)}"
    return f"{plain(_ROUGHLY.divide(EXACT.multiply(part, _HUNDRED), whole))} %"


def percent(fraction: Decimal) -> str:
    """Write a fraction as a percentage."""
    return f"{plain(EXACT.multiply(fraction, _HUNDRED))} %"


def seconds(span_ns: int) -> str:
    """Write a span of time (nanoseconds) in seconds."""
    whole, rest = divmod(abs(span_ns), SECOND_NS)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{'-' if span_ns < 0 else ''}{whole}{fraction} s"


def instant(time_ns: int) -> str:
    """Write an instant (nanoseconds UTC) in ISO 8601, to the microsecond."""
    try:
        moment = _EPOCH + timedelta(microseconds=time_ns // 1000)
    except OverflowError:
        return f"{time_ns} ns"
    return moment.isoformat().replace("+00:00", "Z")


def quoted(value: object) -> str:
    """Write whatever was given, cut to a length that a table can hold."""
    if isinstance(value, Decimal):
        text = str(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        # digits of a number that long take minutes, and Python refuses them
        text = str(value) if abs(value) < 10**_LONGEST else "a number of many digits"
    else:
        text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
