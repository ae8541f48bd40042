"""What a history answers where the candles it needs are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import CandleError, Code, OptionError, one_of
from tidegate.feeds import files
from tidegate.feeds.instants import spoken
from tidegate.feeds.resample import divides

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tidegate.feeds.timerange import TimeRange
    from tidegate.model import Candles, Timeframe


def no_pairs() -> OptionError:
    """Return the error for a run without pairs."""
    return OptionError(
        Code.BAD_OPTION,
        "there are no pairs to load",
        where="--pairs",
        expected="at least one pair",
        found="none",
        remedy="name some, like --pairs BTC/USDT ETH/USDT",
    )


def missing(datadir: Path, pair: str, timeframe: Timeframe) -> CandleError | OptionError:
    """Return the error for a file that is not there, and what is there instead."""
    if not datadir.is_dir():
        return no_folder(datadir)
    present = files.listing(datadir)
    lengths = [file.timeframe for file in present if file.pair == pair]
    if not lengths:
        return unknown_pair(datadir, pair, [file.pair for file in present])
    shorter = [length for length in lengths if divides(length, timeframe)]
    return CandleError(
        Code.NO_CANDLES,
        f"there are no {timeframe} candles of {pair}",
        where=str(files.path_of(datadir, pair, timeframe)),
        expected=f"a file of {timeframe} candles",
        found=f"{', '.join(map(str, lengths))} of {pair}",
        remedy=(
            f"make them with tidegate data convert --datadir {datadir} --pairs {pair} "
            f"--timeframes {shorter[-1]} --to {timeframe}"
            if shorter
            else f"fetch them, or run on --timeframe {lengths[-1]}"
        ),
    )


def no_folder(datadir: Path) -> CandleError:
    """Return the error for a data folder that does not exist."""
    return CandleError(
        Code.NO_CANDLES,
        "there is no such data folder",
        where=str(datadir),
        expected="a folder like user_data/data/binance",
        found="no folder",
        remedy="name the right one with --datadir, or make candles with tidegate data generate",
    )


def no_files(datadir: Path, ending: str) -> CandleError:
    """Return the error for a data folder without candle files."""
    return CandleError(
        Code.NO_CANDLES,
        "the data folder holds no candle files",
        where=str(datadir),
        expected=f"files like BTC_USDT-5m.{ending} or futures/BTC_USDT_USDT-5m-futures.{ending}",
        found=f"none that ends in .{ending}",
        remedy="name another with --datadir, or make candles with tidegate data generate",
    )


def unknown_pair(datadir: Path, pair: str, present: Iterable[str]) -> OptionError:
    """Return the error for a pair of which there is no file."""
    pairs = sorted(set(present))
    return OptionError(
        Code.UNKNOWN_PAIR,
        f"there are no candles of {pair}",
        where=f"--pairs, in {datadir}",
        expected=f"one of {', '.join(pairs)}" if pairs else "a folder with candle files",
        found=f'"{pair}"',
        remedy=one_of(
            pair, pairs, otherwise="fetch its candles, or see tidegate data list for others"
        ),
    )


def empty(candles: Candles, path: Path) -> CandleError:
    """Return the error for a file without rows."""
    return CandleError(
        Code.EMPTY_CANDLES,
        f"the file of {candles.pair} holds no candles",
        where=str(path),
        expected="at least one candle",
        found="0 rows",
        remedy="remove the file and fetch it again",
    )


def outside(candles: Candles, path: Path, timerange: TimeRange) -> CandleError:
    """Return the error for a time range that no candle lies in."""
    first, last = spoken(candles.time[0]), spoken(candles.time[-1])
    return CandleError(
        Code.RANGE_OUTSIDE_DATA,
        f"no candle of {candles.pair} lies in the time range",
        where=str(path),
        expected=f"a range that meets {first} to {last}",
        found=f"--timerange {timerange}",
        remedy="choose a range inside the data, or fetch more of it",
    )


def too_few(candles: Candles, path: Path, needed: int) -> CandleError:
    """Return the error for candles that the warm-up would use up."""
    return CandleError(
        Code.TOO_FEW_CANDLES,
        f"{candles.pair} has too few candles for the warm-up",
        where=str(path),
        expected=f"{needed:,} candles: {needed - 2:,} to warm up, 1 to decide on, 1 to trade",
        found=f"{len(candles):,}, from {spoken(candles.time[0])} to {spoken(candles.time[-1])}",
        remedy="choose a longer range, fetch more candles, or shorten the strategy's periods",
    )


def too_short(candles: Candles, path: Path, timeframe: Timeframe) -> CandleError:
    """Return the error for candles that end before one longer candle is whole."""
    return CandleError(
        Code.TOO_FEW_CANDLES,
        f"the candles of {candles.pair} make up no whole {timeframe} candle",
        where=str(path),
        expected=f"{candles.timeframe} candles from one {timeframe} opening to the next",
        found=f"{len(candles):,}, from {spoken(candles.time[0])} to {spoken(candles.time[-1])}",
        remedy=f"choose a longer range, or fetch {timeframe} candles",
    )
