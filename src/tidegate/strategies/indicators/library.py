"""Every TA-Lib function there is, under its own name and with its own parameters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import talib
import talib.abstract

from tidegate.strategies.indicators.friendly import LONGEST
from tidegate.strategies.indicators.spec import ONE_OUTPUT, Indicator, Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Candles, Floats, Timeframe
    from tidegate.strategies.indicators.spec import Compute, Params, Settle

# TA-Lib's type hints cover its functions, not the description it gives of them.
_TALIB: Final[Any] = talib
_ABSTRACT: Final[Any] = talib.abstract


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions whose values depend on all candles before them, fading with age. The others
# depend on their look-back alone, or (see below) on where the data starts.
RECURSIVE: Final = _words(
    "HT_DCPERIOD HT_DCPHASE HT_PHASOR HT_SINE HT_TRENDMODE HT_TRENDLINE ADX ADXR APO CMO DX "
    "ERI KDJ MACD MACDFIX MINUS_DI MINUS_DM PLUS_DI PLUS_DM PPO RSI SMI STOCHRSI TRIX TSI DEMA "
    "EMA KAMA KC MAMA RMA SAR SAREXT SUPERTREND T3 TEMA ZLEMA HA ATR CVI MASSI NATR RVI ADOSC "
    "EFI PVO"
)
# Functions whose level is counted from the first candle there is: their changes mean
# something, their values do not.
UNANCHORED: Final = _words("CUMSUM WAD AD NVI OBV PVI PVT VWAP MAXINDEX MININDEX MINMAXINDEX")
# How many look-backs a recursive function takes to settle, and the fewest candles.
_FACTOR: Final = 10
_LEAST: Final = 100

_MATYPE: Final = "matype"
_AVERAGES: Final = (
    "0 SMA, 1 EMA, 2 WMA, 3 DEMA, 4 TEMA, 5 TRIMA, 6 KAMA, 7 MAMA, 8 T3, 9 HMA, 10 none, "
    "12 ZLEMA, 13 Wilder"
)
_WINDOWED: Final = (0, 2, 5, 9, 10)
_WHOLE_LIMITS: Final = ((-1, 0, 1, 2, 3), (LONGEST,))
_LAST_AVERAGE: Final = 13
_REAL_LIMITS: Final = ((0.0, 0.01), (100.0, 1.0, 0.99))
_ANYTHING: Final = 1e30


def function_names() -> list[str]:
    """Return the names of all TA-Lib functions."""
    return list(_TALIB.get_functions())


@cache
def library_indicator(name: str) -> Indicator:
    """Return the TA-Lib function of that name as an indicator."""
    info = _ABSTRACT.Function(name).info
    fixed, sources = _inputs(info["input_names"])
    outputs = tuple(info["output_names"])
    return Indicator(
        type=name,
        title=info["display_name"],
        help=f"TA-Lib, {info['group'].lower()}.",
        parameters=tuple(
            _parameter(name, key, default) for key, default in info["parameters"].items()
        ),
        outputs=ONE_OUTPUT if len(outputs) == 1 else outputs,
        reads=fixed,
        sources=sources,
        compute=_compute(name, info["input_names"]),
        settle=_settle(name),
    )


def _inputs(input_names: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the price series a function always reads, and the ones that may be chosen."""
    fixed: list[str] = []
    chosen: list[str] = []
    for series in input_names.values():
        if isinstance(series, str):
            chosen.append("close" if series == "periods" else series)
        else:
            fixed.extend(series)
    return tuple(fixed), tuple(chosen)


def _parameter(function: str, name: str, default: float) -> Parameter:
    whole = isinstance(default, int)
    low, high = _range(function, name, whole=whole)
    return Parameter(
        name="period" if name == "timeperiod" else name,
        help=_help(name),
        default=default,
        minimum=low,
        maximum=high,
        whole=whole,
        talib=name,
    )


def _help(name: str) -> str:
    if name.endswith(_MATYPE):
        return f"Kind of average: {_AVERAGES}."
    return "Candles it looks over." if name == "timeperiod" else f"TA-Lib's {name}."


def _range(function: str, name: str, *, whole: bool) -> tuple[float | None, float | None]:
    """Return the limits of a parameter; TA-Lib tells them only by refusing what is beyond."""
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    if name.endswith(_MATYPE):
        return 0, _LAST_AVERAGE
    lows, highs = _WHOLE_LIMITS if whole else _REAL_LIMITS
    if not whole and _accepted(function, name, -_ANYTHING):
        lows = ()
    if not whole and _accepted(function, name, _ANYTHING):
        highs = ()
    low = next((value for value in lows if _accepted(function, name, value)), None)
    high = next((value for value in highs if _accepted(function, name, value)), None)
    return low, high


def _accepted(function: str, name: str, value: float) -> bool:
    probe = _ABSTRACT.Function(function)
    probe.set_parameters({name: value})
    return bool(probe.lookback >= 0)


def _compute(name: str, input_names: dict[str, Any]) -> Compute:
    function = getattr(talib, name)
    names = _ABSTRACT.Function(name).info["parameters"]

    def compute(candles: Candles, sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
        chosen = iter(sources)
        arrays: list[Floats] = []
        for series in input_names.values():
            if isinstance(series, str):
                arrays.append(next(chosen))
            else:
                arrays.extend(getattr(candles, one) for one in series)
        given = {key: params["period" if key == "timeperiod" else key] for key in names}
        result = function(*arrays, **given)
        parts = result if isinstance(result, tuple | list) else (result,)
        return tuple(np.asarray(part, dtype=np.float64) for part in parts)

    return compute


def lookback(name: str, params: Params) -> int:
    """Return how many leading candles have no value; -1 where TA-Lib refuses the parameters."""
    function = _ABSTRACT.Function(name)
    names = function.info["parameters"]
    if names:
        function.set_parameters(
            {key: params["period" if key == "timeperiod" else key] for key in names}
        )
    return int(function.lookback)


def _settle(name: str) -> Settle:
    def settle(params: Params, _timeframe: Timeframe) -> int:
        rows = lookback(name, params)
        averages = [value for key, value in params.items() if key.endswith(_MATYPE)]
        fades = name in RECURSIVE or any(kind not in _WINDOWED for kind in averages)
        return max(_FACTOR * rows, _LEAST) if fades else max(rows, 0)

    return settle
