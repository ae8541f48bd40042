"""Figures rounded to 8 decimals for a table, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tidegate.kernel.compiled import compiled
from tidegate.kernel.decimal import signed8

if TYPE_CHECKING:
    from tidegate.model import Floats


@compiled
def _rounded(figures: Floats, into: Floats) -> None:
    for i in range(len(figures)):
        into[i] = signed8(figures[i])


def rounded8(figures: Floats) -> Floats:
    """Return the figures rounded to 8 decimals, the exact binary value deciding."""
    into = np.empty(len(figures))
    _rounded(np.ascontiguousarray(figures, dtype=np.float64), into)
    return into
