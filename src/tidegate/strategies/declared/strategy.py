"""A strategy written as data: the same thing as a Python one, said in another way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tidegate.errors import InputError
from tidegate.model import Pair, Rules, Timeframe
from tidegate.strategies.declared.gates import Gates, check_filters
from tidegate.strategies.declared.leaving import check_exits, exits_of
from tidegate.strategies.declared.staking import check_size, size_of
from tidegate.strategies.declared.trees import Trees, check_signal, is_empty
from tidegate.strategies.declared.values import Values
from tidegate.strategies.declared.wiring import as_definition, wire
from tidegate.strategies.definition import Document, document, parse_document, read_document
from tidegate.strategies.definition.exits import AtrStop
from tidegate.strategies.definition.risk import AtrSize
from tidegate.strategies.indicators import find
from tidegate.strategies.own_limits import OwnLimits
from tidegate.strategies.signals import Signals
from tidegate.strategies.strategy import Strategy

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.strategies.declared.wiring import Wired
    from tidegate.strategies.definition import Definition, Faults
    from tidegate.strategies.frame import Frame
    from tidegate.strategies.indicators import Indicator
    from tidegate.strategies.line import Line


class DeclaredStrategy(Strategy):
    """A strategy that says what its definition says."""

    def __init__(self, source: Document) -> None:
        """Check what the definition means, and prepare it; one fault is raised for all."""
        definition = source.definition
        faults = source.faults()
        self.wired = wire(source, faults)
        _check(definition, self.wired, faults)
        if faults:
            raise faults.first()
        self.source = source
        self.definition = definition
        self.name = definition.name
        self.version = definition.version
        self.description = definition.description
        self.pairs = tuple(definition.symbols)
        timeframes = [Timeframe.parse(name) for name in definition.timeframes]
        self.timeframe = timeframes[0] if timeframes else None
        self.startup_candles = definition.startup_candles
        self.rules = Rules(
            exits=exits_of(definition.exit_conditions),
            sizing=size_of(definition),
            max_open_trades=definition.risk_management.max_concurrent_trades,
            can_short=not is_empty(definition.entry_conditions.short),
        )
        self.limits = OwnLimits(
            max_daily_trades=definition.risk_management.max_daily_trades,
            max_drawdown=definition.risk_management.max_drawdown_percent,
        )
        self.other_timeframes = _other_timeframes(definition, self.wired)
        self._gates = Gates(definition.filters)

    @classmethod
    def read(cls, path: Path) -> DeclaredStrategy:
        """Read a definition from a JSON file."""
        return cls(read_document(path))

    @classmethod
    def parse(cls, text: str, *, origin: str = "definition") -> DeclaredStrategy:
        """Read a definition from JSON text."""
        return cls(parse_document(text, origin=origin))

    @classmethod
    def of(cls, raw: object, *, origin: str = "definition") -> DeclaredStrategy:
        """Take a definition as Python objects, as JSON would give them."""
        return cls(document(raw, origin=origin))

    @property
    def file(self) -> Path | None:
        """Where the definition is written, if it is in a file."""
        folder = self.source.folder
        return None if folder is None else folder / self.source.origin

    def fingerprint(self) -> str:
        """Return the definition, and the Python it names, as one text."""
        files = sorted({one.file for one in self.wired.values() if one.file is not None})
        texts = [json.dumps(self.source.raw, sort_keys=True)]
        return "\n".join(texts + [file.read_text(encoding="utf-8") for file in files])

    def signals(self, frame: Frame) -> Signals:
        """Return what the definition says on each candle."""
        entries, exits = self.definition.entry_conditions, self.definition.exit_conditions
        trees = Trees(Values(frame, self.wired))
        both = self._gates.either(frame)
        enter = {}
        for side in ("long", "short"):
            tree = getattr(entries, side)
            if not is_empty(tree):
                gate = self._gates.side(frame, long=side == "long", both=both)
                enter[side] = trees.signal(tree, gate)
        return Signals(
            enter_long=enter.get("long"),
            enter_short=enter.get("short"),
            exit_long=trees.signal(exits.long),
            exit_short=trees.signal(exits.short),
            stop_distance=self._stop_distance(frame),
            size_distance=self._size_distance(frame),
        )

    def _stop_distance(self, frame: Frame) -> Line | None:
        stop = self.definition.exit_conditions.stop_loss
        if not isinstance(stop, AtrStop):
            return None
        return _range(frame, stop.period, stop.timeframe, "stop_loss.atr") * stop.multiple

    def _size_distance(self, frame: Frame) -> Line | None:
        size = self.definition.risk_management.position_size
        stop = self.definition.exit_conditions.stop_loss
        if not isinstance(size, AtrSize):
            return None
        if size.multiple is None and size.period is None and size.timeframe is None:
            return self._stop_distance(frame)
        own = stop if isinstance(stop, AtrStop) else None
        period = size.period or (own.period if own else 14)
        timeframe = size.timeframe or (own.timeframe if own else None)
        multiple = size.multiple or (own.multiple if own else 1.0)
        return _range(frame, period, timeframe, "position_size.atr") * multiple


def _range(frame: Frame, period: int, timeframe: str | None, name: str) -> Line:
    there = frame.on(timeframe) if timeframe else frame
    return there.compute(find("ATR", where=name), (), {"period": period}, name=name)[0]


def _other_timeframes(definition: Definition, wired: dict[str, Wired]) -> tuple[Timeframe, ...]:
    """Return every timeframe that something in the definition asks for."""
    parts = (
        definition.filters.trend,
        definition.filters.volatility,
        definition.exit_conditions.stop_loss,
        definition.risk_management.position_size,
    )
    names = {getattr(part, "timeframe", None) for part in parts} - {None}
    found = {Timeframe.parse(str(name)) for name in names}
    found |= {one.timeframe for one in wired.values() if one.timeframe is not None}
    return tuple(sorted(found))


def _check(definition: Definition, wired: dict[str, Wired], faults: Faults) -> None:
    """Note everything the definition says that cannot be meant."""
    for position, symbol in enumerate(definition.symbols):
        try:
            Pair.parse(symbol, where=faults.where("symbols", position))
        except InputError as error:
            faults.add(as_definition(error))
    for position, name in enumerate(definition.timeframes):
        try:
            Timeframe.parse(name, where=faults.where("timeframes", position))
        except InputError as error:
            faults.add(as_definition(error))
            return
    known: dict[str, Indicator | None] = dict.fromkeys(definition.indicators)
    known |= {key: one.indicator for key, one in wired.items()}
    for root in ("entry_conditions", "exit_conditions"):
        for side in ("long", "short"):
            check_signal(getattr(getattr(definition, root), side), (root, side), known, faults)
    check_filters(definition.filters, faults)
    check_exits(definition, faults)
    check_size(definition, faults)
