from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
from tests.errors.databases import HELD

from tidegate.cli import main
from tidegate.feeds import path_of, write
from tidegate.feeds.synthetic import MarketSpec, generate_all
from tidegate.kernel import make_ready
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MONDAY = 1_704_067_200_000_000_000  # 2024-01-01


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class FrontDoor(Protocol):
    def __call__(self, *words: object) -> Done: ...


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


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    HELD.close()


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty days of two pairs, and the rules compiled, so that no test says that they are."""
    make_ready()
    folder = tmp_path_factory.mktemp("market")
    lengths = [Timeframe.parse(name) for name in ("15m", "1h", "4h")]
    spec = MarketSpec(
        pairs=("BTC/USDT", "ETH/USDT"),
        timeframe=lengths[0],
        start_ns=MONDAY,
        candles=30 * 96,
        seed=7,
    )
    for frames in generate_all(spec, lengths):
        for candles in frames:
            write(path_of(folder, candles.pair, candles.timeframe), candles)
    return folder


@pytest.fixture
def desk(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    market: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Somebody's folder, with the market where the command looks for it; state lies elsewhere."""
    monkeypatch.setenv("RISK_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    for secret in ("PASSPHRASE", "KEY", "SECRET"):
        monkeypatch.setenv(f"TIDEGATE_{secret}", f"the-{secret}".lower())
    monkeypatch.delenv("RISK_MAX_CONCURRENT_BACKTESTS")
    (tmp_path / "user_data" / "data").mkdir(parents=True)
    (tmp_path / "user_data" / "data" / "sim").symlink_to(market)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path
