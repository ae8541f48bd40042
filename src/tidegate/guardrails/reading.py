"""From a configuration to limits: each has to be there, and each has to make sense."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, LimitError, one_of
from tidegate.guardrails.bounds import BOUNDS, EXPOSURES
from tidegate.guardrails.hours import Hours
from tidegate.guardrails.hours_reading import read_hours
from tidegate.guardrails.limits import Limits
from tidegate.guardrails.wording import plain, quoted
from tidegate.model import exact_decimal

if TYPE_CHECKING:
    from tidegate.guardrails.bounds import Bound

_SWITCHES: Final = ("flatten_on_trip",)
_HOURS: Final = "trading_hours"


def read_limits(raw: object, where: str) -> Limits:
    """Read limits from what JSON says; `where` is the place they stand at, for messages.

    A limit that is missing is an error that offers the safe default: never "no limit".
    """
    if not isinstance(raw, Mapping):
        raise LimitError(
            Code.WRONG_TYPE,
            "the limits are an object",
            where=where,
            expected=f"an object with the {len(NAMES)} limits",
            found=quoted(raw),
            remedy="write {" + offered(NAMES) + "}",
        )
    _refuse_unknown(raw, where)
    _refuse_missing(raw, where)
    values: dict[str, Any] = {
        name: _number(name, bound, raw[name], f"{where}/{name}") for name, bound in BOUNDS.items()
    }
    for name in _SWITCHES:
        values[name] = _switch(name, raw[name], f"{where}/{name}")
    values[_HOURS] = read_hours(raw[_HOURS], f"{where}/{_HOURS}")
    limits = Limits(**values)
    _refuse_beyond_leverage(limits, where)
    return limits


def written(limits: Limits) -> dict[str, object]:
    """Return limits as a configuration says them."""
    text: dict[str, object] = {}
    for name in NAMES:
        value = getattr(limits, name)
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            text[name] = int(value) if whole else float(value)
        else:
            text[name] = value.document() if isinstance(value, Hours) else value
    return text


def offered(names: tuple[str, ...]) -> str:
    """Return the safe defaults of these limits, to be pasted into a configuration."""
    return ", ".join(f'"{name}": {json.dumps(_SAFE[name])}' for name in names)


def _refuse_unknown(raw: Mapping[Any, object], where: str) -> None:
    for name in raw:
        if name not in NAMES:
            text = str(name)
            raise LimitError(
                Code.UNKNOWN_FIELD,
                f'there is no limit "{text}"',
                where=f"{where}/{text}",
                expected=", ".join(NAMES),
                found=f'"{text}"',
                remedy=one_of(text, NAMES, otherwise="take it out"),
            )


def _refuse_missing(raw: Mapping[Any, object], where: str) -> None:
    missing = tuple(name for name in NAMES if name not in raw)
    if not missing:
        return
    more = f" and {len(missing) - 1} more limits are" if len(missing) > 1 else " is"
    raise LimitError(
        Code.MISSING_FIELD,
        f"{missing[0]}{more} missing: without a limit nothing is traded",
        where=f"{where}/{missing[0]}",
        expected=f"each of the {len(NAMES)} limits" if len(missing) > 1 else f'"{missing[0]}"',
        found=f"none of {', '.join(missing)}" if len(missing) > 1 else "nothing",
        remedy=f"add the safe default: {offered(missing)}",
    )


def _number(name: str, bound: Bound, raw: object, where: str) -> Decimal | float | int | None:
    if raw is None and bound.optional:
        return None
    value = _decimal(raw)
    if value is None:
        text = isinstance(raw, str)
        raise LimitError(
            Code.WRONG_TYPE,
            f"{name} is not a number",
            where=where,
            expected=bound.expected,
            found=quoted(raw),
            remedy="take the quotes away" if text else f"write {offered((name,))} if in doubt",
        )
    if not bound.holds(value):
        raise LimitError(
            Code.OUT_OF_RANGE,
            f"{name} cannot be {quoted(value)}",
            where=where,
            expected=bound.expected,
            found=quoted(value),
            remedy=bound.remedy(value, offered((name,))),
        )
    return bound.kind(value)


def _decimal(raw: object) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, float):
        return exact_decimal(raw)
    return Decimal(raw) if isinstance(raw, int | Decimal) else None


def _switch(name: str, raw: object, where: str) -> bool:
    if isinstance(raw, bool):
        return raw
    raise LimitError(
        Code.WRONG_TYPE,
        f"{name} is neither true nor false",
        where=where,
        expected="true or false",
        found=quoted(raw),
        remedy=f"write {offered((name,))} if in doubt",
    )


def _refuse_beyond_leverage(limits: Limits, where: str) -> None:
    """Refuse an exposure that could not come about, and so was meant as a percentage."""
    for name in EXPOSURES:
        value: Decimal = getattr(limits, name)
        most = plain(limits.max_leverage)
        if value > limits.max_leverage:
            raise LimitError(
                Code.OUT_OF_RANGE,
                f"{name} cannot be {plain(value)} where max_leverage is {most}",
                where=f"{where}/{name}",
                expected=f"at most max_leverage ({most}) times the equity",
                found=plain(value),
                remedy=BOUNDS[name].remedy(value, offered((name,))),
            )


NAMES: Final = tuple(Limits.__slots__)
_SAFE: Final = written(Limits.safe())
