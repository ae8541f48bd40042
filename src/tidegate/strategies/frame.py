"""The candles of one pair as a strategy sees them, and the indicators made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.model import Timeframe
from tidegate.strategies import indicators
from tidegate.strategies.condition import Condition
from tidegate.strategies.indicators.python import leading_nans
from tidegate.strategies.line import Line
from tidegate.strategies.merge import Axis
from tidegate.strategies.sources import SOURCES, price

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from tidegate.model import Candles
    from tidegate.strategies.indicators import Indicator, Value
    from tidegate.strategies.market import PairMarket

Source = Line | str


class Macd(NamedTuple):
    """The three lines of a MACD."""

    macd: Line
    signal: Line
    histogram: Line


class Channel(NamedTuple):
    """A channel around the price."""

    upper: Line
    middle: Line
    lower: Line


class Stochastic(NamedTuple):
    """The two lines of a stochastic oscillator."""

    k: Line
    d: Line


class Frame:
    """One pair's candles and everything computed from them, each thing once.

    `frame.close` and the other prices, `frame.ema(12)` and the other indicators are
    lines; `frame.on("1h")` is the same for another timeframe, seen without look-ahead.
    """

    def __init__(self, market: PairMarket) -> None:
        """Look at a market whose base candles are the ones to trade on."""
        base = market.base
        self._market = market
        self.candles: Candles = base
        self._axis = Axis(base.timeframe, base.timeframe)
        self._lines: dict[str, Line] = {}
        self._computed: dict[tuple[object, ...], tuple[Line, ...]] = {}
        self._frames: dict[Timeframe, Frame] = {base.timeframe: self}
        self._given: list[Line] = []  # keeps sources alive: `_computed` knows them by id

    def __len__(self) -> int:
        """Return how many base candles there are."""
        return len(self._market.base)

    @property
    def lines(self) -> Mapping[str, Line]:
        """Every indicator computed so far, on any timeframe, by name."""
        return self._lines

    @property
    def open(self) -> Line:
        """What each candle opened at."""
        return self.source("open")

    @property
    def high(self) -> Line:
        """The highest price of each candle."""
        return self.source("high")

    @property
    def low(self) -> Line:
        """The lowest price of each candle."""
        return self.source("low")

    @property
    def close(self) -> Line:
        """What each candle closed at."""
        return self.source("close")

    @property
    def volume(self) -> Line:
        """What was traded in each candle, in base currency."""
        return self.source("volume")

    @property
    def hl2(self) -> Line:
        """The middle of high and low."""
        return self.source("hl2")

    @property
    def hlc3(self) -> Line:
        """The average of high, low and close."""
        return self.source("hlc3")

    @property
    def ohlc4(self) -> Line:
        """The average of open, high, low and close."""
        return self.source("ohlc4")

    def source(self, name: str) -> Line:
        """Return a price series by name."""
        if name not in SOURCES:
            raise DefinitionError(
                Code.UNKNOWN_OPERAND,
                f'no price series is called "{name}"',
                where=f'source "{name}"',
                expected=", ".join(SOURCES),
                found=f'"{name}"',
                remedy=one_of(name, SOURCES, otherwise="choose one of the names above"),
            )
        key = ("price", name, self.candles.timeframe)
        if key not in self._computed:
            label = self._label(name)
            self._computed[key] = (Line(label, price(self.candles, name), self._axis),)
        return self._computed[key][0]

    def sma(self, period: int = 20, source: Source = "close") -> Line:
        """Return a simple moving average."""
        return self._one("SMA", source, period=period)

    def ema(self, period: int = 20, source: Source = "close") -> Line:
        """Return an exponential moving average."""
        return self._one("EMA", source, period=period)

    def wma(self, period: int = 20, source: Source = "close") -> Line:
        """Return a weighted moving average."""
        return self._one("WMA", source, period=period)

    def rsi(self, period: int = 14, source: Source = "close") -> Line:
        """Return the relative strength index, 0 to 100."""
        return self._one("RSI", source, period=period)

    def macd(
        self, fast: int = 12, slow: int = 26, signal: int = 9, source: Source = "close"
    ) -> Macd:
        """Return the MACD, its signal line and its histogram."""
        return Macd(*self._all("MACD", [source], fast=fast, slow=slow, signal=signal))

    def bbands(
        self, period: int = 20, deviations: float = 2.0, source: Source = "close"
    ) -> Channel:
        """Return Bollinger bands."""
        both = {"deviations_up": deviations, "deviations_down": deviations}
        return Channel(*self._all("BBANDS", [source], period=period, **both))

    def atr(self, period: int = 14) -> Line:
        """Return the average true range, in quote currency."""
        return self._all("ATR", [], period=period)[0]

    def adx(self, period: int = 14) -> Line:
        """Return the average directional index, 0 to 100."""
        return self._all("ADX", [], period=period)[0]

    def stoch(self, period: int = 14, smooth: int = 3, signal: int = 3) -> Stochastic:
        """Return a stochastic oscillator, 0 to 100."""
        return Stochastic(*self._all("STOCH", [], period=period, smooth=smooth, signal=signal))

    def donchian(self, period: int = 20) -> Channel:
        """Return the Donchian channel, this candle included."""
        return Channel(*self._all("DONCHIAN", [], period=period))

    def vwap(self, period: int = 0, anchor: str = "day") -> Line:
        """Return the average price by volume: rolling, or with period 0 since the anchor."""
        return self._all("VWAP", [], period=period, anchor=anchor)[0]

    def talib(
        self,
        name: str,
        *,
        output: str | None = None,
        source: Source | Sequence[Source] | None = None,
        **params: Value,
    ) -> Line:
        """Return any TA-Lib function; where it gives several lines, `output` says which."""
        found = indicators.find(name, where=f'frame.talib("{name}")')
        sources = [] if source is None else [source] if isinstance(source, Line | str) else source
        lines = self._all(name, list(sources), **params)
        if output is None and len(lines) == 1:
            return lines[0]
        if output not in found.outputs:
            raise DefinitionError(
                Code.UNKNOWN_OPERAND,
                f"{found.type} gives several lines"
                if output is None
                else f'{found.type} has no output "{output}"',
                where=f'frame.talib("{name}")',
                expected=f"output= one of {', '.join(found.outputs)}",
                found="no output" if output is None else f'"{output}"',
                remedy=one_of(output or "", found.outputs, otherwise="say which one you want"),
            )
        return lines[found.outputs.index(output)]

    def on(self, timeframe: str | Timeframe) -> Frame:
        """Return this pair on another timeframe; a candle there is seen once it has closed."""
        if not isinstance(timeframe, Timeframe):
            timeframe = Timeframe.parse(timeframe, where=f'frame.on("{timeframe}")')
        if timeframe not in self._frames:
            self._frames[timeframe] = self._other(timeframe)
        return self._frames[timeframe]

    def _other(self, timeframe: Timeframe) -> Frame:
        base = self._market.base
        if timeframe not in self._market.others:
            given = ", ".join(str(other) for other in sorted(self._market.others))
            raise DefinitionError(
                Code.STRATEGY_FAILED,
                f"the strategy looks at {timeframe} candles without having asked for them",
                where=f'frame.on("{timeframe}")',
                expected=f"one of the strategy's other_timeframes: {given or 'none'}",
                found=str(timeframe),
                remedy=f'add "{timeframe}" to other_timeframes',
            )
        other = object.__new__(Frame)
        other._market = self._market
        other.candles = self._market.others[timeframe]
        other._axis = Axis.over(base, other.candles)
        other._lines, other._computed = self._lines, self._computed
        other._frames, other._given = self._frames, self._given
        return other

    def line(self, name: str, values: ArrayLike, *, settle: int | None = None) -> Line:
        """Return numbers of your own as a line, one for each candle of this timeframe.

        Without `settle`, the values count as settled where the leading NaN end.
        """
        array = np.ascontiguousarray(values, dtype=np.float64)
        if array.shape != (len(self.candles),):
            raise DefinitionError(
                Code.STRATEGY_FAILED,
                f'the line "{name}" does not fit the candles',
                where=f'frame.line("{name}")',
                expected=f"{len(self.candles)} values, one for each candle",
                found=f"an array of shape {array.shape}",
                remedy="keep the length: put NaN where there is no value yet",
            )
        if settle is None:
            settle = leading_nans(array)
        return self._keep(Line(self._label(name), array, self._axis, settle))

    def condition(self, name: str, holds: ArrayLike) -> Condition:
        """Return yes/no answers of your own as a condition, one for each base candle."""
        array = np.ascontiguousarray(holds, dtype=np.bool_)
        if array.shape != (len(self),):
            raise DefinitionError(
                Code.STRATEGY_FAILED,
                f'the condition "{name}" does not fit the candles',
                where=f'frame.condition("{name}")',
                expected=f"{len(self)} answers, one for each base candle",
                found=f"an array of shape {array.shape}",
                remedy="keep the length: put False where there is no answer yet",
            )
        base = self._market.base.timeframe
        self._keep(Line(name, array.astype(np.float64), Axis(base, base)))
        return Condition(name, array, lambda: ~array)

    def compute(
        self,
        indicator: Indicator,
        sources: Sequence[Source],
        params: Mapping[str, Value],
        *,
        name: str | None = None,
    ) -> tuple[Line, ...]:
        """Return an indicator's lines, computed once however often it is asked for."""
        given = [self._own(source) for source in sources]
        key = (
            indicator.type,
            self.candles.timeframe,
            tuple(params.items()),
            tuple(id(source) for source in given),
            name,
        )
        if key not in self._computed:
            self._given.extend(given)
            title = name or self._label(_call(indicator, given, params))
            arrays = indicator.compute(self.candles, [line.native for line in given], params)
            settle = indicator.settle(params, self.candles.timeframe)
            settle += max((line.settle for line in given), default=0)
            self._computed[key] = tuple(
                self._keep(Line(_output(title, indicator, k), array, self._axis, settle))
                for k, array in enumerate(arrays)
            )
        return self._computed[key]

    def _own(self, source: Source) -> Line:
        """Return the source as a line of this timeframe."""
        line = self.source(source) if isinstance(source, str) else source
        if line.axis is not self._axis:
            raise DefinitionError(
                Code.STRATEGY_FAILED,
                f"{line.name} cannot be the source of a {self.candles.timeframe} indicator",
                where=f"source {line.name}",
                expected=f"a line on {self.candles.timeframe} candles",
                found=f"one on {line.axis.timeframe} candles",
                remedy="compute both on the same timeframe",
            )
        return line

    def _one(self, kind: str, source: Source, **params: Value) -> Line:
        return self._all(kind, [source], **params)[0]

    def _all(self, kind: str, sources: list[Source], **params: Value) -> tuple[Line, ...]:
        where = f"frame: {kind}"
        indicator = indicators.find(kind, where=where)
        complete = indicators.checked(indicator, params, where=where)
        chosen = sources or list(indicator.sources)
        if len(chosen) != len(indicator.sources):
            reads = ", ".join((*indicator.reads, *indicator.sources))
            raise DefinitionError(
                Code.WRONG_TYPE,
                f"{indicator.type} takes {len(indicator.sources)} sources",
                where=where,
                expected=f"source left out (it reads {reads})",
                found=f"{len(chosen)} sources",
                remedy="leave source out, or give as many as it takes",
            )
        return self.compute(indicator, chosen, complete)

    def _label(self, name: str) -> str:
        own = self.candles.timeframe == self._market.base.timeframe
        return name if own else f"{name}@{self.candles.timeframe}"

    def _keep(self, line: Line) -> Line:
        """Remember a line under its name; one that is not the same gets a number."""
        name, number = line.name, 2
        while line.name in self._lines:
            line.name = f"{name} #{number}"
            number += 1
        self._lines[line.name] = line
        return line


def _call(indicator: Indicator, sources: Sequence[Line], params: Mapping[str, Value]) -> str:
    """Write an indicator as it would be called: `ema(12)`, `sma(5, rsi(14))`."""
    defaults = [name.split("@")[0] for name in indicator.sources]
    named = [line.name for line in sources]
    plain = [name.split("@")[0] for name in named]
    words = [f"{value:g}" if isinstance(value, float) else str(value) for value in params.values()]
    if plain != defaults:
        words += named
    return f"{indicator.type.lower()}({', '.join(words)})"


def _output(title: str, indicator: Indicator, k: int) -> str:
    return title if len(indicator.outputs) == 1 else f"{title}.{indicator.outputs[k]}"
