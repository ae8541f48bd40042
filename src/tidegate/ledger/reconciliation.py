"""Our books against a venue's: what is alike, what can be mended, and what nobody can explain.

It decides nothing and changes nothing; it is told both sides and says what it sees. What always
holds (tests/ledger/test_reconciliation.py):

1.  Books that say the same give no finding.
2.  The order in which things are told does not matter.
3.  One thing that differs is found, by its own name, and nothing else is.
4.  What is fixable gives no finding once it has been fixed.
5.  Each unexplained finding halts the pairs that it is about, and no others do.
6.  Balances are explained by what they were, what came and went, and the venue's own fills,
    to the last digit.
7.  What a venue does not tell is unexplained: not known is never taken for equal.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tidegate.model.money import EXACT, ZERO
from tidegate.model.order import ENDED, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from tidegate.ledger.sides import Before, FillSeen, OrderSeen, Ours, Theirs


class Verdict(StrEnum):
    """What to make of a difference."""

    EXPLAINED = "explained"
    FIXABLE = "fixable"
    UNEXPLAINED = "unexplained"


class Fix(StrEnum):
    """What mends one."""

    NONE = "none"
    RECALL = "recall"
    """Have the broker say again where the order stands, and what of it was filled."""
    CANCEL = "cancel"
    """Take it back at the venue: with us it is over."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One difference."""

    verdict: Verdict
    kind: str
    about: str
    """The order, fill or currency."""
    pairs: tuple[str, ...]
    """Which halt if it is unexplained."""
    words: str
    """What an incident says."""
    fix: Fix = Fix.NONE


def reconcile(ours: Ours, theirs: Theirs, before: Before) -> tuple[Finding, ...]:
    """Return every difference between two books, in an order that depends on them alone."""
    ours = replace(ours, orders=sorted(ours.orders, key=repr), fills=sorted(ours.fills, key=repr))
    theirs = replace(
        theirs, orders=sorted(theirs.orders, key=repr), fills=sorted(theirs.fills, key=repr)
    )
    expected = _expected(theirs, before)
    found = [
        *_orders(ours, theirs),
        *_fills(ours, theirs),
        *_balances(ours, theirs, expected),
        *_holdings(ours, theirs, expected),
    ]
    return tuple(sorted(found))


