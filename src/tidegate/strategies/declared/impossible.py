"""Comparisons that look sensible and can never hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.strategies.declared.operands import Operand
    from tidegate.strategies.indicators import Indicator

_BEYOND: Final = {
    "upper": (">", "crosses_above"),
    "lower": ("<", "crosses_below"),
}


def check_itself(left: Operand, right: Operand, where: str) -> None:
    """Refuse something compared with itself."""
    if left == right:
        raise DefinitionError(
            Code.OUT_OF_RANGE,
            f"{left} is compared with itself",
            where=where,
            expected="something else than indicator1",
            found=f'"{right}"',
            remedy=f"write {left.name}[1] for its value one candle ago, for example",
        )


def check_channel(
    left: Operand,
    operator: str,
    right: Operand,
    indicators: Mapping[str, Indicator | None],
    where: str,
) -> None:
    """Refuse a price beyond a Donchian channel that this very price has widened."""
    channel = indicators.get(right.name)
    is_price = left.name not in indicators and left.name != "volume"
    if not is_price or left.ago or right.ago or channel is None or channel.type != "DONCHIAN":
        return
    if operator in _BEYOND.get(str(right.output), ()):
        raise DefinitionError(
            Code.OUT_OF_RANGE,
            f"{left} can never be beyond {right}: the channel includes this candle",
            where=where,
            expected=f"the channel of the candle before: {right}[1]",
            found=f'"{right}"',
            remedy=f'write "{right}[1]"',
        )
