"""The matching: accounts, books and orders, exact and without a clock."""

from tidegate.exchange.venue.account import Account
from tidegate.exchange.venue.book import Book, BookSide
from tidegate.exchange.venue.listing import Listing
from tidegate.exchange.venue.order import (
    OPEN,
    PRICED,
    STOPS,
    Kind,
    Life,
    NewOrder,
    Order,
    Prevention,
    Reason,
    RefusedError,
    Report,
    Status,
    Trade,
    What,
)
from tidegate.exchange.venue.units import UNIT, TooFineError, decimal, from_decimal, text, units
from tidegate.exchange.venue.venue import AT_ONCE, CROWD, Handling, Venue

__all__ = [
    "AT_ONCE",
    "CROWD",
    "OPEN",
    "PRICED",
    "STOPS",
    "UNIT",
    "Account",
    "Book",
    "BookSide",
    "Handling",
    "Kind",
    "Life",
    "Listing",
    "NewOrder",
    "Order",
    "Prevention",
    "Reason",
    "RefusedError",
    "Report",
    "Status",
    "TooFineError",
    "Trade",
    "Venue",
    "What",
    "decimal",
    "from_decimal",
    "text",
    "units",
]
