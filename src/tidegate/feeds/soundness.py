"""What a backtest demands of its candles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from tidegate.errors import CandleError, Code
from tidegate.feeds.check import Finding, Kind, Severity, inspect
from tidegate.feeds.instants import spoken
from tidegate.feeds.repair import fill_gaps

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Candles

Gaps = Literal["refuse", "fill"]
"""What to do about missing candles."""

_CODES: Final = {
    Kind.WRONG_TIMEFRAME: Code.WRONG_TIMEFRAME,
    Kind.OFF_GRID: Code.WRONG_TIMEFRAME,
    Kind.DISORDER: Code.UNSORTED_CANDLES,
    Kind.DUPLICATE: Code.DUPLICATE_CANDLES,
    Kind.NOT_FINITE: Code.CANDLE_NAN,
    Kind.BAD_PRICE: Code.IMPOSSIBLE_CANDLE,
    Kind.BAD_VOLUME: Code.IMPOSSIBLE_CANDLE,
    Kind.IMPOSSIBLE: Code.IMPOSSIBLE_CANDLE,
    Kind.GAP: Code.CANDLE_GAP,
}
_EXPECTED: Final = {
    Kind.DISORDER: "candles from the oldest to the newest",
    Kind.DUPLICATE: "one candle for each time",
    Kind.NOT_FINITE: "finite numbers in every column",
    Kind.BAD_PRICE: "prices above zero",
    Kind.BAD_VOLUME: "volumes of zero or more",
    Kind.IMPOSSIBLE: "low <= open and close <= high",
}
_REPAIR: Final = "mend the file with tidegate data check --repair, which says what it changes"
_REMEDIES: Final = {
    Kind.WRONG_TIMEFRAME: "give the file the name of its real timeframe, or fetch it again",
    Kind.GAP: (
        "fetch what is missing, or go on with --gaps fill, or write the filled file "
        "with tidegate data check --repair"
    ),
}


def require_sound(candles: Candles, path: Path, *, gaps: Gaps, first_row: int = 0) -> Candles:
    """Return the candles, their gaps filled if that is asked for, or say what is wrong.

    `first_row` is the row of the file that the candles begin with.
    """
    found = inspect(candles, first_row=first_row)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if gaps == "fill" and [finding.kind for finding in errors] == [Kind.GAP]:
        return fill_gaps(candles)[0]
    if errors:
        raise _unsound(candles, path, errors)
    return candles


def _unsound(candles: Candles, path: Path, errors: list[Finding]) -> CandleError:
    worst = errors[0]
    others = "".join(f"; {other.kind} ({other.count:,})" for other in errors[1:])
    grid = f"candles that open {candles.timeframe} apart, on the grid, none missing"
    return CandleError(
        _CODES[worst.kind],
        f"the {candles.timeframe} candles of {candles.pair} are not sound: {worst.kind}",
        where=f"{path}, row {worst.row}, {spoken(worst.time_ns)}",
        expected=_EXPECTED.get(worst.kind, grid),
        found=worst.sentence + others,
        remedy=_REMEDIES.get(worst.kind, _REPAIR),
    )
