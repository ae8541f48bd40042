"""Rows for the compiled loop are those that Freqtrade makes, whatever a strategy does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tests.freqtrade_loading.bench import (
    PAIR,
    Marking,
    bench,
    candles,
    freqtrade_rows,
    our_rows,
    unmarked,
)

from tidegate.freqtrade.signals import detail_rows, signals_of
from tidegate.freqtrade.tags import Tags
from tidegate.kernel.walk.layout import EXIT_REASONS

if TYPE_CHECKING:
    from tests.freqtrade_loading.bench import Bench, Mark

ROWS = 60
nan = np.nan
TRUE = True

Condition = Callable[[pd.DataFrame], pd.Series]
Values = object | Condition


def _set(name: str, values: Values) -> Mark:
    def mark(frame: pd.DataFrame) -> None:
        frame[name] = values(frame) if callable(values) else values

    return mark


def _all(*marks: Mark) -> Mark:
    def mark(frame: pd.DataFrame) -> pd.DataFrame:
        for one in marks:
            frame = frame if (done := one(frame)) is None else done
        return frame

    return mark


def _where(condition: Condition, names: str | list[str], values: object) -> Mark:
    def mark(frame: pd.DataFrame) -> None:
        frame.loc[condition(frame), names] = values

    return mark


def _rising(frame: pd.DataFrame) -> pd.Series:
    return frame["close"] > frame["open"]


def _falling(frame: pd.DataFrame) -> pd.Series:
    return frame["close"] < frame["open"]


def _cycle(*values: object, dtype: type | str | None = None) -> Condition:
    return lambda frame: pd.Series(
        [values[k % len(values)] for k in range(len(frame))], dtype=dtype, index=frame.index
    )


MARKS: dict[str, tuple[Mark, Mark]] = {
    "ones where true": (_where(_rising, "enter_long", 1), _where(_falling, "exit_long", 1)),
    "nothing at all": (unmarked, unmarked),
    "bools": (_set("enter_long", _rising), _set("exit_long", _falling)),
    "integers beside 1": (
        _set("enter_long", _cycle(0, 1, 2, -1)),
        _set("exit_long", _cycle(1, 0, -2)),
    ),
    "floats beside 1": (
        _set("enter_long", _cycle(0.0, 1.0, nan, 0.5)),
        _set("exit_long", _cycle(np.inf, 1.0, -1.0)),
    ),
    "small types": (
        _set("enter_long", _cycle(0, 1, 2, dtype="int8")),
        _set("exit_long", _cycle(0, 1, nan, dtype="float32")),
    ),
    "four sides": (
        _all(_set("enter_long", _cycle(0, 1)), _set("enter_short", _cycle(1, 0, 0))),
        _all(_set("exit_long", _cycle(0, 0, 1)), _set("exit_short", _cycle(1, 1, 0, nan))),
    ),
    "objects": (
        _set("enter_long", _cycle(TRUE, None, nan, 1, dtype=object)),
        _set("exit_long", _cycle("1", "", 1.0, None, dtype=object)),
    ),
    "texts as signals": (_set("enter_long", _cycle("1", "", nan, dtype="str")), unmarked),
    "nullable": (
        _set("enter_long", _cycle(1, 0, None, 2, dtype="Int64")),
        _set("exit_long", _cycle(1, 0, dtype="Float64")),
    ),
    "categories": (
        _set("enter_long", _cycle(1, 0, 0, dtype="category")),
        _set("exit_tag", _cycle("a", "b", None, dtype="category")),
    ),
    "marked and tagged together": (
        _where(_rising, ["enter_long", "enter_tag"], (1, "up")),
        _where(_falling, ["exit_long", "exit_tag"], (1, "down")),
    ),
    "tags added up": (
        _all(_where(_rising, "enter_tag", "up "), lambda f: f.assign(enter_tag=f.enter_tag + "x")),
        _set("exit_tag", _cycle("a", nan, "", None, dtype="str")),
    ),
    "tags without value": (_set("enter_tag", nan), _set("exit_tag", None)),
    "tags as objects": (
        _set("enter_tag", _cycle("a", None, nan, "b", dtype=object)),
        _set("exit_tag", _cycle("a", 1, 1.0, TRUE, None, dtype=object)),
    ),
    "numbers as tags": (_set("enter_tag", _cycle(1, 2)), _set("exit_tag", _cycle(0.5, nan))),
    "old names": (
        _all(_set("buy", _cycle(1, 0)), _set("buy_tag", _cycle("one", "two", ""))),
        _set("sell", _cycle(0, 0, 1)),
    ),
    "old names beside new": (
        _all(_set("buy", 1), _set("enter_long", _cycle(0, 1))),
        _all(_set("sell", 1), _set("exit_long", _cycle(0, 1, 0))),
    ),
    "prices replaced": (
        _set("open", lambda f: (f.open + f.close) / 2),
        _set("high", lambda f: f.high.astype("float32")),
    ),
    "whole prices": (
        _all(_set("open", lambda f: f.open.round().astype(int)), _set("enter_long", 1)),
        unmarked,
    ),
    "rows left out": (lambda f: f[_rising(f)], _set("exit_long", 1)),
    "labels of another kind": (lambda f: f.set_index("date", drop=False), _set("exit_long", 1)),
    "a label twice": (
        lambda f: f.set_index(pd.Index([k % 7 for k in range(len(f))])),
        _set("exit_long", lambda f: np.arange(len(f)) % 2),
    ),
    "a column twice": (
        lambda f: pd.concat([f, f[["exit_tag"]] if "exit_tag" in f else f[["enter_tag"]]], axis=1),
        _set("exit_long", lambda f: np.arange(len(f)) % 2),
    ),
}


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("startup", [0, 7])
def test_rows_are_freqtrades_own(name: str, startup: int) -> None:
    entry, exit_ = MARKS[name]
    theirs = freqtrade_rows(bench(entry, exit_, startup=startup), {PAIR: candles(ROWS)})
    ours = our_rows(bench(entry, exit_, startup=startup), {PAIR: candles(ROWS)})
    assert ours == theirs
    assert len(ours[PAIR]) > 5


def test_a_tag_under_its_old_name_moves_into_the_place_of_the_exit_tag() -> None:
    entry, exit_ = MARKS["old names"]
    rows = our_rows(bench(entry, exit_), {PAIR: candles(4)})[PAIR]
    assert [row[6:] for row in rows] == [("", "one"), ("", "two"), ("", "")]


def test_marks_left_by_the_indicators_count() -> None:
    left = _all(_set("enter_long", _cycle(1, 0)), _set("enter_tag", "left"), _set("buy_tag", "x"))
    frames = [{PAIR: left(candles(ROWS))} for _ in range(2)]
    assert our_rows(bench(), frames[0]) == freqtrade_rows(bench(), frames[1])


@pytest.mark.parametrize(
    "timerange",
    [None, "20240130-", "-20240131", "20240131-20240201", "1706619600-1706620200", "20250101-"],
)
@pytest.mark.parametrize("startup", [0, 30, 500])
def test_rows_outside_the_range_are_cut(timerange: str | None, startup: int) -> None:
    entry, exit_ = MARKS["four sides"]

    def frames() -> dict[str, pd.DataFrame]:
        late = candles(400, start="2024-01-31 11:00")
        return {PAIR: candles(900), "B/USDT": late, "C/USDT": candles(1), "D/USDT": candles(2)}

    theirs, ours = (bench(entry, exit_, timerange=timerange, startup=startup) for _ in range(2))
    cut_by_freqtrade, cut_by_us = frames(), frames()
    assert our_rows(ours, cut_by_us) == freqtrade_rows(theirs, cut_by_freqtrade)
    for pair, frame in cut_by_freqtrade.items():
        assert_frame_equal(cut_by_us[pair], frame, check_exact=True)
        analysed = [bt.dataprovider.get_analyzed_dataframe(pair, "5m")[0] for bt in (ours, theirs)]
        assert_frame_equal(analysed[0], analysed[1], check_exact=True)


def test_a_frame_without_candles_is_the_same_error() -> None:
    for rows in (freqtrade_rows, our_rows):
        with pytest.raises(ValueError, match="frame with no defined index"):
            rows(bench(), {PAIR: candles(3).iloc[:0].copy()})


def test_a_missing_price_is_the_same_error() -> None:
    def broken() -> dict[str, pd.DataFrame]:
        return {PAIR: candles(9)}

    without = bench(lambda frame: frame.drop(columns="open"))
    with pytest.raises(KeyError, match="open"):
        freqtrade_rows(without, broken())
    with pytest.raises(KeyError, match="open"):
        our_rows(without, broken())


def test_a_strategy_with_its_own_way_of_advising_is_asked() -> None:
    bt = bench(MARKS["old names"][0])
    told: list[str] = []

    class Own(type(bt.strategy)):  # type: ignore[misc] # of the strategy at hand
        def advise_exit(self, dataframe: pd.DataFrame, metadata: dict[str, Any]) -> pd.DataFrame:
            told.append(metadata["pair"])
            return dataframe

    bt.strategy.__class__ = Own
    our_rows(bt, {PAIR: candles(9)})
    assert told == [PAIR]


def test_blank_tags_are_shared_without_one_frame_changing_another() -> None:
    bt = bench(_where(_rising, "enter_tag", "up"))
    first = our_rows(bt, {PAIR: candles(ROWS)})
    second = our_rows(bench(), {PAIR: candles(ROWS)})
    assert {row[6] for row in first[PAIR]} == {"", "up"}
    assert {row[6] for row in second[PAIR]} == {""}


def test_tags_are_numbered_across_pairs() -> None:
    frames = {PAIR: candles(ROWS), "B/USDT": candles(ROWS)}
    bt = bench(_set("enter_tag", _cycle("a", "b")), _set("exit_tag", _cycle("b", "c")))
    signals = signals_of(bt, frames)
    assert signals.tags == [*EXIT_REASONS, "a", "b", "c"]


def test_a_tag_that_cannot_be_looked_up_is_still_a_tag() -> None:
    tags = Tags()
    assert [tags.number([1]), tags.number("a"), tags.number([1]), tags.number(None)] == [
        0,
        1,
        2,
        -1,
    ]


def test_arrays_are_what_the_loop_expects() -> None:
    signals = signals_of(bench(*MARKS["four sides"]), {PAIR: candles(ROWS)})
    rows = signals.rows[PAIR]
    for name, kind in {
        "time": np.int64, "open": np.float64, "high": np.float64, "low": np.float64,
        "close": np.float64, "bits": np.uint8, "enter_tag": np.int32, "exit_tag": np.int32,
        "tick_from": np.int64, "tick_digits": np.int64,
    }.items():  # fmt: skip
        array = getattr(rows, name)
        assert array.dtype == kind
        assert array.flags.c_contiguous
        assert len(array) == (len(rows.tick_from) if "tick" in name else ROWS - 1)


def test_detail_candles_keep_their_first_and_say_nothing() -> None:
    frame = candles(9, minutes=1)
    rows = detail_rows(PAIR, frame, (np.array([0]), np.array([2])))
    assert rows.time.tolist() == [date.value for date in frame["date"]]
    assert rows.close.tolist() == frame["close"].tolist()
    assert not rows.bits.any()
    assert set(rows.enter_tag.tolist() + rows.exit_tag.tolist()) == {-1}


_SIGNAL = st.sampled_from([0, 1, 2, -1, 1.0, 0.5, nan, True, False, None, "1", ""])
_TAG = st.sampled_from(["", "a", "b", None, nan, 1, True, 0.5])
_KINDS = st.sampled_from(["object", "float64", "Float64", "str", "category"])


@st.composite
def _columns(draw: st.DrawFn) -> dict[str, pd.Series]:
    columns = {}
    names = ("enter_long", "exit_long", "enter_short", "exit_short", "enter_tag", "exit_tag")
    for name in (*names, "buy", "sell", "buy_tag"):
        if not draw(st.booleans()):
            continue
        drawn = _TAG if "tag" in name else _SIGNAL
        values = pd.Series(draw(st.lists(drawn, min_size=8, max_size=8)), dtype=object)
        try:
            columns[name] = values.astype(draw(_KINDS))
        except (ValueError, TypeError):
            columns[name] = values
    return columns


@given(_columns(), st.integers(0, 3))
def test_any_columns_make_the_same_rows(columns: dict[str, Any], startup: int) -> None:
    def mark(frame: pd.DataFrame) -> None:
        for name, values in columns.items():
            frame[name] = values

    said: list[Any] = []
    for rows in (freqtrade_rows, our_rows):
        try:
            said.append(rows(bench(mark, startup=startup), {PAIR: candles(8)}))
        except (TypeError, ValueError) as error:
            said.append(type(error))
    assert _comparable(said[1]) == _comparable(said[0])


def _comparable(said: object) -> str:
    """Write it out, so that types count and what is not a number equals itself."""
    return repr(said)


def _analysed(bt: Bench, pair: str) -> pd.DataFrame:
    """Return all of what a callback may see of a pair."""
    bt.dataprovider._set_dataframe_max_index(pair, 10_000)  # noqa: SLF001 - as the loop does
    frame: pd.DataFrame = bt.dataprovider.get_analyzed_dataframe(pair, "5m")[0]
    return frame


class _Looking(Marking):
    def custom_exit(self, pair: str, **kwargs: object) -> None:
        del kwargs
        self.dp.get_analyzed_dataframe(pair, self.timeframe)


def test_a_strategy_that_looks_back_has_its_frames_in_few_pieces() -> None:
    entry, exit_ = MARKS["four sides"]
    frames = []
    for kind in (Marking, _Looking):
        bt = bench(entry, exit_)
        bt.strategy.__class__ = kind
        signals_of(bt, {PAIR: candles(ROWS)})
        frames.append(_analysed(bt, PAIR))
    plain, looking = frames
    assert_frame_equal(plain, looking, check_exact=True)
    assert len(looking._mgr.blocks) < len(plain._mgr.blocks)  # noqa: SLF001 - there is no other way to count them
