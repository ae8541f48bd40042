"""At most so many backtests at once on a machine."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from tidegate.errors import Code, LimitError
from tidegate.guardrails.wording import SECOND_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

_PATIENCE_S: Final = 10
_ALL: Final = "all.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place that a running backtest holds; it is given back at the end of the `with`."""

    path: Path
    owner: str
    _alive: FileLock = field(repr=False)

    def renew(self, now_ns: int) -> None:
        """Give a sign of life."""
        aside = self.path.with_suffix(".part")
        aside.write_text(
            json.dumps({"owner": self.owner, "pid": os.getpid(), "renewed_ns": now_ns}),
            encoding="utf-8",
        )
        aside.replace(self.path)

    def release(self) -> None:
        """Give the place back."""
        with FileLock(self.path.with_name(_ALL), timeout=_PATIENCE_S):
            _free(self.path, self._alive)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


class BacktestSlots:
    """The places of one machine: a folder that all processes share.

    Each holder keeps a lock of the system's on a file of its own, which goes with the process
    however it ends; so a dead owner's place is free at once. One that is alive and has given no
    sign of life for `ttl_s` seconds does not count either.
    """

    def __init__(self, folder: Path, *, most: int, ttl_s: int) -> None:
        """Share a folder, with at most so many holders."""
        self._folder = folder
        self._most = most
        self._ttl_ns = ttl_s * SECOND_NS

    def take(self, owner: str, now_ns: int) -> Slot | None:
        """Return a place, or None where as many as may be are taken."""
        with self._alone():
            if len(self._holders(now_ns)) >= self._most:
                return None
            number = 0
            while (alive := self._locked(f"{os.getpid()}-{number}")) is None:
                number += 1
            path = self._folder / f"{os.getpid()}-{number}.slot"
            slot = Slot(path=path, owner=owner, _alive=alive)
            slot.renew(now_ns)
            return slot

    def holders(self, now_ns: int) -> list[str]:
        """Return who holds the places."""
        with self._alone():
            return self._holders(now_ns)

    def _holders(self, now_ns: int) -> list[str]:
        found = []
        for path in sorted(self._folder.glob("*.slot")):
            alive = self._locked(path.stem)
            if alive is None:
                owner, renewed_ns = _read(path)
                if renewed_ns is None or now_ns - renewed_ns < self._ttl_ns:
                    found.append(owner)
                continue
            _free(path, alive)
        return found

    def _locked(self, name: str) -> FileLock | None:
        lock = FileLock(self._folder / f"{name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return None
        return lock

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / _ALL, timeout=_PATIENCE_S):
                yield
        except (Timeout, OSError) as error:
            raise LimitError(
                Code.NOT_WRITABLE,
                "it cannot be seen how many backtests are running",
                where=str(self._folder),
                expected="a folder that can be written to",
                found=str(error),
                remedy="mend that, or name another folder in RISK_STATE_DIR",
            ) from error


def _free(path: Path, alive: FileLock) -> None:
    path.unlink(missing_ok=True)
    alive.release()
    path.with_suffix(".lock").unlink(missing_ok=True)


def _read(path: Path) -> tuple[str, int | None]:
    """Return who holds a place and the last sign of life; None: it is not known."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return str(fields["owner"]), int(fields["renewed_ns"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.stem, None
