"""The two sets of assumptions: ours, and Freqtrade's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.kernel import SPOT_VENUE, Venue

if TYPE_CHECKING:
    from tidegate.feeds import Gaps

_TEN_MINUTES_NS: Final = 600 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Realism:
    """A named set of assumptions, before the user's own options."""

    name: str
    venue: Venue
    slippage: str
    gaps: Gaps


PROFILES: Final = {
    "standard": Realism(
        name="standard", venue=SPOT_VENUE, slippage="constant:0.0005", gaps="refuse"
    ),
    "freqtrade": Realism(
        name="freqtrade",
        venue=SPOT_VENUE._replace(exact_freqtrade=True, exit_timeout_ns=_TEN_MINUTES_NS),
        slippage="none",
        gaps="fill",
    ),
}
