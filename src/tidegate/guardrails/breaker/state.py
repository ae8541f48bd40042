"""What the breaker's file says, and what it means at a given time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tidegate.guardrails.wording import instant, quoted

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
UNGIVEN: Final = "no reason is given"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerState:
    """The breaker as somebody has set it. Times are nanoseconds UTC."""

    active: bool = False
    reason: str = ""
    since_ns: int | None = None
    until_ns: int | None = None
    """When it goes off by itself; None: never."""
    damage: str = ""
    """Why the file cannot be relied on; then the breaker is on."""

    def is_on(self, now_ns: int) -> bool:
        """Return whether nothing new may be traded."""
        if self.damage:
            return True
        return self.active and (self.until_ns is None or now_ns < self.until_ns)

    def why(self, now_ns: int) -> str:
        """Return the reason while it is on; empty while it is off."""
        if not self.is_on(now_ns):
            return ""
        return self.damage or self.reason or UNGIVEN

    def text(self) -> str:
        """Return it as the file says it."""
        fields = {
            "active": self.active,
            "reason": self.reason,
            "since": None if self.since_ns is None else instant(self.since_ns),
            "until": None if self.until_ns is None else instant(self.until_ns),
        }
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


def parse(text: str) -> BreakerState:
    """Read the file's text; what cannot be read is on, with the reason why."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return damaged("it is not JSON")
    if not isinstance(fields, dict):
        return damaged("it is not a JSON object")
    active, reason = fields.get("active"), fields.get("reason", "")
    if not isinstance(active, bool):
        return damaged(f'"active" is {quoted(active)}, neither true nor false')
    if not isinstance(reason, str | None):
        return damaged(f'"reason" is {quoted(reason)}, not a text')
    times = {}
    for name in ("since", "until"):
        try:
            times[name] = _time_ns(fields.get(name))
        except (ValueError, TypeError, OverflowError):
            return damaged(f'"{name}" is {quoted(fields[name])}, not a time like {_EXAMPLE}')
    return BreakerState(
        active=active, reason=reason or "", since_ns=times["since"], until_ns=times["until"]
    )


def damaged(what: str) -> BreakerState:
    """Return the state of a file that cannot be relied on."""
    return BreakerState(
        damage=f"the breaker's file is damaged: {what}; until it is set again, it counts as on"
    )


def _time_ns(text: str | None) -> int | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND * 1000


_EXAMPLE: Final = instant(1_767_225_600_000_000_000)
