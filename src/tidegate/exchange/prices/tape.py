"""What one pair trades at in each second, as a function of time: nothing is kept, all is known.

A candle is walked second by second: from its open to its low and its high, in the order that
fits its direction, and to its close, all four met exactly. Its volume is shared out over the
seconds to the last lot. Where the candles end they are walked back again, and so on without end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tidegate.exchange.prices.dice import rolls, seed_of

if TYPE_CHECKING:
    from tidegate.exchange.venue import Listing
    from tidegate.model import Bools, Candles, Floats, Ints

SECOND_NS: Final = 1_000_000_000
_ROUGHNESS: Final = 0.15
_MOST_REMEMBERED: Final = 4


class Second(NamedTuple):
    """One trade of the crowd's, at the first instant of a second."""

    price: int
    lots: int
    buys: bool
    """Whether the taker bought."""


class Stretch(NamedTuple):
    """Candles in ticks and lots, one row each."""

    open: Ints
    high: Ints
    low: Ints
    close: Ints
    lots: Ints


class Tape:
    """The trades of the crowd in one pair."""

    def __init__(self, candles: Candles, listing: Listing, start_s: int, seed: int) -> None:
        """Let the first candle open at a second of market time."""
        self.listing = listing
        self.start_s = start_s
        self.width = candles.timeframe.minutes * 60
        self.count = len(candles)
        self._own = _whole(candles, listing)
        self.usual_lots = max(1, int(np.median(self._own.lots)) // self.width)
        self._turns = seed_of(seed, "turns", listing.symbol)
        self._noise = seed_of(seed, "noise", listing.symbol)
        self._sizes = seed_of(seed, "sizes", listing.symbol)
        self._sides = seed_of(seed, "sides", listing.symbol)
        self._shoves: list[tuple[int, float]] = []
        self._remembered: dict[int, tuple[list[int], list[int], list[bool]]] = {}

    def shove(self, second: int, factor: float) -> None:
        """Multiply every price from a second on."""
        self._shoves.append((second, factor))
        self._remembered.clear()

    def index(self, second: int) -> int:
        """Return the number of the candle that a second lies in."""
        return (second - self.start_s) // self.width

    def at(self, second: int) -> Second:
        """Return the trade of a second."""
        number = self.index(second)
        known = self._remembered.get(number)
        if known is None:
            prices, lots = self.seconds(number, number + 1)
            opens = self.start_s + number * self.width
            sides = rolls(self._sides, np.arange(opens, opens + self.width)) < 0.5  # noqa: PLR2004 (even odds)
            known = (prices[0].tolist(), lots[0].tolist(), sides.tolist())
            if len(self._remembered) >= _MOST_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[number] = known
        place = (second - self.start_s) % self.width
        return Second(known[0][place], known[1][place], known[2][place])

    def sides(self, first: int, stop: int) -> Bools:
        """Return of each second whether its taker bought."""
        half = 0.5
        buys: Bools = rolls(self._sides, np.arange(first, stop)) < half
        return buys

    def candles(self, first: int, stop: int) -> Stretch:
        """Return whole candles by their numbers; a shove inside one is in it."""
        numbers = np.arange(first, stop)
        made = self._base(numbers)
        if not self._shoves:
            return made
        factors = self._factors(self.start_s + numbers * self.width)
        begin, high, low, close = (_scaled(prices, factors) for prices in made[:4])
        made = Stretch(begin, high, low, close, made.lots)
        for second, _ in self._shoves:
            row = self.index(second) - first
            if 0 <= row < len(numbers):
                prices, _lots = self.seconds(first + row, first + row + 1)
                for values, one in zip(made[:4], _fold(prices)[:4], strict=True):
                    values[row] = one[0]
        return made

    def seconds(self, first: int, stop: int) -> tuple[Ints, Ints]:
        """Return prices and lots of each second of some candles, a row for each candle."""
        numbers = np.arange(first, stop)
        made = self._base(numbers)
        opens = self.start_s + numbers * self.width
        times = opens[:, None] + np.arange(self.width)
        prices = self._walk(made, numbers, times)
        if self._shoves:
            prices = _scaled(prices, self._factors(times))
        weights = 0.1 + rolls(self._sizes, times.ravel()).reshape(times.shape) ** 3
        reach = np.cumsum(weights, axis=1)
        shares = np.rint(reach / reach[:, -1:] * made.lots[:, None]).astype(np.int64)
        return prices, np.diff(shares, axis=1, prepend=0)

    def _base(self, numbers: Ints) -> Stretch:
        """Return candles as they were given, back and forth."""
        folded = numbers % (2 * self.count)
        back = folded >= self.count
        rows = np.where(back, 2 * self.count - 1 - folded, folded)
        own = self._own
        return Stretch(
            np.where(back, own.close[rows], own.open[rows]),
            own.high[rows],
            own.low[rows],
            np.where(back, own.open[rows], own.close[rows]),
            own.lots[rows],
        )

    def _walk(self, made: Stretch, numbers: Ints, times: Ints) -> Ints:
        last = self.width - 1
        drawn = rolls(self._turns, numbers * 2), rolls(self._turns, numbers * 2 + 1)
        low_turn, high_turn = 1 + (np.sort(drawn, axis=0) * (last - 2)).astype(np.int64)
        high_turn = np.maximum(high_turn, low_turn + 1)
        rising = made.close >= made.open
        near = np.where(rising, made.low, made.high)[:, None]
        far = np.where(rising, made.high, made.low)[:, None]
        first, second = low_turn[:, None], high_turn[:, None]
        begin, end = made.open[:, None], made.close[:, None]
        place = np.arange(self.width)[None, :]
        path = np.where(
            place <= first,
            begin + (near - begin) * (place / first),
            np.where(
                place <= second,
                near + (far - near) * ((place - first) / (second - first)),
                far + (end - far) * ((place - second) / np.maximum(last - second, 1)),
            ),
        )
        reach = ((made.high - made.low) * _ROUGHNESS)[:, None]
        loose = (place > 0) & (place != first) & (place != second) & (place < last)
        path += loose * reach * (rolls(self._noise, times.ravel()).reshape(times.shape) - 0.5)
        walked: Ints = np.rint(np.clip(path, made.low[:, None], made.high[:, None])).astype(
            np.int64
        )
        return walked

    def _factors(self, times: Ints) -> Floats:
        factors = np.ones(times.shape)
        for second, factor in self._shoves:
            factors[times >= second] *= factor
        return factors


def _scaled(prices: Ints, factors: Floats) -> Ints:
    return np.maximum(np.rint(prices * factors), 1).astype(np.int64)


def _fold(prices: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    return prices[:, 0], prices.max(axis=1), prices.min(axis=1), prices[:, -1]


def _whole(candles: Candles, listing: Listing) -> Stretch:
    """Return prices in ticks and volumes in lots; no price is less than a tick."""
    unit = 100_000_000
    begin, high, low, close = (
        np.maximum(np.rint(values * unit / listing.tick), 1).astype(np.int64)
        for values in (candles.open, candles.high, candles.low, candles.close)
    )
    lots = np.maximum(np.rint(candles.volume * unit / listing.lot), 0).astype(np.int64)
    return Stretch(begin, high, low, close, lots)
