"""Freqtrade's strategies on files that grow: what they trade, and what a restart changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.runtime import freqtrade_worlds as made
from tests.runtime.test_trading import start, trades
from tests.runtime.worlds import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tidegate.model import Candles, TradeRecord

HOUR = 12 * made.LENGTHS[0].ns
BEGUN = made.START_NS + 42 * HOUR


@pytest.fixture(scope="module")
def frames() -> list[list[Candles]]:
    return made.market(days=2)


def world(folder: Path) -> World:
    folder.mkdir()
    made.strategies(folder)
    return World(folder)


def growing(
    folder: Path, frames: list[list[Candles]], *, step: int, stops: tuple[int, ...] = ()
) -> list[TradeRecord]:
    """Trade while files grow, with a restart after so many looks each."""
    here = world(folder)
    clock = here.clock = made.GrowingFiles(here.data, frames, BEGUN, step)
    path = here.config(
        candles={"source": "files", "begin": "start", "datadir": "data"},
        strategies=made.parts(native=False),
    )
    for stop in (*stops, 10**9):
        with here.trading(path) as trading:
            trading.recover()
            if trading.engine.state.trading == "halted":
                start(trading)
            trading.run(_either(clock.over, stop))
    with here.trading(path) as trading:
        trading.recover()
        trading.run(_idle(clock))
    assert [told for told in here.told if "raised" in str(told)] == []
    return trades(here)


def _either(over: Callable[[], bool], looks: int) -> Callable[[], bool]:
    left = looks

    def stopped() -> bool:
        nonlocal left
        left -= 1
        return left < 0 or over()

    return stopped


def _idle(clock: made.GrowingFiles) -> Callable[[], bool]:
    """Return what stops once everything that there is has been acted on."""
    begun = clock.time_ns
    return lambda: clock.time_ns > begun


def test_files_that_grow_give_the_trades_of_files_that_are_there(
    frames: list[list[Candles]], tmp_path: Path
) -> None:
    at_once = growing(tmp_path / "once", frames, step=10**6)
    assert {trade.strategy for trade in at_once} == {"Swing", "Dips"}
    assert len(at_once) > 20
    bit_by_bit = growing(tmp_path / "slow", frames, step=1)
    assert bit_by_bit == at_once
    assert growing(tmp_path / "stopped", frames, step=3, stops=(7, 1, 20, 2)) == at_once
