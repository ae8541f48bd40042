"""Falls of the equity from its highest point so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.model.arrays import Bools, Floats, Ints

_DUST: Final = 1e-12
"""Fall, as a fraction of the high, that is only the rounding of a sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """How far below its high the equity stood, and each stay there, oldest first.

    The high starts at the wallet. A stay begins at the last moment the equity stood at
    its high, and ends when it is back there, or with the data.
    """

    depth: Floats
    """Of each candle: the fraction of the high that was lost at its close, 0 at the high."""
    depths: Floats
    """Of each stay: its greatest depth, a fraction."""
    falls: Floats
    """The same in currency."""
    first: Ints
    """First row under water."""
    stop: Ints
    """Row that was back at the high; the number of rows where none was."""
    begun: Ints
    """When the equity last stood at its high, in nanoseconds UTC."""
    ended: Ints
    """When it was back, or when the data ended."""
    recovered: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """One stay below a high. Times are nanoseconds UTC."""

    start_ns: int
    trough_ns: int
    recovery_ns: int | None
    """None: still below the high when the data ended."""
    depth: float
    """Fraction of the high."""
    depth_abs: float
    """Currency."""
    length_ns: int
    """From start to recovery, or to the end of the data."""


def decline(equity: Floats, closes: Ints, *, wallet: float, start_ns: int) -> Decline:
    """Find every stay below a high; `closes` is when each equity was measured."""
    high = np.maximum.accumulate(equity)
    np.maximum(high, wallet, out=high)
    depth = 1.0 - equity / high
    below = depth > _DUST
    depth[~below] = 0.0
    borders = np.flatnonzero(np.diff(below, prepend=False, append=False))
    first, stop = borders[::2], borders[1::2]
    rows = len(equity)
    # Between two stays the depth is zero, so the next stay's first row bounds this one.
    depths = np.maximum.reduceat(depth, first) if len(first) else np.empty(0)
    return Decline(
        depth=depth,
        depths=depths,
        falls=depths * high[first],
        first=first,
        stop=stop,
        begun=np.where(first > 0, closes[first - 1], start_ns) if rows else first,
        ended=closes[np.minimum(stop, rows - 1)] if rows else stop,
        recovered=stop < rows,
    )


def deepest(found: Decline, closes: Ints, most: int) -> tuple[Drawdown, ...]:
    """Return the largest drawdowns, deepest first, the earlier of two equals first."""
    order = np.argsort(-found.depths, kind="stable")[:most]
    return tuple(
        Drawdown(
            start_ns=int(found.begun[n]),
            trough_ns=int(closes[int(found.first[n]) + _trough(found, n)]),
            recovery_ns=int(found.ended[n]) if found.recovered[n] else None,
            depth=float(found.depths[n]),
            depth_abs=float(found.falls[n]),
            length_ns=int(found.ended[n] - found.begun[n]),
        )
        for n in order.tolist()
    )


def _trough(found: Decline, n: int) -> int:
    """Return how many rows after its first one a stay was deepest."""
    return int(np.argmax(found.depth[found.first[n] : found.stop[n]]))
