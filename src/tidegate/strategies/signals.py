"""What a strategy says about each candle, and its translation for the candle loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tidegate.model import Plan
from tidegate.strategies.condition import Condition
from tidegate.strategies.line import Line

if TYPE_CHECKING:
    from tidegate.model import Bools, Codes
    from tidegate.strategies.frame import Frame

Signal = Condition | Mapping[str, Condition] | None
"""When to act; by tag where trades should remember which reason it was."""

_NO_TAG = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """When to enter and leave, decided on each candle's close.

    A signal is a condition, or conditions by tag: the first that holds names the trade.
    """

    enter_long: Signal = None
    exit_long: Signal = None
    enter_short: Signal = None
    exit_short: Signal = None
    stop_distance: Line | None = None
    """Distance of the stop from the entry, in price; None: the rules' fixed ratio."""
    size_distance: Line | None = None
    """Adverse move in price that ATR sizing risks."""

    def __post_init__(self) -> None:
        """Refuse anything else than conditions and lines."""
        for name in ("enter_long", "exit_long", "enter_short", "exit_short"):
            signal = getattr(self, name)
            for part in signal.values() if isinstance(signal, Mapping) else [signal]:
                if not isinstance(part, Condition | None):
                    message = f"{name} must be a condition, not {type(part).__name__}"
                    raise TypeError(message)
        for name in ("stop_distance", "size_distance"):
            if not isinstance(getattr(self, name), Line | None):
                message = f"{name} must be a line, not {type(getattr(self, name)).__name__}"
                raise TypeError(message)


def settled_after(signals: Signals) -> int:
    """Return after how many base candles everything the signals depend on has settled."""
    both = [
        *_parts(signals.enter_long).values(),
        *_parts(signals.enter_short).values(),
        *_parts(signals.exit_long).values(),
        *_parts(signals.exit_short).values(),
    ]
    lines = [line for line in (signals.stop_distance, signals.size_distance) if line is not None]
    rows = [condition.settle for condition in both] + [line.base_settle for line in lines]
    return max(rows, default=0)


def to_plan(frame: Frame, signals: Signals, warmup: int) -> Plan:
    """Return the plan for the frame's base candles.

    Nothing is entered where a distance is not known.
    """
    rows = len(frame)
    tags: list[str] = []
    long, long_tag = _flags(signals.enter_long, rows, tags)
    short, short_tag = _flags(signals.enter_short, rows, tags)
    leave_long, leave_long_tag = _flags(signals.exit_long, rows, tags)
    leave_short, leave_short_tag = _flags(signals.exit_short, rows, tags)
    distances = [
        None if line is None else line.values
        for line in (signals.stop_distance, signals.size_distance)
    ]
    for distance in distances:
        if distance is not None:
            known = distance > 0.0
            long, short = long & known, short & known
    return Plan(
        candles=frame.candles,
        enter_long=long,
        exit_long=leave_long,
        enter_short=short,
        exit_short=leave_short,
        warmup=warmup,
        tags=tuple(tags),
        enter_tag=_joined(long, long_tag, short_tag),
        exit_tag=_joined(leave_long, leave_long_tag, leave_short_tag),
        stop_distance=distances[0],
        size_distance=distances[1],
        columns={name: line.values for name, line in frame.lines.items()},
    )


def _parts(signal: Signal) -> Mapping[str, Condition]:
    if signal is None:
        return {}
    return signal if isinstance(signal, Mapping) else {"": signal}


def _flags(signal: Signal, rows: int, tags: list[str]) -> tuple[Bools, Codes | None]:
    """Return where a signal holds, and under which tag; new tags are added to the list."""
    if isinstance(signal, Condition):
        return signal.holds, None
    flags = np.zeros(rows, dtype=np.bool_)
    if signal is None:
        return flags, None
    codes = np.full(rows, _NO_TAG, dtype=np.int16)
    for tag in reversed(list(signal)):
        if tag not in tags:
            tags.append(tag)
        holds = signal[tag].holds
        codes[holds] = tags.index(tag)
        flags |= holds
    return flags, codes


def _joined(first: Bools, own: Codes | None, other: Codes | None) -> Codes | None:
    """Return one column of tags for both sides; where both act, the long one's."""
    if own is None or other is None:
        return own if other is None else np.where(first, np.int16(_NO_TAG), other)
    return np.where(first, own, other)
