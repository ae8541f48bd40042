"""The nouns that every room speaks in: frozen values without behaviour of their own."""

from tidegate.model.arrays import Bools, Codes, Floats, Ints
from tidegate.model.candles import Candles
from tidegate.model.command import Command, CommandKind, TradingState
from tidegate.model.fill import Fill, OrderUpdate
from tidegate.model.instrument import Instrument
from tidegate.model.money import EXACT, ONE, PLACES, ZERO, exact_decimal, money
from tidegate.model.order import ENDED, FOLLOWS, Order, OrderKind, OrderState, Side
from tidegate.model.outcome import ORDER_DTYPE, TRADE_DTYPE, Outcome
from tidegate.model.pair import Pair
from tidegate.model.plan import Plan
from tidegate.model.records import (
    EquityRecord,
    IncidentRecord,
    OrderRecord,
    PositionRecord,
    TradeRecord,
)
from tidegate.model.rules import Exits, Rules, Sizing, SizingKind
from tidegate.model.signal import Direction, Effect, Signal
from tidegate.model.steps import down, up
from tidegate.model.timeframe import DAY_NS, MINUTE_NS, TIMEFRAMES, Timeframe

__all__ = [
    "DAY_NS",
    "ENDED",
    "EXACT",
    "FOLLOWS",
    "MINUTE_NS",
    "ONE",
    "ORDER_DTYPE",
    "PLACES",
    "TIMEFRAMES",
    "TRADE_DTYPE",
    "ZERO",
    "Bools",
    "Candles",
    "Codes",
    "Command",
    "CommandKind",
    "Direction",
    "Effect",
    "EquityRecord",
    "Exits",
    "Fill",
    "Floats",
    "IncidentRecord",
    "Instrument",
    "Ints",
    "Order",
    "OrderKind",
    "OrderRecord",
    "OrderState",
    "OrderUpdate",
    "Outcome",
    "Pair",
    "Plan",
    "PositionRecord",
    "Rules",
    "Side",
    "Signal",
    "Sizing",
    "SizingKind",
    "Timeframe",
    "TradeRecord",
    "TradingState",
    "down",
    "exact_decimal",
    "money",
    "up",
]
