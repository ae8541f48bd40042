"""The indicators everybody uses, under parameter names that say what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import talib

from tidegate.strategies.indicators.spec import EXPONENTIAL, WILDER, Indicator, Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.model import Candles, Floats, Timeframe
    from tidegate.strategies.indicators.spec import Compute, Params, Settle

LONGEST: Final = 100_000
"""The longest period TA-Lib takes."""

_HLC: Final = ("high", "low", "close")


def period(default: int, minimum: int = 2, words: str = "Candles it looks over.") -> Parameter:
    """Return the parameter that nearly every indicator has."""
    return Parameter(
        name="period",
        help=words,
        default=default,
        minimum=minimum,
        maximum=LONGEST,
        talib="timeperiod",
    )


def _length(name: str, default: int, words: str, talib_name: str, minimum: int = 1) -> Parameter:
    return Parameter(
        name=name,
        help=words,
        default=default,
        minimum=minimum,
        maximum=LONGEST,
        talib=talib_name,
    )


def _of_source(function: Callable[..., Floats]) -> Compute:
    def compute(_candles: Candles, sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
        return (function(sources[0], params["period"]),)

    return compute


def _of_range(function: Callable[..., Floats]) -> Compute:
    def compute(candles: Candles, _sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
        return (function(candles.high, candles.low, candles.close, params["period"]),)

    return compute


def _periods(factor: int) -> Settle:
    def settle(params: Params, _timeframe: Timeframe) -> int:
        return factor * int(params["period"])

    return settle


def _window(params: Params, _timeframe: Timeframe) -> int:
    return int(params["period"]) - 1


def _macd(_candles: Candles, sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
    fast, slow, signal = (int(params[name]) for name in ("fast", "slow", "signal"))
    return tuple(talib.MACD(sources[0], fast, slow, signal))


def _macd_settle(params: Params, _timeframe: Timeframe) -> int:
    return EXPONENTIAL * (max(int(params["slow"]), int(params["fast"])) + int(params["signal"]))


def _macd_faults(params: Params) -> tuple[str, str] | None:
    fast, slow = params["fast"], params["slow"]
    if int(fast) < int(slow):
        return None
    return f"fast ({fast}) shorter than slow ({slow})", "swap the two, or lower fast"


def _bands(_candles: Candles, sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
    up, down = float(params["deviations_up"]), float(params["deviations_down"])
    return tuple(talib.BBANDS(sources[0], int(params["period"]), up, down))


def _stochastic(candles: Candles, _sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
    return tuple(
        talib.STOCH(
            candles.high,
            candles.low,
            candles.close,
            fastk_period=int(params["period"]),
            slowk_period=int(params["smooth"]),
            slowd_period=int(params["signal"]),
        )
    )


def _stochastic_settle(params: Params, _timeframe: Timeframe) -> int:
    return int(params["period"]) + int(params["smooth"]) + int(params["signal"]) - 3


def _donchian(candles: Candles, _sources: Sequence[Floats], params: Params) -> tuple[Floats, ...]:
    upper = talib.MAX(candles.high, int(params["period"]))
    lower = talib.MIN(candles.low, int(params["period"]))
    return upper, (upper + lower) / 2.0, lower


def _deviations(side: str, talib_name: str) -> Parameter:
    return Parameter(
        name=f"deviations_{side}",
        help=f"Standard deviations from the average to the {'upp' if side == 'up' else 'low'}er "
        "band.",
        default=2.0,
        minimum=0.01,
        maximum=100,
        whole=False,
        talib=talib_name,
    )


FRIENDLY: Final = (
    Indicator(
        type="SMA",
        title="Simple moving average",
        help="The plain average of the last `period` values.",
        parameters=(period(20, 1),),
        compute=_of_source(talib.SMA),
        settle=_window,
    ),
    Indicator(
        type="EMA",
        title="Exponential moving average",
        help="An average that weighs recent values more; reacts faster than an SMA.",
        parameters=(period(20, 1),),
        compute=_of_source(talib.EMA),
        settle=_periods(EXPONENTIAL),
    ),
    Indicator(
        type="WMA",
        title="Weighted moving average",
        help="An average whose weights fall in a straight line with age.",
        parameters=(period(20, 1),),
        compute=_of_source(talib.WMA),
        settle=_window,
    ),
    Indicator(
        type="RSI",
        title="Relative strength index",
        help="0 to 100: how much of the recent movement was upward. "
        "Below 30 is commonly called oversold, above 70 overbought.",
        parameters=(period(14),),
        compute=_of_source(talib.RSI),
        settle=_periods(WILDER),
    ),
    Indicator(
        type="MACD",
        title="Moving average convergence divergence",
        help="A fast EMA less a slow one (`macd`), its own EMA (`signal`), and the "
        "difference of the two (`histogram`).",
        parameters=(
            _length("fast", 12, "Candles of the fast average.", "fastperiod", 2),
            _length("slow", 26, "Candles of the slow average.", "slowperiod", 2),
            _length("signal", 9, "Candles of the signal average.", "signalperiod"),
        ),
        outputs=("macd", "signal", "histogram"),
        compute=_macd,
        settle=_macd_settle,
        faults=_macd_faults,
    ),
    Indicator(
        type="BBANDS",
        title="Bollinger bands",
        help="An SMA (`middle`) with bands a number of standard deviations above (`upper`) "
        "and below it (`lower`).",
        parameters=(
            period(20),
            _deviations("up", "nbdevup"),
            _deviations("down", "nbdevdn"),
        ),
        outputs=("upper", "middle", "lower"),
        compute=_bands,
        settle=_window,
        aliases=("BOLLINGER", "BOLLINGER_BANDS", "BB"),
    ),
    Indicator(
        type="ATR",
        title="Average true range",
        help="How far the price usually moves in a candle, in quote currency.",
        parameters=(period(14, 1),),
        reads=_HLC,
        sources=(),
        compute=_of_range(talib.ATR),
        settle=_periods(WILDER),
    ),
    Indicator(
        type="ADX",
        title="Average directional index",
        help="0 to 100: how strong a trend is, whichever way it goes. Above 25 is commonly "
        "called a trend. PLUS_DI and MINUS_DI say which way.",
        parameters=(period(14),),
        reads=_HLC,
        sources=(),
        compute=_of_range(talib.ADX),
        settle=_periods(WILDER * 3 // 2),
    ),
    Indicator(
        type="STOCH",
        title="Stochastic oscillator",
        help="0 to 100: where the close lies in the range of the last `period` candles, "
        "smoothed (`k`), and its average (`d`).",
        parameters=(
            _length("period", 14, "Candles of the range.", "fastk_period"),
            _length("smooth", 3, "Candles that k is averaged over.", "slowk_period"),
            _length("signal", 3, "Candles that d averages k over.", "slowd_period"),
        ),
        outputs=("k", "d"),
        reads=_HLC,
        sources=(),
        compute=_stochastic,
        settle=_stochastic_settle,
        aliases=("STOCHASTIC",),
    ),
    Indicator(
        type="DONCHIAN",
        title="Donchian channel",
        help="The highest high (`upper`) and lowest low (`lower`) of the last `period` "
        "candles, this one included, and the middle between them. A breakout is a close "
        "above `upper[1]`, the channel of the candle before.",
        parameters=(period(20),),
        outputs=("upper", "middle", "lower"),
        reads=("high", "low"),
        sources=(),
        compute=_donchian,
        settle=_window,
        aliases=("DONCHIAN_CHANNEL",),
    ),
)
