"""What the gate asks an account about its past, kept as it happens: nothing is looked up."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - msgspec reads the types of fields
from typing import Final

import msgspec

from tidegate.model.money import ZERO
from tidegate.model.timeframe import DAY_NS

_WEEK: Final = 7
_FIRST_MONDAY: Final = -3  # 1970-01-01 was a Thursday


def day_of(time_ns: int) -> int:
    """Return the UTC day of a time, counted from 1970-01-01."""
    return time_ns // DAY_NS


def week_of(time_ns: int) -> int:
    """Return the ISO week of a time (Monday to Sunday, UTC), counted from 1969-12-29."""
    return _week(day_of(time_ns))


def _week(day: int) -> int:
    return (day - _FIRST_MONDAY) // _WEEK


class Tally(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Counts and sums since a day, a week or a win began. Money is net, in quote currency.

    A day or week is over once a fact of a later one has come; a fact that comes late counts
    where it belongs, and a clock that runs backwards brings nothing back to 0.
    """

    day: int | None = None
    """The latest that a fact fell into."""
    week: int | None = None
    day_gain: Decimal = ZERO
    week_gain: Decimal = ZERO
    day_entries: int = 0
    losses_in_row: int = 0
    """Trades since the last one that did not lose."""
    last_exit_ns: dict[str, int] = {}  # msgspec gives each its own
    """When the latest trade of a pair ended."""
    last_stop_ns: dict[str, int] = {}
    """When the latest trade of a pair ended by a stop."""

    def gain(self, amount: Decimal, time_ns: int) -> None:
        """Note what was gained or (negative) lost."""
        day = time_ns // DAY_NS
        if day != self.day:
            self._turn(day)
        if day == self.day:
            self.day_gain += amount
            self.week_gain += amount
        elif _week(day) == self.week:
            self.week_gain += amount

    def entry(self, time_ns: int) -> None:
        """Note that a position was opened."""
        day = time_ns // DAY_NS
        self._turn(day)
        if day == self.day:
            self.day_entries += 1

    def end(self, pair: str, profit: Decimal, time_ns: int, *, stopped: bool) -> None:
        """Note that a trade came to its end."""
        self.losses_in_row = self.losses_in_row + 1 if profit < 0 else 0
        self.last_exit_ns[pair] = max(time_ns, self.last_exit_ns.get(pair, time_ns))
        if stopped:
            self.last_stop_ns[pair] = max(time_ns, self.last_stop_ns.get(pair, time_ns))

    def gained_today(self, now_ns: int) -> Decimal:
        """Return what was gained since the UTC day of `now_ns` began."""
        return ZERO if self.day is None or day_of(now_ns) > self.day else self.day_gain

    def gained_this_week(self, now_ns: int) -> Decimal:
        """Return what was gained since the ISO week of `now_ns` began."""
        return ZERO if self.week is None or week_of(now_ns) > self.week else self.week_gain

    def entries_today(self, now_ns: int) -> int:
        """Return how many positions were opened since the UTC day of `now_ns` began."""
        return 0 if self.day is None or day_of(now_ns) > self.day else self.day_entries

    def _turn(self, day: int) -> None:
        """Begin a day, and its week, if they are later than any so far."""
        if self.day is None or day > self.day:
            self.day, self.day_gain, self.day_entries = day, ZERO, 0
            if self.week is None or _week(day) > self.week:
                self.week, self.week_gain = _week(day), ZERO
