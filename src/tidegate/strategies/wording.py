"""Parts of a definition, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.strategies.declared.trees import is_empty
from tidegate.strategies.definition import (
    AllOf,
    Alternatives,
    AnyOf,
    Comparison,
    Every,
    Not,
    Tagged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidegate.strategies.declared.wiring import Wired
    from tidegate.strategies.definition.filters import Filters, Hours

_SIGNS: Final = {
    ">": "is above",
    "<": "is below",
    ">=": "is at least",
    "<=": "is at most",
    "==": "equals",
    "!=": "differs from",
    "crosses_above": "crosses above",
    "crosses_below": "crosses below",
}


def percent(ratio: float) -> str:
    """Write a fraction as a percentage."""
    return f"{ratio * 100:.6g} %"


def indicators_in_words(wired: Mapping[str, Wired]) -> Iterator[str]:
    """Say what each indicator is."""
    for key, one in wired.items():
        params = ", ".join(f"{name} {value}" for name, value in one.params.items())
        sources = f" of {' and '.join(map(str, one.sources))}" if one.sources else ""
        on = f" on {one.timeframe} candles" if one.timeframe else ""
        given = f" ({params})" if params else ""
        yield f"{key}: {one.indicator.title.lower()}{given}{sources}{on}"


def signal_in_words(signal: object) -> Iterator[str]:
    """Say when a signal holds, one sentence for each tag."""
    if is_empty(signal):
        return
    if isinstance(signal, Alternatives):
        for tagged in signal.root:
            yield from signal_in_words(tagged)
    elif isinstance(signal, Tagged):
        yield f'{tree_in_words(signal.when)} (tag "{signal.tag}")'
    else:
        yield tree_in_words(signal)


def tree_in_words(tree: object, *, inner: bool = False) -> str:
    """Say when a tree holds."""
    match tree:
        case Comparison():
            recently = f" (on any of the last {tree.lookback} candles)" if tree.lookback > 1 else ""
            right = tree.indicator2 if isinstance(tree.indicator2, str) else f"{tree.indicator2:g}"
            return f"{tree.indicator1} {_SIGNS[tree.operator]} {right}{recently}"
        case Not():
            return f"it is not so that {tree_in_words(tree.not_, inner=True)}"
        case AnyOf():
            words, parts = " or ", tree.any_
        case AllOf():
            words, parts = " and ", tree.all_
        case Every():
            words, parts = " and ", tree.root
        case _:
            message = f"{type(tree).__name__} is no condition"
            raise TypeError(message)
    text = words.join(tree_in_words(part, inner=True) for part in parts)
    return f"({text})" if inner and len(parts) > 1 else text


def filters_in_words(filters: Filters) -> Iterator[str]:
    """Say what each filter asks for."""
    if filters.volatility is not None:
        on = f" of {filters.volatility.timeframe} candles" if filters.volatility.timeframe else ""
        low, high = filters.volatility.min, filters.volatility.max
        limits = [f"at least {percent(low)}"] if low is not None else []
        limits += [f"at most {percent(high)}"] if high is not None else []
        yield f"while the usual range{on} is {' and '.join(limits)} of the price"
    if filters.volume is not None:
        if filters.volume.min_ratio is not None:
            yield (
                f"on a volume of at least {filters.volume.min_ratio:g} times the average "
                f"of {filters.volume.period} candles"
            )
        if filters.volume.min_quote is not None:
            yield f"while a candle trades {filters.volume.min_quote:g} in quote currency on average"
    if filters.hours:
        yield f"{' or '.join(map(_hours, filters.hours))}"
    if filters.trend is not None:
        trend = filters.trend
        on = f"{trend.timeframe} " if trend.timeframe else ""
        yield (
            f"with the {on}trend: long while the close is above its {trend.type.upper()} of "
            f"{trend.period}, short while it is below"
        )


def _hours(hours: Hours) -> str:
    days = f" on {', '.join(hours.weekdays)}" if hours.weekdays else ""
    return f"from {hours.start} to {hours.end} {hours.timezone}{days}"