def halted(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the pairs in which nothing new may be opened until somebody has looked."""
    return frozenset(
        pair for one in findings if one.verdict is Verdict.UNEXPLAINED for pair in one.pairs
    )


def _orders(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    mine = {one.id: one for one in ours.orders}
    there = {one.id: one for one in theirs.orders}
    for name, one in mine.items():
        other = there.get(name)
        if other is None:
            if one.state not in ENDED:
                words = f"order {name} is {one.state} with us, and not in the venue's list"
                yield _fixable("order-missing", name, one.pair, words, Fix.RECALL)
        else:
            yield from _one_order(one, other)
    for name, other in there.items():
        if name not in mine and other.state not in ENDED:
            words = f"order {name} waits at the venue, and nobody here has approved it"
            yield _unexplained("order-foreign", name, (other.pair,), words)
    twice = Counter(one.id for one in theirs.orders)
    for name, often in twice.items():
        if often > 1:
            words = f"the venue has {often} orders {name}"
            yield _unexplained("order-doubled", name, (there[name].pair,), words)


def _one_order(one: OrderSeen, other: OrderSeen) -> Iterator[Finding]:
    name, pair = one.id, one.pair
    if (one.pair, one.side, one.amount) != (other.pair, other.side, other.amount):
        words = (
            f"order {name} is {one.side} {one.amount} {one.pair} with us, and "
            f"{other.side} {other.amount} {other.pair} at the venue"
        )
        yield _unexplained("order-other", name, tuple(sorted({one.pair, other.pair})), words)
    elif one.filled > other.filled:
        words = f"of order {name}, {one.filled} is filled with us and {other.filled} at the venue"
        yield _unexplained("order-overbooked", name, (pair,), words)
    elif one.state in ENDED and other.state not in ENDED:
        words = f"order {name} is {one.state} with us, and {other.state} at the venue"
        yield _fixable("order-alive", name, pair, words, Fix.CANCEL)
    elif one.filled < other.filled or (one.state not in ENDED and other.state in ENDED):
        words = (
            f"order {name} is {one.state} with {one.filled} filled with us, and "
            f"{other.state} with {other.filled} at the venue"
        )
        yield _fixable("order-behind", name, pair, words, Fix.RECALL)


def _fills(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    mine = {one.name: one for one in ours.fills}
    there = {one.name: one for one in theirs.fills}
    known = {one.id for one in ours.orders} | {one.order for one in ours.fills}
    listed = {one.id for one in ours.orders}
    filled = {one.id: one.filled for one in ours.orders}
    behind = {one.id for one in theirs.orders if filled.get(one.id, one.filled) < one.filled}
    for key, one in mine.items():
        other = there.get(key)
        if other is None:
            words = f"fill {one.id} of order {one.order} is booked, and the venue has none such"
            yield _unexplained("fill-unknown", one.id, (one.pair,), words)
        elif (one.order, one.amount, one.price) != (other.order, other.amount, other.price):
            words = (
                f"fill {one.id} is {one.side} {one.amount} at {one.price} of order {one.order} "
                f"with us, and {other.side} {other.amount} at {other.price} of {other.order} there"
            )
            yield _unexplained("fill-other", one.id, (one.pair,), words)
    for key, other in there.items():
        if key in mine or other.order in behind:
            continue  # the order itself was found to be behind
        if other.order in known:
            fix = Fix.RECALL if other.order in listed else Fix.NONE
            words = f"fill {other.id} of order {other.order} is not booked"
            if fix is Fix.RECALL:
                yield _fixable("fill-missing", other.id, other.pair, words, fix)
            else:
                yield _unexplained("fill-missing", other.id, (other.pair,), words)
        else:
            words = f"fill {other.id} at the venue is of an order that nobody here has approved"
            yield _unexplained("fill-foreign", other.id, (other.pair,), words)


def _expected(theirs: Theirs, before: Before) -> dict[str, Decimal]:
    """Return what the account should have of each currency."""
    sums: dict[str, Decimal] = {}
    for told in (before.balances, before.moved, _moved_by(theirs.fills)):
        for currency, amount in told.items():
            sums[currency] = EXACT.add(sums.get(currency, ZERO), amount)
    return sums


def _balances(ours: Ours, theirs: Theirs, expected: Mapping[str, Decimal]) -> Iterator[Finding]:
    if theirs.balances is None:
        words = "the venue does not say what the account has"
        yield _unexplained("balances-unknown", "balances", _all_pairs(ours, theirs), words)
        return
    for currency in sorted(expected.keys() | theirs.balances.keys()):
        wanted, there = expected.get(currency, ZERO), theirs.balances.get(currency, ZERO)
        if wanted == there:
            continue
        pairs = tuple(p for p in _all_pairs(ours, theirs) if currency in p.split("/"))
        words = f"the venue has {there} {currency}, where {wanted} is to be expected"
        yield _unexplained("balance-off", currency, pairs, words)


def _moved_by(fills: Iterable[FillSeen]) -> dict[str, Decimal]:
    """Return what fills have brought and cost, by currency."""
    moved: dict[str, Decimal] = {}

    def move(currency: str, amount: Decimal) -> None:
        moved[currency] = EXACT.add(moved.get(currency, ZERO), amount)

    for one in {each.name: each for each in fills}.values():
        base, _, quote = one.pair.partition("/")
        cost = EXACT.multiply(one.amount, one.price)
        buys = one.side is Side.BUY
        move(base, one.amount if buys else -one.amount)
        move(quote, -cost if buys else cost)
        for currency, fee in one.fees:
            move(currency or quote, -fee)
    return moved


def _holdings(ours: Ours, theirs: Theirs, expected: Mapping[str, Decimal]) -> Iterator[Finding]:
    """Tell where less can be sold than positions hold, and than was left of others."""
    known, told = _base_fees(ours.fills), _base_fees(theirs.fills)
    held = dict(ours.dust)
    for pair, amount in ours.held.items():
        base = pair.partition("/")[0]
        held[base] = EXACT.add(held.get(base, ZERO), amount)
    for base, amount in sorted(held.items()):
        lacking = EXACT.subtract(amount, expected.get(base, ZERO))
        if lacking <= 0:
            continue
        pairs = tuple(p for p in _all_pairs(ours, theirs) if p.partition("/")[0] == base)
        words = f"positions hold {amount} {base}, and {lacking} of it is not at the venue"
        if lacking <= EXACT.subtract(told.get(base, ZERO), known.get(base, ZERO)):
            words += "; fees were taken out of what was bought"
            yield Finding(
                verdict=Verdict.EXPLAINED, kind="holding-fees", about=base, pairs=pairs, words=words
            )
        else:
            yield _unexplained("holding-short", base, pairs, words)


def _base_fees(fills: Iterable[FillSeen]) -> dict[str, Decimal]:
    """Return what was kept of what was bought, by currency."""
    sums: dict[str, Decimal] = {}
    for one in fills:
        base = one.pair.partition("/")[0]
        for currency, fee in one.fees:
            if currency == base and one.side is Side.BUY:
                sums[base] = EXACT.add(sums.get(base, ZERO), fee)
    return sums


def _all_pairs(ours: Ours, theirs: Theirs) -> tuple[str, ...]:
    told = (ours.orders, ours.fills, theirs.orders, theirs.fills)
    named = {one.pair for side in told for one in side}
    return tuple(sorted(named | set(ours.held) | set(ours.pairs)))


def _fixable(kind: str, about: str, pair: str, words: str, fix: Fix) -> Finding:
    return Finding(
        verdict=Verdict.FIXABLE, kind=kind, about=about, pairs=(pair,), words=words, fix=fix
    )


def _unexplained(kind: str, about: str, pairs: tuple[str, ...], words: str) -> Finding:
    return Finding(verdict=Verdict.UNEXPLAINED, kind=kind, about=about, pairs=pairs, words=words)
