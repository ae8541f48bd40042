"""What `tidegate parity` found, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.freqtrade.parity import Difference
    from tidegate.freqtrade.parity.examination import Examination

_MOST_SHOWN = 5


def show(examination: Examination) -> None:
    """Print the verdict, what each program took, and the first difference with its rule."""
    for line in examination.warnings:
        err.print(f"warning: {line}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    out.print(_programs(examination))
    for error in examination.callback_errors:
        place = f" at {error.place}" if error.place else ""
        text = f"{error.callback} raised {error.error} {error.count} times, first on {error.pair}"
        out.print(f"{text}{place}; both programs go on without it.", markup=False, soft_wrap=True)
    if not examination.differences:
        out.print(_equal(examination), soft_wrap=True)
        return
    _show_first(examination)


def _equal(examination: Examination) -> str:
    count = examination.trades
    if not count:
        return "[yellow]No trades in either program: nothing was compared but that.[/]"
    return (
        f"[green]Equal:[/] {count:,} trades with their orders, locks, wallet, counters and figures,"
        " to the last bit."
    )


def _programs(examination: Examination) -> Table:
    theirs, ours = examination.seconds
    table = Table(title=escape(examination.strategy), title_justify="left")
    for column in ("", "trades", "load", "run", "seconds", "times"):
        table.add_column(column, justify="left" if not column else "right")
    counts = (examination.trades, len(examination.tidegate["results"]))
    for name, count, seconds in zip(("Freqtrade", "Tidegate"), counts, (theirs, ours), strict=True):
        table.add_row(
            name,
            f"{count:,}",
            f"{seconds.load:.3f}",
            f"{seconds.run:.3f}",
            f"{seconds.total:.3f}",
            f"{theirs.total / seconds.total:.1f}",
        )
    table.caption = escape(_way(examination))
    table.caption_justify = "left"
    return table


def _way(examination: Examination) -> str:
    path = examination.path
    asked = f"asking {', '.join(path.callbacks)}" if path.callbacks else path.why
    if path.loop == "freqtrade":
        return f"Tidegate used Freqtrade's own loop: {path.why}"
    return f"compiled loop: {asked}"


def _show_first(examination: Examination) -> None:
    from tidegate.freqtrade.parity.rules import rule_of

    first = examination.differences[0]
    count = len(examination.differences)
    noun = "difference" if count == 1 else "differences"
    out.print(f"[red]{count:,} {noun}.[/] The first in time:")
    if not examination.repeatable:
        out.print(
            "Two runs of Tidegate differ as well: this strategy does not decide the same twice, "
            "because of chance, the clock, or something that it keeps.",
            soft_wrap=True,
        )
    out.print(_facts(first, str(rule_of(first))))
    around = _around(examination)
    if around is not None:
        out.print(around)
    if count > 1:
        out.print(_others(examination))


def _facts(first: Difference, rule: str) -> Table:
    from tidegate.freqtrade.parity.words import spoken, when

    table = Table(box=None, show_header=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    facts = {
        "what": str(first.part),
        "trade": None if first.number is None else str(first.number),
        "pair": first.pair,
        "candle": when(first),
        "field": first.field,
        "Freqtrade": spoken(first.freqtrade),
        "Tidegate": spoken(first.tidegate),
        "rule": rule,
    }
    for name, text in facts.items():
        if text is not None:
            table.add_row(name, escape(text))
    return table


def _around(examination: Examination) -> Table | None:
    from tidegate.freqtrade.parity.words import COLUMNS, neighbourhood, spoken

    rows = list(neighbourhood(examination))
    if not rows:
        return None
    table = Table(title="Around it", title_justify="left")
    for column in ("program", "trade", *COLUMNS):
        table.add_column(column, overflow="fold")
    middle = examination.differences[0].number
    for program, number, trade in rows:
        style = "bold" if number == middle else None
        cells = [escape(_short(spoken(trade[name]))) for name in COLUMNS]
        table.add_row(program, str(number), *cells, style=style)
    return table


def _short(text: str) -> str:
    """Return a date without the zone that all dates share."""
    return text.removesuffix("+00:00")


def _others(examination: Examination) -> Table:
    from tidegate.freqtrade.parity.rules import rule_of
    from tidegate.freqtrade.parity.words import spoken, when

    shown = examination.differences[1 : 1 + _MOST_SHOWN]
    table = Table(title=f"The next {len(shown)}, which may follow from it", title_justify="left")
    for column in ("what", "trade", "pair", "candle", "field", "Freqtrade", "Tidegate", "rule"):
        table.add_column(column, overflow="fold")
    for one in shown:
        cells: list[Any] = [one.part, one.number, one.pair, when(one), one.field]
        texts = ["" if cell is None else str(cell) for cell in cells]
        texts += [spoken(one.freqtrade), spoken(one.tidegate), rule_of(one).name]
        table.add_row(*map(escape, texts))
    return table
