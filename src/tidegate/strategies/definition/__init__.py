"""The shape of a strategy written as data, and how it is read."""

from tidegate.strategies.definition.conditions import (
    OPERATORS,
    AllOf,
    Alternatives,
    AnyOf,
    Comparison,
    Every,
    Not,
    Tagged,
)
from tidegate.strategies.definition.faults import Faults
from tidegate.strategies.definition.reading import (
    Document,
    document,
    parse_document,
    read_document,
)
from tidegate.strategies.definition.root import Definition

__all__ = [
    "OPERATORS",
    "AllOf",
    "Alternatives",
    "AnyOf",
    "Comparison",
    "Definition",
    "Document",
    "Every",
    "Faults",
    "Not",
    "Tagged",
    "document",
    "parse_document",
    "read_document",
]
