"""The statements of the hot path, written from the tables so that the two cannot part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Table


def insert(table: Table, mark: str) -> str:
    """Return the statement that adds a row, its values in the order of the table's columns."""
    names = [column.name for column in table.columns]
    marks = ", ".join([mark] * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - own names


def upsert(table: Table, mark: str, *changing: str) -> str:
    """Return the statement that adds a row, or changes those columns where its key is taken."""
    key = ", ".join(column.name for column in table.primary_key)
    values = ", ".join(f"{name} = excluded.{name}" for name in changing)
    return f"{insert(table, mark)} ON CONFLICT ({key}) DO UPDATE SET {values}"


def ask(statement: str, mark: str) -> str:
    """Return a question written with `?` as a driver wants it."""
    return statement if mark == "?" else statement.replace("?", mark)
