"""The keys to accounts, and what each of them may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Right(StrEnum):
    """What a key may do."""

    READ = "read"
    TRADE = "trade"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, its secret, and the account behind it."""

    key: str
    secret: str
    account: str = "main"
    rights: frozenset[Right] = frozenset({Right.READ, Right.TRADE})
    passphrase: str = "simpass"  # noqa: S105 (it opens nothing but a simulation)
    """Where a dialect asks for one more secret."""

    @property
    def secret_bytes(self) -> bytes:
        """The secret as signatures take it."""
        return self.secret.encode()


DEFAULT_KEYS: Final = (
    ApiKey("simkey", "simsecret"),
    ApiKey("simreader", "simsecret", rights=frozenset({Right.READ})),
    ApiKey("simowner", "simsecret", rights=frozenset(Right)),
)
"""The keys of a venue that was given none. They open nothing but a simulation."""

_PARTS: Final = 4


def parse_keys(texts: Iterable[str]) -> tuple[ApiKey, ...]:
    """Read `KEY:SECRET:ACCOUNT:read+trade`, one for each text; the default ones for none."""
    keys = tuple(_parse(text) for text in texts)
    return keys or DEFAULT_KEYS


def _parse(text: str) -> ApiKey:
    parts = text.split(":")
    if len(parts) == _PARTS and all(parts):
        key, secret, account, rights = parts
        named = rights.split("+")
        if all(name in set(Right) for name in named):
            return ApiKey(key, secret, account, frozenset(map(Right, named)))
    raise OptionError(
        Code.BAD_OPTION,
        f'"{text}" is not a key',
        where="--key",
        expected="key, secret, account and rights with colons between, the rights joined by +",
        found=f'"{text}"',
        remedy="write it like simkey:simsecret:main:read+trade",
    )
