"""Trees of conditions: checked once, answered for every pair."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING

from tidegate.errors import Code, DefinitionError
from tidegate.strategies.declared.impossible import check_channel, check_itself
from tidegate.strategies.declared.operands import read_operand
from tidegate.strategies.definition import (
    AllOf,
    Alternatives,
    AnyOf,
    Comparison,
    Every,
    Not,
    Tagged,
)
from tidegate.strategies.line import compare, crosses_above, crosses_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tidegate.strategies.condition import Condition
    from tidegate.strategies.declared.values import Values
    from tidegate.strategies.definition import Faults
    from tidegate.strategies.indicators import Indicator
    from tidegate.strategies.line import Line
    from tidegate.strategies.signals import Signal

Tree = Comparison | AllOf | AnyOf | Not | Every
Place = tuple[str | int, ...]


def leaves(signal: object, place: Place) -> Iterator[tuple[Comparison, Place]]:
    """Go through all comparisons of a signal, with the place of each."""
    match signal:
        case Comparison():
            yield signal, place
        case AllOf():
            yield from _each(signal.all_, (*place, "all_"))
        case AnyOf():
            yield from _each(signal.any_, (*place, "any_"))
        case Not():
            yield from leaves(signal.not_, (*place, "not_"))
        case Every() | Alternatives():
            yield from _each(signal.root, place)
        case Tagged():
            yield from leaves(signal.when, (*place, "when"))


def _each(trees: Iterable[object], place: Place) -> Iterator[tuple[Comparison, Place]]:
    for position, tree in enumerate(trees):
        yield from leaves(tree, (*place, position))


def check_signal(
    signal: object, place: Place, indicators: Mapping[str, Indicator | None], faults: Faults
) -> None:
    """Note every operand of a signal that means nothing."""
    for leaf, here in leaves(signal, place):
        read = []
        for field in ("indicator1", "indicator2"):
            text = getattr(leaf, field)
            if isinstance(text, str):
                try:
                    read.append(read_operand(text, indicators, where=faults.where(*here, field)))
                except DefinitionError as error:
                    faults.add(error)
        if len(read) == 2:  # noqa: PLR2004 - both sides
            where = faults.where(*here, "indicator2")
            try:
                check_itself(read[0], read[1], where)
                check_channel(read[0], leaf.operator, read[1], indicators, where)
            except DefinitionError as error:
                faults.add(error)
    _check_tags(signal, place, faults)


def _check_tags(signal: object, place: Place, faults: Faults) -> None:
    seen: set[str] = set()
    for position, tagged in enumerate(signal.root if isinstance(signal, Alternatives) else ()):
        if tagged.tag in seen:
            faults.add(
                DefinitionError(
                    Code.OUT_OF_RANGE,
                    f'two alternatives carry the tag "{tagged.tag}"',
                    where=faults.where(*place, position, "tag"),
                    expected="a tag of its own for each",
                    found=f'"{tagged.tag}" again',
                    remedy='rename one, or join the two with "any"',
                )
            )
        seen.add(tagged.tag)


def is_empty(signal: object) -> bool:
    """Tell whether a signal says nothing: left out, or an empty list."""
    return signal is None or (isinstance(signal, Every | Alternatives) and not signal.root)


class Trees:
    """Answers trees of conditions for one pair, each comparison once."""

    def __init__(self, values: Values) -> None:
        """Take the pair's lines by operand."""
        self._values = values
        self._answers: dict[tuple[object, ...], Condition] = {}

    def signal(self, signal: object, gate: Condition | None = None) -> Signal:
        """Return when a signal holds, by tag if it has tags; never while the gate is shut."""
        if is_empty(signal):
            return None
        if isinstance(signal, Tagged | Alternatives):
            tagged = signal.root if isinstance(signal, Alternatives) else [signal]
            return {one.tag: _gated(self.tree(one.when), gate) for one in tagged}
        return _gated(self.tree(signal), gate)

    def tree(self, tree: object) -> Condition:
        """Return when a tree holds."""
        match tree:
            case Comparison():
                return self._leaf(tree)
            case AllOf():
                return reduce(and_, map(self.tree, tree.all_))
            case AnyOf():
                return reduce(or_, map(self.tree, tree.any_))
            case Not():
                return ~self.tree(tree.not_)
            case Every():
                return reduce(and_, map(self.tree, tree.root))
            case _:
                message = f"{type(tree).__name__} is no condition"
                raise TypeError(message)

    def _leaf(self, leaf: Comparison) -> Condition:
        key = (leaf.indicator1, leaf.operator, leaf.indicator2)
        if key not in self._answers:
            self._answers[key] = self._compared(leaf)
        return self._answers[key].within(leaf.lookback)

    def _compared(self, leaf: Comparison) -> Condition:
        left = self._values.line(leaf.indicator1)
        right: Line | float = (
            self._values.line(leaf.indicator2)
            if isinstance(leaf.indicator2, str)
            else float(leaf.indicator2)
        )
        if leaf.operator == "crosses_above":
            return crosses_above(left, right)
        if leaf.operator == "crosses_below":
            return crosses_below(left, right)
        return compare(left, leaf.operator, right)


def _gated(condition: Condition, gate: Condition | None) -> Condition:
    return condition if gate is None else condition & gate
