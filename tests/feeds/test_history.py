from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.errors import CandleError, Code, OptionError
from tidegate.feeds import History, TimeRange, path_of, write
from tidegate.model import MINUTE_NS, Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tidegate.model import Candles

    Make = Callable[..., Candles]
    Same = Callable[[Candles, Candles], bool]

MONDAY = 1_704_067_200_000_000_000
FIVE = Timeframe.parse("5m")
HOUR = Timeframe.parse("1h")


def _at(row: int) -> int:
    return MONDAY + row * FIVE.ns


def _store(datadir: Path, candles: Candles, pair: str = "BTC/USDT") -> Path:
    path = path_of(datadir, pair, candles.timeframe)
    write(path, candles)
    return path


def test_without_a_range_everything_is_loaded(make: Make, same: Same, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=30))
    (candles,) = History(datadir=tmp_path).load(["BTC/USDT"], FIVE)
    assert same(candles, make(rows=30))


def test_a_range_is_cut_with_both_ends_and_the_warm_up_before_it(
    make: Make, tmp_path: Path
) -> None:
    _store(tmp_path, make(rows=100))
    history = History(datadir=tmp_path, timerange=TimeRange(_at(50), _at(60)), startup=7)
    (candles,) = history.load(["BTC/USDT"], FIVE)
    assert candles.time.tolist() == [_at(row) for row in range(43, 61)]
    assert candles.open.tolist() == [100.0 + row for row in range(43, 61)]


def test_a_range_between_two_openings_takes_what_opens_inside(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=100))
    timerange = TimeRange(_at(10) + MINUTE_NS, _at(20) + MINUTE_NS)
    (candles,) = History(datadir=tmp_path, timerange=timerange).load(["BTC/USDT"], FIVE)
    assert candles.time.tolist() == [_at(row) for row in range(11, 21)]


def test_a_pair_that_begins_later_gives_what_it_has(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=100))
    _store(tmp_path, make(rows=50, start=_at(50)), "ETH/USDT")
    history = History(datadir=tmp_path, timerange=TimeRange(_at(10)), startup=5)
    first, second = history.load(["ETH/USDT", "BTC/USDT"], FIVE)
    assert (first.pair, int(first.time[0])) == ("ETH/USDT", _at(50))
    assert (second.pair, int(second.time[0])) == ("BTC/USDT", _at(5))


def test_progress_is_told_each_pair_that_is_done(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make())
    _store(tmp_path, make(), "ETH/USDT")
    told: list[str] = []
    History(datadir=tmp_path).load(["ETH/USDT", "BTC/USDT"], FIVE, told.append)
    assert told == ["ETH/USDT", "BTC/USDT"]


def test_a_short_cut_does_not_hold_on_to_the_whole_file(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=1000))
    history = History(datadir=tmp_path, timerange=TimeRange(_at(10), _at(19)))
    (candles,) = history.load(["BTC/USDT"], FIVE)
    assert candles.close.base is None
    assert candles.close.tolist() == [101.0 + row for row in range(10, 20)]


def test_gaps_are_refused_unless_they_may_be_filled(
    make: Make, without: Make, tmp_path: Path
) -> None:
    path = _store(tmp_path, without(make(rows=40), 20, 21))
    timerange = TimeRange(_at(10), _at(30))
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path, timerange=timerange).load(["BTC/USDT"], FIVE)
    assert caught.value.code == Code.CANDLE_GAP
    # The row is the file's, not the cut's.
    assert caught.value.where == f"{path}, row 20, 2024-01-01 01:40 UTC"
    history = History(datadir=tmp_path, timerange=timerange, gaps="fill")
    (loaded,) = history.load_all(["BTC/USDT"], FIVE)
    assert (loaded.filled, loaded.provenance) == (2, "read from BTC_USDT-5m.feather")
    assert loaded.candles.time.tolist() == [_at(row) for row in range(10, 31)]


def test_faults_outside_the_range_do_not_matter(make: Make, with_: Make, tmp_path: Path) -> None:
    _store(tmp_path, with_(make(rows=40), 35, close=np.nan))
    history = History(datadir=tmp_path, timerange=TimeRange(None, _at(30)))
    assert len(history.load(["BTC/USDT"], FIVE)[0]) == 31


