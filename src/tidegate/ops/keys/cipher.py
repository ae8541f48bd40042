"""Encrypting under a passphrase: scrypt makes the key of it, AES-GCM does the rest."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LOG_COST: Final = 15
"""scrypt takes 2**15 * 8 * 128 bytes, 32 MiB, and about a tenth of a second."""
_SALT: Final = 16
_NONCE: Final = 12
_KEY: Final = 32


class WrongError(Exception):
    """Another passphrase, or a text that somebody has changed."""


def new_salt() -> str:
    """Return one that was never used."""
    return _text(os.urandom(_SALT))


class Cipher:
    """Locks and opens with one passphrase. It does not keep the passphrase."""

    def __init__(self, passphrase: str, salt: str, log_cost: int = LOG_COST) -> None:
        """Make the key."""
        self._aead = _aead(passphrase, base64.b64decode(salt), log_cost)

    def lock(self, clear: bytes, about: str) -> str:
        """Encrypt something, bound to what it is about: elsewhere it does not open."""
        nonce = os.urandom(_NONCE)
        return _text(nonce + self._aead.encrypt(nonce, clear, about.encode()))

    def open(self, locked: str, about: str) -> bytes:
        """Decrypt it; WrongError if that cannot be."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra

        try:
            raw = base64.b64decode(locked, validate=True)
            return self._aead.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode())
        except (InvalidTag, ValueError):
            raise WrongError from None


def _aead(passphrase: str, salt: bytes, log_cost: int) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError(
            Code.LIVE_MISSING,
            "keeping keys needs cryptography",
            where="tidegate keys",
            expected="the extra `live`",
            found="no cryptography",
            remedy="pip install 'tidegate[live]'",
        ) from error
    key = Scrypt(salt=salt, length=_KEY, n=1 << log_cost, r=8, p=1).derive(passphrase.encode())
    return AESGCM(key)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
