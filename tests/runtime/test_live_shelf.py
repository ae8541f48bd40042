"""Paper trading on live candles: a real exchange over a real socket, and the trades of files."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.exchange.serving import Exchange
from tests.feeds.venues_here import ONE, download, files_of
from tests.runtime.test_config import document, refusal
from tests.runtime.test_growing import QUICK
from tests.runtime.test_trading import start, trades
from tests.runtime.worlds import StillClock, World

from tidegate.errors import Code
from tidegate.feeds import path_of, read, write
from tidegate.runtime.clock import WallClock
from tidegate.runtime.live_shelf import LiveCandles, WokenClock, clock_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.model import Candles, TradeRecord
    from tidegate.runtime.trading import Trading

PAIRS = ["BTC/USDT", "ETH/USDT"]
MINUTE = 60_000_000_000
SPEED = 120
PATIENCE_S = 120.0
PARTS: list[dict[str, Any]] = [
    {"strategy": "quick.json", "name": "quick", "pairs": PAIRS, "timeframe": "1m"}
]


class FilesThatGrow(StillClock):
    """A clock by which every sleep makes each file half an hour longer."""

    def __init__(self, folder: Path, whole: list[Candles], until_ns: int) -> None:
        super().__init__()
        self._folder, self._whole, self.until_ns = folder, whole, until_ns
        self._put()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.until_ns += 30 * MINUTE
        self._put()

    def _put(self) -> None:
        for each in self._whole:
            count = int((self.until_ns - int(each.time[0])) // MINUTE)
            shown = each.rows(0, min(count, len(each)))
            write(path_of(self._folder, each.pair, each.timeframe), shown)


@contextmanager
def living(folder: Path, exchange: Exchange) -> Iterator[Trading]:
    here = World(folder)
    (folder / "quick.json").write_text(json.dumps(QUICK), encoding="utf-8")
    path = here.config(candles={"source": "live", "url": exchange.url}, strategies=PARTS)
    here.clock = WallClock()  # type: ignore[assignment]  # a peer of the clock that stands
    with here.trading(path) as trading:
        trading.recover()
        yield trading


def run_until(trading: Trading, closes: int) -> None:
    end_ns, patience = trading.now_ns + closes * MINUTE, time.monotonic() + PATIENCE_S
    trading.run(lambda: trading.now_ns >= end_ns or time.monotonic() > patience)
    assert trading.now_ns >= end_ns


def test_trades_on_live_candles_are_those_on_files_through_a_restart(tmp_path: Path) -> None:
    live, files = tmp_path / "live", tmp_path / "files"
    live.mkdir()
    files.mkdir()
    with Exchange(pairs=tuple(PAIRS), limited=False, speed=SPEED) as exchange:
        with living(live, exchange) as trading:
            begun_ns = trading.now_ns
            start(trading)
            run_until(trading, 15)
            stopped_ns = trading.now_ns
        exchange.control("POST", "clock", {"advance_s": 20 * 3600})  # longer than it looks back
        with living(live, exchange) as trading:
            assert trading.now_ns == stopped_ns
            assert set(trading.engine.quotes.prices) == set(PAIRS)  # or the gate lets nothing by
            run_until(trading, 20 * 60 + 5)
            ended_ns = trading.now_ns
            (feed,) = {trader.feed for trader in trading.traders}
            assert isinstance(feed, LiveCandles)
        download(exchange, files_of(files / "data", PAIRS, [ONE]), days=3)
    whole = [read(path_of(files / "data", pair, ONE), pair, ONE) for pair in PAIRS]
    here = World(files)
    (files / "quick.json").write_text(json.dumps(QUICK), encoding="utf-8")
    here.clock = FilesThatGrow(here.data, whole, begun_ns)
    path = here.config(candles={"source": "files", "datadir": "data"}, strategies=PARTS)
    with here.trading(path) as trading:
        trading.recover()
        assert trading.now_ns == begun_ns
        start(trading)
        trading.run(lambda: trading.now_ns >= ended_ns)
    found, wanted = trades(World(live)), trades(here)
    assert len(wanted) > 20
    assert [_figures(trade) for trade in found] == [_figures(trade) for trade in wanted]


def _figures(trade: TradeRecord) -> dict[str, Any]:
    return msgspec.structs.asdict(trade)


def test_a_pause_ends_when_a_candle_closes(tmp_path: Path) -> None:
    with (
        Exchange(pairs=tuple(PAIRS), limited=False, speed=SPEED) as exchange,
        living(tmp_path, exchange) as trading,
    ):
        clock = clock_for(trading.traders, WallClock())
        assert isinstance(clock, WokenClock)
        (feed,) = (trader.feed for trader in trading.traders)
        clock.sleep(0.0)
        before = feed.end_ns()
        end = time.monotonic() + PATIENCE_S
        while feed.end_ns() == before and time.monotonic() < end:
            clock.sleep(PATIENCE_S)
            feed.read_if_changed()
        assert feed.end_ns() > before
    assert clock_for([], (wall := WallClock())) is wall


@pytest.mark.parametrize(
    ("candles", "code", "where"),
    [
        ({"source": "files"}, Code.MISSING_FIELD, "candles.datadir"),
        ({"source": "live", "datadir": "data"}, Code.BAD_SETTING, "candles.datadir"),
        ({"source": "files", "datadir": "data", "url": "x"}, Code.BAD_SETTING, "candles.url"),
        ({"source": "live", "speed": 3}, Code.BAD_SETTING, "candles.speed"),
        ({"source": "live", "begin": "start"}, Code.BAD_SETTING, "candles.begin"),
    ],
)
def test_what_a_source_does_not_know_is_refused(
    tmp_path: Path, candles: dict[str, object], code: Code, where: str
) -> None:
    refused = refusal(tmp_path, document(candles=candles))
    assert refused.code is code
    assert where in refused.where
