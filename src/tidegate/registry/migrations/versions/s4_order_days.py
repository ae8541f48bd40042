"""Schema 4: in which days a pair, a strategy, or both together had orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"
branch_labels = None
depends_on = None

_NOTED = (
    "INSERT INTO order_days (account, name, day)"
    " SELECT DISTINCT account, pair, made_ns / 86400000000000 FROM orders"
    " UNION SELECT DISTINCT account, strategy, made_ns / 86400000000000 FROM orders"
    " UNION SELECT DISTINCT account, strategy || '/' || pair, made_ns / 86400000000000 FROM orders"
)


def upgrade() -> None:
    """Add the table, and note the orders that are there."""
    op.create_table(
        "order_days",
        sa.Column("account", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account", "name", "day", name="pk_order_days"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_order_days_account"),
        sqlite_with_rowid=False,
    )
    op.execute(_NOTED)
