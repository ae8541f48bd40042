"""Freqtrade's backtest with everything after the signals done by the compiled walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from freqtrade.enums import BacktestState
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import PairLocks
from freqtrade.util import dt_ts
from pandas import DataFrame

from tidegate.engine.keeper import ENGINE_BITS
from tidegate.freqtrade.callbacks import Desk
from tidegate.freqtrade.callbacks.provider import ProviderView
from tidegate.freqtrade.content import Content
from tidegate.freqtrade.known_candles import candles_by_pair
from tidegate.freqtrade.loading_backtest import QuickLoading
from tidegate.freqtrade.signals import detail_rows, signals_of
from tidegate.freqtrade.tables import trades_table
from tidegate.freqtrade.terms import are_known, set_protections, set_strategy, set_terms
from tidegate.freqtrade.ticks import month_ticks
from tidegate.freqtrade.wallet_history import wallet_history
from tidegate.kernel.walk.run import Course, Funding, Walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tidegate.freqtrade.callbacks import CallbackError
    from tidegate.freqtrade.signals import Signals
    from tidegate.kernel.walk.memory import Memory
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.model import Candles

_NS_PER_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Path:
    """Which loop ran a strategy, the callbacks it put to it, and why that loop."""

    loop: str
    """"walk": compiled; "freqtrade": Freqtrade's own, where the compiled one cannot."""
    callbacks: tuple[str, ...]
    why: str


class Placing(Protocol):
    """Whoever places and fills the orders that a walk proposes."""

    @property
    def failure(self) -> BaseException | None:
        """What stopped the walk."""
        ...

    def drive(
        self, walk: Walk, handler: Callable[[int], int], progress: Callable[[int, int], None]
    ) -> None:
        """Walk to the end."""
        ...

    def attach(
        self,
        walk: Walk,
        pairs: list[str],
        tags: list[Any],
        others: Callable[[int], int],
        candles: Callable[[str], Candles | None],
    ) -> Callable[[int], int]:
        """Return the handler of a walk; questions to the strategy go to `others`.

        `candles` gives a pair's, the warm-up included, to limits that ask for more than a price.
        """
        ...


@dataclass(frozen=True, slots=True)
class Simulated:
    """A finished walk, before anything is made of it."""

    memory: Memory
    rows: dict[str, PairRows]
    tags: list[Any]

    @property
    def pairs(self) -> list[str]:
        """The pairs, as the memory numbers them."""
        return list(self.rows)


