"""The two streams a command speaks on: results to the one, everything else to the other."""

from __future__ import annotations

from rich.console import Console

out = Console()
"""Results."""

err = Console(stderr=True)
"""Progress, warnings and errors."""
