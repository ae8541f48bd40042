"""The `filters` of a definition: market conditions in which it may enter at all."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from tidegate.strategies.definition.base import (
    Count,
    Fold,
    MovingAverage,
    Part,
    TimeframeName,
    as_list,
)

Weekday = Annotated[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Fold]

_TIME = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"


class Volatility(Part):
    """How far the price usually moves in a candle: the average true range over the close."""

    period: Count = Field(default=14, description="Candles of the average true range.")
    timeframe: TimeframeName | None = None
    min: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        default=None, description="Enter only at or above this, as a fraction of the price."
    )
    max: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        default=None, description="Enter only at or below this, as a fraction of the price."
    )


class Volume(Part):
    """How much is traded."""

    period: Count = Field(default=20, description="Candles of the average volume.")
    min_ratio: Annotated[float, Field(gt=0, le=1000)] | None = Field(
        default=None,
        description="Enter only if this candle's volume is at least so many times the average.",
    )
    min_quote: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Enter only if a candle trades at least this on average, in quote currency.",
    )


class Hours(Part):
    """A window of the day in which to enter; the instant that counts is the candle's close."""

    start: str = Field(pattern=_TIME, description="HH:MM, included.")
    end: str = Field(
        pattern=_TIME,
        description="HH:MM, not included; earlier than start: past midnight; 24:00: midnight.",
    )
    timezone: str = Field(default="UTC", description='IANA name, like "Europe/London".')
    weekdays: list[Weekday] | None = Field(
        default=None,
        min_length=1,
        description="Days on which the window begins; left out: every day.",
    )


class Trend(Part):
    """Long only while the close is above its average, short only while it is below."""

    type: MovingAverage = Field(default="ema", description="Kind of average.")
    period: Count = Field(default=50, description="Candles of the average.")
    timeframe: TimeframeName | None = Field(
        default=None,
        description="Look at these longer candles, close and average both; left out: the "
        "candles traded on.",
    )


class Filters(Part):
    """All given filters must agree to an entry. Exits are never held back."""

    volatility: Volatility | None = None
    volume: Volume | None = None
    hours: list[Hours] = Field(
        default_factory=list, description="A window, or several of which one must be open."
    )
    trend: Trend | None = None

    @field_validator("hours", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        return as_list(value)
