"""What the orders of a Freqtrade strategy went through, from outside and from inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError
from tidegate.freqtrade.guarded_gate import Guard
from tidegate.research.guardrails import Guarded

if TYPE_CHECKING:
    from tidegate.cli.through import Terms
    from tidegate.freqtrade.running import Ran

INSIDE: Final = "tidegate.limits of the configuration"
_OURS: Final = "walk"


def inside(ran: Ran) -> Guarded | None:
    """Return what a strategy's own gate came to; None: its class is no GuardedStrategy."""
    guard = getattr(ran.strategy, "guard", None)
    if not isinstance(guard, Guard):
        return None
    return Guarded(
        asked=INSIDE,
        limits=guard.limits,
        refused={str(reason): count for reason, count in guard.refusals.items()},
        stopped=guard.account.latched,
    )


def require_sent_through(ran: Ran, terms: Terms) -> None:
    """Refuse a result whose orders did not go the way that was asked for."""
    if ran.path is None or ran.path.loop == _OURS:
        return
    raise OptionError(
        Code.BAD_OPTION,
        "the orders of this run cannot be sent through the guardrails",
        where=f"--limits {terms.shown}",
        expected="a run that the compiled loop can do",
        found=f"one that only Freqtrade's own loop can do: {ran.path.why}",
        remedy="leave out what is named, or run it without --limits and --db",
    )
