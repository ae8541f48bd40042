"""What becomes of Freqtrade's log."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import pytest
from freqtrade.persistence import Trade
from tests.freqtrade.conftest import strategy

from tidegate.freqtrade.progress import Teller
from tidegate.freqtrade.quiet import Heard, heard, worth_telling

if TYPE_CHECKING:
    from pathlib import Path

    from tests.freqtrade.conftest import FrontDoor


def test_warnings_are_heard_once_and_nothing_reaches_the_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    before = root.handlers[:]
    with heard() as lines:
        for _ in range(3):
            logging.getLogger("freqtrade.data").warning("No history for %s", "BTC/USDT")
        logging.getLogger("freqtrade.data").info("quietly")
        warnings.warn("of Python's own", UserWarning, stacklevel=1)
    assert root.handlers == before
    assert [(line.logger, line.level) for line in lines] == [
        ("freqtrade.data", logging.WARNING),
        ("py.warnings", logging.WARNING),
    ]
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_thousand_lines_are_enough() -> None:
    with heard() as lines:
        for number in range(3000):
            logging.getLogger("mine").warning("at candle %d", number)
    assert len(lines) == 1000


def test_what_is_told_is_what_bears_on_the_result() -> None:
    lines = [
        Heard("freqtrade.a", logging.WARNING, "Using 3 calls to get OHLCV. This can result in"),
        Heard("freqtrade.b", logging.WARNING, "No history for X/Y, spot, 5m found."),
        Heard("mine", logging.WARNING, "look here"),
        Heard("freqtrade.c", logging.ERROR, "Could not import mine.py due to 'x'"),
        Heard("freqtrade.b", logging.WARNING, "No history for X/Y, spot, 5m found."),
    ]
    assert worth_telling(lines) == ["No history for X/Y, spot, 5m found.", "mine: look here"]


def test_a_strategys_own_warnings_are_shown_and_many_are_cut_short(
    desk: Path, tidegate: FrontDoor
) -> None:
    text = "import logging\n" + strategy(
        extra="    def bot_start(self, **kwargs):\n"
        "        for number in range(30):\n"
        "            logging.getLogger(__name__).warning('number %d', number)\n"
    )
    (desk / "user_data" / "strategies" / "mean.py").write_text(text, encoding="utf-8")
    done = tidegate("backtest", "Mean", "--markets", "assumed")
    assert done.code == 0
    assert "warning: mean: number 0\n" in done.err
    assert "number 29" not in done.err
    assert "more of them" in done.err


def test_freqtrades_database_is_given_back(desk: Path, tidegate: FrontDoor) -> None:
    assert desk.is_dir()
    assert tidegate("backtest", "Mean", "--markets", "assumed").code == 0
    assert Trade.use_db is True


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ([{"description": "Analyze", "total": 0}], ["analyze"]),
        (
            [{"description": "Backtest", "total": 200}, {"completed": 50}, {"advance": 50}],
            ["backtest", "backtest 25%", "backtest 50%"],
        ),
        (
            [{"description": "X", "total": 10}, {"completed": 10}, {"completed": 10}],
            ["x", "x 100%"],
        ),
    ],
)
def test_progress_is_told_in_words_and_only_when_they_change(
    states: list[dict[str, object]], words: list[str]
) -> None:
    said: list[str] = []
    teller = Teller(said.append)
    for state in states:
        teller.update(0, **state)
    assert said == words
