"""The filters for volatility, volume and what moves alike, from candle files to the gate's word."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.runtime.gate_words import agree, middle, words
from tests.runtime.slow_figures import Slow, slow_correlation
from tests.runtime.worlds import PAIRS, WIDE, World, made

from tidegate.engine.memory_journal import MemoryJournal
from tidegate.feeds import TimeRange, path_of, read, write
from tidegate.guardrails import Limits
from tidegate.model import Command, CommandKind, Timeframe
from tidegate.research.backtest import Request, backtest
from tidegate.runtime.replay import Account, Replay
from tidegate.strategies import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIVE = Timeframe.parse("5m")
WALLET = 10_000.0


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the candles once; one file has holes in it."""
    folder = tmp_path_factory.mktemp("market")
    whole, *_ = made(folder)
    kept = np.arange(len(whole)) % 7 != 3
    names = ("time", "open", "high", "low", "close", "volume")
    holed = replace(whole, **{name: getattr(whole, name)[kept] for name in names})
    write(path_of(folder / "data", whole.pair, FIVE), holed)
    return folder / "data"


@pytest.fixture(scope="module")
def slow(market: Path) -> dict[str, Slow]:
    return {pair: Slow.of(read(path_of(market, pair, FIVE), pair, FIVE)) for pair in PAIRS}


def traded(folder: Path, market: Path, limits: dict[str, object]) -> Iterable[tuple[int, Any]]:
    """Trade on paper; when the gate had the word on what would add, and its word."""
    (folder / "data").symlink_to(market)
    world = World(folder)
    with world.trading(world.config(limits={**WIDE, **limits})) as trading:
        trading.recover()
        go = Command(id="go", kind=CommandKind.START, account="paper", time_ns=0)
        assert trading.obey(go).obeyed
        trading.run(lambda: False)
        return words(entry for _, entry in trading.driver.journal.read_from(1))


def replayed(market: Path, limits: Limits) -> Iterable[tuple[int, Any]]:
    """Replay the same through the front door of a backtest."""
    journal = MemoryJournal()
    account = Account(name="a", strategy="x", currency="USDT", wallet=WALLET, fee=0.001)
    replay = Replay(account, limits, journal)
    request = Request(
        strategy=resolve("ema-crossover"), pairs=PAIRS, currency="USDT", timeframe=FIVE,
        datadir=market, timerange=TimeRange(), wallet=WALLET, fee=0.001, gaps="fill",
        runner=replay.run,
    )  # fmt: skip
    backtest(request)
    replay.ended()
    return words(journal.entries)


def test_paper_trading_is_filtered_by_volatility(
    tmp_path: Path, market: Path, slow: dict[str, Slow]
) -> None:
    limit = middle(slow, "volatility")
    agree(traded(tmp_path, market, {"max_volatility": limit}), "volatility", slow, limit)


def test_paper_trading_is_filtered_by_volume(
    tmp_path: Path, market: Path, slow: dict[str, Slow]
) -> None:
    limit = middle(slow, "volume")
    agree(traded(tmp_path, market, {"min_volume": limit}), "volume", slow, limit)


def test_a_replay_is_filtered_by_volatility(market: Path, slow: dict[str, Slow]) -> None:
    limit = middle(slow, "volatility")
    limits = replace(Limits.widest(), max_volatility=limit)
    agree(replayed(market, limits), "volatility", slow, limit)


def test_a_replay_is_filtered_by_volume(market: Path, slow: dict[str, Slow]) -> None:
    limit = middle(slow, "volume")
    limits = replace(Limits.widest(), min_volume=Decimal(repr(limit)))
    agree(replayed(market, limits), "volume", slow, limit)


BUYER = {
    "name": "buyer",
    "startup_candles": 1,
    "entry_conditions": {"long": [{"indicator1": "volume", "operator": ">", "indicator2": 1e9}]},
    "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.9}},
}
"""Buys where a test has put a volume that no market has."""


def alike(folder: Path, row: int) -> dict[str, Slow]:
    """Make a market in which ETH does what BTC does; both, and SOL, are bought from a row on."""
    candles = made(folder, days=3)
    moves = candles[0]
    slow = {}
    for pair, each, at in zip(
        PAIRS, (moves, moves, candles[2]), (row, row + 5, row + 9), strict=True
    ):
        volume = each.volume.copy()
        volume[at] = 1e10
        changed = replace(each, pair=pair, volume=volume)
        write(path_of(folder / "data", pair, FIVE), changed)
        slow[pair] = Slow.of(changed)
    return slow


@pytest.mark.parametrize(("row", "known"), [(400, True), (200, False)])
def test_what_moves_alike_counts_together(tmp_path: Path, row: int, *, known: bool) -> None:
    slow = alike(tmp_path, row)
    now = list(slow["BTC/USDT"].rows)[row]
    assert (slow_correlation(slow["BTC/USDT"], slow["ETH/USDT"], now) is not None) == known
    other = slow_correlation(slow["BTC/USDT"], slow["SOL/USDT"], now)
    assert other is None or abs(other) < 0.6
    (tmp_path / "buyer.json").write_text(json.dumps(BUYER), encoding="utf-8")
    world = World(tmp_path)
    part = {"strategy": "buyer.json", "pairs": PAIRS, "timeframe": "5m", "stake": 2000}
    limits = {**WIDE, "max_correlated_exposure": 0.35, "max_total_exposure": 1}
    with world.trading(world.config(limits=limits, strategies=[part])) as trading:
        trading.recover()
        go = Command(id="go", kind=CommandKind.START, account="paper", time_ns=0)
        assert trading.obey(go).obeyed
        trading.run(lambda: False)
        told = words(entry for _, entry in trading.driver.journal.read_from(1))
    found: dict[str, str] = {}
    for _, fact in told:
        reason = getattr(fact, "reason", "")
        found.setdefault(fact.pair if reason else fact.order.pair, reason or "let through")
    far = "let through" if known else "correlated-exposure"
    assert found == {
        "BTC/USDT": "let through",
        "ETH/USDT": "correlated-exposure",
        "SOL/USDT": far,
    }
