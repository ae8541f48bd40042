"""Foretells what the gate must say, and holds what the engine did against what it should know."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.engine.storm.market import INSTRUMENTS, proposal
from tests.engine.storm.naive import DAY, WIDE, Naive
from tests.guardrails import oracle

from tidegate.engine import facts
from tidegate.model import CommandKind, Effect, OrderKind, TradingState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.engine.engine import Engine
    from tidegate.engine.entry import Entry
    from tidegate.guardrails import Limits
    from tidegate.model import Command, Order, Signal

_CLOSE = Decimal("1e-15")
"""The ledger rounds a share of a cost at the 24th place."""


class Auditor:
    def __init__(self, limits: Limits) -> None:
        self.naive = Naive(limits)
        self.limits = limits
        self.counts: Counter[str] = Counter()

    def read(self, entries: Sequence[Entry], heard: Sequence[tuple[Signal, int]] = ()) -> int:
        """Take new facts in, each decision held against a forecast; how many were answered."""
        queue = list(heard)
        for entry in entries:
            fact = facts.fact_of(entry)
            self.counts[entry.kind] += 1
            if isinstance(fact, facts.Approval | facts.Denied):
                if isinstance(fact, facts.Approval) and fact.order.tag == "flatten":
                    self._flattens(fact.order)
                else:
                    self._decides(fact, *queue.pop(0))
            self.naive.fold(fact, entry.time_ns)
        return len(heard) - len(queue)

    def _flattens(self, order: Order) -> None:
        naive = self.naive
        assert naive.flatten, "positions are closed that nobody wanted closed"
        assert order.effect is Effect.REDUCE
        assert order.kind is OrderKind.MARKET
        with localcontext(WIDE):
            free = naive.held[order.position].amount - naive.offered(order.position)
            free -= free % INSTRUMENTS[order.pair].amount_step
        assert order.amount == free, f"{order.amount} is sold of {free}"
        self.counts["flattening"] += 1

    def _decides(self, fact: Any, wish: Signal, now_ns: int) -> None:  # noqa: ANN401 - a decision
        foretold = self._foretold(wish, now_ns)
        if isinstance(fact, facts.Denied):
            self.counts[f"refused {fact.reason}"] += 1
            if fact.reason == "duplicate" and foretold != "duplicate":
                # what ended as early as what is forgotten may have been dealt with
                early = wish.expires_ns < self.naive.latest_ns - DAY
                again = f"{wish.source}:{wish.id}" in self.naive.denied
                assert early or again, "a new signal is called a duplicate"
                return
            if fact.reason == "wrong-position" and wish.position in self.naive.cut:
                return  # a late fill of what was cancelled could not be booked beside this
            assert fact.reason == foretold, f"refused as {fact.reason}, not {foretold}: {wish}"
            return
        order = fact.order
        assert isinstance(foretold, Fraction), f"approved, and should be {foretold}: {wish}"
        assert Fraction(order.amount) == foretold, f"{order.amount} of {foretold} is approved"
        wanted = (wish.pair, wish.position, wish.direction, wish.effect, wish.leverage, wish.price)
        limit = order.price if order.kind is OrderKind.LIMIT else None
        made = (order.pair, order.position, order.direction, order.effect, order.leverage, limit)
        assert made == wanted, f"{order} is not what was wanted"
        self.counts[f"approved {order.effect} {order.kind} {order.direction}"] += 1
        self.counts["orders"] += 1
        self._within(order, now_ns)

    def _foretold(self, wish: Signal, now_ns: int) -> str | Fraction:
        naive = self.naive
        with localcontext(WIDE):
            standing = naive.standing(now_ns, wish)
        market = naive.market(wish.pair)
        proposed = None
        if wish.amount is None and market.instrument is not None and isinstance(wish.id, str):
            proposed = proposal(wish.id, wish.pair, market.price)
        return oracle.verdict(wish, standing, market, self.limits, proposed, now_ns)

    def _within(self, order: Order, now_ns: int) -> None:
        """Hold an approved increase against the limits by themselves, in the plainest words."""
        naive, limits = self.naive, self.limits
        if order.effect is Effect.REDUCE:
            held = naive.held[order.position].amount
            with localcontext(WIDE):
                assert order.amount + naive.offered(order.position) <= held
            return
        assert naive.state is TradingState.ACTIVE
        assert not naive.latched
        assert not naive.breaker
        with localcontext(WIDE):
            names = {*naive.held, *(each.order.position for each in naive.waiting())}
            assert len(names | {order.position}) <= max(limits.max_positions, len(names))
            worth, value = naive.equity(), order.amount * order.price
            assert worth is not None
            assert value <= limits.max_order_notional
            exposure = naive.exposure()
            here = exposure.get(order.pair, Decimal(0)) + value
            assert here <= worth * limits.max_market_exposure
            assert sum(exposure.values()) + value <= worth * limits.max_total_exposure
            assert naive.free() - value / order.leverage >= worth * limits.balance_reserve
        rate = limits.max_orders_per_second
        if len(naive.approvals) >= rate:
            assert now_ns - naive.approvals[-rate] >= 1_000_000_000

    # after an event

    def compare(self, engine: Engine) -> None:
        """Hold the engine's state against the naive one."""
        naive, state = self.naive, engine.state
        account = state.opened
        assert str(state.trading) == str(naive.state)
        assert state.latched == naive.latched
        assert state.flatten == naive.flatten
        assert {life.order.id for life in state.orders.live()} == naive.live.keys()
        with localcontext(WIDE):
            assert account.deposits == naive.deposits
            assert account.positions.keys() == naive.held.keys()
            for name, held in naive.held.items():
                kept = account.positions[name]
                assert kept.amount == held.amount
                assert abs(kept.cost - held.cost) < _CLOSE
            assert abs(account.balance - naive.balance()) < _CLOSE, "the ledger is not the fold"
            assert not any(naive.is_dust(name) for name in naive.held), "dust is held on to"
            assert account.dust == {name: each for name, each in naive.dust.items() if each}
            assert state.agreement.halted.keys() == naive.differing
            shown = engine.standing(0)
            assert shown.equity == naive.equity()
            assert abs(shown.free - naive.free()) < _CLOSE
            exposure = naive.exposure()
            assert shown.exposure.keys() == exposure.keys()
            for pair, value in exposure.items():
                assert abs(shown.exposure[pair] - value) < _CLOSE

    def commanded(self, before: tuple[str, str, bool], command: Command, *, obeyed: bool) -> None:
        """Hold what came of a command against what was ordered."""
        naive = self.naive
        state, latched, flatten = before
        if command.kind is CommandKind.START:
            assert obeyed == (not latched and not naive.breaker and not flatten)
            assert not obeyed or naive.state is TradingState.ACTIVE
        elif command.kind is CommandKind.REARM:
            assert obeyed == bool(latched)
            assert not naive.latched
            assert not obeyed or naive.state is TradingState.HALTED
        elif command.kind in {CommandKind.RECONCILE, CommandKind.ACCEPT}:
            assert not obeyed
        else:
            assert obeyed
            assert naive.state is not TradingState.ACTIVE
            self.nothing_new_waits()
        if not obeyed:
            assert str(naive.state) == state
        if command.kind is not CommandKind.REARM:
            assert naive.latched == latched, "a latch is lifted by rearming and nothing else"

    def nothing_new_waits(self, pairs: Sequence[str] = ()) -> None:
        """See that whatever could bring new risk, in pairs or anywhere, is being taken back."""
        for placed in self.naive.waiting():
            elsewhere = pairs and placed.order.pair not in pairs
            assert placed.leaving or elsewhere, "an increase is left waiting"

    def flattened(self, attempted: set[str]) -> None:
        """See that while everything is being closed, all that is held is offered."""
        naive = self.naive
        for name, held in naive.held.items():
            with localcontext(WIDE):
                left = held.amount - naive.offered(name)
                offered = left < (INSTRUMENTS[held.pair].amount_step if left else 1)
            assert offered or name in attempted, f"{name} is not being closed"
        for placed in naive.live.values():
            closes = not placed.is_increase and placed.order.kind is OrderKind.MARKET
            assert placed.leaving or closes, "an order in the way of closing is left there"