def test_disorder_anywhere_is_refused(make: Make, taken: Make, tmp_path: Path) -> None:
    _store(tmp_path, taken(make(rows=10), [0, 1, 2, 3, 5, 4, 6, 7, 8, 9]))
    history = History(datadir=tmp_path, timerange=TimeRange(_at(0), _at(2)))
    with pytest.raises(CandleError) as caught:
        history.load(["BTC/USDT"], FIVE)
    assert caught.value.code == Code.UNSORTED_CANDLES


def test_no_pairs_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        History(datadir=tmp_path).load([], FIVE)
    assert caught.value.code == Code.BAD_OPTION
    assert caught.value.problem == "there are no pairs to load"
    assert "BTC/USDT" in caught.value.remedy


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path / "none").load(["BTC/USDT"], FIVE)
    assert caught.value.code == Code.NO_CANDLES
    assert caught.value.problem == "there is no such data folder"
    assert caught.value.where == str(tmp_path / "none")
    assert "--datadir" in caught.value.remedy


def test_an_unknown_pair_lists_those_present_and_guesses(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make())
    _store(tmp_path, make(), "ETH/USDT")
    with pytest.raises(OptionError) as caught:
        History(datadir=tmp_path).load(["BTC/USTD"], FIVE)
    error = caught.value
    assert (error.code, error.problem) == (Code.UNKNOWN_PAIR, "there are no candles of BTC/USTD")
    assert error.where == f"--pairs, in {tmp_path}"
    assert error.expected == "one of BTC/USDT, ETH/USDT"
    assert error.remedy == 'did you mean "BTC/USDT"?'


def test_an_empty_folder_has_no_pairs_to_guess_from(tmp_path: Path) -> None:
    with pytest.raises(OptionError) as caught:
        History(datadir=tmp_path).load(["BTC/USDT"], FIVE)
    assert caught.value.expected == "a folder with candle files"
    assert caught.value.remedy.startswith("fetch its candles")


def test_a_missing_timeframe_says_which_are_there_and_how_to_make_it(
    make: Make, tmp_path: Path
) -> None:
    _store(tmp_path, make(rows=20, timeframe="1m"))
    _store(tmp_path, make(rows=20, timeframe="1h"))
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path).load(["BTC/USDT"], FIVE)
    error = caught.value
    assert (error.code, error.problem) == (
        Code.NO_CANDLES,
        "there are no 5m candles of BTC/USDT",
    )
    assert error.where == str(tmp_path / "BTC_USDT-5m.feather")
    assert error.found == "1m, 1h of BTC/USDT"
    assert error.remedy == (
        f"make them with tidegate data convert --datadir {tmp_path} --pairs BTC/USDT "
        "--timeframes 1m --to 5m"
    )


def test_a_missing_timeframe_that_nothing_divides_must_be_fetched(
    make: Make, tmp_path: Path
) -> None:
    _store(tmp_path, make(rows=20, timeframe="1h"))
    with pytest.raises(CandleError, match="fetch them, or run on --timeframe 1h"):
        History(datadir=tmp_path).load(["BTC/USDT"], FIVE)


def test_an_empty_file_is_refused(make: Make, tmp_path: Path) -> None:
    path = _store(tmp_path, make(rows=0))
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path).load(["BTC/USDT"], FIVE)
    error = caught.value
    assert (error.code, error.where) == (Code.EMPTY_CANDLES, str(path))
    assert error.problem == "the file of BTC/USDT holds no candles"
    assert (error.expected, error.found) == ("at least one candle", "0 rows")


