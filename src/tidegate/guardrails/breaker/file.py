"""The breaker's file: read by everybody, written by one at a time, whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from tidegate.errors import Code, LimitError
from tidegate.guardrails.breaker.state import BreakerState, damaged, parse
from tidegate.guardrails.wording import SECOND_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE_S: Final = 10
_LONGEST: Final = 65_536  # bytes; ours has some two hundred
_LONGEST_REASON: Final = 1000
_MOST_MINUTES: Final = 60 * 24 * 366 * 10


def status(path: Path) -> BreakerState:
    """Read the breaker. A file that is not there is off, one that cannot be read is on."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return BreakerState()
    except OSError as error:
        return damaged(f"it cannot be read ({error.strerror or error})")
    if len(raw) > _LONGEST:
        return damaged("it is far too long")
    try:
        return parse(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return damaged("it is not UTF-8 text")


def enable(
    path: Path,
    reason: str,
    minutes: int | None,
    now_ns: int,
    *,
    patience_s: float = _PATIENCE_S,
) -> BreakerState:
    """Put the breaker on, for so many minutes or until it is put off.

    Where it is on already it stays on for the longer of the two, so that nobody's short
    pause ends another's long one. Another writer is waited for so many seconds at most.
    """
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON or not words.isprintable():
        raise LimitError(
            Code.OUT_OF_RANGE,
            "the breaker needs a reason that others understand",
            where="--reason",
            expected=f"one line of text, at most {_LONGEST_REASON} letters",
            found=f"{len(words)} letters" if words else "nothing",
            remedy='write for example --reason "exchange maintenance"',
        )
    if minutes is not None and not 1 <= minutes <= _MOST_MINUTES:
        raise LimitError(
            Code.OUT_OF_RANGE,
            f"the breaker cannot be on for {minutes} minutes",
            where="--minutes",
            expected=f"a whole number from 1 to {_MOST_MINUTES}",
            found=str(minutes),
            remedy="leave it out for a breaker that stays on until it is put off",
        )
    until_ns = None if minutes is None else now_ns + minutes * 60 * SECOND_NS
    with _writing(path, patience_s):
        before, since_ns = status(path), now_ns
        if before.is_on(now_ns) and not before.damage:
            since_ns = now_ns if before.since_ns is None else before.since_ns
            both = until_ns is not None and before.until_ns is not None
            until_ns = max(until_ns or 0, before.until_ns or 0) if both else None
        state = BreakerState(active=True, reason=words, since_ns=since_ns, until_ns=until_ns)
        _put(path, state)
    return state


def disable(path: Path, now_ns: int, *, patience_s: float = _PATIENCE_S) -> BreakerState:
    """Put the breaker off, and mend a file that is damaged."""
    with _writing(path, patience_s):
        state = BreakerState(active=False, since_ns=now_ns)
        _put(path, state)
    return state


@contextmanager
def _writing(path: Path, patience_s: float) -> Iterator[None]:
    """Keep every other writer on the machine out."""
    if not path.name:
        raise _not_written(path, "a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=patience_s):
            yield
    except Timeout as error:
        raise _not_written(path, f"another process has held its lock for {patience_s} s") from error
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from error


def _put(path: Path, state: BreakerState) -> None:
    """Write the file aside and move it into place, with a later time than the one before it.

    Whoever watches the file sees by its time that it is another, however quick the change.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(state.text())
            file.flush()
            os.fsync(file.fileno())
        time_ns = aside.stat().st_mtime_ns
        if path.exists():
            time_ns = max(time_ns, path.stat().st_mtime_ns + 1)
        os.utime(aside, ns=(time_ns, time_ns))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _not_written(path: Path, why: str) -> LimitError:
    return LimitError(
        Code.NOT_WRITABLE,
        "the breaker's file cannot be written",
        where=str(path),
        expected="a file in a folder that can be written to",
        found=why,
        remedy="mend that, or name another file in RISK_CIRCUIT_BREAKER_FILE",
    )
