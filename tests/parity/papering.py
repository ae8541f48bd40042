"""An animal of the zoo traded on paper, in a process that is stopped and started at will."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freqtrade.resolvers import ExchangeResolver
from tests.parity.cases import ZOO
from tests.parity.markets import offline
from tests.parity.running import configuration

from tidegate.engine.memory_journal import MemoryJournal
from tidegate.freqtrade.paper import Paper
from tidegate.freqtrade.tables import trades_table
from tidegate.guardrails import Limits
from tidegate.model import Command, CommandKind
from tidegate.runtime.config import AccountPart, CandlesPart, StrategyPart, TradeConfig
from tidegate.runtime.freqtrade_trader import FreqtradeTrader
from tidegate.runtime.trading import Outside, Trading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from tests.parity.running import Case


class NoTime:
    """A clock that has no need to go."""

    def now_ns(self) -> int:
        return 0

    def sleep(self, _seconds: float) -> None:
        return


class NoCommands:
    """An inbox that stays empty."""

    def take(self) -> list[Command]:
        return []

    def answer(self, _name: str, _verdict: str, _words: str) -> None:
        return


class NoBreaker:
    """A breaker that stays off."""

    def look(self, _now_ns: int) -> str:
        return ""


def never() -> bool:
    return False


def after(closes: int) -> Callable[[], bool]:
    """Return what asks to stop after so many closes; each is looked before twice."""
    left = 2 * closes

    def stopped() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return stopped


@dataclass
class Papered:
    """One account that trades one case."""

    case: Case
    data: Path
    scratch: Path
    strategies: Path = ZOO
    grows: bool = False
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    seen: list[tuple[object, ...]] = field(default_factory=list)

    @contextmanager
    def trading(self) -> Iterator[tuple[Trading, FreqtradeTrader]]:
        """Start the process: everything is made anew but the journal."""
        carrier = self.carrier()
        carrier.paper.strategy.seen = self.seen
        try:
            trading = Trading(self.config(carrier), [carrier], self.outside())
            trading.recover()
            yield trading, carrier
        finally:
            carrier.leave()

    def carrier(self) -> FreqtradeTrader:
        config = configuration(
            self.case, data=self.data, strategies=self.strategies, scratch=self.scratch
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"freqtrade\.")
            with offline(self.case.market):
                exchange = ExchangeResolver.load_exchange(config, load_leverage_tiers=True)
            paper = Paper(config, exchange, grows=self.grows)
        return FreqtradeTrader(self.case.strategy, paper, grows=self.grows)

    def config(self, carrier: FreqtradeTrader) -> TradeConfig:
        return TradeConfig(
            account=AccountPart(name="a", wallet=Decimal(1000), fee=carrier.paper.fee),
            database="",
            durability="process",
            limits=Limits.widest(),
            candles=CandlesPart(
                source="files" if self.grows else "replay",
                begin="start" if self.grows else None,
                datadir=self.data,
            ),
            strategies=(StrategyPart(strategy=self.case.strategy),),
            live=None,
            file=Path("trade.json"),
        )

    def outside(self) -> Outside:
        inbox: Any = NoCommands()
        return Outside(
            journal=self.journal,
            inbox=inbox,
            breaker=NoBreaker(),
            trip=lambda _reason: None,
            clock=NoTime(),
            tell=lambda event, figures: self.told.append((event, figures)),
        )


def begin(trading: Trading) -> None:
    """Let it trade, if it does not yet."""
    if trading.engine.state.trading == "halted":
        start = Command(id="go", kind=CommandKind.START, account="a", time_ns=0)
        assert trading.obey(start).obeyed


def closed_trades(carrier: FreqtradeTrader) -> pd.DataFrame:
    """Return the trades that have ended, as Freqtrade's table has them.

    Those opened at the last candle are left out: a backtest opens none there.
    """
    assert carrier.walk is not None
    found = trades_table(carrier.walk.memory, carrier.paper.pairs, carrier.paper.tags)
    last = carrier.paper.known.end_ns - carrier.paper.step_ns
    return found[found["open_timestamp"] < last // 1_000_000].reset_index(drop=True)
