"""Opinions: strategies as data or in Python, turned into a plan for the candle loop."""

from tidegate.strategies.catalogue import Listed, listing, resolve
from tidegate.strategies.condition import Condition
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.describe import describe
from tidegate.strategies.frame import Frame
from tidegate.strategies.line import Line, crosses_above, crosses_below
from tidegate.strategies.market import PairMarket
from tidegate.strategies.own_limits import OwnLimits
from tidegate.strategies.signals import Signals
from tidegate.strategies.strategy import Strategy

__all__ = [
    "Condition",
    "DeclaredStrategy",
    "Frame",
    "Line",
    "Listed",
    "OwnLimits",
    "PairMarket",
    "Signals",
    "Strategy",
    "crosses_above",
    "crosses_below",
    "describe",
    "listing",
    "resolve",
]
