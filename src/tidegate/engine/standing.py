"""What the gate is shown of an account: put together anew for every review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.guardrails import Standing
from tidegate.model import ZERO, Effect, TradingState

if TYPE_CHECKING:
    from tidegate.engine.figures import Figures
    from tidegate.engine.state import State

_INCREASE: Final = Effect.INCREASE  # looked up once; it costs more to find than a sum


def standing_of(
    state: State, figures: Figures, breaker: str, now_ns: int, position: str = ""
) -> Standing:
    """Return where an account stands, seen from one of its positions."""
    account, orders = state.account, state.orders
    if account is None:
        return _unknown(state, breaker)
    worth = figures.worth(state)
    held = account.positions.get(position)
    opening = len(state.newcomers)
    waiting = orders.opener(position)
    subject = held or waiting
    return Standing(
        account=account.name,
        known=True,
        state=state.trading,
        latched=state.latched,
        breaker=breaker,
        equity=worth.equity,
        free=worth.free,
        peak=state.peak,
        day_start=state.day_start,
        week_start=state.week_start,
        profit_today=state.profit_today(now_ns),
        losses_in_row=account.tally.losses_in_row,
        entries_today=account.tally.entries_today(now_ns) + opening,
        positions=len(account.positions) + opening,
        is_new=held is None and waiting is None,
        held=ZERO if held is None else held.amount,
        offered=orders.offered(position),
        pair=subject.pair if subject is not None else "",
        direction=subject.direction if subject is not None else None,
        exposure=worth.exposure,
        unresolved=orders.unresolved(),
        differing=state.agreement.halted,
        last_exit_ns=account.tally.last_exit_ns,
        last_stop_ns=account.tally.last_stop_ns,
        approvals_ns=state.approvals,
        seen=state.seen,
    )


def _unknown(state: State, breaker: str) -> Standing:
    """Return what is known of an account that was never opened: nothing."""
    return Standing(
        account="", known=False, state=TradingState.HALTED, latched=state.latched, breaker=breaker,
        equity=None, free=ZERO, peak=ZERO, day_start=ZERO, week_start=ZERO, profit_today=ZERO,
        losses_in_row=0, entries_today=0, positions=0, is_new=True, held=ZERO, offered=ZERO,
        exposure={}, unresolved=(), last_exit_ns={}, last_stop_ns={}, approvals_ns=(),
        seen=state.seen,
    )  # fmt: skip
