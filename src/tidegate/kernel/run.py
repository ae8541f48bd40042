"""From plans to an outcome: the loop's inputs laid out, its book read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.kernel import book as books
from tidegate.kernel.compiled import CACHE, KEPT, is_cached
from tidegate.kernel.exits import REASONS
from tidegate.kernel.lane import Friction
from tidegate.kernel.loop import MOST_CANDLES, MOST_ENTRIES, MOST_PAIRS, simulate
from tidegate.kernel.mark import held, marked
from tidegate.kernel.market import assemble
from tidegate.kernel.numbers import (
    Terms,
    Venue,
    Wallet,
    exit_numbers,
    sizing_numbers,
    venue_numbers,
    wallet_numbers,
)
from tidegate.kernel.tags import merged_tags
from tidegate.model import TIMEFRAMES, TRADE_DTYPE, Candles, Outcome, Plan, Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.kernel.lane import Lane
    from tidegate.kernel.market import Market

SPOT_VENUE: Final = Venue(
    fee=0.001,
    amount_digits=8,
    min_cost=0.0,
    min_amount=0.0,
    exact_freqtrade=False,
    exit_timeout_ns=-1,
    maintenance=0.005,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """One portfolio run: what is traded, by which rules, on what terms."""

    plans: Sequence[Plan]
    rules: Rules
    currency: str
    wallet: Wallet
    venue: Venue = SPOT_VENUE
    frictions: Sequence[Friction] = ()

    def run(self) -> Run:
        """Run the candle loop."""
        plans, enter_tags, exit_tags = merged_tags(self.plans)
        none = Friction(np.zeros(1), np.zeros(1))
        frictions = self.frictions or [none] * len(plans)
        market, lanes = assemble(plans, frictions, can_short=self.rules.can_short)
        terms = Terms(
            exit_numbers(self.rules),
            sizing_numbers(self.rules),
            venue_numbers(self.venue),
            wallet_numbers(self.wallet),
            bool(self.rules.can_short),
        )
        book = _empty_book(market, lanes, self.rules)
        simulate(market, terms, book)
        return Run(self, market, lanes, book, enter_tags, REASONS + exit_tags)


def _empty_book(market: Market, lanes: Sequence[Lane], rules: Rules) -> books.Book:
    pairs = market.pairs
    signals = sum(lane.signals for lane in lanes)
    for what, found, most in (
        ("pairs", pairs, MOST_PAIRS),
        ("entry signals", signals, MOST_ENTRIES),
        ("candle times", market.candles, MOST_CANDLES),
    ):
        if found > most:
            message = f"{found:,} {what} in one run; the loop counts to {most:,}"
            raise DefectError(message)
    return books.Book(
        slots=np.zeros(pairs, dtype=TRADE_DTYPE),
        ends=np.full(pairs, books.NEVER),
        seen=np.zeros(pairs, dtype=np.int64),
        opened=np.zeros(pairs, dtype=np.int64),
        counts=np.zeros(books.COUNTS, dtype=np.int64),
        money=np.zeros(2),
        window=max(rules.sizing.window, 1),
        recent=np.zeros(max(rules.sizing.window, 1)),
        trades=np.empty(signals, dtype=TRADE_DTYPE),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A finished simulation; `outcome` works out what figures need beyond the trades."""

    simulation: Simulation
    market: Market
    lanes: Sequence[Lane]
    book: books.Book
    enter_tags: tuple[str, ...]
    exit_reasons: tuple[str, ...]

    def outcome(self) -> Outcome:
        """Read the book back: times for rows, equity marked at each close, hold for comparison."""
        market, book, wallet = self.market, self.book, self.simulation.wallet
        counts = [int(count) for count in book.counts]
        plans = self.simulation.plans
        timeframe = plans[0].candles.timeframe
        start = min(int(plan.candles.time[plan.warmup]) for plan in plans)
        trades = book.trades[: counts[books.CLOSED]].copy()
        first = np.array([lane.first for lane in self.lanes])[trades["pair"]]
        trades["open_time"] = start + (first + trades["open_row"]) * timeframe.ns
        trades["close_time"] = start + (first + trades["close_row"]) * timeframe.ns
        equity, exposure = marked(market, trades, wallet.start)
        return Outcome(
            pairs=tuple(plan.candles.pair for plan in plans),
            timeframe=timeframe,
            currency=self.simulation.currency,
            wallet=wallet.start,
            final_balance=self._final_balance(),
            start_ns=start,
            end_ns=start + (market.candles - 1) * timeframe.ns,
            trades=trades,
            enter_tags=self.enter_tags,
            exit_reasons=self.exit_reasons,
            time=start + np.arange(market.candles) * timeframe.ns,
            equity=equity,
            exposure=exposure,
            hold=held(self.lanes, market.candles, wallet.start),
            rejected_signals=counts[books.REJECTED],
            unaffordable_signals=counts[books.UNAFFORDABLE],
            timed_out_exits=counts[books.TIMED_OUT],
            lost_at_end=counts[books.LOST],
        )

    def _final_balance(self) -> float:
        """Return the balance; the stake of a position that could not be closed is missing."""
        money = self.book.money
        balance = self.simulation.wallet.start + money[books.REALISED] - money[books.STRANDED]
        return float(balance)


def needs_compiling() -> bool:
    """Tell whether the loop has yet to be compiled on this machine, which takes some seconds."""
    return not is_cached(simulate)


def compiling_words() -> str:
    """Say what a user has to wait for when the loop needs compiling."""
    if KEPT:
        return "compiling the rules for this machine (once, about ten seconds)"
    return f"compiling the rules (about ten seconds, every time: {CACHE} cannot be written)"


def make_ready() -> None:
    """Compile the loop, or load what was compiled before, by running it over three candles."""
    prices = [np.array([1.1, 1.2, 1.3]) for _ in range(4)]
    day = TIMEFRAMES[-2]
    candles = Candles(
        pair="A/B",
        timeframe=day,
        time=np.arange(3) * day.ns,
        open=prices[0],
        high=prices[1],
        low=prices[2],
        close=prices[3],
        volume=np.ones(3),
    )
    plan = replace(Plan.idle(candles), enter_long=np.array([True, False, False]))
    Simulation(
        plans=[plan], rules=Rules(), currency="B", wallet=Wallet(1.0, 1.0, 1)
    ).run().outcome()
