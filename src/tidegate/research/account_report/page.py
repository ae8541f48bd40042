"""The page: one file without script that opens from disk and makes no request."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Final

from tidegate import __version__
from tidegate.feeds.aside import written_aside
from tidegate.research.account_report.drawing import curve_drawing
from tidegate.research.account_report.story import deepest_fall, sums_by, sums_of
from tidegate.research.account_report.style import STYLE
from tidegate.research.account_report.words import (
    figure,
    moment,
    money,
    percent,
    sign_of,
    signed,
    signed_percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from tidegate.model import TradeRecord
    from tidegate.research.account_report.story import Sums, Tale

_MOST: Final = 500  # trades that are listed: those before them are in the database

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Tidegate {version}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def write_page(path: Path, tale: Tale) -> None:
    """Write the report of an account."""
    with written_aside(path) as aside:
        aside.write_text(page(tale), encoding="utf-8", newline="\n")


def page(tale: Tale) -> str:
    """Return the report as text."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    body = (
        _head(tale),
        _cards(tale),
        _section("Equity", curve_drawing(tale.curve, tale.deposits)),
        _strategies(tale),
        _gate(tale),
        _held(tale),
        _trades(tale),
    )
    return _PAGE.format(
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'",
        version=escape(__version__),
        title=escape(f"Account {tale.account} · Tidegate"),
        style=STYLE,
        body="\n".join(body),
    )


def _head(tale: Tale) -> str:
    made = f'<p class="made">{escape(tale.note)}</p>' if tale.note else ""
    return (
        f"<h1>Account {escape(tale.account)}</h1>"
        f'<p class="under">{escape(tale.where)} · {moment(tale.begun_ns)} to '
        f"{moment(tale.now_ns)} UTC of the market's time</p>{made}"
    )


def _cards(tale: Tale) -> str:
    whole = sums_of("", tale.trades)
    gained = None if tale.equity is None else tale.equity - tale.deposits
    share = None if gained is None or not tale.deposits else float(gained / tale.deposits)
    cards = (
        ("Equity", f"{money(tale.equity)} {tale.currency}", ""),
        ("Gained", f"{signed(gained)} ({signed_percent(share)})", sign_of(gained)),
        ("Deepest fall", percent(deepest_fall(tale.curve)), ""),
        ("Trades that are over", f"{whole.trades:,}", ""),
        ("Win rate", percent(whole.win_rate), ""),
        ("Fees", money(whole.fees), ""),
        ("Orders let through", f"{tale.approved:,}", ""),
        ("Signals refused", f"{sum(tale.refusals.values()):,}", ""),
    )
    boxes = (
        f'<div class="card"><span>{name}</span><b class="{kind}">{escape(value)}</b></div>'
        for name, value, kind in cards
    )
    return f'<div class="cards">{"".join(boxes)}</div>'


def _strategies(tale: Tale) -> str:
    by_strategy = sums_by(tale.trades, lambda trade: trade.strategy)
    by_pair = sums_by(tale.trades, lambda trade: trade.pair)
    return _section("By strategy", _sums_table("Strategy", by_strategy)) + _section(
        "By pair", _sums_table("Pair", by_pair)
    )


def _sums_table(name: str, sums: Sequence[Sums]) -> str:
    rows = [
        (
            escape(each.name),
            f"{each.trades:,}",
            percent(each.win_rate),
            _coloured(each.profit),
            money(each.fees),
        )
        for each in sums
    ]
    return _table((name, ">Trades", ">Win rate", ">Profit", ">Fees"), rows, "No trade is over yet.")


def _gate(tale: Tale) -> str:
    counted = sorted(tale.refusals.items(), key=lambda each: (-each[1], each[0]))
    rows = [
        (f"<code>{escape(reason)}</code>", escape(tale.sentences.get(reason, "")), f"{count:,}")
        for reason, count in counted
    ]
    return _section(
        "What the gate refused",
        _table(("Reason", "What it means", ">Times"), rows, "Nothing was refused."),
    )


def _held(tale: Tale) -> str:
    rows = [
        (
            escape(each.pair),
            escape(each.strategy),
            escape(each.direction),
            figure(each.amount),
            figure(each.average),
            figure(each.price),
            _coloured(each.profit),
        )
        for each in tale.held
    ]
    columns = ("Pair", "Strategy", "Side", ">Amount", ">Average", ">Price", ">Profit")
    return _section("Held now", _table(columns, rows, "Nothing is held."))


def _trades(tale: Tale) -> str:
    latest = list(reversed(tale.trades))[:_MOST]
    more = len(tale.trades) - len(latest)
    words = f'<p class="note">and {more:,} before them</p>' if more else ""
    columns = (
        "Closed", "Strategy", "Pair", ">Amount", ">Opened at", ">Closed at", ">Fees", ">Profit",
        ">", "Why it ended",
    )  # fmt: skip
    table = _table(columns, map(_trade, latest), "No trade is over yet.")
    return _section("Trades", table + words)


def _trade(trade: TradeRecord) -> tuple[str, ...]:
    ratio = float(trade.profit_ratio)
    return (
        moment(trade.closed_ns),
        escape(trade.strategy),
        escape(trade.pair),
        figure(trade.amount),
        figure(trade.open_rate),
        figure(trade.close_rate),
        money(trade.fees),
        _coloured(trade.profit),
        f'<span class="{sign_of(ratio)}">{signed_percent(ratio)}</span>',
        escape(trade.exit_reason),
    )


def _coloured(value: Decimal | None) -> str:
    return f'<span class="{sign_of(value)}">{signed(value)}</span>'


def _section(title: str, inner: str) -> str:
    return f'<h2>{title}</h2><div class="panel">{inner}</div>'


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], nothing: str) -> str:
    """Return a table of cells that are HTML already; a column with > stands on the right."""
    kinds = [' class="right"' if name.startswith(">") else "" for name in columns]
    head = "".join(
        f"<th{kind}>{name.removeprefix('>')}</th>"
        for name, kind in zip(columns, kinds, strict=True)
    )
    lines = [
        "<tr>"
        + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, kinds, strict=True))
        + "</tr>"
        for row in rows
    ]
    if not lines:
        return f'<p class="note">{nothing}</p>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
