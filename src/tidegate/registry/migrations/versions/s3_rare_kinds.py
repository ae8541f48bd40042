"""Schema 3: the index of the journal's rare kinds, by a condition that costs each append less."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"
branch_labels = None
depends_on = None

# For a list of three SQLite makes a table at every statement; three comparisons are just made.
_RARE = sa.text("kind <> 'approved' AND kind <> 'updated' AND kind <> 'filled'")


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("ix_journal_rare", "journal")
    op.create_index(
        "ix_journal_rare",
        "journal",
        ["account", "kind", "seq"],
        sqlite_where=_RARE,
        postgresql_where=_RARE,
    )
    if op.get_bind().dialect.name == "sqlite":  # as schema 1 tells of it
        op.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat)"
            " VALUES ('journal', 'ix_journal_rare', '100000 100000 10000 1')"
        )
