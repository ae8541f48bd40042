"""The commands that look at an account: status, positions, orders, incidents, journal."""

from __future__ import annotations

import json
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli.account_options import (
    LAST,
    Account,
    AsJson,
    Db,
    Limit,
    Since,
    account_of,
    instant,
    opened,
)
from tidegate.cli.terminal import err, out
from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from rich.table import Table

    from tidegate.registry import Reader

_FOLLOWED_EVERY = 0.2  # seconds

Pair = Annotated[str | None, typer.Option("--pair", "-p", help="Of this pair alone.")]
Strategy = Annotated[str | None, typer.Option("--strategy", help="Of this strategy alone.")]


class Severity(StrEnum):
    """How bad an incident is."""

    WARNING = "warning"
    CRITICAL = "critical"


def status(db: Db = None, account: Account = None, *, as_json: AsJson = False) -> None:
    """Show how each account stands: whether it trades, what it is worth, what is open."""
    from tidegate.cli.account_words import plain, status_table
    from tidegate.registry import Reader

    with opened(db) as database:
        names = database.accounts() if account is None else [account]
        found = [Reader(database, name).status() for name in names]
    if as_json:
        _print_json([plain(one) for one in found])
        return
    for number, one in enumerate(found):
        if number:
            out.print()
        out.print(status_table(one))
    if not found:
        err.print("the database has no account yet")


def positions(db: Db = None, account: Account = None, *, as_json: AsJson = False) -> None:
    """List the positions that are held."""
    from tidegate.cli.account_words import plain, positions_table
    from tidegate.registry import Reader

    with opened(db) as database:
        found = Reader(database, account_of(database, account)).positions()
    _show(as_json, [plain(one) for one in found], positions_table(found), "no positions")


def orders(  # noqa: PLR0913 - each is an option of the command
    db: Db = None,
    account: Account = None,
    *,
    still_open: Annotated[
        bool, typer.Option("--open", help="Only those that may still be filled.")
    ] = False,
    pair: Pair = None,
    strategy: Strategy = None,
    since: Since = None,
    limit: Limit = 50,
    after: Annotated[
        str | None, typer.Option(help="Go on where the list before ended: its `next`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List orders, the newest first."""
    from tidegate.cli.account_words import orders_table, plain
    from tidegate.registry import Page, Reader, Wanted

    wanted = Wanted(pair=pair, strategy=strategy, since_ns=instant(since), limit=limit, after=after)
    with opened(db) as database:
        reader = Reader(database, account_of(database, account))
        if still_open:
            _refuse_beside("--open", {"--after": after})
            found = [
                one
                for one in reader.open_orders()
                if pair in {None, one.order.pair}
                and strategy in {None, one.order.strategy}
                and (wanted.since_ns is None or one.order.made_ns >= wanted.since_ns)
            ]
            page = Page(found[:limit], None)
        else:
            page = reader.orders(wanted)
    _show_page(page, as_json, [plain(one) for one in page.rows], orders_table(page.rows))


def incidents(  # noqa: PLR0913 - each is an option of the command
    db: Db = None,
    account: Account = None,
    *,
    severity: Annotated[Severity | None, typer.Option(help="Only those of this severity.")] = None,
    since: Since = None,
    limit: Limit = 50,
    after: Annotated[
        str | None, typer.Option(help="Go on where the list before ended: its `next`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what an operator has to know of, the newest first."""
    from tidegate.cli.account_words import incidents_table, plain
    from tidegate.registry import Reader, Wanted

    wanted = Wanted(since_ns=instant(since), limit=limit, after=after)
    only = None if severity is None else severity.value
    with opened(db) as database:
        page = Reader(database, account_of(database, account)).incidents(wanted, only)
    _show_page(page, as_json, [plain(one) for one in page.rows], incidents_table(page.rows))


def journal(  # noqa: PLR0913 - each is an option of the command
    db: Db = None,
    account: Account = None,
    *,
    kind: Annotated[str | None, typer.Option(help="Only entries of this kind.")] = None,
    correlation: Annotated[
        str | None, typer.Option(help="Only entries of this thread, as the logs name it.")
    ] = None,
    after: Annotated[
        int | None, typer.Option(min=0, max=LAST, help="The first entries after this number.")
    ] = None,
    limit: Limit = 50,
    check: Annotated[
        bool, typer.Option("--check", help="Hold every entry against its digest instead.")
    ] = False,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show the end of the journal: every fact of an account, in its order."""
    from tidegate.cli.account_words import entry_line, plain_entry
    from tidegate.registry import Reader

    with opened(db) as database:
        name = account_of(database, account)
        if check:
            others = {"--kind": kind, "--correlation": correlation, "--after": after}
            _refuse_beside("--check", {**others, "--follow": follow or None})
            out.print(f"{database.check(name):,} entries, every one as it was written")
            return
        reader = Reader(database, name)
        last = 0 if after is None else after
        while True:
            found = reader.journal(after=after, kind=kind, correlation=correlation, limit=limit)
            for seq, entry in found:
                if as_json:
                    text = json.dumps(plain_entry(seq, entry), ensure_ascii=False)
                else:
                    text = entry_line(seq, entry)
                out.print(text, markup=False, highlight=False, soft_wrap=True)
                last = seq
            if not follow:
                return
            if after is None and not found:
                last = _end(reader)
            after = last
            if not found:
                time.sleep(_FOLLOWED_EVERY)


def _refuse_beside(option: str, others: dict[str, object]) -> None:
    """Refuse options that would mean nothing beside another."""
    for name, value in others.items():
        if value is not None:
            raise OptionError(
                Code.BAD_OPTION,
                f"{name} means nothing beside {option}",
                where=name,
                expected=f"{option} without it",
                found="both",
                remedy=f"leave out {name} or {option}",
            )


def _end(reader: Reader) -> int:
    """Return the number of the last entry, whatever its kind."""
    newest = reader.journal(limit=1)
    return newest[0][0] if newest else 0


def _show(as_json: bool, values: list[Any], table: Table, nothing: str) -> None:
    if as_json:
        _print_json(values)
    elif values:
        out.print(table)
    else:
        err.print(nothing)


def _show_page(page: Any, as_json: bool, values: list[Any], table: Table) -> None:  # noqa: ANN401 - of any record
    if as_json:
        _print_json({"rows": values, "next": page.next})
        return
    _show(as_json, values, table, "nothing to show")
    if page.next is not None:
        err.print(f"there is more: --after {page.next}", highlight=False, soft_wrap=True)


def _print_json(value: Any) -> None:  # noqa: ANN401 - any JSON
    text = json.dumps(value, indent=1, ensure_ascii=False)
    out.print(text, markup=False, highlight=False, soft_wrap=True)
