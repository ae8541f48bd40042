"""Candles that are downloaded from a real exchange over a real socket, and what it does to them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.exchange.serving import Exchange, ask, until
from tests.feeds.venues_here import (
    BTC,
    ETH,
    FIVE,
    HOUR,
    ONE,
    QUICK,
    asked,
    download,
    files_of,
)

from tidegate.errors import Code, InputError
from tidegate.feeds import TimeRange, inspect, path_of, read, write
from tidegate.feeds.download import Download, Wish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.feeds.market_client import Asker
    from tidegate.model import Candles, Timeframe

pytestmark = pytest.mark.xdist_group("exchange-download")

MINUTE = 60_000_000_000
DAYS = 3


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    """Return one where time stands, half a minute after a candle has closed."""
    with Exchange(limited=False, speed=0) as running:
        past_s = running.world.now_ns() % MINUTE / 1e9
        running.control("POST", "clock", {"advance_s": 90 - past_s})
        yield running


@pytest.fixture(autouse=True)
def _sound(exchange: Exchange) -> Iterator[None]:
    yield
    exchange.control("DELETE", "faults")


@pytest.fixture(scope="module")
def wanted(exchange: Exchange, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Candles]:
    """What a quiet download gives, looked at once with the exchange's own eyes."""
    folder = tmp_path_factory.mktemp("quiet")
    found = files_of(folder)
    download(exchange, found, days=DAYS)
    return {file.path.name: read(file.path, file.pair, file.timeframe) for file in found}


def same(left: Candles, right: Candles) -> bool:
    return all(
        getattr(left, name).tobytes() == getattr(right, name).tobytes()
        for name in ("time", "open", "high", "low", "close", "volume")
    )


def on_disk(folder: Path, pair: str = BTC, timeframe: Timeframe = ONE) -> Candles:
    return read(path_of(folder, pair, timeframe), pair, timeframe)


def require_same(folder: Path, wanted: dict[str, Candles]) -> None:
    for file in files_of(folder):
        assert same(on_disk(folder, file.pair, file.timeframe), wanted[file.path.name]), file
    assert {path.name for path in folder.iterdir()} == set(wanted)


def test_a_download_is_what_the_exchange_has_to_the_last_closed_candle(
    exchange: Exchange, wanted: dict[str, Candles]
) -> None:
    candles = wanted["BTC_USDT-1m.feather"]
    now = exchange.world.now_ns()
    assert inspect(candles) == []
    assert len(candles) == DAYS * 1440 - 1  # the last of them forms
    assert int(candles.time[-1]) + 2 * MINUTE > now >= int(candles.time[-1]) + MINUTE
    rows = ask(f"{exchange.url}/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=101")[:-1]
    for name, place in (("open", 1), ("high", 2), ("low", 3), ("close", 4), ("volume", 5)):
        assert list(getattr(candles, name)[-100:]) == [float(row[place]) for row in rows]
    assert list(candles.time[-100:]) == [row[0] * 1_000_000 for row in rows]


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "rate-limit", "retry_after_s": 1, "skip": 2, "next": 2},
        {"fault": "ban", "retry_after_s": 1, "skip": 2, "next": 1},
        {"fault": "server-error", "chance": 0.3},
        {"fault": "server-error-after", "status": 502, "chance": 0.3},
        {"fault": "maintenance", "skip": 3, "next": 6},
        {"fault": "truncated-json", "chance": 0.3},
        {"fault": "malformed-json", "chance": 0.3},
        {"fault": "empty-body", "chance": 0.3},
        {"fault": "cut-body", "chance": 0.3},
        {"fault": "reset-before", "chance": 0.3},
        {"fault": "reset-after", "chance": 0.3},
        {"fault": "timeout-before", "hold_s": 3, "skip": 2, "next": 2},
        {"fault": "timeout-after", "hold_s": 3, "skip": 2, "next": 2},
        {"fault": "latency", "delay_ms": 5, "jitter_ms": 40},
        {"fault": "wrong-clock", "offset_ms": 40_000},
        {"fault": "wrong-clock", "offset_ms": -20_000},
        {"fault": "wrong-clock", "offset_ms": 3_600_000},
    ],
    ids=lambda fault: f"{fault['fault']}-{fault.get('offset_ms', '')}".strip("-"),
)
def test_the_files_are_the_same_whatever_goes_wrong_on_the_way(
    exchange: Exchange, wanted: dict[str, Candles], tmp_path: Path, fault: dict[str, Any]
) -> None:
    exchange.control("POST", "faults", fault)
    patience = replace(QUICK, timeout_s=1.0)
    stop = exchange.world.now_ns() // 1_000_000
    start = int(wanted["BTC_USDT-1m.feather"].time[0]) // 1_000_000
    done = download(exchange, files_of(tmp_path), timerange=f"{start}-{stop}", patience=patience)
    assert [each.failed for each in done] == [None] * 4
    require_same(tmp_path, wanted)
    struck = sum(one["struck"] for one in exchange.control("GET", "faults"))
    assert struck > 0 or fault["fault"] == "wrong-clock"


