"""What a backtest holds while it turns frames into rows: the same for Freqtrade and for us."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from freqtrade.configuration import TimeRange
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.strategy import IStrategy

from tidegate.freqtrade.signals import Signals, signals_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Metadata = dict[str, Any]
    Mark = Callable[[pd.DataFrame], pd.DataFrame | None]

PAIR = "A/USDT"
Row = tuple[int, float, float, float, float, tuple[bool, ...], object, object]


def candles(rows: int, *, start: str = "2024-01-30", minutes: int = 5) -> pd.DataFrame:
    """Return candles with prices of a few decimals."""
    random = np.random.default_rng(rows)
    opened = np.round(100 + random.normal(size=rows).cumsum(), 2)
    closed = np.round(opened + random.normal(size=rows), 2)
    date = pd.date_range(start, periods=rows, freq=f"{minutes}min", tz="UTC", unit="ms")
    return pd.DataFrame(
        {
            "date": date,
            "open": opened,
            "high": np.maximum(opened, closed) + 0.5,
            "low": np.minimum(opened, closed) - 0.25,
            "close": closed,
            "volume": random.uniform(1, 9, rows),
        }
    )


class Marking(IStrategy):
    """A strategy whose marks are handed to it."""

    timeframe = "5m"
    minimal_roi: dict[str, float] = {}  # noqa: RUF012 - Freqtrade's own way
    stoploss = -0.1
    marks: tuple[Mark, Mark, Mark]

    def populate_indicators(self, dataframe: pd.DataFrame, metadata: Metadata) -> pd.DataFrame:
        """Change the frame as asked."""
        del metadata
        return _marked(self.marks[0], dataframe)

    def populate_entry_trend(self, dataframe: pd.DataFrame, metadata: Metadata) -> pd.DataFrame:
        """Mark entries as asked."""
        del metadata
        return _marked(self.marks[1], dataframe)

    def populate_exit_trend(self, dataframe: pd.DataFrame, metadata: Metadata) -> pd.DataFrame:
        """Mark exits as asked."""
        del metadata
        return _marked(self.marks[2], dataframe)


def _marked(mark: Mark, frame: pd.DataFrame) -> pd.DataFrame:
    done = mark(frame)
    return frame if done is None else done


def unmarked(_frame: pd.DataFrame) -> None:
    """Leave a frame as it is."""


@dataclass
class Bench:
    """The part of a backtest that makes rows."""

    strategy: IStrategy
    timerange: TimeRange
    required_startup: int
    timeframe: str = "5m"
    price_pair_prec: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give it a data provider as a backtest has one."""
        self.config = {"candle_type_def": CandleType.SPOT, "runmode": RunMode.BACKTEST}
        self.config["timeframe"] = self.timeframe
        self.dataprovider = DataProvider(self.config, None)

    def check_abort(self) -> None:
        """Go on."""

    def _set_progress_step(self, action: object, total: float) -> None:
        """Show nothing."""

    def _increment_progress(self, advance: float = 1) -> None:
        """Show nothing."""


def bench(
    entry: Mark = unmarked,
    exit_: Mark = unmarked,
    *,
    indicators: Mark = unmarked,
    timerange: str | None = None,
    startup: int = 0,
) -> Bench:
    """Return a backtest of a strategy that marks like this."""
    strategy = Marking({})
    strategy.marks = (indicators, entry, exit_)
    return Bench(strategy, TimeRange.parse_timerange(timerange), startup)


def freqtrade_rows(bt: Bench, frames: dict[str, pd.DataFrame]) -> dict[str, list[Row]]:
    """Return the rows that Freqtrade makes."""
    lists = Backtesting._get_ohlcv_as_lists(bt, frames)  # noqa: SLF001 - the judge
    return {
        pair: [
            (
                row[0].value,
                *row[1:5],
                (*(flag == 1 for flag in row[5:9]), *(bool(flag) for flag in row[5:9])),
                row[9],
                row[10],
            )
            for row in rows
        ]
        for pair, rows in lists.items()
    }


def our_rows(bt: Bench, frames: dict[str, pd.DataFrame]) -> dict[str, list[Row]]:
    """Return ours, written out as Freqtrade writes its own."""
    signals = signals_of(bt, frames)
    return {pair: _written_out(signals, pair) for pair in signals.rows}


def _written_out(signals: Signals, pair: str) -> list[Row]:
    rows = signals.rows[pair]
    tags = [*signals.tags, None]
    prices = (rows.open, rows.high, rows.low, rows.close)
    return [
        (
            int(rows.time[k]),
            *(float(column[k]) for column in prices),
            tuple(bool(rows.bits[k] >> bit & 1) for bit in range(8)),
            tags[rows.enter_tag[k]],
            tags[rows.exit_tag[k]],
        )
        for k in range(len(rows.time))
    ]
