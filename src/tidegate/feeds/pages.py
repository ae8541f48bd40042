"""Candles of one stretch of time, asked for page by page; never one that still forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.feeds.spans import MS_NS, Span, sound_rows
from tidegate.venues.budget import Urgency

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tidegate.feeds.market_client import Asker
    from tidegate.feeds.spans import Rows
    from tidegate.model import Timeframe

_DOUBT_NS: Final = 60_000_000_000


@dataclass(frozen=True, slots=True)
class VenueTime:
    """What the venue's clock said, and whether this machine's agrees, to the minute."""

    now_ns: int
    ahead_ns: int
    """How far the venue's clock is ahead of this machine's."""

    @property
    def agrees(self) -> bool:
        """Whether the clocks differ by less than a minute."""
        return abs(self.ahead_ns) < _DOUBT_NS

    def surely_closed(self, close_ns: int) -> bool:
        """Tell whether a candle has closed by both clocks, with a minute of doubt."""
        return self.agrees and close_ns + _DOUBT_NS <= self.now_ns


async def venue_time(asker: Asker, own_ns: int) -> VenueTime:
    """Ask a venue for the time."""
    told = int(await asker.ask("fetch_time")) * MS_NS
    return VenueTime(told, told - own_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Closed candles, oldest first."""

    rows: Rows
    left_out: int
    """What came and is no candle."""
    reached_ns: int
    """Up to here everything there is has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All candles of a pair and length at a venue."""

    asker: Asker
    pair: str
    timeframe: Timeframe
    time: VenueTime
    urgency: Urgency = Urgency.HISTORY

    async def pages(self, span: Span) -> AsyncIterator[Page]:
        """Return the closed candles of a stretch.

        A candle counts as closed where a later one came with it, or where the venue's clock
        and this machine's agree that it has long closed.
        """
        market, step = self.asker.venue.market, self.timeframe.ns
        cursor = span.start_ns
        while cursor < span.stop_ns:
            answer: Rows = await self.asker.ask(
                "fetch_ohlcv",
                self.pair,
                str(self.timeframe),
                cursor // MS_NS,
                market.page,
                urgency=self.urgency,
            )
            found = sound_rows(answer, self.timeframe)
            if not found:
                over = market.jumps and not answer
                cursor = span.stop_ns if over else cursor + market.page * step
                yield Page(rows=[], left_out=len(answer), reached_ns=min(cursor, span.stop_ns))
                continue
            left_out = len(answer) - len(found)
            last_ns = int(found[-1][0]) * MS_NS
            if not self.time.surely_closed(last_ns + step):
                found = found[:-1]
            wanted = [row for row in found if cursor <= int(row[0]) * MS_NS < span.stop_ns]
            reached = int(found[-1][0]) * MS_NS + step if found else cursor
            yield Page(rows=wanted, left_out=left_out, reached_ns=min(reached, span.stop_ns))
            if reached <= cursor:
                return  # the one that forms, and nothing after it
            cursor = reached
