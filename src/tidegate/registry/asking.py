"""A connection of the pool that answers what is otherwise asked on a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tidegate.registry.line import Row


class Asking:
    """Asks in the transaction that a connection is in."""

    def __init__(self, connection: Connection) -> None:
        """Ask this connection."""
        self.mark = "?" if connection.dialect.name == "sqlite" else "%s"
        self._connection = connection

    def rows(self, statement: str, values: Row = ()) -> list[Row]:
        """Return what a question answers."""
        return [tuple(row) for row in self._connection.exec_driver_sql(statement, values)]
