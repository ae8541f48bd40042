"""Candles of any length up to this very second: the crowd's, and what accounts have traded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from tidegate.exchange.prices.tape import SECOND_NS, Stretch, Tape

if TYPE_CHECKING:
    from tidegate.exchange.venue import Trade
    from tidegate.model import Ints, Timeframe

MINUTE: Final = 60
_PRICES: Final = 4


class Row(NamedTuple):
    """One candle. Prices in ticks; `quote` in units of the quote currency."""

    open_s: int
    open: int
    high: int
    low: int
    close: int
    lots: int
    quote: int
    trades: int


class _Extra:
    """What accounts traded in a minute."""

    __slots__ = ("high", "lots", "low", "quote", "trades")

    def __init__(self, price: int) -> None:
        self.high = self.low = price
        self.lots = self.quote = self.trades = 0


class Chart:
    """The history of one pair, from its first candle to the one that is forming."""

    def __init__(self, tape: Tape) -> None:
        """Draw what the tape says; trades of accounts are added as they happen."""
        self.tape = tape
        self._extras: dict[int, _Extra] = {}

    def add(self, trade: Trade) -> None:
        """Count a trade that an account was part of."""
        minute = trade.time_ns // SECOND_NS // MINUTE
        extra = self._extras.get(minute)
        if extra is None:
            extra = self._extras[minute] = _Extra(trade.price)
        extra.high = max(extra.high, trade.price)
        extra.low = min(extra.low, trade.price)
        extra.lots += trade.lots
        extra.quote += trade.lots * trade.price * self.tape.listing.cost
        extra.trades += 1

    def rows(self, timeframe: Timeframe, first_s: int, stop_s: int, now_s: int) -> list[Row]:
        """Return the candles that open from `first_s` up to `stop_s`, none after now."""
        length = timeframe.minutes * MINUTE
        anchor = timeframe.anchor_ns // SECOND_NS
        tape = self.tape
        earliest = tape.start_s - (tape.start_s - anchor) % length
        first = max(first_s + (anchor - first_s) % length, earliest)
        stop = min(stop_s, now_s + 1)
        if first >= stop:
            return []
        opens = np.arange(first, stop, length)
        if length >= tape.width:
            stretch = self._long(opens, length, now_s)
        else:
            stretch = self._short(opens, length, now_s)
        return self._with_extras(opens, length, stretch, now_s)

    def last_rows(self, timeframe: Timeframe, count: int, now_s: int) -> list[Row]:
        """Return the latest candles; the last one is forming."""
        length = timeframe.minutes * MINUTE
        opening = timeframe.opening(now_s * SECOND_NS) // SECOND_NS
        return self.rows(timeframe, opening - (count - 1) * length, now_s + 1, now_s)

    def window(self, seconds: int, now_s: int) -> Row:
        """Return the last so many seconds as one candle, to the minute."""
        tape = self.tape
        first = min(max(tape.index(now_s - seconds + tape.width), 0), tape.index(now_s))
        made = self._until(first, now_s)
        quote = _quote(made, tape.listing.cost)
        opens = tape.start_s + first * tape.width
        row = Row(
            opens,
            int(made.open[0]),
            int(made.high.max()),
            int(made.low.min()),
            int(made.close[-1]),
            int(made.lots.sum()),
            int(quote.sum()),
            now_s - opens + 1,
        )
        return self._merged(row, now_s + 1 - opens)

    def _until(self, first: int, now_s: int) -> Stretch:
        """Return candles of the tape from a number to the one that is forming, as far as it is."""
        tape = self.tape
        now = tape.index(now_s)
        made = tape.candles(first, now + 1)
        prices, lots = tape.seconds(now, now + 1)
        done = (now_s - tape.start_s) % tape.width + 1
        prices, lots = prices[:, :done], lots[:, :done]
        made.high[-1], made.low[-1] = prices.max(), prices.min()
        made.close[-1], made.lots[-1] = prices[0, -1], lots.sum()
        return made

    def _long(self, opens: Ints, length: int, now_s: int) -> Stretch:
        """Join candles of the tape."""
        tape = self.tape
        number = max(int(opens[0] - tape.start_s) // tape.width, 0)
        last_s = int(opens[-1]) + length - 1
        if last_s >= now_s:
            made = self._until(number, now_s)
        else:
            made = tape.candles(number, tape.index(last_s) + 1)
        if length == tape.width:
            return made
        starts = np.maximum((opens - tape.start_s) // tape.width, 0) - number
        ends = np.append(starts[1:], len(made.open)) - 1
        return Stretch(
            made.open[starts],
            np.maximum.reduceat(made.high, starts),
            np.minimum.reduceat(made.low, starts),
            made.close[ends],
            np.add.reduceat(made.lots, starts),
        )

    def _short(self, opens: Ints, length: int, now_s: int) -> Stretch:
        """Cut candles of the tape into shorter ones."""
        tape = self.tape
        number = tape.index(int(opens[0]))
        stop_s = min(int(opens[-1]) + length, now_s + 1)
        prices, lots = tape.seconds(number, tape.index(stop_s - 1) + 1)
        skip = int(opens[0]) - (tape.start_s + number * tape.width)
        flat = prices.ravel()[skip : skip + stop_s - int(opens[0])]
        starts = opens - opens[0]
        ends = np.append(starts[1:], len(flat)) - 1
        amounts = lots.ravel()[skip : skip + len(flat)]
        return Stretch(
            flat[starts],
            np.maximum.reduceat(flat, starts),
            np.minimum.reduceat(flat, starts),
            flat[ends],
            np.add.reduceat(amounts, starts),
        )

    def _with_extras(self, opens: Ints, length: int, made: Stretch, now_s: int) -> list[Row]:
        quotes = _quote(made, self.tape.listing.cost)
        columns = [column.tolist() for column in (opens, *made, quotes)]
        rows = [
            Row._make((*values, min(length, now_s - values[0] + 1)))
            for values in zip(*columns, strict=True)
        ]
        if not self._extras:
            return rows
        return [self._merged(row, length) for row in rows]

    def _merged(self, row: Row, length: int) -> Row:
        first, stop = row.open_s // MINUTE, (row.open_s + length - 1) // MINUTE + 1
        if stop - first > len(self._extras):
            minutes = [minute for minute in self._extras if first <= minute < stop]
        else:
            minutes = [minute for minute in range(first, stop) if minute in self._extras]
        for minute in minutes:
            extra = self._extras[minute]
            row = row._replace(
                high=max(row.high, extra.high),
                low=min(row.low, extra.low),
                lots=row.lots + extra.lots,
                quote=row.quote + extra.quote,
                trades=row.trades + extra.trades,
            )
        return row


def _quote(made: Stretch, cost: int) -> Ints:
    """Return what the lots came to, at the middle of each candle's four prices."""
    middle = sum(made[:_PRICES]) // _PRICES
    value: Ints = made.lots * middle * cost
    return value
