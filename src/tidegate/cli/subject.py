"""What a strategy is run on: pairs, timeframe and folder, from the options or its own words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.spaced_lists import split

if TYPE_CHECKING:
    from tidegate.model import Timeframe
    from tidegate.strategies import Strategy

_ROOT = Path("user_data/data")

StrategyName = Annotated[
    str,
    typer.Argument(
        metavar="STRATEGY", help="A built-in name, a definition (.json), or file.py:Class."
    ),
]
StrategyPath = Annotated[
    list[Path] | None, typer.Option("--strategy-path", help="Folders to look for STRATEGY in.")
]
Pairs = Annotated[
    list[str] | None,
    typer.Option(
        "--pairs", "-p", help="Pairs; left out: the strategy's own, or all there are candles of."
    ),
]
TimeframeName = Annotated[
    str | None,
    typer.Option("--timeframe", "-t", "-i", help="Left out: the strategy's own."),
]
Timerange = Annotated[
    str | None, typer.Option(help="Candles to use, like 20240101-20240401; left out: all.")
]
Datadir = Annotated[
    Path | None,
    typer.Option("--datadir", "-d", help=f"Folder of candle files; left out: {_ROOT}/EXCHANGE."),
]
Exchange = Annotated[str, typer.Option(help="The exchange whose candles to use.")]


@dataclass(frozen=True, slots=True)
class Subject:
    """A strategy and what it is run on."""

    strategy: Strategy
    pairs: list[str]
    currency: str
    timeframe: Timeframe
    datadir: Path


def subject(
    name: str,
    *,
    paths: list[Path] | None,
    pairs: list[str] | None,
    timeframe: str | None,
    datadir: Path | None,
    exchange: str,
) -> Subject:
    """Resolve the strategy and fill in what the options leave out."""
    from tidegate.strategies.catalogue import resolve

    strategy = resolve(name, paths=paths or ())
    folder = datadir or _ROOT / exchange
    length = _timeframe(strategy, timeframe)
    if pairs is None and strategy.pairs:
        own = f"the pairs of {strategy.name}"
        return Subject(strategy, *_checked(list(strategy.pairs), own), length, folder)
    names = split(pairs) if pairs is not None else _all_pairs(folder, length)
    return Subject(strategy, *_checked(names, "--pairs"), length, folder)


def _timeframe(strategy: Strategy, given: str | None) -> Timeframe:
    from tidegate.errors import Code, OptionError
    from tidegate.model import Timeframe

    if given is not None:
        return Timeframe.parse(given)
    if strategy.timeframe is None:
        raise OptionError(
            Code.BAD_OPTION,
            f"{strategy.name} names no timeframe of its own",
            where="--timeframe",
            expected="a timeframe",
            found="none",
            remedy="add --timeframe 1h, for example",
        )
    return strategy.timeframe


def _all_pairs(datadir: Path, timeframe: Timeframe) -> list[str]:
    from tidegate.feeds.choice import chosen

    return [file.pair for file in chosen(datadir, timeframes=[timeframe])]


def _checked(names: list[str], where: str) -> tuple[list[str], str]:
    """Return the pairs and the one currency that all of them are paid in."""
    from tidegate.errors import Code, OptionError
    from tidegate.feeds.absence import no_pairs
    from tidegate.model import Pair

    if not names:
        raise no_pairs()
    parsed = [Pair.parse(name, where=where) for name in names]
    currencies = {pair.currency: pair for pair in parsed}
    if len(currencies) > 1:
        raise OptionError(
            Code.MIXED_CURRENCIES,
            "pairs that share a wallet must be paid in one currency",
            where=where,
            expected="pairs of one quote currency",
            found=", ".join(f"{pair} in {currency}" for currency, pair in currencies.items()),
            remedy="run each currency's pairs by themselves, named with --pairs",
        )
    return list(dict.fromkeys(map(str, parsed))), parsed[0].currency
