"""One call, over REST or WebSocket: its parameters, read as Binance reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance.errors import ApiError, illegal, missing, unknown_symbol
from tidegate.exchange.venue import TooFineError, units

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.venue import Account
    from tidegate.exchange.world import World

_DECIMAL: Final = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
_WHOLE: Final = r"^[0-9]{1,20}$"
_CLIENT_ID: Final = r"^[a-zA-Z0-9-_]{1,36}$"
_SYMBOL: Final = r"^[A-Z0-9-_.]{1,20}$"
_CLIENT_ID_SHAPE: Final = re.compile(r"[a-zA-Z0-9_-]{1,36}")
_SYMBOL_SHAPE: Final = re.compile(r"[A-Z0-9_.-]{1,20}")


@dataclass(slots=True)
class Call:
    """What is asked, by whom."""

    world: World
    params: Mapping[str, str]
    key: ApiKey | None = None

    @property
    def account(self) -> Account:
        """The account behind the key; a route without a key has none."""
        if self.key is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        return self.world.venue.accounts[self.key.account]

    def text(self, name: str) -> str | None:
        """Return a parameter that may be left out, but not empty."""
        value = self.params.get(name)
        if value == "":
            raise ApiError(-1105, f"Parameter '{name}' was empty.")
        return value

    def needed(self, name: str) -> str:
        """Return a parameter that must be there."""
        value = self.params.get(name)
        if not value:
            raise missing(name)
        return value

    def symbol(self) -> str:
        """Return the symbol of a pair that is listed."""
        return self.listed(self.needed("symbol"))

    def listed(self, symbol: str) -> str:
        """Return a symbol if it is listed."""
        if symbol in self.world.venue.listings:
            return symbol
        if _SYMBOL_SHAPE.fullmatch(symbol) is None:
            raise illegal("symbol", _SYMBOL)
        raise unknown_symbol()

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.text(name)
        if value is None:
            return None
        if not value.isascii() or not value.isdigit() or len(value) > 20:  # noqa: PLR2004 (as Binance has it)
            raise illegal(name, _WHOLE)
        return int(value)

    def limit(self, usual: int, most: int) -> int:
        """Return how many rows are asked for; more than the most are the most."""
        value = self.whole("limit")
        if value is None:
            return usual
        if value == 0:
            raise ApiError(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(value, most)

    def units(self, name: str) -> int | None:
        """Return a decimal number in units."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return units(value)
        except TooFineError:
            raise ApiError(-1111, f"Parameter '{name}' has too much precision.") from None
        except ValueError:
            raise illegal(name, _DECIMAL) from None

    def steps(self, name: str, step: int, filter_name: str) -> int | None:
        """Return a decimal number in steps; what lies between two fails a filter."""
        amount = self.units(name)
        if amount is None:
            return None
        count, rest = divmod(amount, step)
        if rest:
            raise ApiError(-1013, f"Filter failure: {filter_name}")
        return count

    def choice(self, name: str, choices: Container[str], otherwise: tuple[int, str]) -> str | None:
        """Return one of some words; any other is refused with this code and message."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise ApiError(*otherwise)
        return value

    def client_id(self, name: str) -> str | None:
        """Return a name that a client gave an order."""
        value = self.text(name)
        if value is not None and _CLIENT_ID_SHAPE.fullmatch(value) is None:
            raise illegal(name, _CLIENT_ID)
        return value
