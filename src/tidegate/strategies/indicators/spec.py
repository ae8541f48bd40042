"""What an indicator is: its parameters, what it reads, what it gives, when it has settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tidegate.model import Candles, Floats, Timeframe

Value = int | float | str
Params: TypeAlias = "Mapping[str, Value]"
Compute: TypeAlias = "Callable[[Candles, Sequence[Floats], Params], tuple[Floats, ...]]"
Settle: TypeAlias = "Callable[[Params, Timeframe], int]"

ONE_OUTPUT: Final = ("value",)

# How many periods a smoothing needs until less than 0.1 % of what it started from is left:
# an exponential average forgets (n - 1) / (n + 1) of it a candle, a Wilder average 1 / n.
EXPONENTIAL: Final = 5
WILDER: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number or word that tunes an indicator."""

    name: str
    help: str
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    whole: bool = True
    """Whether only whole numbers make sense."""
    talib: str | None = None
    """Its name in TA-Lib, which is understood as well."""

    @property
    def expected(self) -> str:
        """What may be given, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        kind = "a whole number" if self.whole else "a number"
        if self.minimum is not None and self.maximum is not None:
            return f"{kind} from {self.minimum:g} to {self.maximum:g}"
        return kind

    def accepts(self, value: object) -> bool:
        """Tell whether the value is of the right kind and in range."""
        if self.choices:
            return value in self.choices
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        low = value if self.minimum is None else self.minimum
        high = value if self.maximum is None else self.maximum
        return low <= value <= high


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A way of turning candles into one or more numbers a candle."""

    type: str
    title: str
    help: str
    compute: Compute
    """Candles, the sources and the complete parameters in; one array for each output out."""
    settle: Settle
    """How many leading candles are not settled yet."""
    parameters: tuple[Parameter, ...] = ()
    outputs: tuple[str, ...] = ONE_OUTPUT
    reads: tuple[str, ...] = ()
    """Price series it always reads, for the reader."""
    sources: tuple[str, ...] = ("close",)
    """The default of each series the user may choose; empty: none to choose."""
    aliases: tuple[str, ...] = ()
    faults: Callable[[Params], tuple[str, str] | None] = field(default=lambda _params: None)
    """For parameters that are fine alone but not together: what is expected, what to do."""

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, in our spelling or in TA-Lib's."""
        for parameter in self.parameters:
            if name in (parameter.name, parameter.talib):
                return parameter
        return None

    def complete(self, given: Params) -> dict[str, Value]:
        """Return all parameters under our names, with the defaults where nothing is given."""
        values = {parameter.name: parameter.default for parameter in self.parameters}
        for name, value in given.items():
            parameter = self.parameter(name)
            values[parameter.name if parameter else name] = value
        return values
