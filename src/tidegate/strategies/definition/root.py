"""A strategy written as data, as it stands in its file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tidegate.strategies.definition.base import Part, TimeframeName
from tidegate.strategies.definition.conditions import EntryConditions  # noqa: TC001 - pydantic reads it
from tidegate.strategies.definition.exits import ExitConditions
from tidegate.strategies.definition.filters import Filters
from tidegate.strategies.definition.indicators import IndicatorPart  # noqa: TC001 - pydantic reads it
from tidegate.strategies.definition.risk import RiskManagement

KEY = r"^[A-Za-z_][A-Za-z0-9_-]*$"

Key = Annotated[str, Field(pattern=KEY)]


class Definition(Part):
    """A Tidegate strategy. Ratios are fractions: 0.05 is five percent."""

    schema_: str | None = Field(
        default=None, alias="$schema", description="Where an editor finds this schema."
    )
    name: str = Field(min_length=1, max_length=100, description="What results call it.")
    version: str = Field(default="1.0.0", min_length=1, description="Yours to count up.")
    description: str = Field(default="", description="What it does, for people.")
    symbols: list[str] = Field(
        default_factory=list,
        description="Pairs it trades when none are asked for, like BTC/USDT.",
    )
    timeframes: list[TimeframeName] = Field(
        default_factory=list,
        description="Candles it is meant for; the first is used when none is asked for. "
        "Indicators name other timeframes themselves.",
    )
    startup_candles: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="Candles that only feed the indicators; left out: derived from them.",
    )
    indicators: dict[Key, IndicatorPart] = Field(
        default_factory=dict, description="What is computed, by the key conditions use."
    )
    entry_conditions: EntryConditions = Field(description="When to open a position.")
    exit_conditions: ExitConditions = Field(
        default_factory=ExitConditions, description="When to close it."
    )
    filters: Filters = Field(
        default_factory=Filters, description="Market conditions for entering at all."
    )
    risk_management: RiskManagement = Field(
        default_factory=RiskManagement, description="How much, and how many."
    )
