"""What a run's orders were held to, on the terminal."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.table import Table

from tidegate.cli.terminal import out
from tidegate.research.guardrails import NONE

_MOST_ROWS = 8


def show_guardrails(found: dict[str, Any]) -> None:
    """Print the limits in force and what they refused, or that there were none."""
    named = " and ".join(_named(found))
    if not named:
        out.print(
            "guardrails [bold]none[/]: every order that the strategy wanted was placed  "
            "[dim]--limits safe, widest or FILE puts them before it[/]"
        )
        return
    orders = "" if found["orders"] is None else f"{found['orders']:,} orders, "
    refused = found["signals_refused"]
    out.print(f"guardrails [bold]{escape(named)}[/]: {orders}{refused:,} signals refused")
    if found["stopped"]:
        out.print(f"[yellow]trading was stopped by a limit: {escape(found['stopped'])}[/]")
    if found["refused"]:
        out.print(_refusals(found))
    out.print(f"[dim]limits in force: {escape(_in_force(found['in_force']))}[/]", highlight=False)


def _named(found: dict[str, Any]) -> list[str]:
    """Name the limits that were asked for, and those that the strategy brought along."""
    own = ", ".join(f"{name} {value:g}" for name, value in found["own"].items())
    asked = [] if found["limits"] == NONE else [found["limits"]]
    return [*asked, *([f"the strategy's own ({own})"] if own else [])]


def _in_force(limits: dict[str, Any]) -> str:
    if not limits:
        return "none that refuses what is sound"
    return ", ".join(f"{name} {_value(value)}" for name, value in limits.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "as set"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refusals(found: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("refused", overflow="fold")
    table.add_column("signals", justify="right")
    table.add_column("the first of them", overflow="fold")
    rows = list(found["refused"].items())
    for reason, count in rows[:_MOST_ROWS]:
        table.add_row(reason, f"{count:,}", escape(_first(found["examples"].get(reason))))
    if len(rows) > _MOST_ROWS:
        more = rows[_MOST_ROWS:]
        table.add_row(f"{len(more)} more", f"{sum(count for _, count in more):,}", "")
    return table


def _first(examples: list[dict[str, str]] | None) -> str:
    if not examples:
        return "–"
    one = examples[0]
    when = one["time"][:16].replace("T", " ")
    return f"{one['pair']} {when}: {one['sentence']} ({one['observed']}, limit {one['limit']})"
