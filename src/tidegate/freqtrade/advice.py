"""The user's own part of a backtest, asked for as Freqtrade does: indicators, entries, exits."""

from __future__ import annotations

from functools import lru_cache
from inspect import isfunction
from typing import TYPE_CHECKING, Any, Final

from freqtrade.strategy.interface import IStrategy
from freqtrade.strategy.strategy_validation import StrategyResultValidator
from pandas import Series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

_ENTRY_NAMES: Final = {"buy": "enter_long", "buy_tag": "enter_tag"}
_EXIT_NAMES: Final = {"sell": "exit_long"}


def populated(strategy: IStrategy, data: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """Return each pair's frame with its indicators, checked as Freqtrade checks it.

    Frames are copied on write: what the strategy leaves alone is not copied at all, and
    what it changes, it changes for itself.
    """
    if type(strategy).advise_all_indicators is not IStrategy.advise_all_indicators:
        theirs: dict[str, DataFrame] = strategy.advise_all_indicators(data)
        return theirs
    frames = {}
    for pair, candles in data.items():
        check = StrategyResultValidator(candles, warn_only=strategy.disable_dataframe_checks)
        frame = strategy.advise_indicators(candles.copy(deep=False), {"pair": pair})
        frames[pair] = frame.copy(deep=False)
        check.assert_df(frames[pair])
    return frames


def advised(strategy: IStrategy, frame: DataFrame, pair: str) -> DataFrame:
    """Return the frame with the strategy's entries and exits marked, old names made new."""
    metadata = {"pair": pair}
    if _has_own_way(type(strategy)):
        return strategy.ft_advise_signals(frame, metadata)
    _start_blank(frame, "enter_tag")
    frame = strategy.populate_entry_trend(frame, metadata)
    if "enter_long" not in frame.columns:
        frame = frame.rename(_ENTRY_NAMES, axis="columns")
    _start_blank(frame, "exit_tag")
    frame = strategy.populate_exit_trend(frame, metadata)
    if "exit_long" not in frame.columns:
        frame = frame.rename(_EXIT_NAMES, axis="columns")
    return frame


def looks_back(strategy: type[IStrategy]) -> bool:
    """Tell whether a strategy's own methods ask for analysed candles, as far as one can see."""
    own = [kind for kind in strategy.__mro__ if not kind.__module__.startswith("freqtrade.")]
    return any(
        "get_analyzed_dataframe" in method.__code__.co_names
        for kind in own
        for method in vars(kind).values()
        if isfunction(method)
    )


def _has_own_way(strategy: type[IStrategy]) -> bool:
    """Tell whether a strategy replaces what Freqtrade asks its strategies not to replace."""
    return any(
        getattr(strategy, name) is not getattr(IStrategy, name)
        for name in ("ft_advise_signals", "advise_entry", "advise_exit")
    )


def _start_blank(frame: DataFrame, name: str) -> None:
    """Set a column of tags to empty texts; making half a million of them is done once."""
    if name in frame.columns or not len(frame):
        frame.loc[:, name] = ""
    else:
        frame[name] = _blanks(1 << (len(frame) - 1).bit_length())[: len(frame)]


@lru_cache(maxsize=2)
def _blanks(rows: int) -> Any:  # noqa: ANN401 - an array of pandas's own
    """Return so many empty texts, in the type that pandas gives to texts today."""
    return Series("", index=range(rows)).array
