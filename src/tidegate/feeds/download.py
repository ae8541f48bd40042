"""Candles from an exchange into files: what is missing is added, what is sound stays as it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tidegate.errors import CandleError, Code, InputError, OptionError
from tidegate.feeds.check import Kind, Severity, inspect
from tidegate.feeds.files import RECORDED, CandleFile, read, write
from tidegate.feeds.market_client import require_listed
from tidegate.feeds.pages import Book, VenueTime, venue_time
from tidegate.feeds.soundness import require_sound
from tidegate.feeds.spans import Span, candles_of, missing, united
from tidegate.model import DAY_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.feeds.market_client import Asker
    from tidegate.feeds.spans import Rows
    from tidegate.feeds.timerange import TimeRange
    from tidegate.model import Candles

_SIDE_BY_SIDE: Final = 8
_KEPT_EVERY: Final = 200_000  # candles that a killed process may lose
USUAL_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be downloaded."""

    files: Sequence[CandleFile]
    timerange: TimeRange
    days: int | None = None
    """So many days back from now; left out, with no time range: from the end of what is there."""


@dataclass(slots=True, kw_only=True)
class Advance:
    """How far one file has come."""

    file: CandleFile
    done_ns: int = 0
    """Time that has been asked for."""
    whole_ns: int = 0
    added: int = 0
    left_out: int = 0
    """Candles that the exchange told and that cannot be; not stored."""
    replaced: int = 0
    """1 where the last candle of the file was another than the exchange's: it had not closed."""
    candles: Candles | None = None
    failed: InputError | None = None
    finished: bool = False


@dataclass(slots=True, kw_only=True)
class Download:
    """One run: every file of a wish, several side by side."""

    asker: Asker
    own_ns: Callable[[], int]
    """This machine's time."""
    tell: Callable[[Advance], None] = lambda _progress: None
    time: VenueTime = field(default_factory=lambda: VenueTime(0, 0))

    async def run(self, wish: Wish) -> list[Advance]:
        """Download everything; a file that cannot be is told as failed, the others go on."""
        await self.asker.ask("load_markets")
        require_listed(self.asker.venue, (file.pair for file in wish.files), self._pairs())
        self._require_timeframes(wish.files)
        self.time = await venue_time(self.asker, self.own_ns())
        room = asyncio.Semaphore(_SIDE_BY_SIDE)
        jobs = [_Job(self, wish, file) for file in wish.files]

        async def one(job: _Job) -> Advance:
            async with room:
                return await job.run()

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(job)) for job in jobs]
        return [task.result() for task in tasks]

    def _pairs(self) -> list[str]:
        return list(self.asker.client.markets)

    def _require_timeframes(self, files: Sequence[CandleFile]) -> None:
        known = list(self.asker.client.timeframes)
        for file in files:
            if str(file.timeframe) not in known:
                raise OptionError(
                    Code.UNKNOWN_TIMEFRAME,
                    f"{self.asker.venue.name} has no {file.timeframe} candles",
                    where="--timeframes",
                    expected=f"one of {', '.join(known)}",
                    found=f'"{file.timeframe}"',
                    remedy="download shorter ones, and make these of them with "
                    "tidegate data convert --to",
                )


