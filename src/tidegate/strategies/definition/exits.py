"""The `exit_conditions` of a definition."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasChoices, Discriminator, Field, Tag, field_validator

from tidegate.strategies.definition.base import (
    Count,
    Fold,
    Fraction,
    Part,
    TimeframeName,
    as_list,
)
from tidegate.strategies.definition.conditions import Signal  # noqa: TC001 - pydantic reads it


class FixedStop(Part):
    """A stop that stays where it is put."""

    type: Annotated[Literal["fixed"], Fold]
    value: Fraction = Field(description="Distance below the entry (short: above), as a fraction.")


class TrailingStop(Part):
    """A stop that follows the best price."""

    type: Annotated[Literal["trailing"], Fold]
    value: Fraction = Field(description="Distance it starts and follows at, as a fraction.")
    distance: Fraction | None = Field(
        default=None,
        description="Distance it follows at once the profit has passed the offset; left out: "
        "value throughout.",
    )
    offset: Fraction | None = Field(
        default=None, description="Profit from which distance takes over."
    )
    only_past_offset: bool = Field(
        default=False, description="Whether the stop stays put until the offset is passed."
    )


class AtrStop(Part):
    """A stop as far away as the price usually moves."""

    type: Annotated[Literal["atr"], Fold]
    multiple: float = Field(
        validation_alias=AliasChoices("multiple", "value"),
        gt=0,
        le=100,
        description="Distance in average true ranges; may be written as value.",
    )
    period: Count = Field(default=14, description="Candles of the average true range.")
    timeframe: TimeframeName | None = Field(
        default=None, description="Take the range of these longer candles instead."
    )
    trailing: bool = Field(
        default=False,
        description="Whether the stop follows the best price, at the distance it started with.",
    )


class FixedTarget(Part):
    """A profit that is enough."""

    type: Annotated[Literal["fixed"], Fold]
    value: Fraction = Field(description="Profit after fees, as a fraction.")


class RiskReward(Part):
    """A profit that is enough for the risk taken."""

    type: Annotated[Literal["risk_reward"], Fold]
    value: float = Field(
        gt=0, le=100, description="Profit as a multiple of the distance of the stop: 2 is 2:1."
    )


class SteppedTarget(Part):
    """A profit that is enough, by the age of the position."""

    type: Annotated[Literal["roi"], Fold]
    steps: dict[str, Annotated[float, Field(ge=-1, lt=1)]] = Field(
        min_length=1,
        description="Minutes since the entry, and the profit that is enough from then on: "
        '{"0": 0.05, "60": 0.02, "240": 0}.',
    )


class TimeExit(Part):
    """An end to waiting."""

    max_bars: Count = Field(description="Candles after which a position is closed.")


def _type(value: object) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return f"<{kind.casefold()}>" if isinstance(kind, str) else None


Stop = Annotated[
    Annotated[FixedStop, Tag("<fixed>")]
    | Annotated[TrailingStop, Tag("<trailing>")]
    | Annotated[AtrStop, Tag("<atr>")],
    Discriminator(_type),
]

Target = Annotated[
    Annotated[FixedTarget, Tag("<fixed>")]
    | Annotated[RiskReward, Tag("<risk_reward>")]
    | Annotated[SteppedTarget, Tag("<roi>")],
    Discriminator(_type),
]


class ExitConditions(Part):
    """When to close a position. What happens first counts."""

    long: Signal | None = Field(default=None, description="When to sell what was bought.")
    short: Signal | None = Field(default=None, description="When to buy back what was sold short.")
    stop_loss: Stop | None = Field(default=None, description="The loss at which to get out.")
    take_profit: list[Target] = Field(
        default_factory=list,
        description="The profit at which to get out; a list: whichever comes first.",
    )
    time_exit: TimeExit | None = None
    use_exit_signal: bool = Field(
        default=True, description="Whether the conditions under long and short are obeyed."
    )
    exit_profit_only: bool = Field(
        default=False,
        description="Whether they are obeyed only above exit_profit_offset.",
    )
    exit_profit_offset: Annotated[float, Field(gt=-1, lt=1)] = Field(
        default=0.0, description="The profit that exit_profit_only asks for, as a fraction."
    )
    ignore_roi_if_entry_signal: bool = Field(
        default=False,
        description="Whether targets wait while the entry condition still holds.",
    )

    @field_validator("take_profit", mode="before")
    @classmethod
    def _as_list(cls, value: object) -> object:
        return as_list(value)
