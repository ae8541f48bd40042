"""Candles are loaded as Freqtrade loads them: the same frames, the same words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from freqtrade.configuration import TimeRange
from freqtrade.data import history
from freqtrade.enums import CandleType
from freqtrade.exceptions import OperationalException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tests.freqtrade_loading.bench import candles

from tidegate.freqtrade import loading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    Changed = Callable[[pd.DataFrame], pd.DataFrame]
    Loaded = tuple[dict[str, pd.DataFrame], list[tuple[str, str]]]

# Freqtrade calls pandas in ways that pandas means to give up.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")

PAIR = "A/USDT"
ROWS = 700


def _doubled(frame: pd.DataFrame) -> pd.DataFrame:
    again = frame.iloc[[3, 4, 4, 500]].assign(open=1.0, high=1e4, low=0.5, close=2.0, volume=77.0)
    return pd.concat([frame, again]).sort_values("date", kind="stable")


FILES: dict[str, Changed] = {
    "whole": lambda frame: frame,
    "with holes": lambda frame: frame.drop(index=[1, 2, 50, *range(300, 400)]),
    "with doubles": _doubled,
    "with doubles and holes": lambda frame: _doubled(frame.drop(index=range(100, 200))),
    "out of order": lambda frame: frame.iloc[::-1],
    "without a candle": lambda frame: frame.iloc[:0],
    "one candle": lambda frame: frame.iloc[-1:],
    "a price missing": lambda frame: frame.assign(high=frame.high.where(frame.index != 9)),
    "a volume missing": lambda frame: frame.assign(volume=frame.volume.where(frame.index != 9)),
    "off the grid": lambda frame: frame.assign(date=frame.date + pd.Timedelta("37s")),
    "partly off the grid": lambda frame: frame.assign(
        date=frame.date + pd.to_timedelta(np.arange(len(frame)) % 3, unit="s")
    ),
    "nanoseconds": lambda frame: frame.assign(date=frame.date.dt.as_unit("ns")),
    "another zone": lambda frame: frame.assign(date=frame.date.dt.tz_convert("Europe/Berlin")),
    "whole numbers": lambda frame: frame.assign(open=frame.open.round().astype(int)),
    "small floats": lambda frame: frame.astype(dict.fromkeys(["open", "close"], "float32")),
    "more columns": lambda frame: frame.assign(extra="x", other=1.0),
    "columns in another order": lambda frame: frame[frame.columns[::-1]],
    "a column too few": lambda frame: frame.drop(columns="volume"),
    "a jump": lambda frame: frame.assign(open=frame.open * np.where(frame.index == 99, 1.2, 1.0)),
}
RANGES = [None, "20240131-", "-20240131", "20240130-20240131", "20240131-20240201", "20250101-",
          "-20230101", "1706659200-1706659200", "20230101-20250101"]  # fmt: skip


def _kept(datadir: Path, frame: pd.DataFrame, *, timeframe: str = "5m", chunk: int = 256) -> None:
    frame.reset_index(drop=True).to_feather(
        datadir / f"A_USDT-{timeframe}.feather", compression="lz4", chunksize=chunk
    )


def _load(how: ModuleType, datadir: Path, timerange: str | None, **told: object) -> Loaded:
    """Return what loading comes to, and what was said of it."""
    heard: list[tuple[str, str]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno > logging.DEBUG and "Missing data fillup" not in record.msg:
                heard.append((record.levelname, record.getMessage().split(" Exception:")[0]))

    ear, logger = Ear(), logging.getLogger("freqtrade")
    logger.addHandler(ear)
    parsed = TimeRange.parse_timerange(timerange) if timerange else None
    options = {"datadir": datadir, "timeframe": "5m", "pairs": [PAIR], "timerange": parsed, **told}
    try:
        return how.load_data(**options), heard
    finally:
        logger.removeHandler(ear)


def _agree(datadir: Path, timerange: str | None, **told: object) -> dict[str, pd.DataFrame]:
    (theirs, said), (ours, said_too) = (
        _load(how, datadir, timerange, **told) for how in (history, loading)
    )
    assert list(ours) == list(theirs)
    for pair, frame in theirs.items():
        assert_frame_equal(ours[pair], frame, check_exact=True)
    assert said_too == said
    return ours


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("startup", [0, 20])
def test_every_kind_of_file_gives_freqtrades_frame(
    tmp_path: Path, name: str, startup: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    _kept(tmp_path, FILES[name](candles(ROWS)))
    _agree(tmp_path, RANGES[1], startup_candles=startup, fill_up_missing=False)
    for timerange in RANGES:
        _agree(tmp_path, timerange, startup_candles=startup)


def test_the_quick_road_is_taken_where_it_leads(tmp_path: Path) -> None:
    quick = ("whole", "with holes", "with doubles", "one candle", "nanoseconds", "whole numbers",
             "small floats", "more columns", "columns in another order", "a jump")  # fmt: skip
    for name, changed in FILES.items():
        _kept(tmp_path, changed(candles(ROWS)))
        found = loading.QuickFeather(tmp_path)._quickly(  # noqa: SLF001 - which road it is
            PAIR, "5m", CandleType.SPOT, None, fill_missing=True
        )
        assert (found is not None) == (name in quick or name == "with doubles and holes"), name


@pytest.mark.parametrize("chunk", [1, 7, 699, 700, 5000])
def test_files_in_any_number_of_pieces_are_read(tmp_path: Path, chunk: int) -> None:
    _kept(tmp_path, candles(ROWS), chunk=chunk)
    for timerange in RANGES:
        _agree(tmp_path, timerange)


@pytest.mark.parametrize("timeframe", ["1m", "7m", "1h", "1d", "3d", "1w", "1M"])
def test_every_timeframe_is_filled_alike(tmp_path: Path, timeframe: str) -> None:
    lengths = {"d": 1440, "w": 7 * 1440, "h": 60, "m": 1}
    if timeframe == "1M":
        frame = candles(40).assign(date=pd.date_range("2020", periods=40, freq="MS", tz="UTC"))
    else:
        minutes = int(timeframe[:-1]) * lengths[timeframe[-1]]
        frame = candles(40, minutes=minutes, start="2024-01-01")
    name = timeframe.replace("M", "Mo")
    for gap in ([], [5, 6, 20]):
        _kept(tmp_path, frame.drop(index=gap), timeframe=name)
        assert _agree(tmp_path, None, timeframe=timeframe)
        _agree(tmp_path, "20240105-20240120", timeframe=timeframe)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=30),
    st.integers(0, 45),
    st.integers(0, 45),
    st.integers(0, 5),
    st.integers(1, 9),
)
def test_any_candles_give_freqtrades_frame(
    tmp_path: Path, rows: list[int], start: int, length: int, startup: int, chunk: int
) -> None:
    frame = candles(41).iloc[sorted(rows)]
    _kept(tmp_path, frame, chunk=chunk)
    begin = 1706572800 + 300 * start - 600
    _agree(tmp_path, f"{begin}-{begin + 300 * length}", startup_candles=startup)


def test_a_pair_without_a_file_is_left_out_with_a_word(tmp_path: Path) -> None:
    _kept(tmp_path, candles(9))
    ours = _agree(tmp_path, None, pairs=["B/USDT", PAIR])
    assert list(ours) == [PAIR]


def test_no_candles_at_all_is_freqtrades_error(tmp_path: Path) -> None:
    for how in (history, loading):
        with pytest.raises(OperationalException, match="No data found"):
            _load(how, tmp_path, None, fail_without_data=True)


def test_a_file_that_is_no_candles_is_left_out_with_a_word(tmp_path: Path) -> None:
    (tmp_path / "A_USDT-5m.feather").write_bytes(b"no candles")
    logging.getLogger("freqtrade").setLevel(logging.CRITICAL)
    try:
        assert _agree(tmp_path, None) == {}
    finally:
        logging.getLogger("freqtrade").setLevel(logging.NOTSET)


def test_futures_lie_in_their_own_folder(tmp_path: Path) -> None:
    (tmp_path / "futures").mkdir()
    frame = candles(99)
    for kind in ("futures", "mark"):
        frame.to_feather(tmp_path / "futures" / f"A_USDT_USDT-5m-{kind}.feather")
    rates = pd.DataFrame({"date": frame["date"] + pd.Timedelta("3ms"), "funding_rate": 1e-4})
    rates.to_feather(tmp_path / "futures" / "A_USDT_USDT-5m-funding_rate.feather")
    for kind in (CandleType.FUTURES, CandleType.MARK, CandleType.FUNDING_RATE):
        told = {"pairs": ["A/USDT:USDT", "B/USDT:USDT"], "candle_type": kind}
        assert "A/USDT:USDT" in _agree(tmp_path, "20240130-", **told)


def test_other_formats_are_freqtrades(tmp_path: Path) -> None:
    candles(99).to_parquet(tmp_path / "A_USDT-5m.parquet")
    assert len(_agree(tmp_path, "20240130-", data_format="parquet")[PAIR]) == 99


def test_what_is_loaded_can_be_written_to(tmp_path: Path) -> None:
    _kept(tmp_path, candles(9))
    frame = loading.load_data(tmp_path, "5m", [PAIR])[PAIR]
    frame.loc[frame["open"] > 0, "open"] = 5.0
    frame.loc[2, "date"] = pd.Timestamp("2020-01-01", tz="UTC")
    assert frame["open"].tolist() == [5.0] * 9
