"""Schema 1: accounts, their journals, what is read of them, and the commands to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None

# What SQLite is told of the tables, lest it take an account for a handful of rows: by index, how
# many rows there are, then how many have the same first column, the same first two, and so on.
_EXPECTED = (
    ("journal", "journal", "3000000 3000000 1"),
    ("journal", "ix_journal_correlation", "3000000 3000000 5 1"),
    ("journal", "ix_journal_rare", "100000 100000 10000 1"),
    ("orders", "orders", "1000000 1000000 2 1"),
    ("orders", "ix_orders_open", "10 10 2 1"),
    ("trades", "trades", "1000000 1000000 1"),
    ("trades", "ix_trades_closed", "1000000 1000000 2 1"),
    ("trades", "ix_trades_pair", "1000000 1000000 10000 2 1"),
    ("trades", "ix_trades_strategy", "1000000 1000000 20000 2 1"),
    ("equity", "equity", "1000000 1000000 1"),
    ("incidents", "sqlite_autoindex_incidents_1", "100000 100000 1"),
    ("incidents", "ix_incidents_time", "100000 100000 2 1"),
    ("incidents", "ix_incidents_severity", "100000 100000 10000 2 1"),
    ("commands", "sqlite_autoindex_commands_1", "10000 10000 1"),
    ("commands", "ix_commands_unanswered", "5 5 1"),
)
_RARE = sa.text("kind NOT IN ('approved', 'updated', 'filled')")
_OPEN = sa.text("state IN ('approved', 'open', 'unresolved')")
_UNANSWERED = sa.text("verdict IS NULL")


def upgrade() -> None:
    """Make every table there was at first."""
    _accounts_and_journal()
    _orders_and_positions()
    _trades()
    _equity_and_incidents()
    _commands()
    if op.get_bind().dialect.name == "sqlite":
        _expectations()


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _money(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    exact = sa.Numeric().with_variant(sa.Text(), "sqlite")
    return [sa.Column(name, exact, nullable=nullable) for name in names]


def _owned(table: str, *parts: Any, key: tuple[str, ...] = (), rowid: bool = True) -> None:  # noqa: ANN401 - columns
    """Make a table whose rows belong to an account."""
    op.create_table(
        table,
        sa.Column("account", sa.Integer, nullable=False),
        *parts,
        *([sa.PrimaryKeyConstraint("account", *key, name=f"pk_{table}")] if key else []),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=f"fk_{table}_account"),
        sqlite_with_rowid=rowid,
    )


def _index(table: str, name: str, *columns: str, where: Any = None) -> None:  # noqa: ANN401 - a clause
    partial = {} if where is None else {"sqlite_where": where, "postgresql_where": where}
    op.create_index(f"ix_{table}_{name}", table, ["account", *columns], **partial)


def _accounts_and_journal() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, nullable=False),
        *_text("name"),
        sa.Column("holder_pid", sa.BigInteger),
        sa.Column("holder_host", sa.Text),
        sa.Column("holder_since_ns", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    _owned(
        "journal",
        *_whole("seq", "time_ns"),
        *_text("kind", "correlation"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("link", sa.LargeBinary, nullable=False),
        key=("seq",),
        rowid=False,
    )
    _index("journal", "correlation", "correlation", "seq")
    _index("journal", "rare", "kind", "seq", where=_RARE)
    _owned(
        "snapshots",
        *_whole("seq"),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
        key=("seq",),
    )


def _orders_and_positions() -> None:
    _owned(
        "orders",
        *_whole("made_ns"),
        *_text("id", "strategy", "pair", "position", "direction", "effect", "side", "kind"),
        *_money("amount", "price", "leverage"),
        *_text("tag", "signal", "correlation", "state"),
        *_money("filled"),
        *_money("average", nullable=True),
        *_money("fee"),
        *_whole("changed_ns"),
        *_text("words"),
        key=("made_ns", "id"),
        rowid=False,
    )
    _index("orders", "open", "made_ns", "id", where=_OPEN)
    _owned(
        "positions",
        *_text("position", "strategy", "pair", "direction"),
        *_money("amount", "average", "cost", "leverage", "realised", "fees", "funding"),
        *_whole("opened_ns", "changed_ns"),
        *_text("tag"),
        key=("position",),
    )


def _trades() -> None:
    _owned(
        "trades",
        *_whole("number"),
        *_text("position", "strategy", "pair", "direction"),
        *_whole("opened_ns", "closed_ns"),
        *_money("amount", "open_rate", "close_rate", "cost", "leverage", "fees", "funding"),
        *_money("profit", "profit_ratio"),
        *_text("enter_tag", "exit_reason"),
        *_whole("orders"),
        key=("number",),
        rowid=False,
    )
    _index("trades", "closed", "closed_ns", "number")
    _index("trades", "pair", "pair", "closed_ns", "number")
    _index("trades", "strategy", "strategy", "closed_ns", "number")
    _owned(
        "daily",
        *_whole("day"),
        *_text("strategy"),
        *_whole("trades", "wins", "losses"),
        *_money("profit", "fees", "funding"),
        key=("day", "strategy"),
    )


def _equity_and_incidents() -> None:
    _owned(
        "equity",
        *_whole("time_ns"),
        *_money("balance", "equity", "exposure"),
        *_whole("positions"),
        key=("time_ns",),
        rowid=False,
    )
    _owned(
        "incidents",
        *_whole("number", "time_ns"),
        *_text("severity", "kind", "words", "correlation"),
        key=("number",),
    )
    _index("incidents", "time", "time_ns", "number")
    _index("incidents", "severity", "severity", "time_ns", "number")


def _commands() -> None:
    _owned(
        "commands",
        sa.Column("number", sa.Integer, nullable=False),
        *_text("id", "kind", "reason", "given_by"),
        *_whole("time_ns", "taken"),
        sa.Column("verdict", sa.Text),
        *_text("words"),
        sa.PrimaryKeyConstraint("number", name="pk_commands"),
        sa.UniqueConstraint("account", "id", name="uq_commands_account_id"),
    )
    _index("commands", "unanswered", "number", where=_UNANSWERED)


def _expectations() -> None:
    op.execute("ANALYZE")  # makes the table that they stand in
    table = sa.table("sqlite_stat1", *(sa.column(name) for name in ("tbl", "idx", "stat")))
    rows = [dict(zip(("tbl", "idx", "stat"), row, strict=True)) for row in _EXPECTED]
    op.execute("DELETE FROM sqlite_stat1")
    op.bulk_insert(table, rows)
