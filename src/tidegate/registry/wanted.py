"""What of a list is wanted, and the pages that it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from tidegate.engine.facts import Denied
    from tidegate.model import EquityRecord, IncidentRecord
    from tidegate.registry.ownership import Owner

MOST: Final = 1000
LAST: Final = 2**63 - 1  # the largest number that a column can hold
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters of a list; None: no filter. Lists come newest first."""

    pair: str | None = None
    strategy: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    """Times from `since_ns` on, and before `until_ns`."""
    limit: int = 50
    """Rows of a page, at most 1000."""
    after: str | None = None
    """The `next` of the page before."""

    def filters(
        self, time: ColumnElement[int], **columns: ColumnElement[str]
    ) -> list[ColumnElement[bool]]:
        """Return the filters as conditions on these columns."""
        found = [
            column == getattr(self, name)
            for name, column in columns.items()
            if getattr(self, name) is not None
        ]
        if self.since_ns is not None:
            found.append(time >= self.since_ns)
        if self.until_ns is not None:
            found.append(time < self.until_ns)
        return found

    @property
    def rows(self) -> int:
        """Rows of a page, within what is sensible."""
        return max(1, min(self.limit, MOST))

    def cursor(self, kind: type) -> tuple[int, int | str] | None:
        """Return the time and the key, a number or text, that the page begins after."""
        if self.after is None:
            return None
        time, colon, key = self.after.partition(":")
        sound = colon and _is_number(time) and (kind is str or _is_number(key))
        if not sound:
            raise OptionError(
                Code.BAD_OPTION,
                "this is no place in a list",
                where="--after",
                expected="what the page before calls its next",
                found=f'"{self.after}"',
                remedy="leave it out to begin with the newest",
            )
        return int(time), key if kind is str else int(key)


def _is_number(text: str) -> bool:
    """Tell whether this is a whole number that a column can hold."""
    return text.isdecimal() and len(text) <= len(str(LAST)) and int(text) <= LAST


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and where the rest of it begins."""

    rows: list[T]
    next: str | None
    """None: this is the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What the gate refused of a pair, and how far back was looked for it."""

    rows: list[tuple[int, Denied]]
    """When, and what; the newest first."""
    looked_at: int
    """Refusals of any pair."""
    all: bool
    """Whether that were all there are, unless rows enough were found before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksStatus:
    """How an account's books stand to its venue's."""

    alike_ns: int | None
    """When they were last found to say the same; None: they were never compared."""
    differences: int
    """That nobody has explained."""
    halted: list[str]
    """Pairs in which nothing new is traded because of them."""
    dust: dict[str, Decimal]
    """By currency, what was left of positions and too little to be sold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How an account stands, at a glance."""

    account: str
    holder: Owner | None
    """None: no engine runs."""
    trading: str
    why: str
    trading_since_ns: int | None
    latched: str
    """The limit that stopped trading until an operator lifts it; empty: none."""
    positions: int
    open_orders: int
    unresolved: int
    """Of those, the ones whose fate the venue has to be asked for."""
    trades: int
    worth: EquityRecord | None
    """The latest."""
    incident: IncidentRecord | None
    """The latest critical one."""
    waiting: int
    """Commands that no engine has answered."""
    books: BooksStatus
    last_entry: int
    last_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailySums:
    """What a strategy's trades that closed on one day made, quote currency."""

    day_ns: int
    """When the day began, UTC."""
    strategy: str
    trades: int
    wins: int
    losses: int
    profit: Decimal
    fees: Decimal
    funding: Decimal
