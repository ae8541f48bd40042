"""Consequences: fills folded into positions, cash and equity."""

from tidegate.ledger.account import STOP_TAGS, Account
from tidegate.ledger.booked import Booked
from tidegate.ledger.curve import Curve
from tidegate.ledger.daily import KEPT_DAYS, Daily, StrategyDay
from tidegate.ledger.position import Accounting, Position, Tranche
from tidegate.ledger.seen import REMEMBERED
from tidegate.ledger.tally import Tally, day_of, week_of

__all__ = [
    "KEPT_DAYS",
    "REMEMBERED",
    "STOP_TAGS",
    "Account",
    "Accounting",
    "Booked",
    "Curve",
    "Daily",
    "Position",
    "StrategyDay",
    "Tally",
    "Tranche",
    "day_of",
    "week_of",
]
