"""Our side of the books, out of the state and the journal, held against the venue's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tidegate.engine.events import Alike
from tidegate.engine.facts import fact_of
from tidegate.ledger.reconciliation import reconcile
from tidegate.ledger.sides import Before, FillSeen, OrderSeen, Ours, Theirs
from tidegate.model import EXACT, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal
    from typing import Protocol

    from tidegate.engine.entry import Entry
    from tidegate.engine.orders import Life
    from tidegate.engine.state import State
    from tidegate.ledger.reconciliation import Finding
    from tidegate.model import Fill

    class Facts(Protocol):
        """Whoever can read a journal."""

        def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
            """Go through the facts from a sequence number on, in order, none left out."""
            ...


_MARGIN_NS: Final = 60_000_000_000
"""How much later than its own time a trade may be told of, and how far clocks may be set back."""
_MS: Final = 1_000_000


def pairs_in(state: State, traded: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pairs that are traded or that anything is left in."""
    held = [] if state.account is None else state.account.amounts()
    waiting = [life.order.pair for life in state.orders.live()]
    return tuple(sorted({*traded, *held, *waiting}))


def asked_from(state: State, now_ns: int) -> tuple[int, int]:
    """Return from when on the venue's trades, and its orders, have to be known."""
    last = state.agreement.last
    since = now_ns - _MARGIN_NS if last is None else last.since_ns
    made = min((life.order.made_ns for life in state.orders.live()), default=since)
    return since, min(since, made) - _MARGIN_NS


def compare(
    state: State, journal: Facts, theirs: Theirs, pairs: tuple[str, ...]
) -> tuple[Finding, ...]:
    """Return all differences; where no books were ever looked at, balances are not among them."""
    last = state.agreement.last
    if last is None:
        return reconcile(
            _ours(state, theirs, (), pairs),
            _within(replace(theirs, fills=()), pairs),
            Before(balances=_of_pairs(theirs.balances or {}, theirs, pairs)),
        )
    counted = set(last.counted)
    fills, moved = _since(state, journal, last.seq)
    left = replace(theirs, fills=[one for one in theirs.fills if one.name not in counted])
    return reconcile(
        _ours(
            state,
            left,
            # what was traded before, and heard of later, is in the balances already
            tuple(x for x in fills if x.time_ns >= last.since_ns and x.name not in counted),
            pairs,
        ),
        _within(left, pairs),
        Before(balances=_of_pairs(last.balances, left, pairs), moved=moved),
    )


def found_alike(
    state: State, theirs: Theirs, pairs: tuple[str, ...], seq: int, now_ns: int
) -> Alike:
    """Return the event that lets books be counted from now on."""
    last = state.agreement.last
    since = max(0 if last is None else last.since_ns, theirs.at_ns - _MARGIN_NS)
    since -= since % _MS
    return Alike(
        pairs=pairs,
        balances=theirs.balances or {},
        seq=seq,
        since_ns=since,
        counted=tuple(one.name for one in theirs.fills if one.time_ns >= since),
        time_ns=now_ns,
    )


def _ours(
    state: State, theirs: Theirs, fills: tuple[FillSeen, ...], pairs: tuple[str, ...]
) -> Ours:
    told = {one.id for one in theirs.orders} | {one.order for one in theirs.fills}
    live = {life.order.id: life for life in state.orders.live()}
    ended = [state.orders.get(order) for order in told - live.keys()]
    lives = [*live.values(), *(life for life in ended if life is not None)]
    account = state.account
    return Ours(
        orders=[_seen(life) for life in lives],
        fills=fills,
        held={} if account is None else account.amounts(),
        dust={} if account is None else account.dust,
        pairs=pairs,
    )


def _seen(life: Life) -> OrderSeen:
    order = life.order
    return OrderSeen(
        id=order.id,
        pair=order.pair,
        side=order.side,
        amount=order.amount,
        filled=life.filled,
        state=life.state,
    )


def _since(state: State, journal: Facts, seq: int) -> tuple[list[FillSeen], dict[str, Decimal]]:
    """Return what was booked after a number, and what has come in or gone out."""
    fills: list[FillSeen] = []
    moved = ZERO
    for _, entry in journal.read_from(seq + 1):
        if entry.kind == "filled":
            fill: Fill = fact_of(entry)
            life = state.orders.get(fill.order)
            if life is not None:
                fills.append(_booked(life, fill))
        elif entry.kind == "deposited":
            moved = EXACT.add(moved, fact_of(entry).amount)
    currency = state.opened.currency
    return fills, {currency: moved} if moved else {}


def _booked(life: Life, fill: Fill) -> FillSeen:
    pair = life.order.pair
    return FillSeen(
        id=fill.id,
        order=fill.order,
        pair=pair,
        side=life.order.side,
        amount=fill.amount,
        price=fill.price,
        fees=((pair.partition("/")[0], fill.fee_base),) if fill.fee_base else (),
        time_ns=fill.time_ns,
    )


def _within(theirs: Theirs, pairs: tuple[str, ...]) -> Theirs:
    """Return books in which no other money counts than that of these pairs and of their fees."""
    if theirs.balances is None:
        return theirs
    return replace(theirs, balances=_of_pairs(theirs.balances, theirs, pairs))


def _of_pairs(
    balances: Mapping[str, Decimal], theirs: Theirs, pairs: tuple[str, ...]
) -> dict[str, Decimal]:
    money = {currency for pair in pairs for currency in pair.split("/")}
    money |= {currency for one in theirs.fills for currency, _ in one.fees}
    return {name: amount for name, amount in balances.items() if name in money}
