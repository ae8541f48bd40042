"""Schema 2: which strategies ran, and as what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of strategies and runs."""
    op.create_table(
        "strategies",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("fingerprint", "name", "version", "definition")
        ),
        sa.Column("first_seen_ns", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_strategies"),
    )
    op.create_index("ix_strategies_name", "strategies", ["name", "first_seen_ns"])
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("account", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("mode", "program", "settings")),
        sa.Column("started_ns", sa.BigInteger, nullable=False),
        sa.Column("ended_ns", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_runs"),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_runs_account"),
    )
    op.create_index("ix_runs_account", "runs", ["account", "number"])
    op.create_table(
        "run_strategies",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run", "fingerprint", name="pk_run_strategies"),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_run_strategies_run"),
        sa.ForeignKeyConstraint(
            ["fingerprint"], ["strategies.fingerprint"], name="fk_run_strategies_fingerprint"
        ),
    )
