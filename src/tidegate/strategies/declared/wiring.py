"""The indicators of a definition, found, checked, and put in an order to compute them."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from tidegate.errors import Code, DefinitionError, InputError, OptionError
from tidegate.model import Timeframe
from tidegate.strategies.declared.operands import Operand, read_operand
from tidegate.strategies.indicators import checked, find
from tidegate.strategies.indicators.python import python_indicator
from tidegate.strategies.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tidegate.strategies.definition import Document, Faults
    from tidegate.strategies.definition.indicators import IndicatorPart
    from tidegate.strategies.indicators import Indicator, Value

PYTHON = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """One indicator, ready to be computed."""

    key: str
    indicator: Indicator
    params: Mapping[str, Value]
    sources: tuple[Operand, ...]
    timeframe: Timeframe | None
    file: Path | None = None
    """The user's Python, if it is written in Python."""


def wire(document: Document, faults: Faults) -> dict[str, Wired]:
    """Return the indicators by key, in an order in which sources come first."""
    parts = document.definition.indicators
    wired: dict[str, Wired] = {}
    found: dict[str, Indicator | None] = dict.fromkeys(parts)
    for key, part in parts.items():
        where = faults.where("indicators", key)
        try:
            wired[key] = _found(document, key, part, where)
            found[key] = wired[key].indicator
        except DefinitionError as error:
            faults.add(error)
    for key in list(wired):
        try:
            _wire_sources(wired, key, parts[key], found, faults.where("indicators", key))
        except DefinitionError as error:
            faults.add(error)
    return _in_order(wired, faults)


def _found(document: Document, key: str, part: IndicatorPart, where: str) -> Wired:
    if key in SOURCES:
        raise DefinitionError(
            Code.OUT_OF_RANGE,
            f'"{key}" is the name of a price and cannot be the key of an indicator',
            where=where,
            expected=f"a key other than {', '.join(SOURCES)}",
            found=f'"{key}"',
            remedy=f'call it "my_{key}", for example',
        )
    timeframe = read_timeframe(part.timeframe, where=f"{where}/timeframe")
    given: dict[str, Value] = dict(part.params)
    at = {name: f"{where}/params/{name}" for name in given}
    if part.period is not None and part.type.casefold() != PYTHON:
        _refuse_second_period(given, where)
        given["period"] = part.period
        at["period"] = f"{where}/period"
    if part.type.casefold() == PYTHON:
        indicator, file = _python(document, part, where)
        params: Mapping[str, Value] = _python_params(part)
        return Wired(
            key=key, indicator=indicator, params=params, sources=(), timeframe=timeframe, file=file
        )
    for field in ("file", "function", "lookback"):
        if getattr(part, field) is not None:
            raise DefinitionError(
                Code.UNKNOWN_FIELD,
                f'"{field}" means nothing for {part.type}',
                where=f"{where}/{field}",
                expected='"file", "function" and "lookback" only with type "python"',
                found=f"type {part.type}",
                remedy=f'take "{field}" out, or make the type "python"',
            )
    indicator = find(part.type, where=f"{where}/type")
    params = checked(indicator, given, where=where, at=at)
    return Wired(key=key, indicator=indicator, params=params, sources=(), timeframe=timeframe)


def _refuse_second_period(params: Mapping[str, Value], where: str) -> None:
    for name in ("period", "timeperiod"):
        if name in params:
            raise DefinitionError(
                Code.UNKNOWN_PARAMETER,
                "the period is given twice",
                where=f"{where}/params/{name}",
                expected="period once",
                found=f'"period" and "params.{name}"',
                remedy=f'take "{name}" out of params',
            )


