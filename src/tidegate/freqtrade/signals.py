"""What a strategy said, candle by candle, in the arrays that the compiled loop reads.

Freqtrade turns analysed frames into lists of rows: it lets the strategy mark its entries
and exits, takes the start-up rows away, moves every signal to the candle after it and
drops the first. This does the same by the column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from freqtrade.enums import BacktestState
from freqtrade.optimize.backtesting import HEADERS

from tidegate.freqtrade.advice import advised, looks_back
from tidegate.freqtrade.tags import Tags
from tidegate.freqtrade.ticks import month_ticks
from tidegate.freqtrade.trimming import times_of, trimmed
from tidegate.kernel.walk.layout import EXIT_REASONS
from tidegate.kernel.walk.rows import PairRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from freqtrade.optimize.backtesting import Backtesting
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from tidegate.model import Floats, Ints

PRICES: Final = ("open", "high", "low", "close")
FLAGS: Final = ("enter_long", "exit_long", "enter_short", "exit_short")
TAGS: Final = ("enter_tag", "exit_tag")
_TRUE: Final = 16  # the bit of "true at all" is this many times the bit of "equal to 1"
_ABSENT: Final = -1

_Pick = slice | np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Signals:
    """The rows of every pair of a run, in its order, and the tags that they number."""

    rows: dict[str, PairRows]
    tags: list[object]


def signals_of(
    bt: Backtesting, processed: dict[str, DataFrame], tags: Tags | None = None
) -> Signals:
    """Let the strategy mark entries and exits, and read them; `processed` keeps the cut frames.

    The data provider is handed each analysed frame uncut, as callbacks look into it.
    `tags` are those that have numbers already.
    """
    tags = tags or Tags(EXIT_REASONS)
    rows = {}
    bt._set_progress_step(BacktestState.CONVERT, len(processed))  # noqa: SLF001 - what it overrides
    looking_back = looks_back(type(bt.strategy))
    for pair, frame in processed.items():
        bt.check_abort()
        bt._increment_progress()  # noqa: SLF001 - as above
        analysed = advised(bt.strategy, frame, pair)
        # a copy lies in few pieces, which makes cutting rows out of it twice as fast
        kept = analysed.copy() if looking_back else analysed
        bt.dataprovider._set_cached_df(  # noqa: SLF001 - as above
            pair, bt.timeframe, kept, bt.config["candle_type_def"]
        )
        cut = trimmed(analysed, bt.timerange, bt.required_startup)
        processed[pair] = cut
        rows[pair] = pair_rows(pair, cut, tags, month_ticks(bt.price_pair_prec.get(pair)))
    return Signals(rows, tags.known)


def pair_rows(pair: str, frame: DataFrame, tags: Tags, ticks: tuple[Ints, Ints]) -> PairRows:
    """Return one pair's rows; columns count as Freqtrade's row finds them, by position.

    Two columns of one name take two places in its row, and push what follows along.
    """
    places = _places(frame)
    prices = [place for place in places[1:5] if place != _ABSENT]
    if len(frame) and (places[0] == _ABSENT or len(prices) < len(PRICES)):
        missing = [name for name, place in zip(HEADERS, places, strict=False) if place == _ABSENT]
        raise KeyError(missing[0])
    kept = _kept(frame)
    if kept is None:
        return without_rows(pair, ticks)
    shown, told = kept

    def column(number: int) -> Series | None:
        place = places[number]
        return None if place == _ABSENT else frame.iloc[:, place]

    opened, high, low, close = (_floats(frame.iloc[:, place])[shown] for place in prices)
    return PairRows(
        pair=pair,
        time=np.ascontiguousarray(times_of(frame.iloc[:, places[0]])[shown]),
        open=np.ascontiguousarray(opened),
        high=np.ascontiguousarray(high),
        low=np.ascontiguousarray(low),
        close=np.ascontiguousarray(close),
        bits=_bits([column(5 + k) for k in range(len(FLAGS))], len(frame))[told],
        enter_tag=tags.codes(column(9), len(frame))[told],
        exit_tag=tags.codes(column(10), len(frame))[told],
        tick_from=ticks[0],
        tick_digits=ticks[1],
    )


def detail_rows(pair: str, frame: DataFrame, ticks: tuple[Ints, Ints]) -> PairRows:
    """Return candles of a shorter timeframe as rows without signals, none dropped."""
    rows = len(frame)
    opened, high, low, close = (np.ascontiguousarray(_floats(frame[name])) for name in PRICES)
    return PairRows(
        pair=pair,
        time=np.ascontiguousarray(times_of(frame["date"])),
        open=opened,
        high=high,
        low=low,
        close=close,
        bits=np.zeros(rows, dtype=np.uint8),
        enter_tag=np.full(rows, -1, dtype=np.int32),
        exit_tag=np.full(rows, -1, dtype=np.int32),
        tick_from=ticks[0],
        tick_digits=ticks[1],
    )


def without_rows(pair: str, ticks: tuple[Ints, Ints] | None = None) -> PairRows:
    """Return no rows of a pair."""
    ticks = ticks or month_ticks(None)
    nothing = np.zeros(0)
    none = np.zeros(0, dtype=np.int32)
    return PairRows(
        pair=pair,
        time=np.zeros(0, dtype=np.int64),
        open=nothing,
        high=nothing,
        low=nothing,
        close=nothing,
        bits=np.zeros(0, dtype=np.uint8),
        enter_tag=none,
        exit_tag=none,
        tick_from=ticks[0],
        tick_digits=ticks[1],
    )


def _places(frame: DataFrame) -> list[int]:
    """Return where the eleven fields of Freqtrade's row stand among the frame's columns."""
    columns = frame.columns
    if columns.is_unique:
        return [int(place) for place in columns.get_indexer(HEADERS)]
    places: list[int] = []
    for name in HEADERS:
        found = np.flatnonzero(columns == name)
        places.extend(found.tolist() if len(found) else [_ABSENT])
    return places


def _kept(frame: DataFrame) -> tuple[_Pick, _Pick] | None:
    """Return which rows stay for prices, and for the signals of the candle before.

    Freqtrade drops the first row by its label, and with it all that share the label.
    """
    index = frame.index
    if len(index) < 2:  # noqa: PLR2004 - the first is dropped: one is none
        return None
    if index.is_unique:
        return slice(1, None), slice(None, -1)
    stays = np.flatnonzero(index != index[0])
    return (stays, stays - 1) if len(stays) else None


def _floats(series: Series) -> Floats:
    values: Floats = (
        series.to_numpy(dtype=np.float64)
        if isinstance(series.dtype, np.dtype)
        else series.to_numpy(dtype=np.float64, na_value=np.nan)
    )
    return values


def _bits(columns: list[Series | None], rows: int) -> NDArray[np.uint8]:
    """Return the eight flags of each candle in one byte."""
    bits = np.zeros(rows, dtype=np.uint8)
    for number, column in enumerate(columns):
        if column is None:
            continue
        ones, truths = _flags(column)
        bits |= ones.view(np.uint8) << np.uint8(number)
        bits |= truths.view(np.uint8) * np.uint8(_TRUE << number)
    return bits


def _flags(column: Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a signal is equal to 1, and where it is true at all."""
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind == "b":
        values = column.to_numpy()
        return values, values
    if kind in "iu":
        values = column.to_numpy()
        return values == 1, values != 0
    if kind == "f":
        values = column.to_numpy()
        return values == 1, (values > 0) | (values < 0)  # not a number is a 0
    # the last one is moved out of the frame: never read, and never asked whether it is true
    values = column.replace([np.nan], [0]).shift(1).iloc[1:].astype(object).tolist()
    return _said(values, lambda value: bool(value == 1)), _said(values, bool)


def _said(values: list[Any], question: Callable[[Any], bool]) -> NDArray[np.bool_]:
    said = np.zeros(len(values) + 1, dtype=np.bool_)
    said[:-1] = [question(value) for value in values]
    return said
