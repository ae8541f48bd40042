"""The zoo's spot animals, callbacks and all, through the engine: the trades of the walk alone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.parity.cases import ZOO, alone, with_options
from tests.parity.running import play
from tests.parity.test_zoo import SOAK

from tidegate.engine.memory_journal import MemoryJournal
from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.guardrails import Limits
from tidegate.model import TradeRecord
from tidegate.runtime.replay import Account, Replay

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parity.conftest import Folders
    from tests.parity.running import Case

SPOT = [case for case in [*alone(), *(with_options() if SOAK else [])] if not case.market.futures]
CENT = Decimal("0.00000001")


class Replayed(CompiledBacktesting):
    """Sends every order through engine, gate, journal and broker."""

    journal: MemoryJournal
    replay: Replay

    @staticmethod
    def placed_by(backtesting: Replayed) -> Replay:
        """Open an account for the run."""
        backtesting.journal = MemoryJournal()
        account = Account(
            name="a",
            strategy=backtesting.strategy.get_strategy_name(),
            currency="USDT",
            wallet=1000.0,
            fee=backtesting.fee,
        )
        backtesting.replay = Replay(account, Limits.widest(), backtesting.journal)
        return backtesting.replay


@pytest.mark.parametrize("case", SPOT, ids=str)
def test_a_replay_gives_the_trades_of_the_backtest(
    case: Case, folders: Folders, tmp_path: Path
) -> None:
    data = folders(case.market)
    walked = play(CompiledBacktesting, case, data=data, strategies=ZOO, scratch=tmp_path).content
    run = play(Replayed, case, data=data, strategies=ZOO, scratch=tmp_path)
    pd.testing.assert_frame_equal(run.content["results"], walked["results"], check_exact=True)
    for name in ("final_balance", "rejected_signals", "timedout_entry_orders"):
        assert run.content[name] == walked[name], name
    done = run.program.replay.ended()
    assert done.refused == {}
    trades = [one for one in run.program.journal.records if isinstance(one, TradeRecord)]
    results = walked["results"]
    assert [trade.pair for trade in trades] == results["pair"].tolist()
    for trade, profit, orders in zip(
        trades, results["profit_abs"].tolist(), results["orders"].tolist(), strict=True
    ):
        # Freqtrade rounds the profit of each exit, the ledger that of the whole trade
        assert abs(trade.profit - Decimal(repr(profit))) <= CENT * len(orders)


def test_most_animals_trade() -> None:
    assert len(SPOT) > 100
