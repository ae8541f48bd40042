"""The `risk_management` of a definition: how much goes into a position, and when no more does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from tidegate.strategies.definition.base import Count, Fold, Fraction, Part, Share, TimeframeName

_Limit = Annotated[
    Share,
    Field(description="Largest stake as a share of equity, whatever the rest says."),
]


class EqualShare(Part):
    """The wallet in equal parts, one for each position that may be open."""

    type: Annotated[Literal["equal_share"], Fold]
    max_position: _Limit = 1.0


class FixedSize(Part):
    """Always the same stake."""

    type: Annotated[Literal["fixed"], Fold]
    value: float = Field(gt=0, description="Stake in the currency of the wallet.")
    max_position: _Limit = 1.0


class PercentOfEquity(Part):
    """A share of what the account is worth."""

    type: Annotated[Literal["percent_of_equity", "percent_equity", "percent"], Fold]
    value: Share = Field(description="Share of equity; 0.1 is ten percent.")
    max_position: _Limit = 1.0


class PercentRisk(Part):
    """So much that a stop-out loses a share of equity. Needs a stop."""

    type: Annotated[Literal["percent_risk"], Fold]
    value: Annotated[float, Field(gt=0, lt=1)] = Field(
        description="Share of equity lost at the stop; 0.01 is one percent."
    )
    max_position: _Limit = 1.0


class AtrSize(Part):
    """So much that a usual move against the position loses a share of equity."""

    type: Annotated[Literal["atr"], Fold]
    value: Annotated[float, Field(gt=0, lt=1)] = Field(
        description="Share of equity that the move loses; 0.01 is one percent."
    )
    multiple: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="The move in average true ranges; left out: the ATR stop's."
    )
    period: Count | None = Field(
        default=None, description="Candles of the range; left out: the ATR stop's, or 14."
    )
    timeframe: TimeframeName | None = None
    max_position: _Limit = 1.0


class Kelly(Part):
    """What the trades closed so far say is best for growth: the Kelly fraction of equity."""

    type: Annotated[Literal["kelly"], Fold]
    value: Share = Field(
        default=0.5, description="How much of the Kelly fraction; 0.5 is half Kelly."
    )
    max_position: _Limit = 0.25
    min_trades: Count = Field(
        default=30, description="Closed trades needed before the Kelly fraction is believed."
    )
    window: Count = Field(default=200, description="How many of the latest trades count.")
    fallback: Share = Field(
        default=0.02, description="Share of equity until there are enough trades."
    )


def _type(value: object) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    if not isinstance(kind, str):
        return None
    kind = kind.casefold()
    return "<percent_of_equity>" if kind in ("percent", "percent_equity") else f"<{kind}>"


Size = Annotated[
    Annotated[EqualShare, Tag("<equal_share>")]
    | Annotated[FixedSize, Tag("<fixed>")]
    | Annotated[PercentOfEquity, Tag("<percent_of_equity>")]
    | Annotated[PercentRisk, Tag("<percent_risk>")]
    | Annotated[AtrSize, Tag("<atr>")]
    | Annotated[Kelly, Tag("<kelly>")],
    Discriminator(_type),
]


class RiskManagement(Part):
    """How much goes into a position, how many there may be, and when there are no more."""

    position_size: Size | None = Field(
        default=None, description="Left out: the wallet in equal parts."
    )
    max_concurrent_trades: Count | None = Field(
        default=None, description="Positions open at once over all pairs; left out: one a pair."
    )
    max_daily_trades: Count | None = Field(
        default=None,
        description="Positions opened in a UTC day, at most; left out: what the limits of the "
        "account say.",
    )
    max_drawdown_percent: Fraction | None = Field(
        default=None,
        description="The fall from the highest equity that stops trading, a fraction like every "
        "ratio: 0.15 is 15 percent; left out: what the limits of the account say.",
    )
