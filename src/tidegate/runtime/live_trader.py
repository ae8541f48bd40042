"""One strategy trading at an exchange: it decides as candles close, and looks at prices between.

A candle's row is walked as the candle begins, at the price of that moment; what happens within it
is seen as prices come, and stops and targets look at each. What closed while nobody looked is not
acted on: positions are seen to at the price that is found, and entries wait for the next close.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.engine.live_keeper import LiveKeeper, Terms
from tidegate.errors import Code, ConfigError
from tidegate.feeds.spans import united
from tidegate.kernel.walk.world import (
    ANY_ENTER_LONG,
    ANY_ENTER_SHORT,
    ENTER_LONG,
    ENTER_SHORT,
)
from tidegate.model import MINUTE_NS, Candles
from tidegate.runtime.live_rounding import Rounding, digits_of
from tidegate.runtime.shown_rows import shown
from tidegate.runtime.trader import Trader
from tidegate.strategies import PairMarket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from tidegate.engine.driver import Driver
    from tidegate.engine.ports import CandleBroker
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.kernel.walk.run import Walk
    from tidegate.model import Instrument, Ints
    from tidegate.runtime.live_shelf import LiveCandles
    from tidegate.runtime.trader import Job

_ENTERS: Final = np.uint8(ENTER_LONG | ENTER_SHORT | ANY_ENTER_LONG | ANY_ENTER_SHORT)
_PRICES: Final = ("open", "high", "low", "close")
_DECIDED: Final = ("enter_tag", "exit_tag", "stop_distance", "size_distance")
_OLD: Final = 4  # a decision is too old once a part like this of its candle has passed
_OLDEST_NS: Final = 5 * MINUTE_NS
_AGAIN_NS: Final = 5_000_000_000  # a position grows older where its price stays as it is


class LiveTrader(Trader):
    """Carries a strategy through time at an exchange."""

    def __init__(self, job: Job, feed: LiveCandles, slippage: Decimal, patience_ns: int) -> None:
        """Begin with nothing decided."""
        super().__init__(job, feed)
        if job.rules.can_short:
            raise _sells_short(job.name)
        self.shelf = feed.shelf
        self._terms = Terms(instruments={}, slippage=slippage, patience_ns=patience_ns)
        self._live_keeper: LiveKeeper | None = None
        self._fresh_ns = 0
        """A price of that age is not looked at: nobody knows what the market does."""
        self._now_ns = 0
        self._due_ns = 0
        """When the candle opened whose row is made."""
        self._latest: dict[str, PairRows] = {}
        """The row of each pair that was walked last."""
        self._seen: dict[str, tuple[float, int]] = {}
        """By pair, the price that was looked at last, and when."""
        self._words: list[str] = []

    def trade(self, instruments: Mapping[str, Instrument], fresh_ns: int) -> None:
        """Take in what the exchange lets pairs be traded in, and how old prices may be."""
        self._terms, self._fresh_ns = replace(self._terms, instruments=instruments), fresh_ns

    # beginning

    def _reach(self, since_ns: int) -> None:
        """Ask for nothing of before: what was missed is not acted on."""

    def _first(self, pair: str, *, is_new: bool) -> PairRows:
        """Return the row that a walk stands behind; a new one stands behind none."""
        begun, step = self._begun_ns, self._step
        self._told[pair] = begun + step
        if pair in self._latest:
            return self._latest[pair]
        self._due_ns = self.feed.end_ns()
        made = self._make(pair)
        times = np.array([] if is_new else [begun], dtype=np.int64)
        return self._rows(made, times, self._price(pair), decided=False)

    def _keeper(
        self, driver: Driver, broker: CandleBroker, clock: Callable[[int], int]
    ) -> LiveKeeper:
        del broker  # the driver's own is an exchange, and is not told when to fill
        keeper = self._live_keeper = LiveKeeper(driver, self.name, self._terms, clock)
        return keeper

    def _answers(self, walk: Walk) -> Callable[[int], int]:
        """Set a walk up for a market with steps of its own; return who rounds to them."""
        instruments = [self._terms.instruments[pair] for pair in self.feed.wanted.pairs]
        rules = walk.memory.rules
        rules.ticks = rules.waits = 1
        rules.entry_timeout_ns = rules.exit_timeout_ns = -1  # the keeper sees to that
        rules.fee = float(max(instrument.taker_fee for instrument in instruments))
        for instrument, record in zip(instruments, walk.memory.pairs, strict=False):
            record.amount_min = float(instrument.min_amount)
            record.cost_min = float(instrument.min_cost)
            record.amount_digits = digits_of(instrument.amount_step)
            record.market_digits = digits_of(instrument.price_step)
            record.market_step = float(instrument.price_step)
        return Rounding(walk.memory, instruments)

    # as candles close

    def catch_up(self, until_ns: int) -> None:
        """Do nothing again: what an exchange was asked for cannot be asked for anew."""

    def due(self) -> int | None:
        """Return the latest close that was not acted on; None: there is none."""
        end_ns = self.feed.end_ns()
        return end_ns if end_ns > self.walked_ns else None

    def hear(self, now_ns: int) -> None:
        """Let time go on."""
        self._now_ns = now_ns

    def close(self, now_ns: int) -> None:
        """Act on the candles that have closed at a time."""
        if now_ns <= self.walked_ns:
            return
        self._due_ns = now_ns
        self._tell(now_ns + self._step)
        walk, _ = self._begun()
        self._require(finished=walk.advance(now_ns + 1))
        self.walked_ns = now_ns

    def _later(self, pair: str) -> PairRows:
        """Return the rows up to the one that is due; of those that were missed, prices only."""
        since, due, step = self._told[pair], self._due_ns, self._step
        times = np.arange(since, due + step, step)
        self._told[pair] = due + step
        late = self._now_ns - due > min(step // _OLD, _OLDEST_NS)
        rows = self._rows(self._make(pair), times, self._price(pair), decided=True)
        if late and rows.bits[-1] & _ENTERS:
            rows.bits[-1] &= ~_ENTERS
            self._words.append(f"an entry into {pair} came too late and was not made")
        self._latest[pair] = shown(rows, due, due + step, step)
        return rows

    def _rows(self, made: PairRows, times: Ints, price: float, *, decided: bool) -> PairRows:
        """Return rows of one price; the last of them with what was decided, if that is wanted."""
        count = len(times)
        columns: dict[str, Any] = {name: np.full(count, price) for name in _PRICES}
        for name in _DECIDED:
            column = getattr(made, name)
            if column is not None:
                columns[name] = np.repeat(column[-1:], count)
        bits = np.zeros(count, dtype=np.uint8)
        if decided:
            bits[-1] = made.bits[-1]
        none = np.zeros(0, dtype=np.int64)  # the exchange's own steps are in force
        return replace(made, time=times, bits=bits, tick_from=none, tick_digits=none, **columns)

    def _market(self, pair: str) -> PairMarket:
        """Return what a strategy decides on, with the beginning of the candle that is due."""
        due = self._due_ns
        market = self.feed.market(pair, due, most=self._window(due))
        price = np.array([self._price(pair)])
        begun = Candles(
            pair=pair,
            timeframe=market.base.timeframe,
            time=np.array([due]),
            open=price,
            high=price,
            low=price,
            close=price,
            volume=np.zeros(1),
        )
        return PairMarket(base=united(market.base, begun), others=market.others)

    def _price(self, pair: str) -> float:
        """Return what a pair trades at, or what its last candle closed at."""
        quote = self.shelf.quote(pair)
        if quote is not None and quote.age_ns(self._now_ns) < self._fresh_ns:
            return quote.price
        return float(self.feed.candles(pair).close[-1])

    # between candles

    def look(self, now_ns: int) -> None:
        """Let stops and targets see the prices of now."""
        walk, _ = self._begun()
        memory = walk.memory
        if not memory.tally.opened:
            return
        held = memory.positions_now()[memory.opened[: memory.tally.opened]]
        at = min(max(now_ns, self.walked_ns + 1), self.walked_ns + self._step - 1)
        for number in dict.fromkeys(held["pair"][held["amount"] > 0].tolist()):
            pair = self.feed.wanted.pairs[number]
            quote = self.shelf.quote(pair)
            if quote is None or quote.age_ns(now_ns) >= self._fresh_ns:
                continue
            price, since = self._seen.get(pair, (0.0, 0))
            if quote.price != price or now_ns - since >= _AGAIN_NS:
                self._seen[pair] = quote.price, now_ns
                self._require(finished=walk.tick(number, quote.price, at))

    def doubts(self) -> bool:
        """Tell once of an exchange that would not sell what should be there."""
        keeper = self._live_keeper
        if keeper is None or not keeper.doubtful:
            return False
        keeper.doubtful = False
        return True

    def news(self) -> Sequence[str]:
        """Return what an operator should know of, each thing once."""
        words, self._words = self._words, []
        return [*words, *(self._live_keeper.news() if self._live_keeper is not None else ())]


def _sells_short(name: str) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        f"{name} sells what it does not have",
        where=f"strategies, {name}",
        expected="a strategy that only buys first: live trading is spot",
        found="a strategy with short entries",
        remedy="trade it on paper, or take its short entries out",
    )
