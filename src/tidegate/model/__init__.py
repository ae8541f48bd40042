"""The nouns that every room speaks in: frozen values without behaviour of their own."""

from tidegate.model.arrays import Bools, Codes, Floats, Ints
from tidegate.model.candles import Candles
from tidegate.model.outcome import ORDER_DTYPE, TRADE_DTYPE, Outcome
from tidegate.model.pair import Pair
from tidegate.model.plan import Plan
from tidegate.model.rules import Exits, Rules, Sizing, SizingKind
from tidegate.model.timeframe import DAY_NS, MINUTE_NS, TIMEFRAMES, Timeframe

__all__ = [
    "DAY_NS",
    "MINUTE_NS",
    "ORDER_DTYPE",
    "TIMEFRAMES",
    "TRADE_DTYPE",
    "Bools",
    "Candles",
    "Codes",
    "Exits",
    "Floats",
    "Ints",
    "Outcome",
    "Pair",
    "Plan",
    "Rules",
    "Sizing",
    "SizingKind",
    "Timeframe",
]
