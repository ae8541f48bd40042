"""What the wallet held at each candle, as Freqtrade looks into it on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tidegate.kernel.walk.memory import Memory
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.model import Floats, Ints

_STAKE: Final = -1
_IDLE: Final = 1 << 40  # pairs without a position are visited after those with one

_Rows = tuple[Any, Any, Any, Any, Any]  # arrays: time, turn, currency, price, balance
_Looks = tuple[Any, Any, Any, Any]  # arrays: time, turn, pair, balance


def wallet_history(
    memory: Memory, rows: Sequence[PairRows], bases: Sequence[str], stake_currency: str
) -> pd.DataFrame:
    """Return one row a look: at the stake currency at every candle, at each base while held."""
    candles = int(memory.rules.candles)
    if not candles:
        return pd.DataFrame()
    log = memory.captures_now()
    stake = _stake(log[log["position"] == _STAKE], candles)
    held = _held(log[log["position"] != _STAKE], memory, rows)
    time, order, currency, price, balance = (
        np.concatenate(parts) for parts in zip(stake, held, strict=True)
    )
    kept = np.flatnonzero(balance != 0.0)
    kept = kept[np.lexsort((order[kept], time[kept]))]
    if not len(kept):
        return pd.DataFrame()
    first = int(memory.rules.start_ns)
    dates = (first + time[kept] * int(memory.rules.candle_ns)).view("datetime64[ns]")
    rate = price[kept] if (currency[kept] != _STAKE).any() else np.ones(len(kept), dtype=np.int64)
    names = pa.array([*bases, stake_currency], pa.large_string())
    codes = np.where(currency[kept] == _STAKE, len(bases), currency[kept])
    texts = names.take(pa.array(codes))
    return pd.DataFrame(
        {
            "date": pd.DatetimeIndex(dates).as_unit("us").tz_localize("UTC"),
            "currency": pd.Series(pd.array(texts, dtype="str")),
            "rate": rate,
            "balance": balance[kept],
        }
    )


def _stake(log: NDArray[Any], candles: int) -> _Rows:
    """Return the stake currency's balance at every candle: the latest noted before it."""
    latest = np.searchsorted(log["time"], np.arange(candles), side="right") - 1
    none = np.full(candles, _STAKE, dtype=np.int64)
    return np.arange(candles), none, none, np.ones(candles), log["balance"][latest]


def _held(log: NDArray[Any], memory: Memory, rows: Sequence[PairRows]) -> _Rows:
    """Return what was held of each pair's base, at the candles of the pair."""
    candles = int(memory.rules.candles)
    log = log[np.argsort(log["position"], kind="stable")]
    position, begin = log["position"], log["time"]
    end = np.full(len(log), candles, dtype=np.int64)
    follows = position[1:] == position[:-1]
    end[:-1][follows] = begin[1:][follows]
    length = np.where(np.isnan(log["balance"]), 0, np.maximum(end - begin, 0))
    which = np.repeat(np.arange(len(log)), length)
    time = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length) + begin[which]
    order = position[which]
    pair = memory.positions_now()["pair"][order]
    time, order, pair, balance = _by_pair(time, order, pair, log["balance"][which])
    starts = np.array([record.base_start for record in memory.pairs[: len(rows)]])
    time, order, pair, balance = _with_idle(time, order, pair, balance, starts, memory)
    first = np.array([int(memory.pairs[p].first) for p in range(len(rows))], dtype=np.int64)
    count = np.array([len(each.time) for each in rows], dtype=np.int64)
    row = time - first[pair]
    there = (row >= 0) & (row < count[pair])
    time, order, pair, balance = time[there], order[there], pair[there], balance[there]
    row = row[there]
    price = np.empty(len(row))
    for number, each in enumerate(rows):
        mine = pair == number
        price[mine] = each.open[row[mine]]
    return time, order, pair, price, balance + starts[pair]


def _by_pair(time: Ints, order: Ints, pair: Ints, balance: Floats) -> _Looks:
    """Keep one look a pair and candle: at the oldest position's turn, the latest one's amount."""
    by = np.lexsort((order, pair, time))
    time, order, pair, balance = time[by], order[by], pair[by], balance[by]
    if not len(time):
        return time, order, pair, balance
    new = np.ones(len(time), dtype=np.bool_)
    new[1:] = (time[1:] != time[:-1]) | (pair[1:] != pair[:-1])
    oldest = np.flatnonzero(new)
    latest = np.append(oldest[1:], len(time)) - 1
    return time[oldest], order[oldest], pair[oldest], balance[latest]


def _with_idle(
    time: Ints, order: Ints, pair: Ints, balance: Floats, starts: Floats, memory: Memory
) -> _Looks:
    """Add the candles at which a base that the wallet began with is held without a position."""
    candles = int(memory.rules.candles)
    for number in np.flatnonzero(starts):
        idle = np.setdiff1d(np.arange(candles), time[pair == number])
        time = np.concatenate((time, idle))
        order = np.concatenate((order, np.full(len(idle), _IDLE + number)))
        pair = np.concatenate((pair, np.full(len(idle), number)))
        balance = np.concatenate((balance, np.zeros(len(idle))))
    return time, order, pair, balance
