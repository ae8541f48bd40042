"""A Freqtrade strategy's result on the terminal, in Freqtrade's own figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from tidegate.cli.backtest_summary import (
    breakdown_table,
    duration_words,
    is_narrow,
    pairs_words,
    safe,
    written,
)
from tidegate.cli.guardrail_words import show_guardrails
from tidegate.cli.terminal import err, out
from tidegate.freqtrade.charts import origins
from tidegate.research.document import iso
from tidegate.research.guardrails import guardrails_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tidegate.freqtrade.running import Ran, Run
    from tidegate.research.guardrails import Guarded

_MOST_ERRORS = 10
_LOOPS = {
    "walk": "compiled loop",
    "lean": "compiled loop that visits events alone",
    "freqtrade": "Freqtrade's own loop",
}


def show(run: Run, guarded: Mapping[str, Guarded | None], paths: Sequence[Path]) -> None:
    """Print the summary of each strategy, and how they compare where there are several.

    `guarded` is what the orders of each went through.
    """
    for ran in run.strategies:
        _show_one(run, ran, run.results["strategy"][ran.name])
        show_guardrails(guardrails_document(guarded.get(ran.name)))
    if len(run.strategies) > 1:
        out.print(_comparison(run.results))
    for path in paths:
        out.print(f"written: {path}", markup=False, highlight=False, soft_wrap=True)


def _show_one(run: Run, ran: Ran, stats: dict[str, Any]) -> None:
    currency = stats["stake_currency"]
    mode = " ".join(word for word in (stats["margin_mode"], stats["trading_mode"]) if word)
    out.print()
    out.print(
        f"[bold]{safe(ran.name)}[/]  on {pairs_words(stats['pairlist'])}, {stats['timeframe']}"
        f"{_detail(stats)}, {mode}, {stats['backtest_start'][:10]} to "
        f"{stats['backtest_end'][:10]}, by Freqtrade's rules"
    )
    if made := dict.fromkeys(origins(run).values()):
        out.print(f"[yellow]prices are not recorded ones: {safe(', '.join(made))}[/]")
    fee = run.backtesting.fee
    out.print(
        f"wallet {stats['starting_balance']:,.10g} → [bold]{stats['final_balance']:,.8g}[/] "
        f"{currency}, stake {stats['stake_amount']}, {_slots(stats)} slots; fee {fee:.3%} a side"
    )
    out.print(_figures(stats, currency))
    for name, title in (
        ("results_per_pair", "by pair"),
        ("results_per_enter_tag", "by entry"),
        ("exit_reason_summary", "by exit"),
    ):
        rows = [_row(row) for row in stats[name] if row["key"] != "TOTAL"]
        if rows and not (name == "results_per_enter_tag" and len(rows) == 1):
            out.print(breakdown_table(rows, title, currency))
    for period, rows in stats["periodic_breakdown"].items():
        if period in (run.backtesting.config.get("backtest_breakdown") or ()):
            out.print(_periods(rows, period, currency))
    _show_way(run, ran)
    show_callback_errors(ran.callback_errors)


def _detail(stats: dict[str, Any]) -> str:
    return f" inside {stats['timeframe_detail']}" if stats["timeframe_detail"] else ""


def _slots(stats: dict[str, Any]) -> str:
    slots = stats["max_open_trades_setting"]
    return "unlimited" if slots in (-1, float("inf")) else str(slots)


def _figures(stats: dict[str, Any], currency: str) -> Table:
    cells = [(title, _written(stats, name, form, currency)) for title, name, form in _FIGURES]
    table = Table(box=None, show_header=False, padding=(0, 1 if is_narrow() else 2))
    width = 1 if is_narrow() else 2
    for _ in range(width):
        table.add_column(overflow="fold")
        table.add_column(justify="right", overflow="fold")
    for at in range(0, len(cells), width):
        row = [
            part for title, text in cells[at : at + width] for part in (f"[dim]{title}[/]", text)
        ]
        table.add_row(*row)
    return table


_FIGURES: tuple[tuple[str, str, str], ...] = (
    ("total profit", "profit_total", "percent"),
    ("market change", "market_change", "percent"),
    ("profit", "profit_total_abs", "currency"),
    ("CAGR", "cagr", "percent"),
    ("max drawdown", "max_drawdown_account", "percent"),
    ("drawdown of the wallet", "wallet_stats.max_drawdown_account", "percent"),
    ("Sharpe of closed trades", "sharpe", "number"),
    ("Sharpe of the wallet", "wallet_stats.sharpe", "number"),
    ("Sortino of closed trades", "sortino", "number"),
    ("Sortino of the wallet", "wallet_stats.sortino", "number"),
    ("profit factor", "profit_factor", "number"),
    ("expectancy", "expectancy", "currency"),
    ("trades", "total_trades", "count"),
    ("win rate", "winrate", "percent"),
    ("long trades", "trade_count_long", "count"),
    ("short trades", "trade_count_short", "count"),
    ("average stake", "avg_stake_amount", "currency"),
    ("average duration", "holding_avg_s", "duration"),
    ("best day", "backtest_best_day_abs", "currency"),
    ("worst day", "backtest_worst_day_abs", "currency"),
    ("rejected signals", "rejected_signals", "count"),
    ("entry and exit time-outs", "timedout_entry_orders+timedout_exit_orders", "count"),
)


def _written(stats: dict[str, Any], name: str, form: str, currency: str) -> str:
    values = [_value(stats, part) for part in name.split("+")]
    if any(value is None for value in values):
        return "–"
    if form == "duration":
        return duration_words(float(values[0] or 0))
    return " / ".join(written(float(value or 0), form, currency) for value in values)


def _value(stats: dict[str, Any], name: str) -> float | None:
    """Return a figure of Freqtrade's summary; None where it has not worked it out."""
    found: Any = stats
    for part in name.split("."):
        found = (found or {}).get(part)
    return found if isinstance(found, (int, float)) else None


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": row["key"] if isinstance(row["key"], str) else " ".join(map(str, row["key"])),
        "trades": row["trades"],
        "win_rate": row["winrate"] if row["trades"] else None,
        "profit_abs": row["profit_total_abs"],
        "profit_factor": row["profit_factor"] if row["losses"] else None,
    }


