"""How the state of an account is said: tables for people, plain values for JSON."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from rich.table import Table

from tidegate.feeds.instants import SECOND_NS, iso, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.engine.entry import Entry
    from tidegate.model import IncidentRecord, OrderRecord, PositionRecord
    from tidegate.registry import Status

_NOTHING = "–"


_LONGEST: Final = 400


def plain(value: Any) -> Any:  # noqa: ANN401 - any record
    """Return a record as JSON knows it: amounts exact as text, times in ISO 8601."""
    names = _fields(value)
    if names is not None:
        found: dict[str, Any] = {}
        for name in names:
            inner = getattr(value, name)
            if name.endswith("_ns"):
                found[name.removesuffix("_ns")] = None if inner is None else iso(inner)
            else:
                found[name] = plain(inner)
        return found
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def _fields(value: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - any value
    """Return the names of a record's fields; None: it is no record."""
    if isinstance(value, msgspec.Struct):
        return value.__struct_fields__
    return tuple(field.name for field in fields(value)) if is_dataclass(value) else None


def plain_entry(seq: int, entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON knows it."""
    return {
        "seq": seq,
        "time": iso(entry.time_ns),
        "kind": entry.kind,
        "correlation": entry.correlation,
        "body": _body(entry.body),
    }


def status_table(status: Status) -> Table:
    """Return how an account stands, a line for each thing to know."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    since = status.trading_since_ns
    table.add_row("account", status.account)
    table.add_row(
        "trading",
        ", ".join(
            filter(
                None,
                (status.trading, status.why, None if since is None else f"since {_moment(since)}"),
            )
        ),
        style=None if status.trading == "active" else "yellow",
    )
    if status.latched:
        words = f"{status.latched}: lift it with `tidegate rearm`, then start"
        table.add_row("latched", words, style="red")
    table.add_row(
        "engine",
        str(status.holder or "none runs"),
        style=None if status.holder else "yellow",
    )
    worth = status.worth
    table.add_row(
        "worth",
        _NOTHING
        if worth is None
        else f"{amount(worth.equity)} (balance {amount(worth.balance)}, "
        f"exposure {amount(worth.exposure)}), {_moment(worth.time_ns)}",
    )
    table.add_row("positions", f"{status.positions:,}")
    unresolved = f", {status.unresolved:,} unresolved" if status.unresolved else ""
    table.add_row("open orders", f"{status.open_orders:,}{unresolved}")
    table.add_row("trades", f"{status.trades:,}")
    _say_books(table, status)
    if status.waiting:
        table.add_row("commands", f"{status.waiting:,} unanswered", style="yellow")
    if status.incident is not None:
        table.add_row("last critical", _incident(status.incident), style="red")
    last = status.last_ns
    at = "" if last is None else f", {_moment(last)}"
    table.add_row("journal", f"{status.last_entry:,} entries{at}")
    return table


def _say_books(table: Table, status: Status) -> None:
    """Say how the books stand to the venue's, where there is one."""
    books = status.books
    if books.alike_ns is not None:
        table.add_row("books", f"agreed {_moment(books.alike_ns)}")
    if books.halted:
        words = (
            f"{books.differences:,} differences: nothing new in {', '.join(books.halted)}; "
            "see `tidegate incidents`, then `tidegate reconcile fix --accept`"
        )
        table.add_row("books differ", words, style="red")
    if books.dust:
        held = ", ".join(f"{amount(each)} {name}" for name, each in sorted(books.dust.items()))
        table.add_row("dust", f"{held}: too little to be sold")


def positions_table(found: Iterable[PositionRecord]) -> Table:
    """Return one row for each position."""
    table = _table("position", "pair", "side", ">amount", ">average", ">cost", ">fees", "since")
    for one in found:
        table.add_row(
            one.position,
            one.pair,
            one.direction if one.leverage == 1 else f"{one.direction} {amount(one.leverage)}×",
            *(amount(value) for value in (one.amount, one.average, one.cost, one.fees)),
            _moment(one.opened_ns),
        )
    return table


def orders_table(found: Iterable[OrderRecord]) -> Table:
    """Return one row for each order."""
    table = _table("made", "pair", "order", "state", "filled", "id")
    for one in found:
        order = one.order
        at = "" if one.average is None else f" at {amount(one.average)}"
        table.add_row(
            _moment(order.made_ns),
            order.pair,
            f"{order.side} {amount(order.amount)}, {order.kind} {amount(order.price)}",
            one.state if not one.words else f"{one.state}: {one.words}",
            f"{amount(one.filled)}{at}" if one.filled else _NOTHING,
            order.id,
            style="yellow" if one.state in {"unresolved", "rejected"} else None,
        )
    return table


def incidents_table(found: Iterable[IncidentRecord]) -> Table:
    """Return one row for each incident."""
    table = _table("time", "severity", "kind", "what happened", "correlation")
    for one in found:
        table.add_row(
            _moment(one.time_ns),
            one.severity,
            one.kind,
            one.words,
            one.correlation,
            style="red" if one.severity == "critical" else None,
        )
    return table


def entry_line(seq: int, entry: Entry) -> str:
    """Return an entry as one line, cut where it is very long; JSON output has all of it."""
    body = _body(entry.body)
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]} … {len(text):,} letters"
    return f"{seq:>8}  {_moment(entry.time_ns)}  {entry.kind:<10}  {entry.correlation}  {text}"


def amount(value: Decimal) -> str:
    """Return an amount with its thousands apart and no zeros at its end."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(time_ns: int) -> str:
    """Return a time as a table shows it, to the second; JSON has all of it."""
    return spoken(time_ns - time_ns % SECOND_NS)


def _incident(one: IncidentRecord) -> str:
    return f"{one.kind}: {one.words} ({_moment(one.time_ns)})"


def _body(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except ValueError:  # it is shown as it is: the journal's reader is the judge
        return body.decode(errors="replace")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        # Whatever does not fit goes on in the next line: a number that is cut is another number.
        justify: Literal["left", "right"] = "right" if name.startswith(">") else "left"
        table.add_column(name.removeprefix(">"), justify=justify, overflow="fold")
    return table
