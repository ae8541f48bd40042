"""What a condition compares: an indicator, one of its outputs, a price; now or before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, DefinitionError, one_of
from tidegate.strategies.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.strategies.indicators import Indicator

_OPERAND: Final = re.compile(
    r"(?P<name>[A-Za-z_][\w-]*)(?:\.(?P<output>[A-Za-z_]\w*))?(?:\[(?P<ago>\d{1,5})\])?"
)


@dataclass(frozen=True, slots=True)
class Operand:
    """A reference to a line: `macd.signal[2]`."""

    name: str
    output: str | None = None
    ago: int = 0

    def __str__(self) -> str:
        """Return it as it is written."""
        output = f".{self.output}" if self.output else ""
        return f"{self.name}{output}" + (f"[{self.ago}]" if self.ago else "")


def read_operand(text: str, indicators: Mapping[str, Indicator | None], *, where: str) -> Operand:
    """Return the operand a text means, or say which there are.

    An indicator that is None is known by name alone; its outputs are not checked.
    """
    match = _OPERAND.fullmatch(text.strip())
    if match is None:
        raise DefinitionError(
            Code.UNKNOWN_OPERAND,
            f'"{text}" is not something to compare',
            where=where,
            expected="a name, a name.output, or either followed by [candles ago]",
            found=f'"{text}"',
            remedy=_form_remedy(text),
        )
    operand = Operand(match["name"], match["output"], int(match["ago"] or 0))
    if operand.name in indicators:
        indicator = indicators[operand.name]
        if indicator is not None:
            _check_output(operand, indicator, where)
        return operand
    if operand.name not in SOURCES:
        raise _unknown(operand, indicators, where)
    if operand.output is not None:
        raise DefinitionError(
            Code.UNKNOWN_OPERAND,
            f'{operand.name} has no output "{operand.output}"',
            where=where,
            expected=operand.name,
            found=f'"{text}"',
            remedy=f'write "{operand.name}" alone: it is a price',
        )
    return operand


def _form_remedy(text: str) -> str:
    if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", text):
        return f"write the number without quotes: {text.strip()}"
    if "[-" in text:
        return "a condition cannot look into the future: write [1] for one candle ago"
    return "arithmetic is not understood here: compute it with an indicator, like ADD or MULT"


def _check_output(operand: Operand, indicator: Indicator, where: str) -> None:
    single = len(indicator.outputs) == 1
    if operand.output in indicator.outputs or (single and operand.output is None):
        return
    choices = [f"{operand.name}.{output}" for output in indicator.outputs]
    if single:
        choices = [operand.name]
    problem = f'{operand.name} has no output "{operand.output}"'
    if operand.output is None:
        problem = f"{operand.name} ({indicator.type}) gives several lines"
    raise DefinitionError(
        Code.UNKNOWN_OPERAND,
        problem,
        where=where,
        expected=f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0],
        found=f'"{operand}"',
        remedy="say which one"
        if operand.output is None
        else one_of(str(operand), choices, otherwise="choose one of them"),
    )


def _unknown(
    operand: Operand, indicators: Mapping[str, Indicator | None], where: str
) -> DefinitionError:
    known = [*indicators, *SOURCES]
    listed = f"an indicator ({', '.join(indicators)})" if indicators else "an indicator"
    return DefinitionError(
        Code.UNKNOWN_OPERAND,
        f'nothing is called "{operand.name}"',
        where=where,
        expected=f"{listed} or a price ({', '.join(SOURCES)})",
        found=f'"{operand}"',
        remedy=one_of(operand.name, known, otherwise="define it under indicators"),
    )
