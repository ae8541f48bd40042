"""Strategies of Tidegate's own on files that grow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.runtime import freqtrade_worlds as made
from tests.runtime.test_trading import start, trades
from tests.runtime.worlds import StillClock, World

from tidegate.errors import CandleError
from tidegate.feeds import path_of
from tidegate.runtime.trader import Trader

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.engine.keeper import WalkKeeper
    from tidegate.model import Candles, TradeRecord

HOUR = 12 * made.LENGTHS[0].ns
BEGUN = made.START_NS + 12 * HOUR
QUICK = {
    "name": "quick",
    "startup_candles": 30,
    "indicators": {"fast": {"type": "EMA", "period": 3}, "slow": {"type": "EMA", "period": 7}},
    "entry_conditions": {
        "long": [{"indicator1": "fast", "operator": "crosses_above", "indicator2": "slow"}]
    },
    "exit_conditions": {
        "long": [{"indicator1": "fast", "operator": "crosses_below", "indicator2": "slow"}],
        "stop_loss": {"type": "atr", "multiple": 2, "period": 14},
        "take_profit": {"type": "risk_reward", "value": 2},
    },
}
PARTS = [
    {"strategy": "quick.json", "name": "five", "pairs": made.PAIRS, "timeframe": "5m"},
    {"strategy": "quick.json", "name": "fifteen", "pairs": made.PAIRS, "timeframe": "15m"},
]


@pytest.fixture(scope="module")
def frames() -> list[list[Candles]]:
    return made.market(days=1)


def grown(
    folder: Path,
    frames: list[list[Candles]],
    *,
    step: int,
    most_walked: int = 10**6,
    begin: str | None = "start",
) -> tuple[list[TradeRecord], int]:
    """Trade while files grow; the trades, and how many walks there were."""
    folder.mkdir()
    here = World(folder)
    (folder / "quick.json").write_text(json.dumps(QUICK), encoding="utf-8")
    clock = here.clock = made.GrowingFiles(here.data, frames, BEGUN, step)
    candles = {"source": "files", "datadir": "data"} | ({"begin": begin} if begin else {})
    path = here.config(candles=candles, strategies=PARTS)
    keepers: set[WalkKeeper | None] = set()
    with here.trading(path) as trading:
        for trader in trading.traders:
            assert isinstance(trader, Trader)
            trader.most_walked = most_walked
        trading.recover()
        start(trading)

        def over() -> bool:
            keepers.update(
                trader.keeper for trader in trading.traders if isinstance(trader, Trader)
            )
            left = [trader.feed.next_close(trader.walked_ns) for trader in trading.traders]
            return clock.over() and not any(left)

        trading.run(over)
    return trades(here), len(keepers)


def test_walks_that_begin_anew_trade_what_one_walk_trades(
    frames: list[list[Candles]], tmp_path: Path
) -> None:
    whole, walks = grown(tmp_path / "one", frames, step=1)
    assert walks == len(PARTS)
    assert {trade.strategy for trade in whole} == {"five", "fifteen"}
    again, walks = grown(tmp_path / "many", frames, step=1, most_walked=3)
    assert again == whole
    assert walks > 20 * len(PARTS)


def test_files_may_grow_by_many_candles_at_once(
    frames: list[list[Candles]], tmp_path: Path
) -> None:
    bit_by_bit, _ = grown(tmp_path / "one", frames, step=1, most_walked=20)
    assert len(bit_by_bit) > 20
    assert grown(tmp_path / "many", frames, step=40, most_walked=20)[0] == bit_by_bit


def test_a_new_account_leaves_alone_what_was_before_it(
    frames: list[list[Candles]], tmp_path: Path
) -> None:
    whole, _ = grown(tmp_path / "whole", frames, step=1)
    found, _ = grown(tmp_path / "new", frames, step=1, begin=None)
    assert min(trade.opened_ns for trade in whole) < BEGUN
    assert min(trade.opened_ns for trade in found) >= BEGUN
    assert len(found) > len(whole) / 4


class HalfWritten(made.GrowingFiles):
    """Files that grow as a program writes them that moves nothing into place."""

    left = 3
    """At how many looks a file is only half there."""
    whole = b""

    def sleep(self, seconds: float) -> None:
        path = path_of(self._folder, made.PAIRS[0], made.LENGTHS[0])
        if self.left:
            self.left -= 1
            if not self.whole:
                self.whole = path.read_bytes()
                path.write_bytes(self.whole[:999])
            StillClock.sleep(self, seconds)
            return
        if self.whole:
            path.write_bytes(self.whole)
            self.whole = b""
        super().sleep(seconds)


def half_written(
    folder: Path, frames: list[list[Candles]], left: int
) -> tuple[list[TradeRecord], list[str]]:
    """Trade while a file is only half there for so many looks; the trades, and what was told."""
    folder.mkdir()
    here = World(folder)
    (folder / "quick.json").write_text(json.dumps(QUICK), encoding="utf-8")
    clock = here.clock = HalfWritten(here.data, frames, BEGUN, 1)
    clock.left = left
    path = here.config(
        candles={"source": "files", "datadir": "data", "begin": "start"}, strategies=PARTS[:1]
    )
    with here.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(clock.over)
    warned = [str(figures["words"]) for event, figures in here.told if event == "warning"]
    return trades(here), warned


def test_a_file_that_is_being_written_is_waited_for(
    frames: list[list[Candles]], tmp_path: Path
) -> None:
    whole, quiet = half_written(tmp_path / "whole", frames, 0)
    assert (bool(whole), quiet) == (True, [])
    found, warned = half_written(tmp_path / "half", frames, 3)
    assert found == whole
    assert len(warned) == 1
    assert "cannot be read as Feather" in warned[0]


def test_a_file_that_stays_damaged_ends_the_process(
    frames: list[list[Candles]], tmp_path: Path
) -> None:
    with pytest.raises(CandleError, match="cannot be read as Feather"):
        half_written(tmp_path / "damaged", frames, 10**6)
