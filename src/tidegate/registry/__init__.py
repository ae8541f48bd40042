"""What was run and what came of it: the database, the journal, its readers."""

from tidegate.registry.database import Database, open_database
from tidegate.registry.inbox import DONE, REFUSED, WITHDRAWN, Answer, Inbox
from tidegate.registry.journal import DatabaseJournal
from tidegate.registry.line import Durability
from tidegate.registry.ownership import Owner
from tidegate.registry.reading import Reader
from tidegate.registry.rows import Record
from tidegate.registry.runs import Run, Runs, StrategyVersion
from tidegate.registry.wanted import DailySums, Page, Refusals, Status, Wanted

__all__ = [
    "DONE",
    "REFUSED",
    "WITHDRAWN",
    "Answer",
    "DailySums",
    "Database",
    "DatabaseJournal",
    "Durability",
    "Inbox",
    "Owner",
    "Page",
    "Reader",
    "Record",
    "Refusals",
    "Run",
    "Runs",
    "Status",
    "StrategyVersion",
    "Wanted",
    "open_database",
]
