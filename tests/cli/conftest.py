from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pytest
from pyarrow import feather

from tidegate.cli import main
from tidegate.feeds import path_of, write
from tidegate.feeds.synthetic import MarketSpec, generate_all
from tidegate.kernel import make_ready
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MONDAY = 1_704_067_200_000_000_000  # 2024-01-01
HOUR = 3_600_000_000_000


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class FrontDoor(Protocol):
    def __call__(self, *words: object) -> Done: ...


class Backtest(Protocol):
    def __call__(self, *words: object) -> dict[str, Any]: ...


class HandMade(Protocol):
    def __call__(self, *rows: Sequence[float], skip: Sequence[int] = ...) -> None: ...


@pytest.fixture
def tidegate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> FrontDoor:
    """Run the command as its entry point does, in this process."""

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["tidegate", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        code = end.value.code or 0
        assert isinstance(code, int), code
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def backtest(desk: Path, tidegate: FrontDoor) -> Backtest:
    """Run a backtest that must succeed, and return the JSON that it wrote."""

    def run(*words: object) -> dict[str, Any]:
        done = tidegate("backtest", *words, "--json", "result.json")
        assert done.code == 0, done.err
        document: dict[str, Any] = json.loads((desk / "result.json").read_text(encoding="utf-8"))
        return document

    return run


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seventy days of two pairs and their perpetuals, and the rules compiled."""
    make_ready()
    folder = tmp_path_factory.mktemp("market")
    lengths = [Timeframe.parse(name) for name in ("5m", "15m", "1h", "4h")]
    spec = MarketSpec(
        pairs=("BTC/USDT", "ETH/USDT", "BTC/USDT:USDT", "ETH/USDT:USDT"),
        timeframe=lengths[0],
        start_ns=MONDAY,
        candles=70 * 288,
        seed=11,
    )
    for frames in generate_all(spec, lengths):
        for candles in frames:
            write(path_of(folder, candles.pair, candles.timeframe), candles)
    return folder


@pytest.fixture
def desk(tmp_path: Path, market: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's folder, with the market where the command looks for it."""
    (tmp_path / "user_data" / "data").mkdir(parents=True)
    (tmp_path / "user_data" / "data" / "sim").symlink_to(market)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def hand_made(desk: Path) -> HandMade:
    """Write hourly candles of FOO/USDT to the exchange `hand`: open, high, low, close, volume."""

    def put(*rows: Sequence[float], skip: Sequence[int] = ()) -> None:
        kept = [number for number in range(len(rows)) if number not in skip]
        times = pa.array([MONDAY + number * HOUR for number in kept])
        columns = {"date": times.cast(pa.timestamp("ns", tz="UTC"))}
        for place, name in enumerate(("open", "high", "low", "close", "volume")):
            columns[name] = pa.array([float(rows[number][place]) for number in kept])
        folder = desk / "user_data" / "data" / "hand"
        folder.mkdir(exist_ok=True)
        feather.write_feather(pa.table(columns), folder / "FOO_USDT-1h.feather")

    return put
