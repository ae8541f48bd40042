from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tidegate.errors import CandleError, Code, OptionError
from tidegate.feeds import path_of, write
from tidegate.feeds.choice import chosen
from tidegate.model import Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tidegate.model import Candles

    Make = Callable[..., Candles]

FIVE, HOUR = Timeframe.parse("5m"), Timeframe.parse("1h")


@pytest.fixture
def datadir(make: Make, tmp_path: Path) -> Path:
    for pair in ("BTC/USDT", "ETH/USDT"):
        for timeframe in (FIVE, HOUR):
            write(path_of(tmp_path, pair, timeframe), make(timeframe=str(timeframe)))
    return tmp_path


def _names(datadir: Path, *pairs: str, of: tuple[Timeframe, ...] = ()) -> list[str]:
    return [f"{file.pair} {file.timeframe}" for file in chosen(datadir, pairs, of)]


def test_all_files_are_meant_where_none_are_named(datadir: Path) -> None:
    assert _names(datadir) == ["BTC/USDT 5m", "BTC/USDT 1h", "ETH/USDT 5m", "ETH/USDT 1h"]


def test_files_are_chosen_by_pair_and_timeframe(datadir: Path) -> None:
    assert _names(datadir, "ETH/USDT") == ["ETH/USDT 5m", "ETH/USDT 1h"]
    assert _names(datadir, of=(HOUR,)) == ["BTC/USDT 1h", "ETH/USDT 1h"]
    assert _names(datadir, "BTC/USDT", of=(HOUR,)) == ["BTC/USDT 1h"]


def test_an_unknown_pair_is_refused_even_beside_known_ones(datadir: Path) -> None:
    with pytest.raises(OptionError) as caught:
        _names(datadir, "BTC/USDT", "ETC/USDT")
    assert caught.value.code == Code.UNKNOWN_PAIR
    assert caught.value.remedy.startswith("did you mean ")


def test_a_timeframe_that_is_not_there_lists_those_that_are(datadir: Path) -> None:
    with pytest.raises(CandleError) as caught:
        _names(datadir, of=(Timeframe.parse("1d"),))
    error = caught.value
    assert (error.code, error.where) == (Code.NO_CANDLES, str(datadir))
    assert error.problem == "there are no 1d candles of what was asked for"
    assert (error.expected, error.found) == ("one of 5m, 1h", "--timeframes 1d")
    assert error.remedy == "see what is there with tidegate data list"


def test_a_folder_without_files_says_how_they_are_named(tmp_path: Path) -> None:
    with pytest.raises(CandleError) as caught:
        chosen(tmp_path, ending="csv")
    error = caught.value
    assert (error.code, error.where) == (Code.NO_CANDLES, str(tmp_path))
    assert error.problem == "the data folder holds no candle files"
    assert "BTC_USDT-5m.csv" in error.expected
    assert error.found == "none that ends in .csv"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CandleError, match="there is no such data folder"):
        chosen(tmp_path / "none")
