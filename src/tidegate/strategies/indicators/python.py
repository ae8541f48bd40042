"""Indicators that a user writes as a Python function."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.model import TIMEFRAMES
from tidegate.strategies.indicators.spec import ONE_OUTPUT, Indicator
from tidegate.strategies.plugins import load, user_code
from tidegate.strategies.probe import probe_candles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tidegate.model import Candles, Floats, Timeframe
    from tidegate.strategies.indicators.spec import Params


def python_indicator(
    file: Path, function: str, params: Params, *, lookback: int | None, where: str
) -> Indicator:
    """Return the function of that file as an indicator, after trying it on made-up candles.

    It is called with the candles and the parameters by name, and returns one array, or
    several in a dict, as long as the candles. Without `lookback`, what it gives counts
    as settled where the leading NaN end.
    """
    file = file.resolve()
    user_function = _function(file, function, where)
    _check_call(file, user_function, params, where)
    trial = _called(file, user_function, probe_candles(TIMEFRAMES[0]), params)
    outputs = tuple(trial)
    settle = lookback if lookback is not None else max(map(leading_nans, trial.values()))

    def compute(candles: Candles, _sources: Sequence[Floats], given: Params) -> tuple[Floats, ...]:
        results = _called(file, user_function, candles, given)
        if tuple(results) != outputs:
            raise _fault(file, user_function, ", ".join(outputs), ", ".join(results))
        return tuple(results.values())

    def settled(_params: Params, _timeframe: Timeframe) -> int:
        return settle

    return Indicator(
        type=f"{file.stem}.{function}",
        title=function.replace("_", " "),
        help=inspect.getdoc(user_function) or f"{function} in {file.name}",
        compute=compute,
        settle=settled,
        outputs=outputs,
        sources=(),
    )


def _function(file: Path, name: str, where: str) -> Callable[..., Any]:
    module = load(file, where=f"{where}/file")
    found = getattr(module, name, None)
    if not callable(found):
        known = [
            key
            for key, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        ]
        raise DefinitionError(
            Code.PLUGIN_FAILED,
            f"{file.name} has no function {name}",
            where=f"{where}/function",
            expected=f"one of {', '.join(known) or '(the file defines no function)'}",
            found=f'"{name}"',
            remedy=one_of(name, known, otherwise="define it, or name another"),
        )
    function: Callable[..., Any] = found
    return function


def _check_call(file: Path, function: Callable[..., Any], params: Params, where: str) -> None:
    """Refuse parameters the function does not take, and missing ones."""
    signature = inspect.signature(function)
    try:
        signature.bind(None, **params)
    except TypeError as error:
        known = list(signature.parameters)[1:]
        unknown = [name for name in params if name not in known]
        raise DefinitionError(
            Code.UNKNOWN_PARAMETER,
            f"{function.__name__} in {file.name} cannot be called with these parameters: {error}",
            where=f"{where}/params" + (f"/{unknown[0]}" if unknown else ""),
            expected=", ".join(known) or "no parameters besides the candles",
            found=", ".join(params) or "no parameters",
            remedy=one_of(unknown[0] if unknown else "", known, otherwise="match the function"),
        ) from error


def _called(
    file: Path, function: Callable[..., Any], candles: Candles, params: Params
) -> dict[str, Floats]:
    """Call the function and check what comes back, by output."""
    with user_code(file, f"indicator {function.__name__}"):
        result = function(candles, **params)
    parts = result if isinstance(result, dict) else {ONE_OUTPUT[0]: result}
    arrays: dict[str, Floats] = {}
    for name, part in parts.items():
        if part is None:
            raise _fault(file, function, "numbers", f"{name}: nothing")
        try:
            array = np.asarray(part, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise _fault(file, function, "numbers", f"{name}: {type(part).__name__}") from error
        if array.shape != (len(candles),):
            expected = f"arrays of {len(candles)} values, one for each candle"
            raise _fault(file, function, expected, f"{name}: shape {array.shape}")
        arrays[str(name)] = np.ascontiguousarray(array)
    if not arrays:
        raise _fault(file, function, "at least one array", "an empty dict")
    return arrays


def _fault(file: Path, function: Callable[..., Any], expected: str, found: str) -> DefinitionError:
    return DefinitionError(
        Code.PLUGIN_FAILED,
        f"{function.__name__} returned something that is no indicator",
        where=f"{file}:{inspect.unwrap(function).__code__.co_firstlineno}",
        expected=expected,
        found=found,
        remedy="return one array, or a dict of arrays, as long as the candles",
    )


def leading_nans(values: Floats) -> int:
    """Return how many values there are before the first that is a number."""
    known = ~np.isnan(values)
    return int(np.argmax(known)) if known.any() else len(values)