def _periods(rows: list[dict[str, Any]], period: str, currency: str) -> Table:
    table = Table(title=f"by {period}", title_justify="left", title_style="bold", box=None)
    for title in (period, "trades", f"profit {currency}", "win / draw / lose"):
        table.add_column(title, justify="left" if title == period else "right")
    for row in rows:
        counts = " / ".join(str(row[name]) for name in ("wins", "draws", "losses"))
        when = row["date"] if period == "weekday" else iso(row["date_ts"] * 1_000_000)[:10]
        table.add_row(when, str(row["trades"]), f"{row['profit_abs']:,.2f}", counts)
    return table


def _comparison(results: dict[str, Any]) -> Table:
    table = Table(title="the strategies beside each other", title_justify="left", box=None)
    for title in ("strategy", "trades", "total profit", "profit", "win rate", "max drawdown"):
        table.add_column(title, justify="left" if title == "strategy" else "right")
    for row in results["strategy_comparison"]:
        currency = results["strategy"][row["key"]]["stake_currency"]
        table.add_row(
            safe(row["key"]),
            f"{row['trades']:,}",
            f"{row['profit_total']:.2%}",
            written(float(row["profit_total_abs"]), "currency", currency),
            f"{row['winrate']:.1%}",
            f"{row['max_drawdown_account']:.2%}",
        )
    return table


def _show_way(run: Run, ran: Ran) -> None:
    """Say which loop was taken and why, and how long it took."""
    if ran.content is None:
        out.print("[dim]taken over from an earlier result, as --cache allows[/]")
        return
    if ran.path is not None:
        out.print(f"[dim]{safe(loop_words(ran.path))}[/]")
    out.print(
        f"[dim]load {run.load_seconds:.3f} s, indicators, signals and trades {ran.seconds:.3f} s[/]"
    )


def loop_words(path: Any) -> str:  # noqa: ANN401 - Freqtrade need not be installed
    """Say which loop was taken, which callbacks it asked, and why."""
    asked = f", asking {', '.join(path.callbacks)}" if path.callbacks else ""
    why = f": {path.why}" if path.why else ""
    return f"{_LOOPS.get(path.loop, path.loop)}{asked}{why}"


def show_callback_errors(errors: Sequence[Any]) -> None:
    """Show each kind of exception that a callback raised once; Freqtrade hides them."""
    for line in _error_lines(errors):
        err.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)


def _error_lines(errors: Sequence[Any]) -> Iterator[str]:
    for error in errors[:_MOST_ERRORS]:
        times = "once" if error.count == 1 else f"{error.count:,} times"
        yield (
            f"warning: {error.callback} raised {error.error}, {times}; first on {error.pair} at "
            f"{error.time}, in {error.place}"
        )
    if len(errors) > _MOST_ERRORS:
        yield f"warning: {len(errors) - _MOST_ERRORS} more kinds of exceptions in callbacks"
