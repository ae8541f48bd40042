"""Money as the databases keep it: every digit, whatever the database thinks of decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Numeric, Text
from sqlalchemy.types import TypeDecorator

from tidegate.errors import DefectError

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept to its last digit: NUMERIC where that is exact, text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Decimal]:
        """Choose the column's type."""
        exact: TypeEngine[Any] = Numeric() if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(exact)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> object:
        """Return what the driver is given."""
        if value is None:
            return None
        return finite(value) if dialect.name == "postgresql" else decimal_text(value)

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        """Return the decimal that was kept."""
        del dialect
        if value is None or isinstance(value, Decimal):
            return value
        return Decimal(str(value))


def decimal_text(value: Decimal) -> str:
    """Return a decimal as text that means it to the last digit, never a NaN or an infinity."""
    if not value.is_finite():
        raise _no_amount(value)
    return str(value)


def finite(value: Decimal) -> Decimal:
    """Return the decimal, which has to be a number."""
    if not value.is_finite():
        raise _no_amount(value)
    return value


def _no_amount(value: Decimal) -> DefectError:
    message = f"the database was to keep {value} as an amount"
    return DefectError(message)
