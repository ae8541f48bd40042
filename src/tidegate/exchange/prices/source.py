"""The candles a venue begins with: made, or recorded and moved to now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tidegate.exchange.prices.steps import listing_for
from tidegate.exchange.prices.tape import SECOND_NS, Tape
from tidegate.feeds import History
from tidegate.feeds.choice import chosen
from tidegate.feeds.synthetic import MarketSpec, generate
from tidegate.model import DAY_NS, MINUTE_NS, Timeframe

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.exchange.venue import Listing
    from tidegate.model import Candles

_HOUR_NS: Final = 60 * MINUTE_NS
_SHIFTS: Final = (7 * DAY_NS, DAY_NS, 4 * _HOUR_NS, _HOUR_NS, MINUTE_NS)
"""Recorded candles are moved by whole weeks if they can be, so that hours and days stay."""


class Source(Protocol):
    """Where the prices of each pair are from. A pair is only made when it is first asked for."""

    pairs: tuple[str, ...]

    def listing(self, pair: str) -> Listing:
        """Return how a pair is traded."""
        ...

    def tape(self, pair: str) -> Tape:
        """Return what it trades at."""
        ...


@dataclass
class Generated:
    """A made market, with days behind it and days to come."""

    pairs: tuple[str, ...]
    now_ns: int
    seed: int = 7
    days_before: int = 30
    days_after: int = 30

    def __post_init__(self) -> None:
        """Let history begin at a midnight."""
        self._start_ns = self.now_ns // DAY_NS * DAY_NS - self.days_before * DAY_NS
        self._made: dict[str, Candles] = {}

    def listing(self, pair: str) -> Listing:
        """Return steps that suit where the price begins."""
        return listing_for(pair, self._candles(pair))

    def tape(self, pair: str) -> Tape:
        """Return the seconds of a pair's candles."""
        candles = self._candles(pair)
        return Tape(candles, self.listing(pair), self._start_ns // SECOND_NS, self.seed)

    def _candles(self, pair: str) -> Candles:
        candles = self._made.get(pair)
        if candles is None:
            spec = MarketSpec(
                pairs=(pair,),
                timeframe=Timeframe.parse("1m"),
                start_ns=self._start_ns,
                candles=(self.days_before + self.days_after + 1) * 1440,
                seed=self.seed,
            )
            candles = self._made[pair] = next(generate(spec))
        return candles


class Recorded:
    """Candle files in Freqtrade's layout, moved so that they pass through now."""

    def __init__(
        self, datadir: Path, pairs: tuple[str, ...], now_ns: int, *, seed: int = 7
    ) -> None:
        """Take the finest file of each pair; half of the shortest lies behind, half ahead."""
        present = [file for file in chosen(datadir, pairs) if ":" not in file.pair]
        self.pairs = pairs or tuple(dict.fromkeys(file.pair for file in present))
        self._seed = seed
        history = History(datadir=datadir, gaps="fill")
        self._candles: dict[str, Candles] = {}
        for pair in self.pairs:
            finest = next((file.timeframe for file in present if file.pair == pair), None)
            timeframe = finest or Timeframe.parse("1m")
            self._candles[pair] = history.load([pair], timeframe)[0]
        whole = list(self._candles.values())
        common = _shift(whole, now_ns)
        # Recordings of different times have no common now: each is moved by itself.
        self._shifts_ns = {
            pair: _shift([candles], now_ns) if common is None else common
            for pair, candles in self._candles.items()
        }

    def listing(self, pair: str) -> Listing:
        """Return the steps that the recorded prices have."""
        return listing_for(pair, self._candles[pair])

    def tape(self, pair: str) -> Tape:
        """Return the seconds of a pair's candles."""
        candles = self._candles[pair]
        start = (int(candles.time[0]) + (self._shifts_ns[pair] or 0)) // SECOND_NS
        return Tape(candles, self.listing(pair), start, self._seed)


def _shift(candles: list[Candles], now_ns: int) -> int | None:
    """Return by how much recorded candles are moved, so that the middle of them is about now.

    None: not all of them were recorded at one time.
    """
    first = max(int(one.time[0]) for one in candles)
    end = min(int(one.time[-1]) + one.timeframe.ns for one in candles)
    longest = max(one.timeframe.ns for one in candles)
    if end - first < longest:
        return None
    wanted = now_ns - (first + end) // 2
    room = (end - first) // 2
    steps = [step for step in _SHIFTS if step % longest == 0]
    for step in steps:
        shift = round(wanted / step) * step
        if abs(shift - wanted) <= room * 3 // 4:
            return shift
    return wanted // longest * longest
