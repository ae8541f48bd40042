"""The zoo's spot animals on paper: the trades of their backtest, stopped and started or not."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.parity.cases import ZOO, alone, brief, with_options
from tests.parity.papering import Papered, after, begin, closed_trades, never
from tests.parity.running import play
from tests.parity.test_zoo import SOAK

from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.model import TradeRecord

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parity.conftest import Folders
    from tests.parity.running import Case

CENT = Decimal("0.00000001")
CASES = [
    case
    for case in ([*alone(), *with_options()] if SOAK else brief())
    if not case.market.futures
    and "timeframe_detail" not in case.options
    and not isinstance(case.options.get("dry_run_wallet"), dict)
]
WHOLE = CASES if SOAK else CASES[::4]
STOPPED = CASES if SOAK else CASES[1::2]


def backtest(case: Case, data: Path, scratch: Path) -> pd.DataFrame:
    """Return a backtest's trades, but for those that only its end has closed."""
    played = play(CompiledBacktesting, case, data=data, strategies=ZOO, scratch=scratch)
    results = played.content["results"]
    return results[results["exit_reason"] != "force_exit"].reset_index(drop=True)


@pytest.mark.parametrize("case", WHOLE, ids=str)
def test_paper_gives_the_trades_of_the_backtest(
    case: Case, folders: Folders, tmp_path: Path
) -> None:
    data = folders(case.market)
    wanted = backtest(case, data, tmp_path)
    account = Papered(case, data, tmp_path)
    with account.trading() as (trading, carrier):
        begin(trading)
        trading.run(never)
        found = closed_trades(carrier)
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    booked_as(account, found)


def booked_as(account: Papered, trades: pd.DataFrame) -> None:
    """Hold the account's own books against the strategy's trades."""
    rows = [one for one in account.journal.records if isinstance(one, TradeRecord)]
    booked = {one.position.split("/", 1)[1]: one for one in rows}
    assert len(booked) == len(rows)
    of_pair: Counter[str] = Counter(one.pair for one in rows)
    assert all(of_pair[pair] >= count for pair, count in trades["pair"].value_counts().items())
    profits = sorted((one.closed_ns, one.pair, one.profit) for one in rows)
    for trade in trades.itertuples():
        at = (trade.close_timestamp * 1_000_000, trade.pair)
        # Freqtrade rounds the profit of each exit, the ledger that of the whole trade
        least = CENT * len(trade.orders)
        wanted = Decimal(repr(trade.profit_abs))
        assert any(one[:2] == at and abs(one[2] - wanted) <= least for one in profits), trade


@pytest.mark.parametrize("case", STOPPED, ids=str)
def test_stopping_and_starting_changes_nothing(
    case: Case, folders: Folders, tmp_path: Path
) -> None:
    data = folders(case.market)
    wanted = backtest(case, data, tmp_path)
    random = Random(str(case))  # noqa: S311 - chance that can be had again
    account = Papered(case, data, tmp_path)
    for stop in [*(after(random.randrange(60)) for _ in range(2)), never]:
        with account.trading() as (trading, carrier):
            begin(trading)
            trading.run(stop)
            found = closed_trades(carrier)
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    booked_as(account, found)


@pytest.mark.parametrize("name", ["Everything", "CustomData", "LooksAtTrades", "PeeksAround"])
def test_callbacks_are_shown_the_same_after_a_restart(
    name: str, folders: Folders, tmp_path: Path
) -> None:
    case = next(one for one in alone() if one.strategy == name and not one.market.futures)
    data = folders(case.market)
    seen = []
    for stops in ([never], [after(31), after(1), after(57), never]):
        account = Papered(case, data, tmp_path)
        for stop in stops:
            with account.trading() as (trading, _):
                begin(trading)
                trading.run(stop)
        seen.append(account.seen)
    assert len(seen[0]) > 20
    assert seen[0] == seen[1]


def test_most_animals_are_taken() -> None:
    assert len(CASES) > 80
