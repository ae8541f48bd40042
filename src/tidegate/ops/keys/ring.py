"""A file of keys: names and venues are readable, everything that opens an account is not."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from filelock import FileLock

from tidegate.errors import Code, ConfigError, one_of
from tidegate.model.credentials import Credentials
from tidegate.ops.keys.cipher import LOG_COST, Cipher, WrongError, new_salt

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROOF: Final = "passphrase"
_PATIENCE_S: Final = 10.0
_MOST_COST: Final = 20


class StoredKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key as the file has it. What is secret is locked, and bound to the rest."""

    name: str
    venue: str
    added_ns: int
    locked: str

    @property
    def about(self) -> str:
        """What the secrets are bound to."""
        return f"{self.name}\n{self.venue}\n{self.added_ns}"


class _Secrets(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    key: str
    secret: str
    passphrase: str


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    salt: str
    proof: str
    """Opens with the right passphrase, where there is no key to try it on."""
    log_cost: int = LOG_COST
    version: int = 1
    keys: list[StoredKey] = []


class KeyRing:
    """All keys of a machine, in one file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Look at a file; it is made by the first key."""
        self.path = path

    def listed(self) -> list[StoredKey]:
        """Return all keys, their secrets locked. It takes no passphrase."""
        return [] if (file := self._read()) is None else file.keys

    def open(self, name: str, passphrase: str) -> Credentials:
        """Return what a key opens its account with."""
        file = self._read()
        found = _named(file, name, self.path)
        assert file is not None  # noqa: S101 - a key was found in it
        clear = self._opened(self._cipher(file, passphrase), found)
        return Credentials(key=clear.key, secret=clear.secret, passphrase=clear.passphrase)

    def put(
        self, name: str, venue: str, credentials: Credentials, passphrase: str, now_ns: int
    ) -> bool:
        """Keep a key, in place of another of that name if there is one; whether there was."""
        with self._writing():
            file = self._read() or self._new(passphrase)
            cipher = self._cipher(file, passphrase)
            others = [one for one in file.keys if one.name != name]
            replaced = len(others) < len(file.keys)
            file.keys = [*others, _locked(cipher, name, venue, credentials, now_ns)]
            self._write(file)
        return replaced

    def remove(self, name: str) -> None:
        """Forget a key. It takes no passphrase: who can write the file could delete it."""
        _named(self._read(), name, self.path)
        with self._writing():
            file = self._read()
            found = _named(file, name, self.path)
            assert file is not None  # noqa: S101 - a key was found in it
            file.keys = [one for one in file.keys if one is not found]
            self._write(file)

    def change_passphrase(self, old: str, new: str) -> int:
        """Lock every key anew; how many there are."""
        with self._writing():
            file = self._read() or self._new(old)
            cipher = self._cipher(file, old)
            clear = [(one, self._opened(cipher, one)) for one in file.keys]
            fresh = self._new(new)
            locking = self._cipher(fresh, new)
            for one, secrets in clear:
                locked = locking.lock(msgspec.json.encode(secrets), one.about)
                fresh.keys.append(msgspec.structs.replace(one, locked=locked))
            self._write(fresh)
        return len(clear)

    # the file

    def _new(self, passphrase: str) -> _File:
        if not passphrase:
            raise _locked_out(self.path, "an empty passphrase", "choose one of some length")
        salt = new_salt()
        return _File(salt=salt, proof=Cipher(passphrase, salt).lock(b"", _PROOF), keys=[])

    def _cipher(self, file: _File, passphrase: str) -> Cipher:
        try:
            cipher = Cipher(passphrase, file.salt, file.log_cost)
            cipher.open(file.proof, _PROOF)
        except WrongError:
            raise _locked_out(self.path, "another passphrase", "try again") from None
        return cipher

    def _opened(self, cipher: Cipher, one: StoredKey) -> _Secrets:
        try:
            return msgspec.json.decode(cipher.open(one.locked, one.about), type=_Secrets)
        except WrongError:
            found = f'key "{one.name}" was changed by something else'
            raise _damaged(self.path, found) from None

    def _read(self) -> _File | None:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(Code.BAD_SETTING, "read", self.path, error) from None
        try:
            file = msgspec.json.decode(raw, type=_File)
        except msgspec.MsgspecError as error:
            raise _damaged(self.path, str(error)) from None
        if file.version != 1 or not 1 <= file.log_cost <= _MOST_COST:
            raise _damaged(self.path, f"version {file.version}, cost {file.log_cost}")
        return file

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=_PATIENCE_S, mode=0o600):
                yield
        except OSError as error:
            raise _unusable(Code.NOT_WRITABLE, "written", self.path, error) from None

    def _write(self, file: _File) -> None:
        """Write aside and move: a reader sees the old file or the new one, whole."""
        body = msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"
        handle, aside = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:  # mkstemp makes it 0600
            with os.fdopen(handle, "wb") as out:
                out.write(body)
                out.flush()
                os.fsync(out.fileno())
            Path(aside).replace(self.path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


def _locked(
    cipher: Cipher, name: str, venue: str, credentials: Credentials, now_ns: int
) -> StoredKey:
    bare = StoredKey(name=name, venue=venue, added_ns=now_ns, locked="")
    secrets = _Secrets(
        key=credentials.key, secret=credentials.secret, passphrase=credentials.passphrase
    )
    return msgspec.structs.replace(
        bare, locked=cipher.lock(msgspec.json.encode(secrets), bare.about)
    )


def _named(file: _File | None, name: str, path: Path) -> StoredKey:
    keys = [] if file is None else file.keys
    for one in keys:
        if one.name == name:
            return one
    names = [one.name for one in keys]
    raise ConfigError(
        Code.UNKNOWN_KEY,
        f'there is no key "{name}"',
        where=str(path),
        expected=f"one of {', '.join(names)}" if names else "a key that was added",
        found=f'"{name}"',
        remedy=one_of(name, names, otherwise="`tidegate keys list` shows those there are"),
    )


def _locked_out(path: Path, found: str, remedy: str) -> ConfigError:
    return ConfigError(
        Code.KEYS_LOCKED,
        "the keys stay locked",
        where=str(path),
        expected="the passphrase that they were locked with",
        found=found,
        remedy=remedy,
    )


def _unusable(code: Code, what: str, path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        code,
        f"the file of keys cannot be {what}",
        where=str(path),
        expected="a file, in a folder that can be written to",
        found=error.strerror or str(error),
        remedy="name another file, or see to its permissions and to the room on the disk",
    )


def _damaged(path: Path, found: str) -> ConfigError:
    return ConfigError(
        Code.DAMAGED_KEYS,
        "the file of keys is damaged",
        where=str(path),
        expected="what `tidegate keys` has written",
        found=found,
        remedy="restore it from a backup, or delete it and add the keys anew",
    )