class _Job:
    """One file of a download."""

    def __init__(self, download: Download, wish: Wish, file: CandleFile) -> None:
        self._download, self._wish, self._file = download, wish, file
        self._progress = Advance(file=file)
        self._new: Rows = []
        self._old = candles_of(file.pair, file.timeframe, [])

    async def run(self) -> Advance:
        """Do it; whatever ends it, what has come so far is kept."""
        progress = self._progress
        try:
            if self._file.path.exists():
                self._old = _kept(self._file)
            await self._fetch()
            self._keep()
        except InputError as error:
            progress.failed = error
            self._keep_if_possible()
        except BaseException:
            self._keep_if_possible()
            raise
        progress.candles = self._old
        progress.finished = True
        self._download.tell(progress)
        return progress

    async def _fetch(self) -> None:
        progress, timeframe = self._progress, self._file.timeframe
        whole = self._whole()
        page = self._download.asker.venue.market.page
        book = Book(
            asker=self._download.asker,
            pair=self._file.pair,
            timeframe=timeframe,
            time=self._download.time,
        )
        await self._look_at_the_last(book, whole)
        spans = missing(self._old.time, timeframe, whole, page)
        progress.whole_ns = sum(span.stop_ns - span.start_ns for span in spans)
        for span in spans:
            at_ns = span.start_ns
            part: Rows = []
            before = bool(len(self._old)) and span.stop_ns <= int(self._old.time[0])
            async for each in book.pages(span):
                part += each.rows
                progress.done_ns += each.reached_ns - at_ns
                progress.left_out += each.left_out
                at_ns = each.reached_ns
                if not before:  # else it would leave a hole behind it
                    self._take(part)
                    part = []
                self._download.tell(progress)
            progress.done_ns += span.stop_ns - at_ns
            self._take(part)

    def _whole(self) -> Span:
        """Return from when to when candles are wanted, the one that forms included."""
        timeframe, timerange, now = self._file.timeframe, self._wish.timerange, self._download.time
        stop_ns = timeframe.opening(now.now_ns) + timeframe.ns
        if timerange.stop_ns is not None:
            stop_ns = min(stop_ns, timeframe.opening(timerange.stop_ns) + timeframe.ns)
        start_ns = timerange.start_ns
        if start_ns is None and (self._wish.days is not None or not len(self._old)):
            start_ns = max(0, stop_ns - (self._wish.days or USUAL_DAYS) * DAY_NS)
        if start_ns is None:
            start_ns = int(self._old.time[0])
        first = timeframe.opening(start_ns)
        first = first if first >= start_ns else first + timeframe.ns
        if len(self._old):  # up to what is there, so that no hole is left between
            first = min(first, int(self._old.time[-1]) + timeframe.ns)
            stop_ns = max(stop_ns, int(self._old.time[0]))
        return Span(first, stop_ns)

    async def _look_at_the_last(self, book: Book, whole: Span) -> None:
        """Look whether the last candle that is there had closed when it was stored."""
        if not len(self._old) or int(self._old.time[-1]) + self._old.timeframe.ns >= whole.stop_ns:
            return
        last_ns = int(self._old.time[-1])
        async for page in book.pages(Span(last_ns, last_ns + self._old.timeframe.ns)):
            if page.rows:
                told = candles_of(self._file.pair, self._file.timeframe, page.rows)
                if not _same(told, self._old.rows(len(self._old) - 1, len(self._old))):
                    self._old = united(self._old.rows(0, len(self._old) - 1), told)
                    self._progress.replaced = 1

    def _take(self, rows: Rows) -> None:
        self._new += rows
        self._progress.added += len(rows)
        if len(self._new) >= _KEPT_EVERY:
            self._keep()

    def _keep(self) -> None:
        """Write what has come, beside what was there."""
        if self._new or self._progress.replaced:
            new = candles_of(self._file.pair, self._file.timeframe, self._new)
            self._old = united(self._old, new)
            self._new = []
            write(self._file.path, self._old)

    def _keep_if_possible(self) -> None:
        with suppress(InputError):  # there is a reason to end already
            self._keep()


def _kept(file: CandleFile) -> Candles:
    """Return what is there, if it is fit to be added to."""
    candles = read(file.path, file.pair, file.timeframe)
    if candles.origin != RECORDED:
        raise CandleError(
            Code.FILE_EXISTS,
            "the file holds candles that were made, and recorded ones do not go beside them",
            where=str(file.path),
            expected="recorded candles, or no file",
            found=candles.origin,
            remedy="choose another folder with --datadir",
        )
    faults = [found for found in inspect(candles) if found.severity is Severity.ERROR]
    if any(found.kind is not Kind.GAP for found in faults):
        require_sound(candles, file.path, gaps="fill")
    return candles


def _same(one: Candles, other: Candles) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("time", "open", "high", "low", "close", "volume")
    )
