from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.exchange.serving import Exchange
from typer.testing import CliRunner

from tidegate.cli.data import app
from tidegate.errors import Code, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.xdist_group("exchange-download")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Exchange(limited=False) as running:
        yield running.url


def run(*words: object) -> Result:
    result: Result = CliRunner().invoke(app, ["download", *map(str, words)])
    return result


def told(*words: object) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def refusal(*words: object) -> InputError:
    result = run(*words)
    assert isinstance(result.exception, InputError), result.output
    return result.exception


def test_files_are_made_and_told_and_brought_up_to_date_by_the_bare_command(
    url: str, tmp_path: Path
) -> None:
    here = ("--url", url, "-d", tmp_path)
    made = told(*here, "-p", "BTC/USDT", "ETH/USDT", "-t", "5m", "1h", "--days", 2)
    assert [(one["pair"], one["timeframe"]) for one in made] == [
        (pair, length) for pair in ("BTC/USDT", "ETH/USDT") for length in ("5m", "1h")
    ]
    assert [one["candles"] for one in made] == [2 * 288 - 1, 47, 2 * 288 - 1, 47]
    assert all(one["sound"] and one["added"] == one["candles"] for one in made)
    (tmp_path / "BTC_USDT-5m.feather").unlink()
    again = run(*here)
    assert again.exit_code == 0
    assert "BTC/USDT" in again.stdout
    assert " 5m " in again.stdout
    assert "candles came by" in again.stdout
    assert {path.name for path in tmp_path.iterdir()} == {
        "BTC_USDT-1h.feather",
        "ETH_USDT-1h.feather",
        "ETH_USDT-5m.feather",
    }
    (one,) = told(*here, "-p", "BTC/USDT")
    assert one["timeframe"] == "5m"
    assert one["candles"] == 30 * 288 - 1


def test_what_cannot_be_downloaded_is_refused(url: str, tmp_path: Path) -> None:
    here = ("--url", url, "-d", tmp_path)
    assert refusal(*here).code is Code.NO_CANDLES
    assert refusal(*here, "-p", "BTC/USDTT").code is Code.UNKNOWN_PAIR
    assert refusal(*here, "-p", "BTC/USDT", "--exchange", "binanse").code is Code.UNKNOWN_VENUE
    both = refusal(*here, "-p", "BTC/USDT", "--days", 3, "--timerange", "20240101-")
    assert both.code is Code.BAD_TIMERANGE
    assert list(tmp_path.iterdir()) == []


def test_one_file_that_fails_ends_the_command_with_its_message_after_the_others(
    url: str, tmp_path: Path
) -> None:
    (tmp_path / "BTC_USDT-1h.feather").write_text("no candles")
    words = ("--url", url, "-d", tmp_path, "-p", "BTC/USDT", "ETH/USDT", "-t", "1h", "--days", 2)
    assert refusal(*words).code is Code.NOT_CANDLES
    assert (tmp_path / "ETH_USDT-1h.feather").exists()
    assert (tmp_path / "BTC_USDT-1h.feather").read_text() == "no candles"


def test_nothing_loads_the_client_of_exchanges_before_it_is_needed() -> None:
    modules = (
        "tidegate.cli.app, tidegate.feeds.live, tidegate.feeds.download, tidegate.runtime.jobs"
    )
    code = f"import sys, {modules}; sys.exit('ccxt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
