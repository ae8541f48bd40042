"""`tidegate trade` at an exchange: what arms it, what is refused, and a whole run of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from tests.exchange.serving import Exchange
from tests.runtime.live_worlds import BTC, STRATEGIES
from tests.runtime.worlds import WIDE

from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Done, FrontDoor


class Terminal(StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


SECRET, PASSPHRASE = "simsecret", "open says me"
COMMAND = [sys.executable, "-c", "from tidegate.cli import main; main()"]
PATIENCE_S = 120.0


# A connection that is being made when the command gives up is left to the interpreter by aiohttp.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange(pairs=(BTC,), limited=False) as served:
        yield served


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay keys and strategies out in a folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIDEGATE_PASSPHRASE", PASSPHRASE)
    ring = KeyRing(tmp_path / "keys.json")
    for name, venue in (("simkey", "binance"), ("simowner", "binance"), ("other", "okx")):
        ring.put(name, venue, Credentials(key=name, secret=SECRET), PASSPHRASE, 0)
    (tmp_path / "own.py").write_text(STRATEGIES, encoding="utf-8")
    return tmp_path


def config(desk: Path, url: str | None, strategy: str = "own.py:Holding", **live: Any) -> Path:  # noqa: ANN401 - any of its fields
    """Write a configuration that trades at an exchange on this machine."""
    where = {} if url is None else {"url": url}
    document = {
        "account": {"name": "main", "wallet": live.pop("wallet", "10000")},
        "database": "live.sqlite",
        "limits": WIDE,
        "candles": {"source": "live", **where},
        "live": {"network": "local", "key": "simkey", "keys": "keys.json", **where, **live},
        "strategies": [
            {"strategy": strategy, "pairs": live.pop("pairs", [BTC]), "timeframe": "1m"}
        ],
    }
    document["live"].pop("pairs", None)  # type: ignore[attr-defined]
    path = desk / "trade.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def said(done: Done) -> str:
    text = done.out + done.err
    assert SECRET not in text
    assert PASSPHRASE not in text
    assert "Traceback" not in text
    return text


def refused(tidegate: FrontDoor, desk: Path, *words: object) -> str:
    """Return what is said to a start that is refused; it leaves no database behind."""
    done = tidegate("trade", "-c", desk / "trade.json", *words)
    assert done.code == 2, done.err
    assert not (desk / "live.sqlite").exists()
    return said(done)


# what arms it


def test_real_money_is_traded_by_nobody_who_does_not_name_the_account(
    tidegate: FrontDoor, desk: Path
) -> None:
    config(desk, None, network="mainnet")
    text = refused(tidegate, desk, "--start")
    assert "nobody has confirmed" in text
    assert "--live main" in text
    assert "nobody has confirmed" in refused(tidegate, desk, "--live", "mian")


def test_who_sits_at_a_terminal_may_type_the_name(
    tidegate: FrontDoor, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config(desk, None, network="mainnet", key="nothing")  # stops behind the question
    monkeypatch.setattr("sys.stdin", Terminal("mian\nmain\n"))
    text = refused(tidegate, desk)
    assert "at most 10000 USDT" in text
    assert "nobody has confirmed" in text
    assert 'there is no key "nothing"' in refused(tidegate, desk)


def test_nothing_is_confirmed_where_there_is_no_real_money(
    tidegate: FrontDoor, desk: Path, exchange: Exchange
) -> None:
    config(desk, exchange.url)
    assert "no real money" in refused(tidegate, desk, "--live", "main")


# what is refused


def test_a_key_has_to_be_there_to_open_and_to_be_fit(
    tidegate: FrontDoor, desk: Path, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, says in (
        ("nothing", 'there is no key "nothing"'),
        ("other", "opens an account of another exchange"),
        ("simowner", "it may withdraw"),
    ):
        config(desk, exchange.url, key=key)
        assert says in refused(tidegate, desk)
    config(desk, exchange.url)
    monkeypatch.setenv("TIDEGATE_PASSPHRASE", "another")
    assert "keys-locked" in refused(tidegate, desk)
    monkeypatch.delenv("TIDEGATE_PASSPHRASE")
    assert "no passphrase was given" in refused(tidegate, desk)


def test_a_strategy_has_to_be_one_that_can_trade_there(
    tidegate: FrontDoor, desk: Path, exchange: Exchange
) -> None:
    config(desk, exchange.url, "own.py:Short")
    assert "sells what it does not have" in refused(tidegate, desk)
    (desk / "theirs.py").write_text(
        "from freqtrade.strategy import IStrategy\n\n\nclass Theirs(IStrategy):\n"
        "    timeframe = '1m'\n",
        encoding="utf-8",
    )
    config(desk, exchange.url, "theirs.py:Theirs")
    assert "written for Freqtrade" in refused(tidegate, desk)


def test_a_pair_has_to_be_listed(tidegate: FrontDoor, desk: Path, exchange: Exchange) -> None:
    config(desk, exchange.url, pairs=["FOO/USDT"])
    assert "FOO/USDT" in refused(tidegate, desk)


def test_an_exchange_that_is_not_there_is_said_to_be_silent(
    tidegate: FrontDoor, desk: Path
) -> None:
    config(desk, "http://127.0.0.1:9")
    assert "127.0.0.1:9" in refused(tidegate, desk)


def test_a_wallet_is_no_larger_than_what_is_there(
    tidegate: FrontDoor, desk: Path, exchange: Exchange
) -> None:
    config(desk, exchange.url, wallet="100000.5")
    done = tidegate("trade", "-c", desk / "trade.json")
    assert done.code == 2
    assert "does not have what the wallet is to begin with" in said(done)


# a whole run


def running(
    desk: Path, over: Callable[[], bool], *words: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the command until something has come about, then press Ctrl-C; how it ended."""
    words = ("trade", "-c", "trade.json", "--log", "log.jsonl", *words)
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=desk,
        env=os.environ,
    ) as process:  # fmt: skip
        end = time.monotonic() + PATIENCE_S
        while process.poll() is None and not over():
            assert time.monotonic() < end, "that did not come"
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    log = (desk / "log.jsonl").read_text(encoding="utf-8")
    for text in (out, err, log):
        assert SECRET not in text
        assert PASSPHRASE not in text
        assert "Traceback" not in text
    assert process.returncode == 0, err
    return subprocess.CompletedProcess(words, process.returncode, out, err), log


def test_it_trades_until_ctrl_c_and_the_next_start_carries_on(desk: Path) -> None:
    words = ["exchange", "--pairs", BTC, "--balance", "USDT=50000", "--speed", "20"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, *words, "--no-limits"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, cwd=desk,
    ) as served:  # fmt: skip
        try:
            assert served.stdout is not None
            url = next(
                found[0]
                for line in served.stdout
                if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
            config(desk, url)
            log = desk / "log.jsonl"
            text: Callable[[], str] = lambda: log.read_text() if log.exists() else ""  # noqa: E731
            done, _ = running(
                desk, lambda: '"event":"filled"' in text().replace(" ", ""), "--start"
            )
            assert f"binance {url}" in done.stdout
            before = text().replace(" ", "").count('"event":"approved"')
            done, after = running(desk, lambda: text().count("recovered") > 1)
            assert "active" in done.stdout
            assert after.replace(" ", "").count('"event":"approved"') == before
        finally:
            served.send_signal(signal.SIGINT)
            served.communicate()
