"""How Alembic runs the steps: on the connection it is given, in that connection's transaction."""

from __future__ import annotations

from alembic import context

from tidegate.registry.migrating import VERSION_TABLE
from tidegate.registry.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
