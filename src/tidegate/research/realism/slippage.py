"""Slippage by named models: what a marketable order pays beyond the price it saw.

Each model estimates from candles that were closed when the order left. None knows
the order book: a model is a guess with its reason written down, and it lies where a
book was thinner or thicker than its candles looked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import Code, OptionError, one_of
from tidegate.kernel import Friction

if TYPE_CHECKING:
    from tidegate.model import Candles, Floats

_WINDOW: Final = 20
"""Closed candles that an estimate is taken from."""
_MOST: Final = 0.10
"""The largest slippage anyone may ask for, as a fraction."""
_LEAST_HALF_SPREAD: Final = 0.0001

Build = Callable[["Candles", float], Friction]


@dataclass(frozen=True, slots=True)
class _Model:
    build: Build
    otherwise: float
    largest: float
    meaning: str


def _none(_candles: Candles, _size: float) -> Friction:
    return Friction(np.zeros(1), np.zeros(1))


def _constant(_candles: Candles, size: float) -> Friction:
    return Friction(np.full(1, size), np.zeros(1))


def _spread(candles: Candles, size: float) -> Friction:
    """Take half the spread that closes and mid-ranges imply, after Abdi and Ranaldo (2017)."""
    close = np.log(candles.close)
    middle = (np.log(candles.high) + np.log(candles.low)) / 2.0
    both = (close[:-1] - middle[:-1]) * (close[:-1] - middle[1:])
    mean = _past_mean(np.concatenate(([0.0], both)), known=1)
    spread = np.sqrt(np.maximum(4.0 * mean, 0.0))
    return Friction(size * np.maximum(spread / 2.0, _LEAST_HALF_SPREAD), np.zeros(1))


def _volatility(candles: Candles, size: float) -> Friction:
    return Friction(size * _past_deviation(candles), np.zeros(1))


def _volume(candles: Candles, size: float) -> Friction:
    """Square-root impact: the deviation of a candle, times the root of the share of its volume."""
    mean = np.maximum(_past_mean(candles.volume), np.finfo(np.float64).tiny)
    impact = size * _past_deviation(candles) / np.sqrt(mean)
    return Friction(np.full(len(candles), _LEAST_HALF_SPREAD), impact)


def _past_deviation(candles: Candles) -> Floats:
    """Return the standard deviation of the last closed candles' returns, by candle."""
    returns = np.diff(np.log(candles.close), prepend=np.log(candles.close[0]))
    variance = _past_mean(returns * returns, known=1) - _past_mean(returns, known=1) ** 2
    return np.sqrt(np.maximum(variance, 0.0))


def _past_mean(column: Floats, known: int = 0) -> Floats:
    """Return the mean over the last candles before each one: fewer at the start, 0 over none.

    `known` is the first row that says something; rows before it are 0.
    """
    total = np.concatenate(([0.0], np.cumsum(column)))
    end = np.arange(len(column))
    start = np.maximum(end - _WINDOW, known)
    return (total[end] - total[start]) / np.maximum(end - start, 1)


MODELS: Final[dict[str, _Model]] = {
    "none": _Model(_none, 0.0, 0.0, "every order fills at the price it saw"),
    "constant": _Model(
        _constant, 0.0005, _MOST, "every marketable order pays {percent} of the price"
    ),
    "spread": _Model(
        _spread,
        1.0,
        100.0,
        "every marketable order pays {times} half the spread that the last 20 candles imply",
    ),
    "volatility": _Model(
        _volatility,
        0.1,
        10.0,
        "every marketable order pays {times} the standard deviation of the last 20 candles",
    ),
    "volume": _Model(
        _volume,
        1.0,
        100.0,
        "every marketable order pays a basis point, and {times} a candle's standard deviation "
        "times the root of its share of the mean volume of the last 20 candles",
    ),
}


@dataclass(frozen=True, slots=True)
class Slippage:
    """A model by name, and its one figure."""

    model: str
    size: float

    @classmethod
    def parse(cls, text: str, *, where: str = "--slippage") -> Slippage:
        """Read `MODEL`, `MODEL:FIGURE`, or a bare fraction for the constant model."""
        name, _, figure = text.partition(":")
        if re.fullmatch(r"[-+]?\.?\d[-+.\deE]*", text):
            name, figure = "constant", text
        if name not in MODELS:
            raise OptionError(
                Code.UNKNOWN_SLIPPAGE,
                f'no slippage model is called "{name}"',
                where=where,
                expected=f"{', '.join(MODELS)}, each alone or with a figure, like constant:0.0005",
                found=f'"{text}"',
                remedy=one_of(name, MODELS, otherwise="choose one of the models above"),
            )
        model = MODELS[name]
        try:
            size = float(figure) if figure else model.otherwise
        except ValueError:
            size = np.nan
        if not 0.0 <= size <= model.largest:
            raise _not_a_figure(name, figure, text, where)
        # Only the volume model takes something whatever its figure is.
        return cls(name if size > 0.0 or name == "volume" else "none", size)

    def friction(self, candles: Candles) -> Friction:
        """Return what the model takes from each candle's orders."""
        return MODELS[self.model].build(candles, self.size)

    @property
    def meaning(self) -> str:
        """What the model assumes, in words."""
        return MODELS[self.model].meaning.format(
            percent=f"{100 * self.size:.6g}%",
            times=f"{self.size:g} times" if self.size != 1.0 else "once",
        )

    def __str__(self) -> str:
        """Return the option that gives this model."""
        return self.model if self.model == "none" else f"{self.model}:{self.size:g}"


def _not_a_figure(name: str, figure: str, text: str, where: str) -> OptionError:
    model = MODELS[name]
    takes = f"a number from 0 to {model.largest:g}; {model.otherwise:g} if left out"
    return OptionError(
        Code.OUT_OF_RANGE,
        f'"{figure}" is not a figure for the slippage model "{name}"',
        where=where,
        expected=takes if model.largest else "no figure: it takes nothing",
        found=f'"{text}"',
        remedy=f"write {name}:{model.otherwise:g}, or another number in that range"
        if model.largest
        else f"write {name}, or choose another model",
    )
