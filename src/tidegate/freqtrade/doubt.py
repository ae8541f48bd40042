"""Trades whose end is a guess: one candle held both the stop and the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.freqtrade.trimming import times_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from tidegate.model import Bools, Floats

_STOPS: Final = ("stop_loss", "trailing_stop_loss", "stoploss_on_exchange")


def dubious(
    trades: NDArray[np.void],
    reasons: Sequence[str],
    candles: Mapping[str, DataFrame],
    config: Mapping[str, Any],
) -> Bools:
    """Tell for which trades the last candle held both the stop and the target.

    Which of them came first is Freqtrade's rule, not something that the candle shows. A
    target of the strategy's own making is not looked at.
    """
    is_long = ~trades["is_short"]
    bars = np.full((3, len(trades)), np.nan)
    for number, frame in enumerate(candles.values()):
        mine = np.flatnonzero(trades["pair"] == number)
        if len(mine):
            rows = np.searchsorted(times_of(frame["date"]), trades["close_time"][mine], "right") - 1
            for line, name in enumerate(("open", "high", "low")):
                bars[line, mine] = frame[name].to_numpy(dtype=np.float64)[rows]
    opened, high, low = bars
    stops = _is_one_of(trades, reasons, _STOPS)
    targets = _is_one_of(trades, reasons, ("roi",))
    stopped = np.where(is_long, low <= trades["stop"], high >= trades["stop"])
    reached = _ratio(trades, np.where(is_long, high, low)) > _wanted(trades, config)
    later = trades["close_rate"] != opened
    both: Bools = later & ((targets & stopped) | (stops & reached))
    return both


def _is_one_of(trades: NDArray[np.void], reasons: Sequence[str], names: Sequence[str]) -> Bools:
    wanted = [code for code, reason in enumerate(reasons) if reason in names]
    found: Bools = np.isin(trades["exit_reason"], wanted)
    return found


def _ratio(trades: NDArray[np.void], price: Floats) -> Floats:
    """Return the profit of leaving at a price, as a fraction of the stake."""
    paid = trades["open_rate"] * np.where(
        trades["is_short"], 1 - trades["fee_open"], 1 + trades["fee_open"]
    )
    got = price * np.where(trades["is_short"], 1 + trades["fee_close"], 1 - trades["fee_close"])
    ratio: Floats = np.where(trades["is_short"], 1 - got / paid, got / paid - 1)
    ratio *= trades["leverage"]
    return ratio


def _wanted(trades: NDArray[np.void], config: Mapping[str, Any]) -> Floats:
    """Return the target in force when each position was closed; infinite without one."""
    table = sorted((int(age), value) for age, value in config.get("minimal_roi", {}).items())
    ages = np.array([age for age, _ in table], dtype=np.int64)
    values = np.array([np.inf, *(value for _, value in table)], dtype=np.float64)
    minutes = (trades["close_time"] - trades["open_time"]) // 60_000_000_000
    wanted: Floats = values[np.searchsorted(ages, minutes, "right")]
    return wanted
