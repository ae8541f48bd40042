"""Candles from files into the frames that strategies get: Freqtrade's, but sooner.

What is ordinary in a Feather file takes the quick road; whatever is not (other formats,
funding rates, broken or unordered files, no candle in the range) is left to Freqtrade's
own loader, so that errors and warnings are its own as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from freqtrade.candle_columns import candle_type_is_ohlcv, get_candle_columns
from freqtrade.data import history
from freqtrade.data.history.datahandlers.featherdatahandler import FeatherDataHandler
from freqtrade.enums import CandleType
from freqtrade.exceptions import OperationalException
from freqtrade.exchange import timeframe_to_seconds
from pandas import DataFrame, DatetimeIndex

from tidegate.freqtrade.feather import COLUMNS, Part, part_of
from tidegate.freqtrade.gaps import filled, merged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from freqtrade.configuration import TimeRange

    from tidegate.model import Ints

_MS: Final = 1_000
_DAY: Final = 86_400 * _MS
_JUMP: Final = 0.1  # from one close to the next open; Freqtrade tells of larger ones
_LONGEST: Final = 10_000 * 60  # seconds; weeks and longer have a calendar of their own


def load_data(  # noqa: PLR0913 - Freqtrade's own signature
    datadir: Path,
    timeframe: str,
    pairs: Sequence[str],
    *,
    timerange: TimeRange | None = None,
    fill_up_missing: bool = True,
    startup_candles: int = 0,
    fail_without_data: bool = False,
    data_format: str = "feather",
    candle_type: CandleType = CandleType.SPOT,
    user_futures_funding_rate: int | None = None,
) -> dict[str, DataFrame]:
    """Return the candles of each pair that has any, as `freqtrade.data.history.load_data` does."""
    if data_format != "feather" or not candle_type_is_ohlcv(candle_type):
        frames: dict[str, DataFrame] = history.load_data(
            datadir,
            timeframe,
            list(pairs),
            timerange=timerange,
            fill_up_missing=fill_up_missing,
            startup_candles=startup_candles,
            fail_without_data=fail_without_data,
            data_format=data_format,
            candle_type=candle_type,
            user_futures_funding_rate=user_futures_funding_rate,
        )
        return frames
    handler = QuickFeather(datadir)
    frames = {
        pair: handler.ohlcv_load(
            pair,
            timeframe,
            candle_type,
            timerange=timerange,
            fill_missing=fill_up_missing,
            startup_candles=startup_candles,
        )
        for pair in pairs
    }
    found = {pair: frame for pair, frame in frames.items() if not frame.empty}
    if candle_type not in (CandleType.SPOT, CandleType.FUTURES):
        # what only goes beside a pair's candles may be missing
        nothing = DataFrame(columns=get_candle_columns(candle_type))
        found = {pair: found.get(pair, nothing) for pair in pairs}
    if fail_without_data and not found:
        message = "No data found. Terminating."
        raise OperationalException(message)
    return found


def load_pair_history(  # noqa: PLR0913 - Freqtrade's own signature, as far as it is needed
    pair: str,
    timeframe: str,
    datadir: Path,
    *,
    timerange: TimeRange | None = None,
    fill_up_missing: bool = True,
    startup_candles: int = 0,
    data_format: str | None = None,
    candle_type: CandleType = CandleType.SPOT,
) -> DataFrame:
    """Return one pair's candles, as `freqtrade.data.history.load_pair_history` does."""
    feather = (data_format or "feather") == "feather"
    frame: DataFrame = history.load_pair_history(
        pair,
        timeframe,
        datadir,
        timerange=timerange,
        fill_up_missing=fill_up_missing,
        startup_candles=startup_candles,
        data_format=data_format,
        data_handler=QuickFeather(datadir) if feather else None,
        candle_type=candle_type,
    )
    return frame


class QuickFeather(FeatherDataHandler):
    """Freqtrade's reader of Feather files, with a quick road for the ordinary ones."""

    def ohlcv_load(  # noqa: PLR0913 - as it overrides
        self,
        pair: str,
        timeframe: str,
        candle_type: CandleType,
        *,
        timerange: TimeRange | None = None,
        fill_missing: bool = True,
        drop_incomplete: bool = False,
        startup_candles: int = 0,
        warn_no_data: bool = True,
    ) -> DataFrame:
        """Return the candles of a pair in the range, both ends included; holes are filled."""
        wide = timerange.copy() if timerange else None
        if wide and startup_candles > 0:
            wide.subtract_start(timeframe_to_seconds(timeframe) * startup_candles)
        quick = None
        if candle_type_is_ohlcv(candle_type) and not drop_incomplete:
            quick = self._quickly(pair, timeframe, candle_type, wide, fill_missing=fill_missing)
        if quick is not None:
            return quick
        return super().ohlcv_load(
            pair,
            timeframe,
            candle_type,
            timerange=timerange,
            fill_missing=fill_missing,
            drop_incomplete=drop_incomplete,
            startup_candles=startup_candles,
            warn_no_data=warn_no_data,
        )

    def _quickly(
        self,
        pair: str,
        timeframe: str,
        candle_type: CandleType,
        timerange: TimeRange | None,
        *,
        fill_missing: bool,
    ) -> DataFrame | None:
        """Return the frame, or None where the quick road does not lead to it."""
        seconds = timeframe_to_seconds(timeframe)
        path = self._pair_data_filename(self._datadir, pair, timeframe, candle_type)
        if seconds > _LONGEST or not path.exists():
            return None
        start = timerange.startts * _MS if timerange and timerange.starttype == "date" else None
        stop = timerange.stopts * _MS if timerange and timerange.stoptype == "date" else None
        part = part_of(path, start, stop, seconds * _MS)
        if part is None:
            return None
        merged_part = merged(part)
        if fill_missing and not _is_on_grid(merged_part.time, seconds * _MS):
            return None
        if timerange is not None:
            self._warn_of_missing(pair, timeframe, candle_type, timerange, part)
            if not _is_smooth(part):
                self._check_empty_df(
                    _frame(part), pair, timeframe, candle_type, warn_no_data=True, warn_price=True
                )
        return _frame(filled(merged_part, seconds * _MS) if fill_missing else merged_part)

    def _warn_of_missing(
        self, pair: str, timeframe: str, candle_type: CandleType, timerange: TimeRange, part: Part
    ) -> None:
        """Say where candles start late or end early. Freqtrade looks one candle further."""
        ends = np.array([part.first_seen, part.last_seen])
        dates = DatetimeIndex(ends.view("datetime64[ms]"), tz="UTC")
        self._validate_pairdata(pair, DataFrame({"date": dates}), timeframe, candle_type, timerange)


def _is_on_grid(time: Ints, step: int) -> bool:
    """Tell whether the candles stand where resampling from the first midnight puts them."""
    apart = np.diff(time)
    evenly = (apart == step).all() or not (apart % step).any()
    return bool(evenly) and not (int(time[0]) % _DAY) % step


def _is_smooth(part: Part) -> bool:
    """Tell whether no candle opens far from the close before it."""
    before = part.figures[3, :-1]
    return bool((np.abs(part.figures[0, 1:] - before) <= _JUMP * before).all())


def _frame(part: Part) -> DataFrame:
    frame = DataFrame(part.figures.T, columns=COLUMNS[1:], copy=False)
    frame.insert(0, "date", DatetimeIndex(part.time.view("datetime64[ms]"), tz="UTC"))
    return frame
