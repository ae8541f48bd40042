"""Freqtrade's content of a backtest as an outcome, which figures and reports are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from freqtrade.util import get_dry_run_wallet

from tidegate.freqtrade.account import Course, course_of
from tidegate.freqtrade.doubt import dubious
from tidegate.freqtrade.ticks import month_ticks, tick_sizes
from tidegate.freqtrade.trimming import times_of
from tidegate.model import ORDER_DTYPE, TRADE_DTYPE, Outcome, Timeframe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from tidegate.model import Floats, Ints

_NS_PER_MS: Final = 1_000_000
_NO_TAG: Final = -1
_MOST_TAGS: Final = 30_000
_FURTHER: Final = "(further tags)"
_CENT: Final = 1e-6  # of the wallet: less than this is rounding
_COPIED: Final = {
    "is_short": "is_short",
    "open_rate": "open_rate",
    "close_rate": "close_rate",
    "amount": "amount",
    "stake": "stake_amount",
    "leverage": "leverage",
    "fee_open": "fee_open",
    "fee_close": "fee_close",
    "profit_abs": "profit_abs",
    "profit_ratio": "profit_ratio",
    "initial_stop": "initial_stop_loss_abs",
    "stop": "stop_loss_abs",
    "min_rate": "min_rate",
    "max_rate": "max_rate",
}


def outcome_of(
    content: Mapping[str, Any],
    candles: Mapping[str, DataFrame],
    span: tuple[datetime, datetime],
    *,
    timeframe: str,
    steps: Mapping[str, Series] | None = None,
) -> Outcome:
    """Return what a run came to.

    `content` is what `Backtesting.backtest()` returns, `candles` what `load_bt_data()` did,
    `span` the first and the last candle of the test, `steps` the run's `price_pair_prec`.
    Positions are marked at the closes of `candles`; funding counts when a position closes.
    """
    length = Timeframe.parse(timeframe)
    config = content["config"]
    wallet = float(get_dry_run_wallet(config))
    course = course_of(candles, span, length.ns, wallet)
    frame = content["results"]
    orders, order_tags = _orders(frame)
    trades, enter_tags, reasons = _trades(frame, list(candles), orders, course)
    trades["dubious"] = dubious(trades, reasons, candles, config)
    trades["digits"] = _digits(trades, candles, steps)
    account = course.account(trades, orders)
    return Outcome(
        pairs=tuple(candles),
        timeframe=length,
        currency=str(config["stake_currency"]),
        wallet=wallet,
        final_balance=float(content["final_balance"]),
        start_ns=course.start,
        end_ns=course.end,
        trades=trades,
        enter_tags=enter_tags,
        exit_reasons=reasons,
        time=course.time,
        equity=account.equity,
        exposure=account.exposure,
        hold=course.hold,
        rejected_signals=int(content["rejected_signals"]),
        unaffordable_signals=None,
        timed_out_exits=int(content["timedout_exit_orders"]),
        lost_at_end=_lost(content, trades, wallet),
        orders=orders,
        order_tags=order_tags,
        funding=_numbers(frame, "funding_fees"),
        max_stake=_numbers(frame, "max_stake_amount"),
    )


def _trades(
    frame: DataFrame, pairs: Sequence[str], orders: NDArray[np.void], course: Course
) -> tuple[NDArray[np.void], tuple[str, ...], tuple[str, ...]]:
    """Return the closed positions, and the tags and reasons that their codes stand for."""
    trades = np.zeros(len(frame), dtype=TRADE_DTYPE)
    if not len(frame):
        return trades, (), ()
    numbers = {pair: number for number, pair in enumerate(pairs)}
    trades["pair"] = [numbers[pair] for pair in frame["pair"]]
    for name, theirs in _COPIED.items():
        trades[name] = frame[theirs].to_numpy() if name == "is_short" else _numbers(frame, theirs)
    for name in ("min_rate", "max_rate"):
        trades[name] = np.where(trades[name] == 0.0, trades["open_rate"], trades[name])
    trades["open_time"] = times_of(frame["open_date"])
    trades["close_time"] = times_of(frame["close_date"])
    trades["open_row"] = course.rows(trades["pair"], trades["open_time"])
    trades["close_row"] = course.rows(trades["pair"], trades["close_time"])
    trades["initial_stop_ratio"] = -_numbers(frame, "initial_stop_loss_ratio")
    trades["stop_ratio"] = -_numbers(frame, "stop_loss_ratio")
    trades["entry_price"] = trades["open_rate"]
    first = np.unique(orders["trade"], return_index=True)[1]
    trades["entry_price"][orders["trade"][first]] = orders["price"][first]
    rates = np.where(
        orders["is_entry"],
        trades["fee_open"][orders["trade"]],
        trades["fee_close"][orders["trade"]],
    )
    value = orders["price"] * orders["amount"]
    trades["fees_paid"] = np.bincount(orders["trade"], value * rates, minlength=len(trades))
    trades["enter_tag"], enter_tags = _codes(frame["enter_tag"].tolist())
    trades["exit_reason"], reasons = _codes(frame["exit_reason"].tolist())
    return trades, enter_tags, reasons


def _digits(
    trades: NDArray[np.void], candles: Mapping[str, DataFrame], steps: Mapping[str, Series] | None
) -> Ints:
    """Return the decimals of a price when each position was opened."""
    digits = np.full(len(trades), -1, dtype=np.int64)
    for number, (pair, frame) in enumerate(candles.items()):
        mine = np.flatnonzero(trades["pair"] == number)
        if len(mine):
            sizes = tick_sizes(frame.copy(deep=False)) if steps is None else steps.get(pair)
            since, known = month_ticks(sizes)
            digits[mine] = known[np.searchsorted(since, trades["open_time"][mine], "right") - 1]
    return digits


def _orders(frame: DataFrame) -> tuple[NDArray[np.void], tuple[str, ...]]:
    """Return the orders that filled, trade by trade in the order in which they did."""
    listed = [
        (number, order)
        for number, orders in enumerate(frame["orders"].tolist() if len(frame) else ())
        for order in orders
        if order["order_filled_timestamp"] is not None
    ]
    rows = np.zeros(len(listed), dtype=ORDER_DTYPE)
    if not listed:
        return rows, ()
    rows["trade"] = [number for number, _ in listed]
    rows["time"] = [order["order_filled_timestamp"] * _NS_PER_MS for _, order in listed]
    rows["is_entry"] = [order["ft_is_entry"] for _, order in listed]
    rows["is_buy"] = [order["ft_order_side"] == "buy" for _, order in listed]
    for name, theirs in (("price", "safe_price"), ("amount", "amount"), ("cost", "cost")):
        rows[name] = [order[theirs] for _, order in listed]
    rows["tag"], tags = _codes([order["ft_order_tag"] for _, order in listed])
    return rows, tags


def _codes(tags: Sequence[object]) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Return tags as codes, and the texts they stand for; no text is no tag."""
    numbers: dict[str, int] = {}
    codes = np.full(len(tags), _NO_TAG, dtype=np.int16)
    for row, tag in enumerate(tags):
        if tag is None or tag != tag or tag == "":  # noqa: PLR0124 - what is not a number is no tag
            continue
        text = str(tag)
        if text not in numbers and len(numbers) >= _MOST_TAGS:
            text = _FURTHER
        codes[row] = numbers.setdefault(text, len(numbers))
    return codes, tuple(numbers)


def _numbers(frame: DataFrame, name: str) -> Floats:
    """Return a column of numbers; what is not set is 0, as Freqtrade itself begins with."""
    if not len(frame):
        return np.zeros(0)
    numbers: Floats = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.nan_to_num(numbers, nan=0.0)


def _lost(content: Mapping[str, Any], trades: NDArray[np.void], wallet: float) -> int | None:
    """Return 0 if the money adds up. If it does not, positions were left, nobody knows how many."""
    missing = wallet + trades["profit_abs"].sum() - content["final_balance"]
    return 0 if abs(missing) <= _CENT * wallet else None
