"""Other traders: one quotes a ladder of orders around the price, others hit it every second.

Their orders are orders of the book like any other, so an account's order waits its turn, is
filled in parts, and moves the price where it is large. A pair that nobody trades in and nobody
looks at is left alone; whoever comes back to it finds it as if it had been attended to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.exchange.prices.dice import roll, seed_of
from tidegate.exchange.prices.tape import SECOND_NS

if TYPE_CHECKING:
    from tidegate.exchange.prices.tape import Second, Tape
    from tidegate.exchange.venue import Order, Venue

STEPS_A_SECOND: Final = 4
STEP_NS: Final = SECOND_NS // STEPS_A_SECOND
LEVELS: Final = 25
_PATIENCE: Final = 60 * STEPS_A_SECOND
"""Steps that are taken one by one; of more than that only whole seconds are."""
_COARSE: Final = 8192
_DEPTH: Final = 8
_MOODS: Final = 60


class Print(NamedTuple):
    """A trade among the crowd."""

    symbol: str
    second: int
    price: int
    lots: int
    buys: bool


class Maker:
    """The crowd in one pair."""

    def __init__(self, venue: Venue, tape: Tape, seed: int) -> None:
        """Quote nothing yet."""
        self.venue = venue
        self.tape = tape
        self.symbol = tape.listing.symbol
        self.prints: list[Print] = []
        self._seed = seed_of(seed, "ladder", self.symbol)
        self._done = -1
        self._bids: dict[int, Order] = {}
        self._asks: dict[int, Order] = {}

    def advance(self, now_ns: int, *, watched: bool) -> bool:
        """Bring the pair to now; where nobody watched or waits, straight. True if it moved."""
        target = now_ns // STEP_NS
        if target <= self._done:
            return False
        start = self._done + 1
        if self._done < 0 or not watched:
            # The last whole second is taken too: its trade is the last price.
            start = max(start, target - target % STEPS_A_SECOND)
        hurried = target - start > _PATIENCE
        for step in range(start, target + 1):
            if hurried and step % STEPS_A_SECOND and step != target:
                continue
            self._step(step)
        self._done = target
        return True

    def again(self) -> None:
        """Take the present step once more, because the price has been shoved."""
        self._done -= 1

    def _step(self, step: int) -> None:
        second, part = divmod(step, STEPS_A_SECOND)
        trade = self.tape.at(second)
        price = trade.price
        if part:
            price += (self.tape.at(second + 1).price - price) * part // STEPS_A_SECOND
        now_ns = step * STEP_NS
        gap = max(1, (1 << price.bit_length() - 1) // _COARSE)
        spread = max(1, gap // 2)
        bid, ask = (max(price - spread, 1), price) if trade.buys else (price, price + spread)
        self._quote((bid, ask, gap), trade, now_ns)
        if not part and trade.lots:
            self._hit(second, trade, now_ns)

    def _hit(self, second: int, trade: Second, now_ns: int) -> None:
        self.venue.take(
            self.symbol, buys=trade.buys, price=trade.price, lots=trade.lots, now_ns=now_ns
        )
        self.venue.books[self.symbol].last = trade.price
        self.prints.append(Print(self.symbol, second, *trade))

    def _quote(self, at: tuple[int, int, int], trade: Second, now_ns: int) -> None:
        bid, ask, gap = at
        mood = now_ns // SECOND_NS // _MOODS
        bids = self._ladder(bid, -gap, trade.lots, mood)
        asks = self._ladder(ask, gap, trade.lots, mood)
        self._clear(self._bids, bids)
        self._clear(self._asks, asks)
        self._fill(self._bids, bids, now_ns, buys=True)
        self._fill(self._asks, asks, now_ns, buys=False)

    def _ladder(self, best: int, gap: int, least: int, mood: int) -> dict[int, int]:
        """Return the lots that are wanted at each price, from the best away."""
        unit = self.tape.usual_lots * _DEPTH
        wide = abs(gap)
        # Beyond the best, prices lie on a grid, so that a small move leaves them where they are.
        grid = best // wide if gap < 0 else -(-best // wide)
        towards = -1 if gap < 0 else 1
        wanted = {best: max(2 * least, int(unit * self._size(best, mood)))}
        for level in range(1, LEVELS):
            price = (grid + towards * level) * wide
            if price < 1:
                break
            wanted[price] = max(1, int(unit * (1 + level / 4) * self._size(price, mood)))
        return wanted

    def _size(self, price: int, mood: int) -> float:
        return 0.5 + roll(self._seed, price * 1009 + mood)

    def _clear(self, there: dict[int, Order], wanted: dict[int, int]) -> None:
        for price in [price for price in there if price not in wanted]:
            self.venue.withdraw(there.pop(price))

    def _fill(
        self, there: dict[int, Order], wanted: dict[int, int], now_ns: int, *, buys: bool
    ) -> None:
        for price, lots in wanted.items():
            order = there.get(price)
            if order is not None:
                if order.left * 2 >= lots:
                    continue
                self.venue.withdraw(order)
            there[price] = self.venue.place(
                self.symbol, buys=buys, price=price, lots=lots, now_ns=now_ns
            )
