"""A finished walk as the tables that Freqtrade's own backtest gives."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from freqtrade.data.btanalysis import trade_list_to_dataframe

from tidegate.kernel.walk.layout import LONG
from tidegate.kernel.walk.rounding8 import rounded8

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.kernel.walk.memory import Memory
    from tidegate.model import Floats, Ints

_NS_PER_MS: Final = 1_000_000
_NS_PER_MINUTE: Final = 60_000_000_000


def _times(ns: Ints, unit: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(ns.view("datetime64[ns]")).as_unit(unit).tz_localize("UTC")


def _unless_zero(figures: Floats) -> Floats:
    return np.where(figures == 0.0, np.nan, figures)


def _words(codes: Ints, words: list[Any]) -> Any:  # noqa: ANN401 - an array of whatever kind pandas finds
    """Return the words that codes stand for; pandas looks only at those that occur."""
    used = np.flatnonzero(np.bincount(codes, minlength=len(words)))
    place = np.zeros(len(words), dtype=np.int64)
    place[used] = np.arange(len(used))
    return pd.Series([words[code] for code in used.tolist()]).array.take(place[codes])


def trades_table(memory: Memory, pairs: list[str], tags: list[Any]) -> pd.DataFrame:
    """Return the closed trades, in closing order, column for column as Freqtrade's table."""
    closed = memory.closed_now()
    if not len(closed):
        return trade_list_to_dataframe([])
    trades = memory.positions_now()[closed]
    opened, ended = trades["opened_ns"], trades["closed_ns"]
    columns: dict[str, Any] = {
        "pair": _words(trades["pair"], pairs),
        "stake_amount": rounded8(trades["stake"]),
        "max_stake_amount": _unless_zero(rounded8(trades["max_stake"])),
        "amount": rounded8(trades["amount"]),
        "open_date": _times(opened, "us"),
        "close_date": _times(ended, "us"),
        "open_rate": trades["open_rate"],
        "close_rate": trades["close_rate"],
        "fee_open": trades["fee"],
        "fee_close": trades["fee"],
        "trade_duration": (ended - opened) // _NS_PER_MINUTE,
        "profit_ratio": trades["close_profit"],
        "profit_abs": trades["close_profit_abs"],
        "exit_reason": _words(trades["exit_reason"], tags),
        "initial_stop_loss_abs": trades["initial_stop"],
        "initial_stop_loss_ratio": _unless_zero(trades["initial_stop_pct"]),
        "stop_loss_abs": trades["stop"],
        "stop_loss_ratio": _unless_zero(trades["stop_pct"]),
        "min_rate": trades["min_rate"],
        "max_rate": trades["max_rate"],
        "is_open": np.zeros(len(trades), dtype=np.bool_),
        "enter_tag": _words(trades["enter_tag"] + 1, [None, *tags]),
        "leverage": trades["leverage"],
        "is_short": trades["side"] != LONG,
        "open_timestamp": opened // _NS_PER_MS,
        "close_timestamp": ended // _NS_PER_MS,
        "orders": _orders(memory, closed, tags),
        "funding_fees": trades["funding_fees"],
    }
    return pd.DataFrame(columns)


def _orders(memory: Memory, closed: Ints, tags: list[Any]) -> list[list[dict[str, Any]]]:
    """Return the filled and still open orders of each trade, as Freqtrade writes them."""
    orders = memory.orders_now()
    entry = orders["entry"] != 0
    long = memory.positions_now()["side"][orders["position"]] == LONG
    pending = (orders["is_open"] != 0) & ~entry
    filled = orders["filled_ns"] // _NS_PER_MS
    with _without_collector():  # thousands of dictionaries, all of them kept
        written = [
            {
                "amount": amount,
                "safe_price": price,
                "ft_order_side": "buy" if buys else "sell",
                "order_filled_timestamp": when,
                "ft_is_entry": enters,
                "ft_order_tag": tags[tag] if tag >= 0 else None,
                "cost": cost or 0,
            }
            for amount, price, buys, when, enters, tag, cost in zip(
                orders["amount"].tolist(),
                orders["price"].tolist(),
                (entry == long).tolist(),
                filled.tolist(),
                entry.tolist(),
                orders["tag"].tolist(),
                orders["cost"].tolist(),
                strict=True,
            )
        ]
        for number in np.flatnonzero(pending).tolist():
            written[number]["order_filled_timestamp"] = None
        return _by_trade(written, orders["next"].tolist(), memory, closed)


def _by_trade(
    written: list[dict[str, Any]], after: list[int], memory: Memory, closed: Ints
) -> list[list[dict[str, Any]]]:
    """Follow each trade's list of orders."""
    lists = []
    for first in memory.positions_now()["first_order"][closed].tolist():
        found = []
        at = first
        while at >= 0:
            found.append(written[at])
            at = after[at]
        lists.append(found)
    return lists


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep Python from looking for garbage where there is none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