def test_both_ends_and_the_holes_are_added_and_nothing_else_is_touched(
    exchange: Exchange, wanted: dict[str, Candles], tmp_path: Path
) -> None:
    whole = wanted["BTC_USDT-1m.feather"]
    path = path_of(tmp_path, BTC, ONE)
    keep = np.r_[700:900, 905:2000, 3100:3500]
    marked = _taken(whole, keep)
    marked.volume.flags.writeable = True
    marked.volume[:-1] += 0.5  # so that it would be seen if one were written anew
    write(path, marked)
    (done,) = download(exchange, files_of(tmp_path, [BTC], [ONE]), days=DAYS)
    found = on_disk(tmp_path)
    assert list(found.time) == list(whole.time)
    assert done.added == len(whole) - len(keep)
    changed = np.flatnonzero(found.volume != whole.volume)
    assert list(changed) == list(keep[:-1])
    assert list(found.close) == list(whole.close)


def _taken(candles: Candles, rows: Any) -> Candles:  # noqa: ANN401 (anything numpy indexes with)
    return replace(
        candles,
        **{
            name: getattr(candles, name)[rows].copy()
            for name in ("time", "open", "high", "low", "close", "volume")
        },
    )


@pytest.mark.parametrize("rows", [np.r_[10:60], np.r_[3000:3050]])
def test_a_range_apart_from_what_is_there_is_joined_to_it(
    exchange: Exchange,
    wanted: dict[str, Candles],
    tmp_path: Path,
    rows: Any,  # noqa: ANN401 (anything numpy indexes with)
) -> None:
    whole = wanted["BTC_USDT-1m.feather"]
    write(path_of(tmp_path, BTC, ONE), _taken(whole, rows))
    first, last = (int(whole.time[row]) // 1_000_000 for row in (1500, 1600))
    download(exchange, files_of(tmp_path, [BTC], [ONE]), timerange=f"{first}-{last}")
    found = on_disk(tmp_path)
    assert inspect(found) == []
    assert found.time[0] == min(whole.time[1500], whole.time[rows[0]])
    assert found.time[-1] == max(whole.time[1600], whole.time[rows[-1]])


def test_without_a_range_a_file_goes_on_where_it_ended(exchange: Exchange, tmp_path: Path) -> None:
    files = files_of(tmp_path, [ETH], [HOUR])
    download(exchange, files, timerange="-20991231", days=10)
    before = on_disk(tmp_path, ETH, HOUR)
    write(files[0].path, before.rows(0, 100))
    (done,) = download(exchange, files)
    assert same(on_disk(tmp_path, ETH, HOUR), before)
    assert done.added == len(before) - 100
    stamp = files[0].path.stat().st_mtime_ns
    (done,) = download(exchange, files)
    assert (done.added, files[0].path.stat().st_mtime_ns) == (0, stamp)


def test_a_last_candle_that_was_stored_before_it_closed_is_replaced_and_that_is_told(
    exchange: Exchange, wanted: dict[str, Candles], tmp_path: Path
) -> None:
    whole = wanted["BTC_USDT-5m.feather"]
    early = _taken(whole, np.r_[0:300])
    early.close.flags.writeable = early.high.flags.writeable = True
    early.close[-1] = early.high[-1] = early.high[-1] * 1.01
    write(path_of(tmp_path, BTC, FIVE), early)
    (done,) = download(exchange, files_of(tmp_path, [BTC], [FIVE]))
    assert done.replaced == 1
    assert same(on_disk(tmp_path, BTC, FIVE), whole)


def test_made_candles_and_unsound_ones_are_left_alone_and_the_others_go_on(
    exchange: Exchange, wanted: dict[str, Candles], tmp_path: Path
) -> None:
    whole = wanted["BTC_USDT-5m.feather"]
    write(path_of(tmp_path, BTC, FIVE), replace(whole, origin="made of nothing"))
    spoilt = _taken(whole, np.r_[0:10, 5:20])
    write(path_of(tmp_path, BTC, ONE), replace(spoilt, timeframe=ONE))
    files = files_of(tmp_path)
    kept = {file.path: file.path.read_bytes() for file in files if file.path.exists()}
    done = download(exchange, files, days=DAYS)
    codes = [each.failed.code if each.failed else None for each in done]
    assert codes == [Code.WRONG_TIMEFRAME, Code.FILE_EXISTS, None, None]
    assert {path: path.read_bytes() for path in kept} == kept
    assert same(on_disk(tmp_path, ETH, ONE), wanted["ETH_USDT-1m.feather"])


def test_an_exchange_that_stays_silent_is_given_up_and_what_came_is_kept(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.arm("server-error", path="*/klines", skip=2)
    patience = replace(QUICK, whole_s=0.5)
    (done,) = download(exchange, files_of(tmp_path, [BTC], [ONE]), days=DAYS, patience=patience)
    assert done.failed is not None
    assert done.failed.code is Code.VENUE_SILENT
    assert "503" in str(done.failed)
    exchange.control("DELETE", "faults")
    assert len(on_disk(tmp_path)) == 2000
    assert inspect(on_disk(tmp_path)) == []


def test_a_ban_that_would_last_too_long_is_given_up_at_once(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.arm("ban", path="*/klines", retry_after_s=3600)
    (done,) = download(exchange, files_of(tmp_path, [BTC], [ONE]))
    assert done.failed is not None
    assert "3600" in str(done.failed)


def test_what_ends_a_download_in_its_middle_leaves_a_sound_file(
    exchange: Exchange, wanted: dict[str, Candles], tmp_path: Path
) -> None:
    """The piece before what is there is kept whole or not at all, so that no hole is left."""
    whole = wanted["BTC_USDT-1m.feather"]
    for rows, pages in ((np.r_[4000:4100], 1), (np.r_[0:10], 3)):
        path_of(tmp_path, BTC, ONE).unlink(missing_ok=True)
        write(path_of(tmp_path, BTC, ONE), _taken(whole, rows))
        seen: list[object] = []

        async def run(asker: Asker, most: int = pages, told: list[object] = seen) -> None:
            job = Download(asker=asker, own_ns=exchange.world.now_ns, tell=told.append)
            wish = Wish(files=files_of(tmp_path, [BTC], [ONE]), timerange=TimeRange(), days=DAYS)
            task = asyncio.ensure_future(job.run(wish))
            while len(told) < most:  # noqa: ASYNC110 - it is told by a plain call
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(asked(exchange, run))
        found = on_disk(tmp_path)
        assert inspect(found) == []
        assert same(found, _taken(whole, np.isin(whole.time, found.time)))
    assert len(found) >= 2000


def test_a_pair_that_is_not_there_is_refused_before_anything_is_written(
    exchange: Exchange, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refused:
        download(exchange, files_of(tmp_path, [BTC, "BTC/USDC"]))
    assert refused.value.code is Code.UNKNOWN_PAIR
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_the_command_and_the_next_one_completes_the_files(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.arm("latency", delay_ms=150, path="*/klines")
    words = ["data", "download", "--url", exchange.url, "-p", BTC, "-t", "1m", "--days", "20"]
    command = [sys.executable, "-c", "from tidegate.cli import main; main()", *words]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=tmp_path, stderr=subprocess.PIPE, env={**os.environ, "COLUMNS": "100"}
    )

    def asked_often() -> bool:
        return bool(sum(one["struck"] for one in exchange.control("GET", "faults")) >= 5)

    assert until(asked_often)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert b"stopped" in said
    folder = tmp_path / "user_data" / "data" / "binance"
    part = on_disk(folder)
    assert 3000 <= len(part) < 20 * 1440
    assert inspect(part) == []
    exchange.control("DELETE", "faults")
    download(exchange, files_of(folder, [BTC], [ONE]), days=20)
    assert len(on_disk(folder)) == 20 * 1440 - 1
    assert same(on_disk(folder).rows(0, len(part)), part)
