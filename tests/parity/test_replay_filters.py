"""A Freqtrade strategy's replay, filtered by what its candles say of the market."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.parity.cases import SPOT, ZOO
from tests.parity.running import Case, play
from tests.runtime.gate_words import agree, middle, words
from tests.runtime.slow_figures import Slow

from tidegate.engine.memory_journal import MemoryJournal
from tidegate.feeds import listing, read
from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.guardrails import Limits
from tidegate.runtime.replay import Account, Replay

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parity.conftest import Folders


class Filtered(CompiledBacktesting):
    """Sends every order through a gate with a filter."""

    limits: Limits
    journal: MemoryJournal

    @staticmethod
    def placed_by(backtesting: Filtered) -> Replay:
        """Open an account for the run."""
        backtesting.journal = MemoryJournal()
        account = Account(name="a", strategy="x", currency="USDT", wallet=1000.0, fee=0.001)
        return Replay(account, backtesting.limits, backtesting.journal)


@pytest.mark.parametrize("name", ["volatility", "volume"])
def test_a_filter_says_what_the_candles_say(folders: Folders, tmp_path: Path, name: str) -> None:
    case = Case(strategy="ExitSignals", market=replace(SPOT, name="days", days=3.0))
    data = folders(case.market)
    slow = {
        file.pair: Slow.of(read(file.path, file.pair, file.timeframe))
        for file in listing(data)
        if file.pair in case.market.pairs and str(file.timeframe) == "5m"
    }
    limit = middle(slow, name)
    wide = Limits.widest()
    limits = (
        replace(wide, max_volatility=limit)
        if name == "volatility"
        else replace(wide, min_volume=Decimal(repr(limit)))
    )
    filtered = type("One", (Filtered,), {"limits": limits})
    run = play(filtered, case, data=data, strategies=ZOO, scratch=tmp_path)
    agree(words(run.program.journal.entries), name, slow, limit)
