"""Indicators: the friendly ones, VWAP, and all of TA-Lib."""

from tidegate.strategies.indicators.catalogue import (
    FRIENDLY_TYPES,
    checked,
    find,
    names,
    spelling,
)
from tidegate.strategies.indicators.spec import Indicator, Parameter, Value

__all__ = [
    "FRIENDLY_TYPES",
    "Indicator",
    "Parameter",
    "Value",
    "checked",
    "find",
    "names",
    "spelling",
]
