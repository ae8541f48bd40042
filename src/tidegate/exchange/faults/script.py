"""Faults as JSON: from a file, or from the control interface."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import msgspec

from tidegate.errors import Code, ConfigError
from tidegate.exchange.faults.fault import Fault

if TYPE_CHECKING:
    from pathlib import Path

_KEPT: Final = ("id", "armed_ns", "struck", "passed")


def read_script(path: Path) -> list[Fault]:
    """Return the faults of a file: a list of objects, or one object."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Code.BAD_SETTING,
            "the script of faults cannot be read",
            where=str(path),
            expected="a JSON file",
            found=error.strerror or str(error),
            remedy="name another with --script",
        ) from error
    return parse_faults(content, str(path))


def parse_faults(content: bytes, where: str) -> list[Fault]:
    """Return the faults that JSON tells of, or say what about it is wrong."""
    try:
        faults = msgspec.json.decode(content, type=list[Fault] | Fault)
    except msgspec.MsgspecError as error:
        raise _bad(where, str(error)) from error
    listed = faults if isinstance(faults, list) else [faults]
    for number, fault in enumerate(listed):
        problem = _problem(fault)
        if problem:
            place = f"{where}, fault {number}"
            raise _bad(place, problem)
    return listed


def _problem(fault: Fault) -> str | None:
    if not 0 <= fault.chance <= 1:
        return f"chance {fault.chance} is not from 0 to 1"
    if not 0 <= fault.share < 1:
        return f"share {fault.share} is not from 0 to below 1"
    if min(fault.delay_ms, fault.jitter_ms, fault.hold_s, fault.at_s, fault.retry_after_s) < 0:
        return "a time is below 0"
    if any(getattr(fault, name) for name in _KEPT):
        return f"{', '.join(_KEPT)} are the venue's to fill in"
    try:
        finite = Decimal(fault.amount).is_finite()
    except InvalidOperation:
        finite = False
    return None if finite else f'amount "{fault.amount}" is not a number'


def _bad(where: str, found: str) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        "this is no fault that can be armed",
        where=where,
        expected='like {"fault": "timeout-after", "path": "*/order", "next": 1}, or a list',
        found=found,
        remedy="docs/exchange-faults.md lists the faults and their fields",
    )
