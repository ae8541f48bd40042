"""One owner of an account: a lock that dies with the process that holds it."""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import filelock

from tidegate.errors import Code, DatabaseError
from tidegate.registry.faults import gone
from tidegate.registry.line import WAIT_SECONDS
from tidegate.registry.place import FilePlace
from tidegate.registry.statements import ask

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.registry.line import Line, Questions
    from tidegate.registry.place import Place

_CLASS: Final = 0x54494445  # "TIDE": the first half of our locks' keys on a server
_PATIENCE: Final = 1.0  # seconds; whoever only looks lets go at once
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")
_SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The process that runs an account's engine."""

    pid: int
    host: str
    since_ns: int

    def __str__(self) -> str:
        """Return who it is, in a few words."""
        since = datetime.fromtimestamp(self.since_ns // _SECOND_NS, UTC)
        return f"process {self.pid} on {self.host}, since {since:%Y-%m-%d %H:%M:%S} UTC"


class Hold:
    """An account that is held; released when it is let go, or its process ends."""

    def __init__(self, account: int, name: str, held: ExitStack) -> None:
        """Remember what is held, and what lets go of it."""
        self.account, self.name, self._held = account, name, held

    def release(self) -> None:
        """Let go, so that another process may hold it."""
        self._held.close()


def hold(place: Place, line: Line, account: tuple[int, str], owner: Owner) -> Hold:
    """Hold an account, or say who does; the line has to live as long as the hold."""
    number, name = account
    with ExitStack() as held:
        if isinstance(place, FilePlace):
            lock = _lock(_lock_file(place.path, name), _PATIENCE)
            if lock is None:
                raise _held_by(place, line, account)
            held.callback(lock.release)
        elif _locked_on_server(line, number):
            held.callback(_unlock_on_server, line, number)
        else:
            raise _held_by(place, line, account)
        statement = (
            "UPDATE accounts SET holder_pid = ?, holder_host = ?, holder_since_ns = ? WHERE id = ?"
        )
        row = (owner.pid, owner.host, owner.since_ns, number)
        line.write([(ask(statement, line.mark), [row])])
        return Hold(number, name, held.pop_all())


def holder(place: Place, line: Questions, account: tuple[int, str]) -> Owner | None:
    """Return who holds an account now."""
    number, name = account
    if isinstance(place, FilePlace):
        path = _lock_file(place.path, name)
        if not path.exists():
            return None
        lock = _lock(path, 0)
        if lock is not None:
            lock.release()
            return None
    else:
        question = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND"
            " objid = %s AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if not line.rows(question, (_CLASS, number))[0][0]:
            return None
    return _last_holder(line, number)


def _locked_on_server(line: Line, account: int) -> bool:
    """Take the server's lock; it may need a moment to see that a killed owner is gone."""
    patience = "SELECT set_config('lock_timeout', %s, false)"
    line.rows(patience, (f"{_PATIENCE:g}s",))
    try:
        line.rows("SELECT pg_advisory_lock(%s, %s)", (_CLASS, account))
    except DatabaseError as error:
        if error.code is not Code.DATABASE_BUSY:
            raise
        return False
    finally:
        line.rows(patience, (f"{WAIT_SECONDS:g}s",))
    return True


def _unlock_on_server(line: Line, account: int) -> None:
    """Let go at once; the server would see the end of the connection a little later."""
    with suppress(DatabaseError):  # a connection that is gone holds nothing
        line.rows("SELECT pg_advisory_unlock(%s, %s)", (_CLASS, account))


def _last_holder(line: Questions, account: int) -> Owner | None:
    question = "SELECT holder_pid, holder_host, holder_since_ns FROM accounts WHERE id = ?"
    pid, host, since_ns = line.rows(ask(question, line.mark), (account,))[0]
    return None if pid is None else Owner(pid=pid, host=host, since_ns=since_ns)


def _held_by(place: Place, line: Questions, account: tuple[int, str]) -> DatabaseError:
    number, name = account
    return DatabaseError(
        Code.ACCOUNT_HELD,
        "another process runs this account",
        where=f'{place.words}, account "{name}"',
        expected="one owner of an account at a time",
        found=str(_last_holder(line, number) or "a process that has not said who it is"),
        remedy="stop that process first, or name another account",
    )


def _lock(path: Path, patience: float) -> filelock.BaseFileLock | None:
    """Return the lock of a file, taken; None where another has it for longer than that."""
    lock = filelock.FileLock(
        path,
        timeout=patience,
        mode=0o600,
        thread_local=False,
        poll_interval=0.02,
        fallback_to_soft=False,  # a lock that would outlive its process is none
        preserve_lock_file=True,
    )
    try:
        lock.acquire()
    except filelock.Timeout:
        return None
    except OSError as error:
        raise gone(str(path), error.strerror or str(error)) from error
    return lock


def _lock_file(path: Path, account: str) -> Path:
    """Return the file beside a database whose lock means an account."""
    plain = _PLAIN.fullmatch(account) is not None
    # A name that a file cannot have is told apart by its digest; plain ones hold no dot.
    part = account if plain else f"x.{hashlib.blake2b(account.encode(), digest_size=8).hexdigest()}"
    return path.with_name(f"{path.name}.{part}.lock")
