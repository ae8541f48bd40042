"""The candles of one pair as a strategy sees them, and the indicators made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.strategies import indicators
from tidegate.strategies.line import Line
from tidegate.strategies.sheet import Sheet, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.strategies.indicators import Value


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


class Frame(Sheet):
    """One pair's candles and the indicators everybody uses.

    `frame.close` and the other prices, `frame.ema(12)` and the other indicators are
    lines; `frame.on("1h")` is the same for another timeframe, seen without look-ahead.
    """

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