@pytest.mark.parametrize(
    ("timerange", "startup"),
    [
        (TimeRange(_at(200)), 0),
        (TimeRange(None, _at(-1)), 0),
        (TimeRange(_at(200)), 150),
        (TimeRange(_at(-20), _at(-10)), 0),
    ],
)
def test_a_range_outside_the_data_says_what_there_is(
    make: Make, tmp_path: Path, timerange: TimeRange, startup: int
) -> None:
    path = _store(tmp_path, make(rows=100))
    history = History(datadir=tmp_path, timerange=timerange, startup=startup)
    with pytest.raises(CandleError) as caught:
        history.load(["BTC/USDT"], FIVE)
    error = caught.value
    assert (error.code, error.where) == (Code.RANGE_OUTSIDE_DATA, str(path))
    assert error.problem == "no candle of BTC/USDT lies in the time range"
    assert error.expected == "a range that meets 2024-01-01 00:00 UTC to 2024-01-01 08:15 UTC"
    assert error.found == f"--timerange {timerange}"


def test_fewer_rows_than_the_warm_up_are_refused(make: Make, tmp_path: Path) -> None:
    path = _store(tmp_path, make(rows=51))
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path, startup=50).load(["BTC/USDT"], FIVE)
    error = caught.value
    assert (error.code, error.where) == (Code.TOO_FEW_CANDLES, str(path))
    assert error.problem == "BTC/USDT has too few candles for the warm-up"
    assert error.expected == "52 candles: 50 to warm up, 1 to decide on, 1 to trade"
    assert error.found == "51, from 2024-01-01 00:00 UTC to 2024-01-01 04:10 UTC"
    assert len(History(datadir=tmp_path, startup=49).load(["BTC/USDT"], FIVE)[0]) == 51


def test_another_timeframe_is_read_where_its_file_is(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=100))
    _store(tmp_path, make(rows=20, timeframe="1h", start=MONDAY - 10 * HOUR.ns))
    history = History(
        datadir=tmp_path, timerange=TimeRange(MONDAY, MONDAY + 2 * HOUR.ns), startup=3
    )
    loaded = history.other("BTC/USDT", HOUR, base=FIVE)
    assert loaded.provenance == "read from BTC_USDT-1h.feather"
    # Its warm-up counts in its own candles.
    assert loaded.candles.time.tolist() == [MONDAY + k * HOUR.ns for k in range(-3, 3)]
    longer = history.other("BTC/USDT", HOUR, base=FIVE, startup=5)
    assert int(longer.candles.time[0]) == MONDAY - 5 * HOUR.ns


def test_another_timeframe_is_resampled_where_there_is_no_file(
    make: Make, without: Make, tmp_path: Path
) -> None:
    _store(tmp_path, without(make(rows=121), 50))
    timerange = TimeRange(MONDAY + 4 * HOUR.ns, MONDAY + 7 * HOUR.ns + FIVE.ns)
    history = History(datadir=tmp_path, timerange=timerange, startup=2, gaps="fill")
    loaded = history.other("BTC/USDT", HOUR, base=FIVE)
    assert (loaded.provenance, loaded.filled) == ("resampled from 5m", 1)
    # Whole hours only, the last one that opens in the range included.
    assert loaded.candles.time.tolist() == [MONDAY + k * HOUR.ns for k in range(2, 8)]
    assert loaded.candles.open[0] == 124.0


def test_an_hour_that_the_base_breaks_off_in_is_left_out(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=30))
    loaded = History(datadir=tmp_path).other("BTC/USDT", HOUR, base=FIVE)
    assert loaded.candles.time.tolist() == [MONDAY, MONDAY + HOUR.ns]


def test_too_short_a_base_for_one_longer_candle_is_refused(make: Make, tmp_path: Path) -> None:
    path = _store(tmp_path, make(rows=11))
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path).other("BTC/USDT", HOUR, base=FIVE)
    error = caught.value
    assert (error.code, error.where) == (Code.TOO_FEW_CANDLES, str(path))
    assert error.problem == "the candles of BTC/USDT make up no whole 1h candle"
    assert error.expected == "5m candles from one 1h opening to the next"


def test_a_shorter_timeframe_without_a_file_is_missing(make: Make, tmp_path: Path) -> None:
    _store(tmp_path, make(rows=50))
    with pytest.raises(CandleError) as caught:
        History(datadir=tmp_path).other("BTC/USDT", Timeframe.parse("1m"), base=FIVE)
    assert caught.value.problem == "there are no 1m candles of BTC/USDT"