def _python(document: Document, part: IndicatorPart, where: str) -> tuple[Indicator, Path]:
    for field in ("file", "function"):
        if getattr(part, field) is None:
            raise DefinitionError(
                Code.MISSING_FIELD,
                f"{field} is missing",
                where=f"{where}/{field}",
                expected='a file and a function for type "python"',
                found="nothing",
                remedy="name the Python file and the function in it",
            )
    if part.source is not None:
        raise DefinitionError(
            Code.UNKNOWN_FIELD,
            "a Python indicator takes no source",
            where=f"{where}/source",
            expected="no source: the function is given all candles",
            found=f'"{part.source}"',
            remedy="take it out, and use the candles in the function",
        )
    if document.folder is None:
        raise DefinitionError(
            Code.PLUGIN_FAILED,
            "a definition that is no file cannot name one",
            where=f"{where}/file",
            expected="a definition read from a file",
            found=f'"{part.file}"',
            remedy="save the definition beside its Python file",
        )
    file = (document.folder / str(part.file)).resolve()
    indicator = python_indicator(
        file, str(part.function), _python_params(part), lookback=part.lookback, where=where
    )
    return indicator, file


def _python_params(part: IndicatorPart) -> dict[str, Value]:
    period: dict[str, Value] = {} if part.period is None else {"period": part.period}
    return period | dict(part.params)


def _wire_sources(
    wired: dict[str, Wired],
    key: str,
    part: IndicatorPart,
    found: Mapping[str, Indicator | None],
    where: str,
) -> None:
    """Find what an indicator is computed from, and refuse what it cannot be."""
    one = wired[key]
    if one.file is not None:
        return
    texts = [part.source] if isinstance(part.source, str) else part.source
    if texts is None:
        texts = list(one.indicator.sources)
    place = f"{where}/source"
    if len(texts) != len(one.indicator.sources):
        raise _wrong_sources(one.indicator, len(texts), place)
    operands = []
    for text in texts:
        operand = read_operand(text, found, where=place)
        operands.append(operand)
        source = wired.get(operand.name)
        if source is not None and source.timeframe != one.timeframe:
            raise DefinitionError(
                Code.WRONG_TIMEFRAME,
                f"{key} and its source {operand.name} are on different timeframes",
                where=place,
                expected=f"both on {_words(source.timeframe)}",
                found=f"{key} on {_words(one.timeframe)}",
                remedy="give both the same timeframe",
            )
    wired[key] = Wired(
        key=key,
        indicator=one.indicator,
        params=one.params,
        sources=tuple(operands),
        timeframe=one.timeframe,
    )


def _wrong_sources(indicator: Indicator, count: int, where: str) -> DefinitionError:
    takes = len(indicator.sources)
    expected = {0: "no source", 1: "one source"}.get(takes, f"a list of {takes} sources")
    reads = f": it reads {', '.join(indicator.reads)}" if indicator.reads else ""
    return DefinitionError(
        Code.WRONG_TYPE,
        f"{indicator.type} takes {expected}",
        where=where,
        expected=f"{expected}{reads}",
        found=f"{count} of them",
        remedy='take "source" out' if takes == 0 else "give as many as it takes",
    )


def _words(timeframe: Timeframe | None) -> str:
    return "the candles traded on" if timeframe is None else f"{timeframe} candles"


def _in_order(wired: dict[str, Wired], faults: Faults) -> dict[str, Wired]:
    needs = {
        key: [operand.name for operand in one.sources if operand.name in wired]
        for key, one in wired.items()
    }
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        faults.add(
            DefinitionError(
                Code.CIRCULAR_INDICATORS,
                f"{circle[0]} is computed from itself",
                where=faults.where("indicators", circle[0], "source"),
                expected="a chain of sources that ends at a price",
                found=" from ".join(circle),
                remedy="let one of them read a price",
            )
        )
        return wired
    return {key: wired[key] for key in order}


def read_timeframe(name: str | None, *, where: str) -> Timeframe | None:
    """Return the timeframe of that name, if one is given."""
    if name is None:
        return None
    try:
        return Timeframe.parse(name, where=where)
    except OptionError as error:
        raise as_definition(error) from error


def as_definition(error: InputError) -> DefinitionError:
    """Return an error about a command's option as one about a definition."""
    return DefinitionError(
        error.code,
        error.problem,
        where=error.where,
        expected=error.expected,
        found=error.found,
        remedy=error.remedy,
    )
