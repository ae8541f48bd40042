"""One pair's candles and everything computed from them, each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.model import Timeframe
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


class _Shared:
    """What the sheets of one market have in common.

    It knows no sheet, so that all of it is let go as soon as nobody looks at it.
    """

    def __init__(self, market: PairMarket) -> None:
        self.market = market
        self.axes: dict[Timeframe, Axis] = {}
        self.lines: dict[str, Line] = {}
        self.computed: dict[tuple[object, ...], tuple[Line, ...]] = {}
        self.given: list[Line] = []  # keeps sources alive: `computed` knows them by id

    def candles(self, timeframe: Timeframe) -> Candles:
        """Return the candles of a timeframe, whose axis is there from then on."""
        base, others = self.market.base, self.market.others
        if timeframe == base.timeframe:
            return base
        if timeframe not in others:
            given = ", ".join(str(other) for other in sorted(others))
            raise DefinitionError(
                Code.STRATEGY_FAILED,
                f"the strategy looks at {timeframe} candles without having asked for them",
                where=f'frame.on("{timeframe}")',
                expected=f"one of the strategy's other_timeframes: {given or 'none'}",
                found=str(timeframe),
                remedy=f'add "{timeframe}" to other_timeframes',
            )
        if timeframe not in self.axes:
            self.axes[timeframe] = Axis.over(base, others[timeframe])
        return others[timeframe]


class Sheet:
    """The candles of one timeframe, and the lines computed on them.

    Sheets of one market share what has been computed: see `on`.
    """

    def __init__(self, market: PairMarket) -> None:
        """Look at a market whose base candles are the ones to trade on."""
        base = market.base
        self._shared = _Shared(market)
        self._shared.axes[base.timeframe] = Axis(base.timeframe, base.timeframe)
        self._axis = self._shared.axes[base.timeframe]
        self.candles: Candles = base

    def __len__(self) -> int:
        """Return how many base candles there are."""
        return len(self._shared.market.base)

    @property
    def lines(self) -> Mapping[str, Line]:
        """Every indicator computed so far, on any timeframe, by name."""
        return self._shared.lines

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
        if key not in self._shared.computed:
            label = self._label(name)
            self._shared.computed[key] = (Line(label, price(self.candles, name), self._axis),)
        return self._shared.computed[key][0]

    def on(self, timeframe: str | Timeframe) -> Self:
        """Return this pair on another timeframe; a candle there is seen once it has closed."""
        if not isinstance(timeframe, Timeframe):
            timeframe = Timeframe.parse(timeframe, where=f'frame.on("{timeframe}")')
        if timeframe == self.candles.timeframe:
            return self
        there = object.__new__(type(self))
        there._shared = self._shared
        there.candles = self._shared.candles(timeframe)
        there._axis = self._shared.axes[timeframe]
        return there

    def line(self, name: str, values: ArrayLike, *, settle: int | None = None) -> Line:
        """Return numbers of your own as a line, one for each candle of this timeframe.

        Without `settle`, the values count as settled where the leading NaN end.
        """
        array = np.asarray(values, dtype=np.float64)
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
        return self._keep(Line(self._label(name), np.ascontiguousarray(array), self._axis, settle))

    def condition(self, name: str, holds: ArrayLike) -> Condition:
        """Return yes/no answers of your own as a condition, one for each base candle."""
        array = np.asarray(holds, dtype=np.bool_)
        if array.shape != (len(self),):
            raise DefinitionError(
                Code.STRATEGY_FAILED,
                f'the condition "{name}" does not fit the candles',
                where=f'frame.condition("{name}")',
                expected=f"{len(self)} answers, one for each base candle",
                found=f"an array of shape {array.shape}",
                remedy="keep the length: put False where there is no answer yet",
            )
        base = self._shared.market.base.timeframe
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
        if key not in self._shared.computed:
            self._shared.given.extend(given)
            title = name or self._label(_call(indicator, given, params))
            arrays = indicator.compute(self.candles, [line.native for line in given], params)
            settle = indicator.settle(params, self.candles.timeframe)
            settle += max((line.settle for line in given), default=0)
            self._shared.computed[key] = tuple(
                self._keep(Line(_output(title, indicator, k), array, self._axis, settle))
                for k, array in enumerate(arrays)
            )
        return self._shared.computed[key]

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

    def _label(self, name: str) -> str:
        own = self.candles.timeframe == self._shared.market.base.timeframe
        return name if own else f"{name}@{self.candles.timeframe}"

    def _keep(self, line: Line) -> Line:
        """Remember a line under its name; one that is not the same gets a number."""
        name, number = line.name, 2
        while line.name in self._shared.lines:
            line.name = f"{name} #{number}"
            number += 1
        self._shared.lines[line.name] = line
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
