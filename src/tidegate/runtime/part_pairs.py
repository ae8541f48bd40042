"""The pairs of a strategy in a configuration: all paid in the account's currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import Code, ConfigError
from tidegate.model import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable


def pairs_in(currency: str, names: Iterable[str], where: str) -> tuple[str, ...]:
    """Return pairs by their full names, each once."""
    pairs = tuple(dict.fromkeys(str(Pair.parse(name, where=where)) for name in names))
    for pair in pairs:
        if Pair.parse(pair).currency != currency:
            raise ConfigError(
                Code.BAD_SETTING,
                f"{pair} is not paid in the account's currency",
                where=where,
                expected=f"pairs in {currency}",
                found=pair,
                remedy="take it out, or trade it in another account",
            )
    return pairs


def no_pairs(strategy: str, currency: str, where: str) -> ConfigError:
    """Return the error for a strategy of which nobody says what it trades."""
    return ConfigError(
        Code.BAD_SETTING,
        f"{strategy} names no pairs of its own",
        where=where,
        expected='"pairs" beside it',
        found="none",
        remedy=f'add "pairs": ["BTC/{currency}"], for example',
    )
