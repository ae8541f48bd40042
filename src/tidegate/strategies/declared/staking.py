"""Position sizes of a definition: checked, and put into the loop's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, DefinitionError
from tidegate.model import Sizing, SizingKind
from tidegate.strategies.declared.wiring import read_timeframe
from tidegate.strategies.definition.exits import AtrStop
from tidegate.strategies.definition.risk import (
    AtrSize,
    EqualShare,
    FixedSize,
    Kelly,
    PercentOfEquity,
    PercentRisk,
)

if TYPE_CHECKING:
    from tidegate.strategies.definition import Definition, Faults

_PLACE: Final = ("risk_management", "position_size")
_KINDS: Final[dict[type, SizingKind]] = {
    FixedSize: SizingKind.FIXED,
    PercentOfEquity: SizingKind.PERCENT_OF_EQUITY,
    PercentRisk: SizingKind.PERCENT_RISK,
    AtrSize: SizingKind.ATR,
}


def check_size(definition: Definition, faults: Faults) -> None:
    """Note a size that depends on something the definition does not have."""
    size = definition.risk_management.position_size
    stop = definition.exit_conditions.stop_loss
    if isinstance(size, PercentRisk) and stop is None:
        faults.add(
            DefinitionError(
                Code.CONTRADICTORY_EXITS,
                "percent_risk needs a stop: without one there is no risk to measure",
                where=faults.where(*_PLACE),
                expected="a stop_loss under exit_conditions",
                found="none",
                remedy="add a stop, or size by percent_of_equity",
            )
        )
    if isinstance(size, AtrSize):
        try:
            read_timeframe(size.timeframe, where=faults.where(*_PLACE, "timeframe"))
        except DefinitionError as error:
            faults.add(error)
        if size.multiple is None and not isinstance(stop, AtrStop):
            faults.add(
                DefinitionError(
                    Code.MISSING_FIELD,
                    "an atr size needs to know how many average true ranges it risks",
                    where=faults.where(*_PLACE, "multiple"),
                    expected="a multiple here, or an atr stop_loss to take it from",
                    found="neither",
                    remedy='add "multiple": 2, for example',
                )
            )
    if isinstance(size, Kelly) and size.min_trades > size.window:
        faults.add(
            DefinitionError(
                Code.OUT_OF_RANGE,
                "kelly waits for more trades than it looks at",
                where=faults.where(*_PLACE, "min_trades"),
                expected=f"at most window ({size.window})",
                found=str(size.min_trades),
                remedy="lower min_trades, or raise window",
            )
        )


def size_of(definition: Definition) -> Sizing:
    """Return the checked size in the loop's terms."""
    size = definition.risk_management.position_size
    if size is None:
        return Sizing()
    if isinstance(size, EqualShare):
        return Sizing(cap=size.max_position)
    if isinstance(size, Kelly):
        return Sizing(
            kind=SizingKind.KELLY,
            value=size.value,
            cap=size.max_position,
            min_trades=size.min_trades,
            window=size.window,
            fallback=size.fallback,
        )
    return Sizing(kind=_KINDS[type(size)], value=size.value, cap=size.max_position)
