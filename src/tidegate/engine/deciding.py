"""A wish comes in: the gate decides, and what it decides is a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.engine.effects import Cancel, Submit, Verdict
from tidegate.engine.facts import Approval, Denied, Noted, TakenBack
from tidegate.errors import LedgerError
from tidegate.guardrails import SENTENCES, Approved, Reason, Refused
from tidegate.ledger.exact import require_fill
from tidegate.model import ENDED, ONE, ZERO, Effect

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.engine.engine import Engine
    from tidegate.engine.events import Heard, Kept, TakeBack
    from tidegate.engine.step import Step
    from tidegate.guardrails import Market, Standing
    from tidegate.model import Order, Signal


def signal(engine: Engine, heard: Heard, step: Step) -> None:
    """Put a signal before the gate: an order to submit, or a refusal."""
    wish, now = heard.signal, heard.now_ns
    market = engine.market(_named(wish.pair))
    standing = _standing(engine, wish, now)
    verdict = engine.gate.review(wish, standing, market, proposed=None, now_ns=now)
    if not isinstance(verdict, Approved) and verdict.reason is Reason.NO_SIZE:
        proposed = _proposed(engine, wish, market)
        verdict = engine.gate.review(wish, standing, market, proposed=proposed, now_ns=now)
    if isinstance(verdict, Approved) and not _can_be_booked(verdict.order):
        verdict = _too_fine(wish, verdict.order)
    if not isinstance(verdict, Approved):
        _refuse(engine, verdict, step, now)
        return
    order = verdict.order
    approval = Approval(order=order, expires_ns=wish.expires_ns)
    engine.note(step, approval, now, order.correlation)
    step.effects.append(Submit(verdict))
    step.verdict = Verdict(order.id, None)


def _can_be_booked(order: Order) -> bool:
    """Tell whether the ledger could keep a fill of an order to its last digit."""
    try:
        require_fill(order.amount, order.price or ONE, ZERO)
    except LedgerError:
        return False
    return True


def _too_fine(wish: Signal, order: Order) -> Refused:
    return Refused(
        signal=wish,
        reason=Reason.MALFORMED,
        observed=f"amount {order.amount}, price {order.price}"[:_LONGEST],
        limit="numbers that the ledger can keep to their last digit",
        sentence=SENTENCES[Reason.MALFORMED],
        incident=False,
    )


def _named(name: object) -> str:
    """Return a name to look up by; what is none is found nowhere."""
    return name if isinstance(name, str) else ""


def _standing(engine: Engine, wish: Signal, now: int) -> Standing:
    """Return where the account stands, seen from a signal."""
    standing = engine.standing(now, _named(wish.position))
    if engine.state.may_have_dealt_with(wish):
        standing.seen = {f"{wish.source}:{wish.id}"}
    if wish.effect is Effect.INCREASE:
        _tell_apart(engine, wish, standing)
    return standing


def _tell_apart(engine: Engine, wish: Signal, standing: Standing) -> None:
    """Let the gate see that a name means another position: what is filled could not be booked."""
    if standing.direction is not None:
        if engine.state.leverage(wish.position) != wish.leverage:
            standing.direction = None
    elif standing.known and isinstance(wish.position, str):
        cut = engine.state.orders.cut.get(wish.position)
        if cut is not None and cut.order.leverage == wish.leverage:
            standing.pair, standing.direction = cut.order.pair, cut.order.direction
        standing.is_new = cut is None or (standing.pair, standing.direction) == (
            wish.pair,
            wish.direction,
        )


def _proposed(engine: Engine, wish: Signal, market: Market) -> Decimal | None:
    """Ask the sizing for an amount; only for a signal that passes but for that."""
    account = engine.state.account
    if engine.sizer is None or account is None or market.price is None:
        return None
    return engine.sizer.propose(wish, account, market.price)


def _refuse(engine: Engine, refused: Refused, step: Step, now: int) -> None:
    wish = refused.signal
    name = f"{wish.source}:{wish.id}"
    step.verdict = Verdict(None, refused, again=refused.reason is Reason.DUPLICATE)
    denied = Denied(
        signal=_kept(name),
        strategy=_kept(wish.strategy),
        pair=_kept(wish.pair),
        position=_kept(wish.position),
        direction=_kept(wish.direction),
        effect=_kept(wish.effect),
        reason=str(refused.reason),
        observed=refused.observed,
        limit=refused.limit,
        sentence=refused.sentence,
        expires_ns=now if refused.reason is Reason.MALFORMED else wish.expires_ns,
    )
    correlation = _kept(wish.correlation or name)
    engine.note(step, denied, now, correlation)
    if refused.incident and engine.state.account is not None:
        _raise(engine, refused, correlation, step, now)


def _raise(engine: Engine, refused: Refused, correlation: str, step: Step, now: int) -> None:
    """Let operators know, once a minute at most: what runs wild would bury all else."""
    reason = str(refused.reason)
    since, others = engine.raised.get(reason, (-_QUIET_NS, 0))
    if 0 <= now - since < _QUIET_NS:
        engine.raised[reason] = (since, others + 1)
        return
    engine.raised[reason] = (now, 0)
    words = f"{refused.sentence}: {refused.observed}, limit {refused.limit}"
    if others:
        words += f"; {others} more like the last one came soon after it"
    row = engine.state.incident("warning", reason, words, now, correlation)
    step.records.append(row)


def _kept(value: object) -> str:
    """Return what can be kept of a field that may be anything at all."""
    return ascii(value)[:_LONGEST] if not isinstance(value, str) else _printable(value[:_LONGEST])


def _printable(text: str) -> str:
    return text if text.isprintable() else ascii(text)


_LONGEST = 255
_QUIET_NS = 60_000_000_000


def take_back(engine: Engine, wish: TakeBack, step: Step) -> None:
    """Have an order taken back that is not wanted any more."""
    life = engine.state.orders.get(wish.order)
    if life is not None and life.state not in ENDED and not life.leaving:
        cancel(engine, step, wish.order, wish.time_ns, wish.why)


def cancel(engine: Engine, step: Step, order: str, now: int, why: str) -> None:
    """Note that an order is to go, and let the broker know."""
    life = engine.state.orders.get(order)
    correlation = life.order.correlation if life is not None else order
    engine.note(step, TakenBack(order=order, why=why), now, correlation)
    step.effects.append(Cancel(order))


def take_back_increases(engine: Engine, step: Step, now: int, why: str) -> int:
    """Have every waiting order taken back that could bring new risk; how many."""
    waiting = [life.order.id for life in engine.state.orders.increases() if not life.leaving]
    for order in waiting:
        cancel(engine, step, order, now, why)
    return len(waiting)


def keep(engine: Engine, kept: Kept, step: Step) -> None:
    """Remember for a strategy what its positions need after a restart."""
    engine.note(step, Noted(strategy=kept.strategy, body=kept.body), kept.time_ns, kept.strategy)
