"""How patient a live broker is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait for what, seconds."""

    look_s: float = 2.0
    """Between two looks at the orders that wait."""
    first_pause_s: float = 0.05
    longest_pause_s: float = 5.0
    """Between two questions about a lost order; they double from the first on."""
    stale_s: float = 10.0
    """How old an order that brings new risk may get before it is sent."""
    window_s: float = 5.0
    """For how long a request to trade is good, by the venue's clock."""
    late_s: float = 600.0
    """For how long an order that was cancelled is looked at: it may have filled all the same."""

    def longer(self, pause_s: float) -> float:
        """Return the pause after a pause."""
        return min(2 * pause_s, self.longest_pause_s)
