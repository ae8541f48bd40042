"""The two streams a command speaks on: results to the one, everything else to the other."""

from __future__ import annotations

import os
import sys

from rich.console import Console

_WIDE = 160  # where there is no terminal to fit into, nothing is cut to fit


def _width(*, is_terminal: bool) -> int | None:
    """Return a fixed width, or None to fit the terminal (or what COLUMNS says)."""
    return None if is_terminal or "COLUMNS" in os.environ else _WIDE


out = Console(width=_width(is_terminal=sys.stdout.isatty()))
"""Results."""

err = Console(stderr=True, width=_width(is_terminal=sys.stderr.isatty()))
"""Progress, warnings and errors."""
