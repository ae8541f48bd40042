"""The two streams a command speaks on: results to the one, everything else to the other."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from typing import TextIO

_WIDE = 160  # where there is no terminal to fit into, nothing is cut to fit


def _width(stream: TextIO | None) -> int | None:
    """Return a fixed width, or None to fit the terminal (or what COLUMNS says)."""
    is_terminal = stream is not None and stream.isatty()  # a closed stream is None
    return None if is_terminal or "COLUMNS" in os.environ else _WIDE


out = Console(width=_width(sys.stdout))
"""Results."""

err = Console(stderr=True, width=_width(sys.stderr))
"""Progress, warnings and errors."""
