"""Recorded prices, looked up as of a time: nothing after it is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tidegate.engine.events import Price
from tidegate.engine.quotes import NOTHING_KNOWN
from tidegate.model import exact_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from tidegate.engine.quotes import Known
    from tidegate.kernel.walk.rows import PairRows


class RecordedQuotes(Mapping[str, "Decimal"]):
    """The open of the candle that a time lies in, for each pair that has one there."""

    def __init__(
        self,
        rows: Sequence[PairRows],
        candle_ns: int,
        known: Callable[[str, int], Known] = lambda _pair, _now_ns: NOTHING_KNOWN,
    ) -> None:
        """Look prices up in these candles; what else is known of a pair as of a time in `known`."""
        self._known = known
        self._rows = {each.pair: each for each in rows}
        self._candle_ns = candle_ns
        self._at: dict[str, tuple[int, Decimal]] = {}
        self.now_ns = 0
        """As of when prices are looked up."""

    @property
    def version(self) -> int:
        """The time, which prices follow."""
        return self.now_ns

    @property
    def prices(self) -> Mapping[str, Decimal]:
        """The prices as of now."""
        return self

    def seen(self, pair: str) -> Price | None:
        """Return the price of a pair as of now, and what else is known of it."""
        price = self.get(pair)
        if price is None:
            return None
        return Price(
            pair=pair, price=price, time_ns=self.now_ns, **self._known(pair, self.now_ns)._asdict()
        )

    def see(self, price: Price) -> None:
        """Refuse to be told: what was recorded is all there is."""
        message = f"a price of {price.pair} was heard in a replay"
        raise TypeError(message)

    def __getitem__(self, pair: str) -> Decimal:
        """Return the price of a pair; past its last candle, that candle's."""
        rows = self._rows[pair]
        if not len(rows.time) or self.now_ns < rows.time[0]:
            raise KeyError(pair)
        row = min((self.now_ns - int(rows.time[0])) // self._candle_ns, len(rows.time) - 1)
        known = self._at.get(pair)
        if known is None or known[0] != row:
            known = self._at[pair] = (row, exact_decimal(float(rows.open[row])))
        return known[1]

    def __iter__(self) -> Iterator[str]:
        """Go through the pairs that have a price by now."""
        return (pair for pair in self._rows if pair in self)

    def __len__(self) -> int:
        """Return how many pairs have a price by now."""
        return sum(1 for _ in self)
