"""The one shape that every strategy has, whether written as data or in Python."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from tidegate.errors import Code, DefinitionError
from tidegate.model import Rules, Timeframe
from tidegate.strategies.frame import Frame
from tidegate.strategies.own_limits import OwnLimits
from tidegate.strategies.plugins import user_code
from tidegate.strategies.probe import probe_market
from tidegate.strategies.signals import Signals, settled_after, to_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Plan
    from tidegate.strategies.market import PairMarket


class Strategy(ABC):
    """An opinion: candles in, signals out, and the rules by which a position is left.

    Subclass it, set the attributes, and write `signals`. Timeframes may be written as
    text ("5m"). It sees no account, no clock and no network.
    """

    name: str = ""
    """Empty: the name of the class."""
    version: str = "1"
    description: str = ""
    """Empty: the docstring of the class."""
    pairs: Sequence[str] = ()
    """What it trades when no pairs are asked for."""
    timeframe: Timeframe | None = None
    """The candles it trades on when no timeframe is asked for."""
    other_timeframes: Sequence[Timeframe] = ()
    """Longer timeframes that `frame.on` may be asked for."""
    rules: Rules = Rules()
    limits: OwnLimits = OwnLimits()
    """What it asks to be held to, beside the limits of its account."""
    startup_candles: int | None = None
    """Candles that only feed the indicators; None: derived from what `signals` computes."""

    def __init_subclass__(cls) -> None:
        """Fill in what can be told from the class itself."""
        super().__init_subclass__()
        cls.name = cls.name or cls.__name__
        cls.description = cls.description or inspect.cleandoc(cls.__dict__.get("__doc__") or "")
        if cls.timeframe is not None:
            cls.timeframe = _timeframe(cls.timeframe, f"{cls.__name__}.timeframe")
        where = f"{cls.__name__}.other_timeframes"
        cls.other_timeframes = tuple(_timeframe(other, where) for other in cls.other_timeframes)

    @abstractmethod
    def signals(self, frame: Frame) -> Signals:
        """Return what to do on each candle."""

    @property
    def file(self) -> Path | None:
        """Where the strategy is written, if it is in a file."""
        try:
            return Path(inspect.getfile(type(self)))
        except (OSError, TypeError):
            return None

    def fingerprint(self) -> str:
        """Return the text that decides what this strategy does, for naming a run by it."""
        return f"{self.name} {self.version}\n{inspect.getsource(type(self))}"

    def others_for(self, base: Timeframe) -> tuple[Timeframe, ...]:
        """Return the longer timeframes it looks at while trading on `base` candles."""
        for other in self.other_timeframes:
            if other < base:
                raise DefinitionError(
                    Code.WRONG_TIMEFRAME,
                    f"{self.name} looks at {other} candles and cannot trade on {base} ones",
                    where=f"{self.name}: timeframe {other}",
                    expected=f"timeframes of {base} or longer",
                    found=str(other),
                    remedy=f"trade on {other} or shorter candles, "
                    f"or compute that indicator on {base} or longer ones",
                )
        return tuple(sorted({other for other in self.other_timeframes if other != base}))

    def warmup(self, base: Timeframe) -> int:
        """Return how many leading base candles only feed the indicators.

        Found by letting the strategy look at made-up candles: each indicator knows
        after how many it has settled.
        """
        if self.startup_candles is not None:
            return self.startup_candles
        known: dict[Timeframe, int] = self.__dict__.setdefault("_warmups", {})
        if base not in known:
            frame = Frame(probe_market(base, self.others_for(base)))
            known[base] = settled_after(self._signals(frame))
        return known[base]

    def plan(self, market: PairMarket) -> Plan:
        """Return what the strategy wants on each base candle of one pair."""
        warmup = self.warmup(market.base.timeframe)
        frame = Frame(market)
        return to_plan(frame, self._signals(frame), warmup)

    def _signals(self, frame: Frame) -> Signals:
        with user_code(self.file, f"strategy {self.name}", Code.STRATEGY_FAILED):
            return _signals(self.signals(frame))


def _timeframe(value: object, where: str) -> Timeframe:
    """Take a timeframe as itself or as text."""
    return value if isinstance(value, Timeframe) else Timeframe.parse(str(value), where=where)


def _signals(value: object) -> Signals:
    """Refuse what is no Signals: nobody else checks what a user's strategy returns."""
    if not isinstance(value, Signals):
        message = f"signals() must return Signals, not {type(value).__name__}"
        raise TypeError(message)
    return value
