"""The trees of conditions in a definition, and the tags they may carry."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Discriminator, Field, RootModel, Tag

from tidegate.strategies.definition.base import Count, Fold, Part

Operator = Literal[">", "<", ">=", "<=", "==", "!=", "crosses_above", "crosses_below"]
OPERATORS: tuple[str, ...] = get_args(Operator)

_OPERAND = (
    "An indicator's key (ema_fast), one of its outputs (macd.signal), a price (open, high, low, "
    "close, volume, hl2, hlc3, ohlc4), or any of these some candles ago (close[10])"
)


class Comparison(Part):
    """Two numbers compared on every candle. Where either is not known, it does not hold."""

    indicator1: str = Field(min_length=1, description=f"{_OPERAND}.")
    operator: Annotated[Operator, Fold] = Field(
        description="crosses_above: at or below one candle before, above now; crosses_below the "
        "other way round."
    )
    indicator2: str | float = Field(description=f"{_OPERAND}; or a number.")
    lookback: Count = Field(
        default=1,
        description="True if the comparison holds on any of the last N candles, this one "
        "included. 1: on this candle.",
    )


class AllOf(Part):
    """Holds where all of them hold."""

    all_: list[Tree] = Field(alias="all", min_length=1, description="All of these.")


class AnyOf(Part):
    """Holds where at least one of them holds."""

    any_: list[Tree] = Field(alias="any", min_length=1, description="At least one of these.")


class Not(Part):
    """Holds where the condition is known not to hold; not where it is not known."""

    not_: Tree = Field(alias="not", description="Not this.")


class Every(RootModel[list["Tree"]]):
    """A list: all of them."""


def _kind(value: object) -> str | None:
    """Tell which form of condition this is from what it looks like."""
    if isinstance(value, list | Every):
        return "<list>"
    for kind, (word, part) in _FORMS.items():
        if isinstance(value, part) or (isinstance(value, dict) and word in value):
            return kind
    return "<comparison>" if isinstance(value, dict | Comparison) else None


_FORMS: dict[str, tuple[str, type[Part]]] = {
    "<all>": ("all", AllOf),
    "<any>": ("any", AnyOf),
    "<not>": ("not", Not),
}

Tree = Annotated[
    Annotated[Comparison, Tag("<comparison>")]
    | Annotated[AllOf, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")]
    | Annotated[Every, Tag("<list>")],
    Discriminator(_kind),
]


class Tagged(Part):
    """A condition with a name, which the trades it makes will carry."""

    tag: str = Field(min_length=1, max_length=64, description="The name in results.")
    when: Tree = Field(description="When it holds.")


class Alternatives(RootModel[list[Tagged]]):
    """Tagged conditions: the first that holds names the trade."""


def _signal_kind(value: object) -> str:
    if isinstance(value, Alternatives):
        return "<alternatives>"
    if isinstance(value, Tagged) or _is_tagged(value):
        return "<tagged>"
    if isinstance(value, list) and any(map(_is_tagged, value)):
        return "<alternatives>"
    return "<tree>"


def _is_tagged(value: object) -> bool:
    return isinstance(value, dict) and ("when" in value or "tag" in value)


Signal = Annotated[
    Annotated[Tree, Tag("<tree>")]
    | Annotated[Tagged, Tag("<tagged>")]
    | Annotated[Alternatives, Tag("<alternatives>")],
    Discriminator(_signal_kind),
]


class EntryConditions(Part):
    """When to open a position."""

    long: Signal | None = Field(
        default=None,
        description="When to buy: a condition, a list (all of them), or tagged alternatives.",
    )
    short: Signal | None = Field(
        default=None, description="When to sell short; the same forms as long."
    )


for _part in (AllOf, AnyOf, Not, Every, Tagged, Alternatives, EntryConditions):
    _part.model_rebuild()
