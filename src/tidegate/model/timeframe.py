"""The length of a candle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tidegate.errors import Code, OptionError, one_of

MINUTE_NS: Final = 60_000_000_000
DAY_NS: Final = 1440 * MINUTE_NS

# 1970-01-01 was a Thursday; weekly candles open on Mondays.
_MONDAY_NS: Final = 4 * DAY_NS

_MINUTES: Final = {
    "1m": 1,
    "3m": 3,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "2h": 120,
    "4h": 240,
    "6h": 360,
    "8h": 480,
    "12h": 720,
    "1d": 1440,
    "3d": 4320,
    "1w": 10080,
}


@dataclass(frozen=True, slots=True, order=True)
class Timeframe:
    """The length of one candle, ordered by that length."""

    minutes: int
    name: str

    @classmethod
    def parse(cls, text: str, *, where: str = "--timeframe") -> Timeframe:
        """Return the timeframe of that name, or say which names there are."""
        if text not in _MINUTES:
            raise OptionError(
                Code.UNKNOWN_TIMEFRAME,
                f'no timeframe is called "{text}"',
                where=where,
                expected=f"one of {', '.join(_MINUTES)}",
                found=f'"{text}"',
                remedy=one_of(text, _MINUTES, otherwise="choose one of the names above"),
            )
        return cls(_MINUTES[text], text)

    @property
    def ns(self) -> int:
        """The length in nanoseconds."""
        return self.minutes * MINUTE_NS

    @property
    def anchor_ns(self) -> int:
        """The time at which one candle of this length is known to open."""
        return _MONDAY_NS if self.minutes == _MINUTES["1w"] else 0

    def opening(self, time_ns: int) -> int:
        """Return when the candle that contains this time opened, in nanoseconds UTC."""
        return time_ns - (time_ns - self.anchor_ns) % self.ns

    def __str__(self) -> str:
        """Return the name a user writes."""
        return self.name


TIMEFRAMES: Final = tuple(Timeframe(minutes, name) for name, minutes in _MINUTES.items())
