"""`tidegate demo --backtests`: the built-in strategies once, on a market made for the purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.model import Timeframe

_START_NS = 1_672_531_200_000_000_000  # 2023-01-01
_DAYS = 730
_PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "DOGE/USDT")


def backtest_all(folder: Path, seed: int) -> None:
    """Make a market, backtest the built-in strategies on it, and write a report of each."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    market, reports = folder / "data" / "demo", folder / "reports" / "demo"
    rows: list[tuple[dict[str, Any], Path]] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("")
        steps = [_make(market, seed), _warm(), _backtests(market, reports, rows)]
        for words in (words for step in steps for words in step):
            bar.update(task, description=words)
            if not err.is_terminal:
                err.print(words)
    _show(rows)
    out.print("\nThe market is made, not recorded: its profits and losses prove nothing.")
    out.print("The reports; open one in a browser:")
    for _, path in rows:
        out.print(f"  file://{path.resolve()}", highlight=False, soft_wrap=True)


def _make(market: Path, seed: int) -> Iterator[str]:
    """Make two years of five pairs, unless that very market is there already."""
    from tidegate.feeds import path_of, read, write
    from tidegate.feeds.synthetic import MarketSpec, generate_all

    finest, traded = _timeframes()
    spec = MarketSpec(
        pairs=_PAIRS,
        timeframe=finest,
        start_ns=_START_NS,
        candles=_DAYS * 1440 // finest.minutes,
        seed=seed,
    )
    paths = [path_of(market, pair, length) for pair in _PAIRS for length in (finest, traded)]
    last = path_of(market, _PAIRS[-1], traded)
    there = all(path.exists() for path in paths)
    if there and read(last, _PAIRS[-1], traded).origin == spec.origin:
        yield f"the market of seed {seed} is in {market} already"
        return
    for number, frames in enumerate(generate_all(spec, (finest, traded))):
        for candles in frames:
            write(path_of(market, candles.pair, candles.timeframe), candles)
        yield f"making a market: {number + 1} of {len(_PAIRS)} pairs, {_DAYS} days each"


def _timeframes() -> tuple[Timeframe, Timeframe]:
    from tidegate.model import Timeframe

    return Timeframe.parse("5m"), Timeframe.parse("1h")


def _warm() -> Iterator[str]:
    from tidegate.kernel import compiling_words, make_ready, needs_compiling

    if needs_compiling():
        yield compiling_words()
    make_ready()


def _backtests(
    market: Path, reports: Path, rows: list[tuple[dict[str, Any], Path]]
) -> Iterator[str]:
    """Backtest each built-in strategy and write its report."""
    from tidegate.feeds import TimeRange
    from tidegate.research.backtest import Request, backtest
    from tidegate.research.document import result_document
    from tidegate.research.report import ChartData, write_html
    from tidegate.stats import measure
    from tidegate.strategies.catalogue import listing, resolve

    _, traded = _timeframes()
    names = [listed.name for listed in listing() if listed.kind == "built in"]
    for name in names:
        yield f"backtesting {name}"
        request = Request(
            strategy=resolve(name),
            pairs=_PAIRS,
            currency="USDT",
            timeframe=traded,
            datadir=market,
            timerange=TimeRange(),
            wallet=10_000.0,
            keep_columns=True,
        )
        result = backtest(request)
        yield f"writing the report of {name}"
        command = f"tidegate backtest {name} --datadir {market} --timeframe {traded} "
        command += f"--pairs {' '.join(_PAIRS)} --wallet 10000"
        document = result_document(result, measure(result.outcome), command)
        path = reports / f"{name}.html"
        charts = [ChartData(candles=p.candles, indicators=p.columns) for p in result.plans]
        write_html(path, document, charts)
        rows.append((document, path))


def _show(rows: list[tuple[dict[str, Any], Path]]) -> None:
    from rich.table import Table

    title = "Built-in strategies on the made market"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1))
    table.add_column("strategy")
    for name in ("trades", "return", "hold", "max drawdown", "Sharpe", "realism"):
        table.add_column(name, justify="right")
    for document, _ in rows:
        metrics = document["metrics"]
        table.add_row(
            document["strategy"]["name"],
            f"{metrics['trades']:,.0f}",
            *(_percent(metrics[name]) for name in ("total_return", "hold_return", "max_drawdown")),
            "–" if metrics["sharpe"] is None else f"{metrics['sharpe']:.2f}",
            document["grade"]["letter"],
        )
    out.print(table)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
