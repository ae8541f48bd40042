"""From the words of a command line to Freqtrade's options, and whose strategy is meant."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tidegate.cli import backtest_options as numbers
from tidegate.cli.spaced_lists import split
from tidegate.errors import Code, OptionError
from tidegate.freqtrade.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.cli import freqtrade_options as ft

_UNLIMITED = "unlimited"
_LIST = "--strategy-list"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a strategy is run on, as it was typed."""

    pairs: list[str] | None
    timeframe: str | None
    timerange: str | None
    datadir: Path | None
    exchange: str | None


@dataclass(frozen=True, slots=True)
class Money:
    """What a strategy has to spend, as it was typed."""

    wallet: str | None
    stake: str | None
    max_open_trades: str | None
    fee: str | None


def options(  # noqa: PLR0913 - each is an option of the command
    *,
    config: list[Path] | None,
    userdir: Path | None,
    recursive_strategy_search: bool,
    timeframe_detail: str | None,
    data_format_ohlcv: ft.DataFormat | None,
    trading_mode: ft.TradingMode | None,
    margin_mode: ft.MarginMode | None,
    position_stacking: bool,
    enable_protections: bool,
    enable_dynamic_pairlist: bool,
    export: ft.Export | None,
    export_directory: Path | None,
    breakdown: list[ft.Breakdown] | None,
    cache: ft.Cache | None,
    notes: str | None,
    freqaimodel: str | None,
) -> Options:
    """Return the options that only a Freqtrade strategy has."""
    return Options(
        config=tuple(config or ()),
        user_data_dir=userdir,
        recursive_strategy_search=recursive_strategy_search,
        timeframe_detail=timeframe_detail,
        dataformat_ohlcv=_word(data_format_ohlcv),
        trading_mode=_word(trading_mode),
        margin_mode=_word(margin_mode),
        position_stacking=position_stacking,
        enable_protections=enable_protections,
        enable_dynamic_pairlist=enable_dynamic_pairlist,
        export=_word(export),
        exportdirectory=export_directory,
        backtest_breakdown=tuple(str(one) for one in breakdown or ()),
        backtest_cache=_word(cache),
        backtest_notes=notes,
        freqaimodel=freqaimodel,
    )


def _word(choice: str | None) -> str | None:
    return None if choice is None else str(choice)


def one_name(argument: str | None, option: str | None) -> str | None:
    """Return the strategy's name, which may be given in one of two ways."""
    if argument is not None and option is not None:
        both = f'"{argument}" and --strategy {option}'
        raise _unfit(option="--strategy", expected="the strategy named once", found=both)
    return argument if option is None else option


def chosen(
    name: str | None, names: list[str] | None, said: Options, folders: Sequence[Path]
) -> Options | None:
    """Return the options with their strategies in place; None for one of Tidegate's own."""
    from tidegate.freqtrade.recognition import freqtrades

    listed = split(names)
    if listed:
        return _several(name, listed, said, folders)
    if name is None:
        if not said.files():
            words = "name a strategy, or several with --strategy-list"
            raise typer.BadParameter(words, param_hint="STRATEGY")
        return replace(said, strategy_path=next(iter(folders), None))
    return freqtrades(name, said, folders)


def _several(
    name: str | None, listed: list[str], said: Options, folders: Sequence[Path]
) -> Options:
    from tidegate.freqtrade.recognition import freqtrades

    if name is not None:
        both = f'"{name}" and a list'
        raise _unfit(_LIST, expected="either STRATEGY or a list of them", found=both)
    places = set()
    for one in listed:
        found = freqtrades(one, said, folders)
        if found is None or found.strategy != one:
            raise _unfit(_LIST, expected="names of Freqtrade strategies", found=f'"{one}"')
        if found.strategy_path is not None:
            places.add(found.strategy_path)
    places.discard(said.userdir() / "strategies")
    if len(places) > 1:
        where = ", ".join(sorted(map(str, places)))
        raise _unfit(_LIST, expected="strategies of one folder", found=where)
    return replace(said, strategy_list=tuple(listed), strategy_path=next(iter(places), None))


def filled(said: Options, ground: Ground, money: Money) -> Options:
    """Add the options that Tidegate's own strategies share, read as they are read there."""
    slots, stake = money.max_open_trades, money.stake
    unlimited = stake is None or stake == _UNLIMITED
    if stake is not None and not unlimited:
        numbers.number_of("--stake-amount", stake, numbers.STAKE)
    return replace(
        said,
        pairs=tuple(split(ground.pairs)),
        timeframe=ground.timeframe,
        timerange=ground.timerange,
        datadir=ground.datadir,
        exchange=ground.exchange,
        stake_amount=stake,
        fee=None if money.fee is None else numbers.number_of("--fee", money.fee, numbers.FEE),
        dry_run_wallet=None
        if money.wallet is None
        else numbers.number_of("--dry-run-wallet", money.wallet, numbers.WALLET),
        max_open_trades=None if slots is None else _slots(slots),
    )


def _slots(text: str) -> int:
    """Return the positions allowed at once; -1 is without limit, as Freqtrade has it."""
    return -1 if text in ("-1", _UNLIMITED) else numbers.whole("--max-open-trades", text)


def require_meaning(**given: str | None) -> None:
    """Refuse options that mean nothing where Freqtrade's rules are followed to the letter."""
    for name, value in given.items():
        if value is None or (name, value) == ("realism", "freqtrade"):
            continue
        raise _unfit(
            option=f"--{name}",
            expected="a strategy of Tidegate's own; Freqtrade's are run by Freqtrade's rules",
            found=f"--{name} {value} with a Freqtrade strategy",
        )


def require_own(said: Options, markets: str | None) -> None:
    """Refuse options that only Freqtrade strategies have, with one of Tidegate's own."""
    nothing = Options()
    given = [
        one.name for one in fields(said) if getattr(said, one.name) != getattr(nothing, one.name)
    ]
    if markets is not None:
        given.append("markets")
    if given:
        option = _OPTION.get(given[0], given[0].replace("_", "-"))
        raise _unfit(
            option=f"--{option}",
            expected="a strategy written for Freqtrade",
            found=f"--{option} with a strategy of Tidegate's own",
        )


_OPTION = {
    "user_data_dir": "userdir",
    "dataformat_ohlcv": "data-format-ohlcv",
    "position_stacking": "enable-position-stacking",
    "exportdirectory": "backtest-directory",
    "backtest_breakdown": "breakdown",
    "backtest_cache": "cache",
    "backtest_notes": "notes",
}


def _unfit(option: str, *, expected: str, found: str) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f"{option} does not fit here",
        where=option,
        expected=expected,
        found=found,
        remedy=f"take {option} away",
    )
