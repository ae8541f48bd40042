"""What a snapshot is read back through: plain JSON is a value again, or it is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from tidegate.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator

_T = TypeVar("_T")


def read(kind: type[_T], written: object, what: str) -> _T:
    """Return a struct, or a list of them, with every field there, known, and a number if one."""
    try:
        value: _T = msgspec.convert(written, kind)
    except msgspec.ValidationError as error:
        message = f"this is no {what}: {error}"
        raise LedgerError(message) from error
    for fault in _faults(value, written, ""):
        message = f"this is no {what}: {fault}"
        raise LedgerError(message)
    return value


def _faults(value: object, raw: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Say what msgspec lets pass: a field left out for its default, a decimal that is none."""
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            if field not in raw:
                yield f"{place or 'it'} has no {field}"
            else:
                yield from _faults(getattr(value, field), raw[field], f"{place}.{field}")
    elif isinstance(value, list):
        for number, (one, part) in enumerate(zip(value, raw, strict=True)):
            yield from _faults(one, part, f"{place}[{number}]")
    elif isinstance(value, Decimal) and not (isinstance(raw, str) and value.is_finite()):
        yield f"{place} is {raw!r}, not a number as text"


def plain(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a struct, or a list of them, as plain JSON: decimals are text."""
    return msgspec.to_builtins(value)
