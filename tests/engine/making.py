"""An engine on a quiet desk: what is said to it is what a test says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tidegate.engine import facts, snapshot
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Deposit, Heard, Price, Sample
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.guardrails import Gate, Limits
from tidegate.model import (
    ZERO,
    Command,
    CommandKind,
    Direction,
    Effect,
    Fill,
    Instrument,
    OrderState,
    OrderUpdate,
    Pair,
    Signal,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.engine.events import Event
    from tidegate.engine.orders import Life
    from tidegate.engine.ports import Sizer
    from tidegate.engine.state import State
    from tidegate.engine.step import Step
    from tidegate.guardrails import Approved, Reason
    from tidegate.ledger import Account
    from tidegate.model import Order

D = Decimal
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 3600 * SECOND
DAY = 24 * HOUR
NOON = 1_704_801_600 * SECOND  # Tuesday 2024-01-09 12:00 UTC
BTC, ETH = "BTC/USDT", "ETH/USDT"
LIMITS = replace(Limits.widest(), max_price_age_s=10**9)
INSTRUMENTS = {
    BTC: Instrument(
        pair=Pair.parse(BTC), price_step=D("0.01"), amount_step=D("0.001"), most_leverage=D(5),
        can_short=True,
    ),
    ETH: Instrument(pair=Pair.parse(ETH), price_step=ZERO, amount_step=ZERO, most_leverage=D(5)),
    "XRP/EUR": Instrument(pair=Pair.parse("XRP/EUR"), price_step=ZERO, amount_step=ZERO),
}  # fmt: skip

_PATIENCE = 20_000


def restored(body: bytes) -> State:
    """Return the state of a snapshot that was written by this version."""
    state = snapshot.restored(body)
    assert state is not None
    return state


class QuietBroker:
    """Takes orders and says what it was told to say; the journal's length is noted at each."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.to_say: list[OrderUpdate | Fill] = []
        self.refuses = False
        """Whether every order is turned down at once."""

    def submit(self, approved: Approved, now_ns: int) -> None:
        self.asked.append(("submit", approved.order.id))
        assert len(self.asked) < _PATIENCE, "the broker is asked without an end"
        if self.refuses:
            no = OrderUpdate(
                order=approved.order.id, state=OrderState.REJECTED, time_ns=now_ns, words="no"
            )
            self.to_say.append(no)

    def cancel(self, order: str, now_ns: int) -> None:  # noqa: ARG002 - a broker's
        self.asked.append(("cancel", order))

    def knows(self, order: str) -> bool | None:
        return ("submit", order) in self.asked

    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:  # noqa: ARG002 - a broker's
        self.asked += [("recall", order.id) for order in waiting]
        self.asked += [("recall ended", order.id) for order in ended]

    def said(self) -> list[OrderUpdate | Fill]:
        said, self.to_say = self.to_say, []
        return said


class Desk:
    """An account of 10,000 with trading on, and BTC at 100."""

    def __init__(
        self,
        *,
        sizer: Sizer | None = None,
        started: bool = True,
        journal: MemoryJournal | None = None,
        **limits: Any,  # noqa: ANN401 - any of them
    ) -> None:
        self.limits = replace(LIMITS, **limits)
        self.journal = journal or MemoryJournal()
        self.broker = QuietBroker()
        self.tripped: list[str] = []
        self.sizer = sizer
        self.number = 0
        self.now = NOON
        self.driver = self.start()
        opened = self.engine.open("main", "USDT", "average", NOON)
        self.driver.carry_out(opened, NOON)
        self.take(Deposit(amount=D(10_000), time_ns=NOON))
        self.price(BTC, "100")
        if started:
            self.command(CommandKind.START)

    def start(self) -> Driver:
        engine = Engine(gate=Gate(self.limits), instruments=INSTRUMENTS, sizer=self.sizer)
        return Driver(engine, self.journal, self.broker, trip=self.tripped.append)

    def restart(self) -> int:
        self.driver = self.start()
        return self.driver.recover()

    @property
    def engine(self) -> Engine:
        return self.driver.engine

    @property
    def account(self) -> Account:
        return self.engine.state.opened

    def take(self, event: Event) -> Step:
        return self.driver.take(event, self.now)

    def price(self, pair: str, price: str) -> None:
        self.take(Price(pair=pair, price=D(price), time_ns=self.now))

    def sample(self) -> Step:
        return self.take(Sample(time_ns=self.now))

    def command(self, kind: CommandKind, name: str | None = None) -> Step:
        self.number += 1
        return self.take(
            Command(
                id=name or f"k{self.number}", kind=kind, account="main", time_ns=self.now,
                reason="test", by="me",
            )
        )  # fmt: skip

    def wish(self, **changes: Any) -> Signal:  # noqa: ANN401 - wrong types on purpose, too
        self.number += 1
        usual: dict[str, Any] = {
            "id": f"s{self.number}",
            "source": "strategy",
            "account": "main",
            "strategy": "trend",
            "pair": BTC,
            "position": "p",
            "direction": Direction.LONG,
            "effect": Effect.INCREASE,
            "amount": D(1),
            "price": None,
            "made_ns": self.now,
            "expires_ns": self.now + MINUTE,
        }
        return Signal(**usual | changes)

    def signal(self, **changes: Any) -> Step:  # noqa: ANN401 - as above
        return self.take(Heard(self.wish(**changes), self.now))

    def order(self, **changes: Any) -> Life:  # noqa: ANN401 - as above
        """Have a signal approved; the order."""
        verdict = self.signal(**changes).verdict
        assert verdict is not None
        assert verdict.order is not None, verdict
        life = self.engine.state.orders.get(verdict.order)
        assert life is not None
        return life

    def refusal(self, **changes: Any) -> Reason:  # noqa: ANN401 - as above
        """Have a signal refused; why."""
        verdict = self.signal(**changes).verdict
        assert verdict is not None
        assert verdict.refused is not None, verdict
        return verdict.refused.reason

    def fill(
        self, life: Life, amount: str | None = None, price: str = "100", name: str = ""
    ) -> Step:
        self.number += 1
        return self.take(
            Fill(
                id=name or f"f{self.number}", order=life.order.id, price=D(price), fee=ZERO,
                amount=life.left if amount is None else D(amount), time_ns=self.now,
            )
        )  # fmt: skip

    def update(self, life: Life, state: OrderState) -> Step:
        return self.take(OrderUpdate(order=life.order.id, state=state, time_ns=self.now))

    def held(self, amount: str = "1", **changes: Any) -> Life:  # noqa: ANN401 - as above
        """Have a position bought."""
        life = self.order(amount=D(amount), **changes)
        self.fill(life)
        return life

    def lose(self, amount: str = "1", tag: str = "roi") -> None:
        """Have a position bought at 100 and sold at 90."""
        self.number += 1
        name = f"lost{self.number}"
        self.held(amount, position=name)
        self.fill(self.order(position=name, effect=Effect.REDUCE, amount=None, tag=tag), None, "90")

    def latched(self) -> str:
        return self.engine.state.latched

    def facts(self, kind: type) -> list[Any]:
        found = [facts.fact_of(entry) for entry in self.journal.entries]
        return [fact for fact in found if isinstance(fact, kind)]

    def asked(self, what: str) -> list[str]:
        return [order for asked, order in self.broker.asked if asked == what]

    def folds(self) -> None:
        """See that the journal, folded from its start, is the state."""
        engine = Engine(gate=Gate(self.limits), instruments=INSTRUMENTS)
        for _, entry in self.journal.read_from(1):
            engine.fold(entry)
        assert snapshot.written(engine.state) == snapshot.written(self.engine.state)
