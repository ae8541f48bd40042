"""The trades split by one property, a row for each of its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import DefectError
from tidegate.stats.figure import Figure, known, undefined
from tidegate.stats.trades import NO_LOSS, NO_TRADES, NO_WIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model.arrays import Bools, Floats, Ints
    from tidegate.stats.readings import Readings

HOUR_NS: Final = 3_600_000_000_000
DAY_HOURS: Final = 24
NO_TAG: Final = "(no tag)"
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip

# 1970-01-01 was a Thursday.
_FIRST_WEEKDAY: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of the trades that share one value; money in the currency of the wallet."""

    key: str
    trades: int
    wins: int
    losses: int
    draws: int
    win_rate: Figure
    profit_abs: float
    profit_ratio_sum: float
    profit_ratio_mean: Figure
    profit_factor: Figure
    average_duration_s: Figure
    largest_win: Figure
    largest_loss: Figure
    fees: float
    month_return: Figure | None = None
    """Rows of months only: what the equity gained in the month, a fraction."""


def breakdowns(readings: Readings) -> dict[str, tuple[Row, ...]]:
    """Split the trades by pair, tag, exit reason, side, and weekday and hour of entry (UTC)."""
    outcome = readings.outcome
    trades = outcome.trades
    hours = readings.opened // HOUR_NS
    weekdays = (hours // DAY_HOURS + _FIRST_WEEKDAY) % len(WEEKDAYS)
    tags = (*outcome.enter_tags, NO_TAG)
    tag = np.where(trades["enter_tag"] < 0, len(outcome.enter_tags), trades["enter_tag"])
    hour_names = [f"{hour:02d}" for hour in range(DAY_HOURS)]
    side = readings.is_short.astype(np.int64)
    return {
        "pair": split(readings, trades["pair"].astype(np.int64), outcome.pairs),
        "enter_tag": _met(split(readings, tag.astype(np.int64), tags)),
        "exit_reason": _met(
            split(readings, trades["exit_reason"].astype(np.int64), outcome.exit_reasons)
        ),
        "side": _met(split(readings, side, ("long", "short"))),
        "weekday": split(readings, weekdays, WEEKDAYS),
        "hour": split(readings, hours % DAY_HOURS, hour_names),
    }


def split(readings: Readings, codes: Ints, keys: Sequence[str]) -> tuple[Row, ...]:
    """Return one row a key, in the order of `keys`; `codes` is the key of each trade."""
    profits = readings.profits
    size = len(keys)
    if codes.max(initial=0) >= max(size, 1) or codes.min(initial=0) < 0:
        message = f"trades are coded {codes.min()} to {codes.max()}, but there are {size} names"
        raise DefectError(message)
    won, lost = profits > 0, profits < 0
    number = _counts(codes, size)
    wins, losses = _counts(codes[won], size), _counts(codes[lost], size)
    made, gone = _sums(codes, profits, won, size), -_sums(codes, profits, lost, size)
    ratios = _sums(codes, readings.profit_ratios, None, size)
    seconds = _sums(codes, readings.seconds, None, size)
    profit, fees = _sums(codes, profits, None, size), _sums(codes, readings.fees, None, size)
    most = _extremes(np.maximum, codes, profits, size)
    least = _extremes(np.minimum, codes, profits, size)
    return tuple(
        Row(
            key=key,
            trades=(n := int(number[k])),
            wins=int(wins[k]),
            losses=int(losses[k]),
            draws=n - int(wins[k]) - int(losses[k]),
            win_rate=_share(wins[k], n, NO_TRADES),
            profit_abs=float(profit[k]),
            profit_ratio_sum=float(ratios[k]),
            profit_ratio_mean=_share(ratios[k], n, NO_TRADES),
            profit_factor=_share(made[k], gone[k], NO_LOSS if n else NO_TRADES),
            average_duration_s=_share(seconds[k], n, NO_TRADES),
            largest_win=known(most[k]) if wins[k] else undefined(NO_WIN if n else NO_TRADES),
            largest_loss=known(least[k]) if losses[k] else undefined(NO_LOSS if n else NO_TRADES),
            fees=float(fees[k]),
        )
        for k, key in enumerate(keys)
    )


def _met(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Leave out the keys that no trade had; those that most trades had come first."""
    return tuple(sorted((row for row in rows if row.trades), key=_by_trades))


def _by_trades(row: Row) -> tuple[int, str]:
    return -row.trades, row.key


def _counts(codes: Ints, size: int) -> Ints:
    """Return how many trades each key has."""
    return np.bincount(codes, minlength=size)


def _sums(codes: Ints, amounts: Floats, chosen: Bools | None, size: int) -> Floats:
    """Return the sum of each key's amounts."""
    if chosen is not None:
        codes, amounts = codes[chosen], amounts[chosen]
    return np.bincount(codes, weights=amounts, minlength=size).astype(np.float64)


def _extremes(pick: np.ufunc, codes: Ints, amounts: Floats, size: int) -> Floats:
    """Return the largest or smallest amount of each key, 0 for a key that has none beyond it."""
    found = np.zeros(size)
    pick.at(found, codes, amounts)
    return found


def _share(part: float, whole: float, why: str) -> Figure:
    """Return part / whole, or the reason why there is no whole."""
    return known(part / whole) if whole else undefined(why)
