"""The tables as they are today; `migrations/` leads every older database to them.

Keys are chosen for the append: rows of one account lie in the order they were made in, so that
a commit touches few pages, and the newest come first without sorting.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tidegate.registry.amounts import ExactDecimal

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
COMMON_KINDS: Final = frozenset({"approved", "updated", "filled"})
"""What every order brings: so many that the latest are found by walking back."""
RARE_KINDS: Final = text("kind <> 'approved' AND kind <> 'updated' AND kind <> 'filled'")
OPEN_STATES: Final = text("state <> 'filled' AND state <> 'cancelled' AND state <> 'rejected'")
UNANSWERED: Final = text("verdict IS NULL")


def _account() -> Column[int]:
    return Column("account", Integer, ForeignKey("accounts.id"), nullable=False)


def _text(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _whole(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _money(*names: str) -> list[Column[Any]]:
    return [Column(name, ExactDecimal, nullable=False) for name in names]


ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    # Who held it last; whether somebody does now, only the lock can tell.
    Column("holder_pid", BigInteger),
    Column("holder_host", Text),
    Column("holder_since_ns", BigInteger),
    UniqueConstraint("name"),
)

JOURNAL: Final = Table(
    "journal",
    METADATA,
    _account(),
    *_whole("seq", "time_ns"),
    *_text("kind", "correlation"),
    Column("body", LargeBinary, nullable=False),
    Column("link", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "seq"),
    Index("ix_journal_correlation", "account", "correlation", "seq"),
    Index(
        "ix_journal_rare",
        *("account", "kind", "seq"),
        sqlite_where=RARE_KINDS,
        postgresql_where=RARE_KINDS,
    ),
    sqlite_with_rowid=False,
)

SNAPSHOTS: Final = Table(
    "snapshots",
    METADATA,
    _account(),
    *_whole("seq"),
    Column("body", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    PrimaryKeyConstraint("account", "seq"),
)

ORDERS: Final = Table(
    "orders",
    METADATA,
    _account(),
    *_whole("made_ns"),
    *_text("id", "strategy", "pair", "position", "direction", "effect", "side", "kind"),
    *_money("amount", "price", "leverage"),
    *_text("tag", "signal", "correlation", "state"),
    *_money("filled"),
    Column("average", ExactDecimal),
    *_money("fee"),
    *_whole("changed_ns"),
    *_text("words"),
    PrimaryKeyConstraint("account", "made_ns", "id"),
    # None by pair or strategy: each would cost every append a tenth more. See `order_days`.
    Index(
        "ix_orders_open",
        *("account", "made_ns", "id"),
        sqlite_where=OPEN_STATES,
        postgresql_where=OPEN_STATES,
    ),
    sqlite_with_rowid=False,
)

ORDER_DAYS: Final = Table(
    "order_days",
    METADATA,
    _account(),
    *_text("name"),
    *_whole("day"),
    PrimaryKeyConstraint("account", "name", "day"),
    sqlite_with_rowid=False,
)

POSITIONS: Final = Table(
    "positions",
    METADATA,
    _account(),
    *_text("position", "strategy", "pair", "direction"),
    *_money("amount", "average", "cost", "leverage", "realised", "fees", "funding"),
    *_whole("opened_ns", "changed_ns"),
    *_text("tag"),
    PrimaryKeyConstraint("account", "position"),
)

TRADES: Final = Table(
    "trades",
    METADATA,
    _account(),
    *_whole("number"),
    *_text("position", "strategy", "pair", "direction"),
    *_whole("opened_ns", "closed_ns"),
    *_money("amount", "open_rate", "close_rate", "cost", "leverage", "fees", "funding"),
    *_money("profit", "profit_ratio"),
    *_text("enter_tag", "exit_reason"),
    *_whole("orders"),
    PrimaryKeyConstraint("account", "number"),
    Index("ix_trades_closed", "account", "closed_ns", "number"),
    Index("ix_trades_pair", "account", "pair", "closed_ns", "number"),
    Index("ix_trades_strategy", "account", "strategy", "closed_ns", "number"),
    sqlite_with_rowid=False,
)

DAILY: Final = Table(
    "daily",
    METADATA,
    _account(),
    *_whole("day"),
    *_text("strategy"),
    *_whole("trades", "wins", "losses"),
    *_money("profit", "fees", "funding"),
    PrimaryKeyConstraint("account", "day", "strategy"),
)

EQUITY: Final = Table(
    "equity",
    METADATA,
    _account(),
    *_whole("time_ns"),
    *_money("balance", "equity", "exposure"),
    *_whole("positions"),
    PrimaryKeyConstraint("account", "time_ns"),
    sqlite_with_rowid=False,
)

INCIDENTS: Final = Table(
    "incidents",
    METADATA,
    _account(),
    *_whole("number", "time_ns"),
    *_text("severity", "kind", "words", "correlation"),
    PrimaryKeyConstraint("account", "number"),
    Index("ix_incidents_time", "account", "time_ns", "number"),
    Index("ix_incidents_severity", "account", "severity", "time_ns", "number"),
)

COMMANDS: Final = Table(
    "commands",
    METADATA,
    # Not BigInteger: SQLite counts up by itself only for a key that it calls INTEGER.
    Column("number", Integer, primary_key=True),
    _account(),
    *_text("id", "kind", "reason", "given_by"),
    *_whole("time_ns", "taken"),
    Column("verdict", Text),
    *_text("words"),
    UniqueConstraint("account", "id"),
    Index(
        "ix_commands_unanswered",
        *("account", "number"),
        sqlite_where=UNANSWERED,
        postgresql_where=UNANSWERED,
    ),
)

STRATEGIES: Final = Table(
    "strategies",
    METADATA,
    *_text("fingerprint", "name", "version"),
    *_text("definition"),
    *_whole("first_seen_ns"),
    PrimaryKeyConstraint("fingerprint"),
    Index("ix_strategies_name", "name", "first_seen_ns"),
)

RUNS: Final = Table(
    "runs",
    METADATA,
    Column("number", Integer, primary_key=True),
    _account(),
    *_text("mode", "program", "settings"),
    *_whole("started_ns"),
    Column("ended_ns", BigInteger),
    Index("ix_runs_account", "account", "number"),
)

RUN_STRATEGIES: Final = Table(
    "run_strategies",
    METADATA,
    Column("run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("fingerprint", Text, ForeignKey("strategies.fingerprint"), nullable=False),
    PrimaryKeyConstraint("run", "fingerprint"),
)