class CompiledBacktesting(QuickLoading, Backtesting):
    """A drop-in for Freqtrade's class: the same results from the same configuration."""

    path: Path
    """How the latest strategy was run."""
    callback_errors: list[CallbackError]
    """What its callbacks raised, each kind once."""
    placed_by: Callable[[CompiledBacktesting], Placing] | None = None
    """Gives each run who has the word on its orders; None: the walk's own rules."""

    def backtest(
        self, processed: dict[str, DataFrame], start_date: datetime, end_date: datetime
    ) -> dict[str, Any]:
        """Run the strategy that is set over analysed frames; the content Freqtrade gives."""
        self.callback_errors = []
        hindrance = self._hindrance(processed)
        if hindrance:
            self.path = Path("freqtrade", (), hindrance)
            content: dict[str, Any] = super().backtest(processed, start_date, end_date)
            return content
        self.reset_backtest(self.enable_protections)
        self.wallets.update()
        signals = signals_of(self, processed)
        simulated = self.simulate(signals, start_date, end_date)
        return self._content(simulated)

    def _hindrance(self, processed: dict[str, DataFrame]) -> str:
        """Return what forbids the compiled walk; empty if nothing does."""
        if self.dynamic_pairlist:
            return "the pair list changes while the backtest runs"
        if self.config.get("export", "none") == "signals":
            return "rejected signals are to be exported"
        if self.enable_protections and not are_known(self._protection_handlers()):
            return "a protection is not one of Freqtrade's own four"
        for pair, frame in processed.items():
            if len(frame) < 2:  # noqa: PLR2004 - two rows make a grid
                continue
            span = (frame["date"].iloc[-1] - frame["date"].iloc[0]).total_seconds()
            if span != (len(frame) - 1) * self.timeframe_secs:
                return f"the candles of {pair} are not evenly spaced"
        return ""

    def _protection_handlers(self) -> list[Any]:
        self._load_protections(self.strategy)
        handlers: list[Any] = self.protections._protection_handlers  # noqa: SLF001 - they have no other door
        return handlers

    def simulate(self, signals: Signals, start_date: datetime, end_date: datetime) -> Simulated:
        """Walk the signals; reset and wallet are the caller's, as in `backtest`."""
        pairs = list(signals.rows)
        walk, desk = self.set_out(self._course(signals, start_date, end_date), pairs, signals.tags)
        memory = walk.memory
        placing = self.placed_by(self) if self.placed_by is not None else None
        self._set_progress_step(BacktestState.BACKTEST, int(memory.rules.candles))
        desk.begin()
        try:
            if placing is None:
                walk.run(desk.handler, self._progress)
            else:
                handler = placing.attach(
                    walk, pairs, signals.tags, desk.handler, candles_by_pair(self)
                )
                placing.drive(walk, handler, self._progress)
        finally:
            desk.end()
            self._count(memory)
            self.callback_errors = desk.errors
        failure = desk.failure or (placing.failure if placing is not None else None)
        if failure is not None:
            raise failure
        names = desk.callback_names
        self.path = Path("walk", names, "" if names else "the strategy has no callbacks")
        return Simulated(memory, signals.rows, signals.tags)

    def set_out(
        self,
        course: Course,
        pairs: list[str],
        tags: list[object],
        provider: type[ProviderView] = ProviderView,
    ) -> tuple[Walk, Desk]:
        """Lay out a walk by what strategy and configuration have settled, and who answers it."""
        handlers = self._protection_handlers() if self.enable_protections else []
        walk = Walk(course, protections=len(handlers))
        memory = walk.memory
        set_terms(memory, self, pairs)
        set_strategy(memory, self.strategy)
        set_protections(memory, handlers)
        desk = Desk(
            bt=self,
            strategy=self.strategy,
            memory=memory,
            tags=tags,
            pairs=pairs,
            provider=provider,
        )
        desk.watch(lambda _changed: self._change_rules(memory, desk))
        self._ask(memory, desk)
        return walk, desk

    def _ask(self, memory: Memory, desk: Desk) -> None:
        """Have the strategy asked what it wants to be asked, and the engine if there is one."""
        engine = ENGINE_BITS if self.placed_by is not None else 0
        memory.rules.callbacks = desk.callbacks | engine

    def _change_rules(self, memory: Memory, desk: Desk) -> None:
        """Follow a strategy that changes its own rules in a callback."""
        set_strategy(memory, self.strategy)
        self._ask(memory, desk)
        memory.rules.quiet = 0  # what was true of the rules it began with may not be any more

    def _progress(self, done: int, _of: int) -> None:
        if self.progress is not None:
            self.progress.update(self._progress_task, completed=done)

    def _course(self, signals: Signals, start_date: datetime, end_date: datetime) -> Course:
        candle_ns = self.timeframe_secs * 1_000_000_000
        details = [
            detail_rows(pair, self.detail_data[pair], month_ticks(None))
            if pair in self.detail_data
            else None
            for pair in signals.rows
        ]
        return Course(
            rows=list(signals.rows.values()),
            candle_ns=candle_ns,
            start_ns=dt_ts(start_date) * _NS_PER_MS + candle_ns,
            end_ns=dt_ts(end_date) * _NS_PER_MS,
            details=details,
            funding=[self._funding(pair) for pair in signals.rows],
        )

    def _funding(self, pair: str) -> Funding | None:
        frame = self.futures_data.get(pair)
        if frame is None or frame.empty:
            return None
        return Funding(
            time=frame["_ff_date_ns"].to_numpy(), fee=frame["_ff_fee_per_unit"].to_numpy()
        )

    def _count(self, memory: Memory) -> None:
        """Take over the walk's counters, under Freqtrade's names for them."""
        tally = memory.tally
        self.rejected_trades = tally.rejected
        self.timedout_entry_orders = tally.timed_out_entries
        self.timedout_exit_orders = tally.timed_out_exits
        self.canceled_trade_entries = tally.cancelled_trades
        self.canceled_entry_orders = tally.cancelled_entries
        self.replaced_entry_orders = tally.replaced_entries
        self.canceled_exit_orders = tally.cancelled_exits
        self.replaced_exit_orders = tally.replaced_exits
        self.trade_id_counter = tally.next_id
        self.order_id_counter = tally.next_order

    def _table(self, simulated: Simulated) -> Any:  # noqa: ANN401 - a frame, or what stands for it in a search
        return trades_table(simulated.memory, list(simulated.rows), simulated.tags)

    def _content(self, simulated: Simulated) -> dict[str, Any]:
        memory, pairs = simulated.memory, list(simulated.rows)
        currency = self.strategy.config["stake_currency"]
        bases = [pair.split("/")[0] for pair in pairs]
        known = {
            "results": self._table(simulated),
            "config": self.strategy.config,
            "locks": PairLocks.get_all_locks(),
            "rejected_signals": self.rejected_trades,
            "timedout_entry_orders": self.timedout_entry_orders,
            "timedout_exit_orders": self.timedout_exit_orders,
            "canceled_trade_entries": self.canceled_trade_entries,
            "canceled_entry_orders": self.canceled_entry_orders,
            "replaced_entry_orders": self.replaced_entry_orders,
            "final_balance": memory.tally.total,
        }

        def history() -> DataFrame:
            if not memory.rules.capture:
                return DataFrame()
            return wallet_history(memory, list(simulated.rows.values()), bases, currency)

        return Content(known, {"wallet_summary": history})
