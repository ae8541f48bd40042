"""A backtest's result on the terminal: the figures that decide, and where the rest is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from tidegate.cli.guardrail_words import show_guardrails
from tidegate.cli.terminal import out

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FIGURES = (
    ("total_return", "hold_return"),
    ("annualised_return", "volatility"),
    ("max_drawdown", "max_drawdown_duration"),
    ("sharpe", "sortino"),
    ("calmar", "profit_factor"),
    ("win_rate", "expectancy"),
    ("trades", "trades_per_day"),
    ("average_win", "average_loss"),
    ("average_duration", "longest_losing_run"),
    ("time_in_market", "turnover"),
    ("fees_paid", "slippage_paid"),
    ("alpha", "beta"),
    ("var_95", "p_value"),
    ("rejected_signals", "unaffordable_signals"),
)
_MOST_ROWS = 12
_NARROW = 76
_SMALL_WALLET = 100
_DAY = 86_400
_HOUR = 3_600


def show(document: dict[str, Any], written: list[Path]) -> None:
    """Print the summary."""
    run, strategy = document["run"], document["strategy"]
    out.print()
    out.print(
        f"[bold]{safe(strategy['name'])}[/] {safe(strategy['version'])}  on "
        f"{pairs_words(run['pairs'])}, {run['timeframe']}, "
        f"{run['start'][:10]} to {run['end'][:10]}, {run['candles']:,} candles"
    )
    if run["prices"] != "recorded":
        out.print(f"[yellow]prices are not recorded ones: {safe(run['prices'])}[/]")
    out.print(
        f"wallet {run['wallet']:,.10g} → [bold]{_balance(document)}[/] "
        f"{run['currency']}, stake {run['stake']}, {run['max_open_trades']} slots; "
        f"fee {run['fee']:.3%} a side, slippage {run['slippage']}"
    )
    out.print(_figures(document))
    for name, title in (("pair", "by pair"), ("exit_reason", "by exit")):
        rows = document["breakdowns"][name]
        if rows:
            out.print(breakdown_table(rows, title, run["currency"]))
    show_guardrails(document["guardrails"])
    _print_grade(document["grade"])
    seconds = document["seconds"]
    out.print(
        f"[dim]load {seconds['load']:.3f} s, indicators {seconds['indicators']:.3f} s, "
        f"simulate {seconds['simulate']:.4f} s[/]"
    )
    for path in written:
        out.print(f"written: {path}", markup=False, highlight=False, soft_wrap=True)


def _balance(document: dict[str, Any]) -> str:
    """Write the final balance with decimals enough for the wallet it came from."""
    places = 2 if document["run"]["wallet"] >= _SMALL_WALLET else 8
    return f"{document['final_balance']:,.{places}f}"


def safe(text: str) -> str:
    """Return text that says what it says, brackets included."""
    from rich.markup import escape

    return escape(text)


def pairs_words(pairs: list[str]) -> str:
    """Name the pairs, or count them where they are many."""
    return ", ".join(pairs) if len(pairs) <= 5 else f"{len(pairs)} pairs"  # noqa: PLR2004 - a line's worth


def _figures(document: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1 if is_narrow() else 2))
    rows = [(name,) for pair in _FIGURES for name in pair] if is_narrow() else _FIGURES
    for _ in rows[0]:
        table.add_column(overflow="fold")
        table.add_column(justify="right", overflow="fold")
    for row in rows:
        cells: list[str] = []
        for name in row:
            info = document["metric_info"][name]
            cells += [f"[dim]{info['title']}[/]", _figure(document, name)]
        table.add_row(*cells)
    return table


def is_narrow() -> bool:
    """Say whether two figures do not fit beside each other."""
    return out.width < _NARROW


def _figure(document: dict[str, Any], name: str) -> str:
    value = document["metrics"][name]
    if value is None:
        return f"[dim]– {safe(document['undefined'][name])}[/]"
    info = document["metric_info"][name]
    text = written(value, info["unit"], document["run"]["currency"])
    if name in ("total_return", "hold_return", "annualised_return", "alpha"):
        return f"[{'green' if value >= 0 else 'red'}]{text}[/]"
    return text


def written(value: float, unit: str, currency: str) -> str:
    """Write a figure with its unit."""
    match unit:
        case "percent":
            return f"{value:.2%}"
        case "currency":
            return f"{value:,.2f} {currency}" if abs(value) >= 1 else f"{value:.8f} {currency}"
        case "count":
            return f"{value:,.0f}"
        case "duration":
            return duration_words(value)
        case _:
            return f"{value:.3f}"


def duration_words(seconds: float) -> str:
    """Write a duration (seconds) in the unit that suits it."""
    if seconds >= _DAY:
        return f"{seconds / _DAY:.1f} days"
    if seconds >= _HOUR:
        return f"{seconds / _HOUR:.1f} h"
    return f"{seconds / 60:.0f} min"


def breakdown_table(rows: list[dict[str, Any]], title: str, currency: str) -> Table:
    """Return the table of a breakdown: the best and the worst rows by profit."""
    gap, joint = (1, "\n") if is_narrow() else (2, " ")
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        padding=(0, gap),
        pad_edge=not is_narrow(),
        collapse_padding=is_narrow(),
    )
    table.add_column("", overflow="fold", min_width=len("exit_signal"))
    for words in (("trades",), ("win", "rate"), ("profit", currency), ("profit", "factor")):
        table.add_column(joint.join(words), justify="right", no_wrap=True, overflow="fold")
    places = 8 if 0 < max(abs(row["profit_abs"]) for row in rows) < 1 else 2
    ranked = sorted(rows, key=lambda row: -row["profit_abs"])
    for row in _ends(ranked):
        if row is None:
            table.add_row("…")
            continue
        colour = "green" if row["profit_abs"] >= 0 else "red"
        table.add_row(
            safe(row["key"]),
            f"{row['trades']:,}",
            "–" if row["win_rate"] is None else f"{row['win_rate']:.1%}",
            f"[{colour}]{row['profit_abs']:,.{places}f}[/]",
            "–" if row["profit_factor"] is None else f"{row['profit_factor']:.2f}",
        )
    return table


def _ends(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any] | None]:
    """Return the best and the worst where there are too many for a screen."""
    if len(rows) <= _MOST_ROWS:
        return rows
    half = _MOST_ROWS // 2
    return [*rows[:half], None, *rows[-half:]]


def _print_grade(grade: dict[str, Any]) -> None:
    out.print(f"realism [bold]{grade['letter']}[/] ({grade['score']:.0%})")
    for step in grade["raises"][:3]:
        out.print(f"  [dim]+{step['gain']:.0%}[/] {safe(step['what'])}")
