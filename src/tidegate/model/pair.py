"""What is traded against what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tidegate.errors import Code, OptionError

_PAIR = re.compile(r"([A-Z0-9]+)/([A-Z0-9]+)(?::([A-Z0-9]+))?")


@dataclass(frozen=True, slots=True)
class Pair:
    """A traded pair as users write it: `BTC/USDT`, or `BTC/USDT:USDT` for a perpetual."""

    base: str
    quote: str
    settle: str | None = None

    @classmethod
    def parse(cls, text: str, *, where: str = "--pairs") -> Pair:
        """Read a pair, or say how one is written."""
        match = _PAIR.fullmatch(text)
        if match is None:
            raise OptionError(
                Code.BAD_PAIR,
                f'"{text}" is not a pair',
                where=where,
                expected="BASE/QUOTE in capitals, like BTC/USDT (or BTC/USDT:USDT for a perpetual)",
                found=f'"{text}"',
                remedy="write the base currency, a slash, and the quote currency",
            )
        return cls(*match.groups())

    @property
    def currency(self) -> str:
        """The currency that stakes and profits are counted in."""
        return self.settle or self.quote

    def __str__(self) -> str:
        """Return the pair as a user writes it."""
        return f"{self.base}/{self.quote}" + (f":{self.settle}" if self.settle else "")
