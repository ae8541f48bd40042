"""Candles and indicators of a run in our own form, for the report's charts and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from pyarrow import ArrowInvalid, ipc

from tidegate.feeds import path_of
from tidegate.feeds.files import ORIGIN_KEY, RECORDED
from tidegate.freqtrade.remarks import analysed
from tidegate.freqtrade.trimming import times_of
from tidegate.model import Candles, Timeframe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from tidegate.freqtrade.running import Run
    from tidegate.model import Floats

__all__ = ["candles_of", "filled_in", "indicators_of", "origins"]

_PRICES: Final = ("open", "high", "low", "close", "volume")
_NOT_DRAWN: Final = {
    *("date", *_PRICES, "enter_long", "exit_long", "enter_short", "exit_short"),
    *(f"{name}_count" for name in ("open", "high", "low", "close", "max")),
}
_NS: Final = 1_000_000_000


def candles_of(run: Run) -> list[Candles]:
    """Return the candles that were tested, by pair."""
    timeframe = Timeframe.parse(run.backtesting.timeframe)
    made = origins(run)
    candles = []
    for pair, frame in run.candles.items():
        rows = _tested(run, frame)
        columns = {name: np.array(rows[name], dtype=np.float64) for name in _PRICES}
        time = times_of(rows["date"]).copy()
        origin = made.get(pair, RECORDED)
        candles.append(Candles(pair=pair, timeframe=timeframe, time=time, origin=origin, **columns))
    return candles


def indicators_of(run: Run) -> Iterator[dict[str, Floats]]:
    """Give each pair's indicator columns, as long as its tested candles, where they line up."""
    frames = analysed(run.backtesting)
    for pair, own in run.candles.items():
        times = times_of(_tested(run, own)["date"])
        frame = frames.get(pair)
        rows = None if frame is None else _tested(run, frame)
        if rows is None or len(rows) != len(times) or (times_of(rows["date"]) != times).any():
            yield {}
            continue
        yield {
            str(name): np.array(rows[name], dtype=np.float64)
            for name in rows.columns
            if name not in _NOT_DRAWN and rows[name].dtype.kind in "fiu"
        }


def origins(run: Run) -> dict[str, str]:
    """Say of the pairs whose prices were made how they were."""
    config = run.backtesting.config
    timeframe = Timeframe.parse(run.backtesting.timeframe)
    found = {}
    for pair in run.candles:
        try:
            with ipc.open_file(str(path_of(config["datadir"], pair, timeframe))) as file:
                origin = (file.schema.metadata or {}).get(ORIGIN_KEY)
        except (OSError, ArrowInvalid):
            continue  # kept in another form, which has no place for such a mark
        if origin:
            found[pair] = origin.decode()
    return found


def filled_in(candles: Candles) -> int:
    """Return how many candles nothing was traded in: Freqtrade fills gaps with such ones."""
    flat = (candles.high == candles.low) & (candles.open == candles.close)
    return int(np.count_nonzero(flat & (candles.volume == 0.0)))


def _tested(run: Run, frame: DataFrame) -> DataFrame:
    if run.span is None:
        return frame.iloc[:0]
    first, last = (int(moment.timestamp()) * _NS for moment in run.span)
    times = times_of(frame["date"])
    return frame.iloc[np.searchsorted(times, first) : np.searchsorted(times, last, "right")]
