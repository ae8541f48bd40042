"""The ground all parts of a definition stand on: strict, closed, in either spelling."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel

from tidegate.model import TIMEFRAMES


class Part(BaseModel):
    """A part of a definition. Fields may be written in snake_case or camelCase."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        loc_by_alias=False,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        frozen=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _remember_which_part(cls, data: object, info: ValidationInfo) -> object:
        """Note which part was read from which object, so that errors can name its fields."""
        if isinstance(data, dict) and isinstance(info.context, dict):
            info.context[id(data)] = cls
        return data


def folded(value: object) -> object:
    """Let words be written in any case."""
    return value.casefold() if isinstance(value, str) else value


def as_list(value: object) -> object:
    """Let a single part stand for a list of one, and null for an empty one."""
    if value is None:
        return []
    return [value] if isinstance(value, dict | Part) else value


Fold = BeforeValidator(folded)

Fraction = Annotated[float, Field(gt=0, lt=1)]
"""A share of something: 0.05 is five percent."""

Share = Annotated[float, Field(gt=0, le=1)]
"""A share that may be the whole: 1.0 is all of it."""

Count = Annotated[int, Field(ge=1, le=100_000)]

TimeframeName = Annotated[
    str,
    Field(
        json_schema_extra={"enum": [timeframe.name for timeframe in TIMEFRAMES]},
        description="Length of a candle.",
    ),
]

MovingAverage = Annotated[Literal["sma", "ema", "wma"], Fold]
