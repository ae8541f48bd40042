"""The `tidegate parity` command."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli import freqtrade_options as ft
from tidegate.cli.subject import Datadir, Pairs, StrategyPath, TimeframeName, Timerange
from tidegate.cli.terminal import err
from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tidegate.freqtrade.options import Options
    from tidegate.freqtrade.parity.examination import Examination

_DIFFER = 1


def parity(  # noqa: PLR0913 - each is an option of the command
    strategy: Annotated[
        str | None,
        typer.Argument(
            metavar="STRATEGY",
            help="The name of a class written for Freqtrade, or file.py:Class.",
            show_default=False,
        ),
    ] = None,
    *,
    pairs: Pairs = None,
    timeframe: TimeframeName = None,
    timerange: Timerange = None,
    datadir: Datadir = None,
    exchange: Annotated[
        str | None, typer.Option(help="Left out: the configuration's, or binance.")
    ] = None,
    strategy_path: StrategyPath = None,
    wallet: Annotated[
        str | None,
        typer.Option(
            "--wallet", "--dry-run-wallet", "--starting-balance", help="Starting balance."
        ),
    ] = None,
    stake: Annotated[
        str | None,
        typer.Option("--stake", "--stake-amount", help='An amount a trade, or "unlimited".'),
    ] = None,
    max_open_trades: Annotated[str | None, typer.Option(help="Positions open at once.")] = None,
    fee: Annotated[str | None, typer.Option(help="Fee a side, as a fraction: 0.001.")] = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write what was found here.")
    ] = None,
    config: ft.ConfigFiles = None,
    userdir: ft.Userdir = None,
    recursive_strategy_search: ft.Recursive = False,
    strategy_list: ft.StrategyList = None,
    timeframe_detail: ft.TimeframeDetail = None,
    data_format_ohlcv: ft.DataFormatOhlcv = None,
    trading_mode: ft.Trading = None,
    margin_mode: ft.Margin = None,
    position_stacking: ft.PositionStacking = False,
    enable_protections: ft.Protections = False,
    enable_dynamic_pairlist: ft.DynamicPairlist = False,
    markets: ft.MarketsSource = None,
) -> None:
    """Run Freqtrade and Tidegate over the same files, and show that their trades are equal.

    Ends with exit code 1 at any difference, and names the first and the rule behind it.
    """
    from tidegate.cli import freqtrade_choice as choice
    from tidegate.cli.outputs import required

    files = required({"--json": json_path})
    said = choice.options(
        config=config,
        userdir=userdir,
        recursive_strategy_search=recursive_strategy_search,
        timeframe_detail=timeframe_detail,
        data_format_ohlcv=data_format_ohlcv,
        trading_mode=trading_mode,
        margin_mode=margin_mode,
        position_stacking=position_stacking,
        enable_protections=enable_protections,
        enable_dynamic_pairlist=enable_dynamic_pairlist,
        export=None,
        export_directory=None,
        breakdown=None,
        cache=None,
        notes=None,
        freqaimodel=None,
    )
    theirs = choice.chosen(strategy, strategy_list, said, strategy_path or [])
    if theirs is None:
        raise _not_theirs(str(strategy))
    options = choice.filled(
        theirs,
        choice.Ground(pairs, timeframe, timerange, datadir, exchange),
        choice.Money(wallet, stake, max_open_trades, fee),
    )
    found = _examined(options, markets)
    _show(found, files.get("--json"), json_path)
    if any(one.differences for one in found):
        raise typer.Exit(_DIFFER)


def _examined(options: Options, markets: str | None) -> list[Examination]:
    from tidegate.cli.slot import backtest_slot
    from tidegate.freqtrade.availability import require_freqtrade

    require_freqtrade()
    names = ", ".join(options.strategy_list) or options.strategy
    with backtest_slot(f"parity {names}"), _progress() as tell:
        from tidegate.freqtrade.configuration import load_configuration
        from tidegate.freqtrade.markets import ASK
        from tidegate.freqtrade.parity.examination import examine

        def configured() -> dict[str, Any]:
            loaded = load_configuration(options, runmode="backtest")
            return loaded | {"export": "none", "backtest_cache": "none"}

        return examine(configured, markets or ASK, tell)


def _show(found: list[Examination], file: Path | None, named: Path | None) -> None:
    from tidegate.cli.parity_summary import show

    if file is not None:
        from tidegate import __version__
        from tidegate.freqtrade.parity.words import document
        from tidegate.research.result_file import write_json

        strategies = [document(one) for one in found]
        write_json(file, {"tidegate": __version__, "strategies": strategies})
    for one in found:
        show(one)
    if named is not None:
        from tidegate.cli.terminal import out

        out.print(f"written: {named}", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _progress() -> Iterator[Callable[[str, str], None]]:
    """Show on a terminal which program is at work."""
    words = {"tidegate": "Tidegate runs", "freqtrade": "Freqtrade runs", "compare": "comparing"}
    with err.status("loading Freqtrade") as status:

        def tell(stage: str, what: str) -> None:
            status.update(f"{words[stage]} {what}".rstrip())

        yield tell


def _not_theirs(name: str) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f'"{name}" is a strategy of Tidegate\'s own',
        where="STRATEGY",
        expected="a class written for Freqtrade, which both programs can run",
        found=f'"{name}"',
        remedy="name a Freqtrade strategy, with --strategy-path where it lies",
    )
