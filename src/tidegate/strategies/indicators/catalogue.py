"""Finding an indicator by name, and checking the parameters it is given."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.strategies.indicators.friendly import FRIENDLY
from tidegate.strategies.indicators.library import function_names, library_indicator, lookback
from tidegate.strategies.indicators.vwap import VWAP

if TYPE_CHECKING:
    from tidegate.strategies.indicators.spec import Indicator, Params, Value

_OURS: Final = {indicator.type: indicator for indicator in (*FRIENDLY, VWAP)}
_ALIASES: Final = {
    alias: indicator.type for indicator in _OURS.values() for alias in indicator.aliases
}
FRIENDLY_TYPES: Final = tuple(_OURS)


@cache
def names() -> tuple[str, ...]:
    """Return all types of indicator, the friendly ones first."""
    return (*_OURS, *sorted(set(function_names()) - set(_OURS)))


@cache
def spelling() -> dict[str, str]:
    """Return the canonical type for each upper-case name that is understood."""
    return {**{name: name for name in names()}, **_ALIASES}


def find(name: str, *, where: str) -> Indicator:
    """Return the indicator of that type, in any case, or say which there are."""
    canonical = spelling().get(name.strip().upper().replace(" ", "_"))
    if canonical is None:
        raise DefinitionError(
            Code.UNKNOWN_INDICATOR,
            f'no indicator is called "{name}"',
            where=where,
            expected=f"{', '.join(FRIENDLY_TYPES)}, any other TA-Lib function, or python",
            found=f'"{name}"',
            remedy=one_of(
                name, spelling(), otherwise="see `tidegate strategy schema` for all the names"
            ),
        )
    return _OURS.get(canonical) or library_indicator(canonical)


def checked(
    indicator: Indicator, given: Params, *, where: str, at: dict[str, str] | None = None
) -> dict[str, Value]:
    """Return the complete parameters, or say which of those given cannot be used.

    `at` says where a parameter was written, if not at `where` followed by its name.
    """
    places = {name: f"{where}/{name}" for name in given} | (at or {})
    seen: dict[str, str] = {}
    for name, value in given.items():
        parameter = indicator.parameter(name)
        if parameter is None:
            raise _unknown(indicator, name, places[name])
        if parameter.name in seen:
            raise _twice(indicator, seen[parameter.name], name, places[name])
        seen[parameter.name] = name
        if not parameter.accepts(value):
            raise DefinitionError(
                Code.OUT_OF_RANGE,
                f"{indicator.type} cannot use {name} = {value!r}",
                where=places[name],
                expected=parameter.expected,
                found=repr(value),
                remedy=f"the usual value is {parameter.default}",
            )
    params = indicator.complete(given)
    _check_together(indicator, params, where)
    return params


def _unknown(indicator: Indicator, name: str, where: str) -> DefinitionError:
    known = [parameter.name for parameter in indicator.parameters]
    return DefinitionError(
        Code.UNKNOWN_PARAMETER,
        f'{indicator.type} has no parameter "{name}"',
        where=where,
        expected=", ".join(known) or "no parameters at all",
        found=f'"{name}"',
        remedy=one_of(name, known, otherwise="take it out"),
    )


def _twice(indicator: Indicator, first: str, second: str, where: str) -> DefinitionError:
    return DefinitionError(
        Code.UNKNOWN_PARAMETER,
        f"{indicator.type} is given the same parameter twice",
        where=where,
        expected="each parameter once",
        found=f'"{first}" and "{second}", which mean the same'
        if first != second
        else f'"{first}" twice',
        remedy=f'take "{second}" out',
    )


def _check_together(indicator: Indicator, params: Params, where: str) -> None:
    fault = indicator.faults(params)
    if fault is None and indicator.type not in _OURS and lookback(indicator.type, params) < 0:
        fault = ("parameters that TA-Lib accepts together", "go back to the usual values")
    if fault is not None:
        raise DefinitionError(
            Code.OUT_OF_RANGE,
            f"the parameters of {indicator.type} contradict one another",
            where=where,
            expected=fault[0],
            found=", ".join(f"{name} {value}" for name, value in params.items()),
            remedy=fault[1],
        )
