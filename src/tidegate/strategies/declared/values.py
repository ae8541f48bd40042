"""The lines of a definition's indicators, for one pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.strategies.declared.operands import Operand, read_operand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.strategies.declared.wiring import Wired
    from tidegate.strategies.frame import Frame
    from tidegate.strategies.line import Line


class Values:
    """Computes the indicators of a definition in order, and finds lines by operand."""

    def __init__(self, frame: Frame, wired: Mapping[str, Wired]) -> None:
        """Compute all of them at once: charts show them, used or not."""
        self.frame = frame
        self._wired = wired
        self._known = {key: one.indicator for key, one in wired.items()}
        self._lines: dict[str, tuple[Line, ...]] = {}
        self._read: dict[str, Line] = {}
        for key, one in wired.items():
            there = frame if one.timeframe is None else frame.on(one.timeframe)
            sources = [self._at(operand, there) for operand in one.sources]
            self._lines[key] = there.compute(one.indicator, sources, one.params, name=key)

    def line(self, text: str) -> Line:
        """Return the line an operand means."""
        if text not in self._read:
            operand = read_operand(text, self._known, where=text)
            self._read[text] = self._at(operand, self.frame)
        return self._read[text]

    def _at(self, operand: Operand, frame: Frame) -> Line:
        if operand.name in self._lines:
            outputs = self._wired[operand.name].indicator.outputs
            position = outputs.index(operand.output) if operand.output else 0
            return self._lines[operand.name][position][operand.ago]
        return frame.source(operand.name)[operand.ago]
