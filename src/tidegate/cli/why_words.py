"""The answer to "why no trade?": every guardrail with what it saw, and what was refused before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from tidegate.cli.account_words import amount
from tidegate.cli.terminal import err, out
from tidegate.feeds.instants import SECOND_NS, iso, spoken

if TYPE_CHECKING:
    from tidegate.engine.facts import Denied
    from tidegate.guardrails import Verdict
    from tidegate.model import OrderRecord
    from tidegate.registry import Owner, Refusals
    from tidegate.runtime.inquiry import Answer

_WORDS = {True: "passed", False: "refused", None: "not judged"}
_STYLES = {True: None, False: "red", None: "dim"}


def show(
    answer: Answer,
    refusals: Refusals,
    newest: OrderRecord | None,
    holder: Owner | None,
    *,
    as_json: bool,
) -> None:
    """Print it; `newest` is the pair's latest order, `holder` the process that trades."""
    if as_json:
        document = _document(answer, refusals, newest, holder)
        text = json.dumps(document, indent=1, ensure_ascii=False)
        out.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    _show_head(answer)
    out.print(_table(answer))
    _show_refusals(answer, refusals)
    if newest is not None:
        made = _moment(newest.order.made_ns)
        out.print(f"the latest order of the pair: {made}, {newest.order.effect}, {newest.state}")
    if holder is None:
        err.print("no process trades this account now: start `tidegate trade`", style="yellow")


def _show_head(answer: Answer) -> None:
    signal = answer.signal
    size = "" if signal.amount is None else f" {amount(signal.amount)}"
    at = "at the market" if signal.price is None else f"at {amount(signal.price)}"
    out.print(
        f"[bold]{escape(signal.pair)}[/] {signal.direction}{size} {at}, for "
        f"{escape(signal.strategy)} in {escape(signal.account)}, as of {_moment(signal.made_ns)}"
    )
    refused = answer.refused_by
    if refused:
        names = ", ".join(verdict.name for verdict in refused)
        out.print(f"[red]it would be refused[/]: {escape(names)}")
    elif answer.is_whole:
        out.print("[green]it would pass[/]: no guardrail stands in the way")
    else:
        out.print("[green]nothing stands in the way[/] as far as could be judged", soft_wrap=True)
    if signal.amount is None:
        err.print("how much is worked out at the signal: --amount asks the guardrails of size too")


def _table(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("guardrail", "says", "saw", "limit"):
        table.add_column(name, overflow="fold")
    for verdict in answer.verdicts:
        table.add_row(
            verdict.name,
            _WORDS[verdict.passed],
            escape(verdict.observed),
            escape(verdict.limit),
            style=_STYLES[verdict.passed],
        )
    return table


def _show_refusals(answer: Answer, refusals: Refusals) -> None:
    pair = answer.signal.pair
    if not refusals.rows:
        among = "" if refusals.all else f" among the latest {refusals.looked_at:,} refusals"
        out.print(f"no signal of {escape(pair)} was refused{among}", highlight=False)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    table.title = f"refused before, of {escape(pair)}"
    for name in ("time", "strategy", "signal", "reason", "saw", "limit"):
        table.add_column(name, overflow="fold")
    for time_ns, denied in refusals.rows:
        table.add_row(
            _moment(time_ns),
            escape(denied.strategy),
            escape(f"{denied.direction} {denied.effect}"),
            denied.reason,
            escape(denied.observed),
            escape(denied.limit),
        )
    out.print(table)


def _moment(time_ns: int) -> str:
    return spoken(time_ns - time_ns % SECOND_NS)


def _document(
    answer: Answer, refusals: Refusals, newest: OrderRecord | None, holder: Owner | None
) -> dict[str, Any]:
    signal, refused = answer.signal, answer.refused_by
    verdict = "refused" if refused else "passed" if answer.is_whole else "not judged"
    return {
        "account": signal.account,
        "time": iso(signal.made_ns),
        "trading_process": None if holder is None else str(holder),
        "pair": signal.pair,
        "strategy": signal.strategy,
        "direction": str(signal.direction),
        "amount": None if signal.amount is None else f"{signal.amount:f}",
        "price": None if signal.price is None else f"{signal.price:f}",
        "market_price": None if answer.market_price is None else f"{answer.market_price:f}",
        "verdict": verdict,
        "refused_by": [one.name for one in refused],
        "guardrails": [_verdict(one) for one in answer.verdicts],
        "refusals": [_refusal(time_ns, denied) for time_ns, denied in refusals.rows],
        "refusals_looked_at": refusals.looked_at,
        "latest_order": None
        if newest is None
        else {
            "id": newest.order.id,
            "made": iso(newest.order.made_ns),
            "effect": str(newest.order.effect),
            "state": str(newest.state),
        },
    }


def _verdict(one: Verdict) -> dict[str, Any]:
    return {
        "name": one.name,
        "verdict": _WORDS[one.passed],
        "reason": None if one.reason is None else str(one.reason),
        "observed": one.observed,
        "limit": one.limit,
        "sentence": one.sentence,
    }


def _refusal(time_ns: int, denied: Denied) -> dict[str, Any]:
    return {
        "time": iso(time_ns),
        "strategy": denied.strategy,
        "position": denied.position,
        "direction": denied.direction,
        "effect": denied.effect,
        "reason": denied.reason,
        "observed": denied.observed,
        "limit": denied.limit,
        "sentence": denied.sentence,
    }
