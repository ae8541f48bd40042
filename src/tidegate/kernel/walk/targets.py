"""The profit that is enough at a position's age."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from tidegate.kernel.compiled import compiled
from tidegate.kernel.walk.asking import CUSTOM_ROI, ask, is_asked

if TYPE_CHECKING:
    from tidegate.kernel.walk.world import World

NS_PER_MINUTE: Final = 60_000_000_000


@compiled
def minutes_between(since: int, until: int) -> int:
    """Return the whole minutes from one time to another."""
    return (until - since) // NS_PER_MINUTE


@compiled
def target_at(w: World, i: int, minutes: int, now: int) -> tuple[float, int]:
    """Return the ratio that is enough at this age, and the age from which it is; NaN for none.

    The strategy's own figure counts where the table has none or asks for more.
    """
    r = w.rules[0]
    own = w.positions[i].target if r.plans else math.nan
    if r.use_custom_roi and is_asked(w, CUSTOM_ROI):
        p = w.positions[i]
        mail = w.mail[0]
        mail.pair = p.pair
        mail.position = i
        mail.now_ns = now
        mail.minutes = minutes
        mail.tag = p.enter_tag
        mail.side = p.side
        ask(w, CUSTOM_ROI)
        if mail.known:
            own = mail.number
    step = -1
    for k in range(r.roi_steps):
        if w.roi_minutes[k] <= minutes:
            step = k
    if step < 0:
        return own, minutes
    ratio = w.roi_ratios[step]
    if not math.isnan(own) and own < ratio:
        return own, minutes
    return ratio, int(w.roi_minutes[step])
