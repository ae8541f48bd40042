"""What a run should be told of that Freqtrade lets pass without a word."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.freqtrade.strategy_files import Written
from tidegate.freqtrade.trimming import times_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from freqtrade.optimize.backtesting import Backtesting
    from freqtrade.strategy.interface import IStrategy
    from pandas import DataFrame

__all__ = ["analysed", "left_out", "tampered"]

_PRICES: Final = ("open", "high", "low", "close")
_PAIR: Final = re.compile(r"[\w-]+/[\w-]+(:[\w-]+)?")
_NS: Final = 10**9


def analysed(backtesting: Backtesting) -> dict[str, DataFrame]:
    """Return the frames that the latest strategy has analysed, by pair."""
    kept: dict[Any, Any] = backtesting.dataprovider._DataProvider__cached_pairs  # noqa: SLF001 - its door shows a thousand candles
    timeframe = backtesting.timeframe
    return {pair: frame for (pair, length, _), (frame, _) in kept.items() if length == timeframe}


def left_out(backtesting: Backtesting) -> list[str]:
    """Say which pairs were named and are not traded."""
    exchange = backtesting.config["exchange"]
    currency = backtesting.config["stake_currency"]
    kept = set(backtesting.pairlists.whitelist)
    named = [pair for pair in exchange["pair_whitelist"] if _PAIR.fullmatch(pair)]
    return [
        f"{pair} is left out: {exchange['name']} has no active "
        f"{backtesting.trading_mode!s} market of it in {currency}, or a pair list takes it out"
        for pair in named
        if pair not in kept
    ]


def tampered(
    backtesting: Backtesting, strategy: IStrategy, candles: Mapping[str, DataFrame]
) -> Iterator[str]:
    """Say where a strategy has changed what is past: prices, or which candles there are.

    Freqtrade looks at the last candle only, and trades on what it is given.
    """
    written = Written(str(strategy.get_strategy_name()), Path(strategy.__file__))
    for pair, frame in analysed(backtesting).items():
        own = candles.get(pair)
        if own is None or frame is own:
            continue
        if len(frame) != len(own):
            place = written.place("populate_entry_trend", "populate_exit_trend")
            yield (
                f"{written.name} gives {len(frame):,} of {len(own):,} candles of {pair} back with "
                f"its signals; the others are not traded ({place})"
            )
        elif found := _changed(frame, own):
            place = written.place("populate_indicators")
            yield (
                f"{written.name} changes the {found} past candles of {pair}; trades are "
                f"made on its prices, as in Freqtrade ({place})"
            )


def _changed(frame: DataFrame, own: DataFrame) -> str:
    """Return the prices that differ and the first time they do; empty where none does."""
    names, first = [], len(own)
    for name in _PRICES:
        ours, theirs = own[name].to_numpy(), frame[name].to_numpy()
        if ours is theirs or np.shares_memory(ours, theirs):
            continue
        differs = np.flatnonzero((ours != theirs) & ~((ours != ours) & (theirs != theirs)))  # noqa: PLR0124 - neither is a number
        if len(differs):
            names.append(name)
            first = min(first, int(differs[0]))
    if not names:
        return ""
    moment = datetime.fromtimestamp(int(times_of(own["date"])[first]) // _NS, UTC)
    return f"{', '.join(names)} (from {moment:%Y-%m-%d %H:%M} on) of"
