"""The `indicators` of a definition."""

from __future__ import annotations

from pydantic import Field

from tidegate.strategies.definition.base import Count, Part, TimeframeName


class IndicatorPart(Part):
    """One indicator under the key that conditions know it by."""

    type: str = Field(
        min_length=1,
        description="What to compute: one of the named indicators, any TA-Lib function, or "
        '"python" for a function of your own. Upper or lower case.',
    )
    period: int | None = Field(
        default=None, description="Candles it looks over; the same as params.period."
    )
    source: str | list[str] | None = Field(
        default=None,
        description="What it is computed from: open, high, low, close, volume, hl2, hlc3, ohlc4, "
        "or another indicator (key, or key.output). Left out: the usual one. A list for the "
        "few functions that take two.",
    )
    params: dict[str, int | float | str | bool] = Field(
        default_factory=dict, description="The other parameters, by name."
    )
    timeframe: TimeframeName | None = Field(
        default=None,
        description="Compute it on these longer candles instead. A longer candle is seen once it "
        "has closed, and its value is carried forward until the next one closes.",
    )
    file: str | None = Field(
        default=None,
        description='For type "python": the file, relative to the definition\'s own.',
    )
    function: str | None = Field(
        default=None, description='For type "python": the function in that file.'
    )
    lookback: Count | None = Field(
        default=None,
        description='For type "python": candles until its values have settled. Left out: until '
        "the leading NaN end.",
    )
