"""An account that trades at the local exchange, and its reconciler."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.brokers.venues_here import BTC, Venue
from tests.exchange.serving import until

from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Heard, Price
from tidegate.engine.facts import fact_of
from tidegate.engine.memory_journal import MemoryJournal
from tidegate.guardrails import Gate, Limits, Refused
from tidegate.model import (
    ENDED,
    Command,
    CommandKind,
    Direction,
    Effect,
    IncidentRecord,
    Signal,
)
from tidegate.runtime.clock import WallClock
from tidegate.runtime.reconciling import Reconciler
from tidegate.testing.contract import INSTRUMENT

if TYPE_CHECKING:
    from tidegate.engine.orders import Life
    from tidegate.engine.state import State
    from tidegate.engine.step import Step
    from tidegate.guardrails import Reason

D = Decimal
PATIENCE_NS = 60_000_000_000
ACCOUNT = "proof"
"""As the orders of the contract have it."""


class Kept(MemoryJournal):
    """Remembers incidents too."""

    def __init__(self) -> None:
        super().__init__()
        self.incidents: list[IncidentRecord] = []

    def append(self, entries: Any, records: Any) -> int:  # noqa: ANN401 - a journal's
        self.incidents += [each for each in records if isinstance(each, IncidentRecord)]
        return super().append(entries, records)


class Books:
    """Trades BTC with an account of its own."""

    def __init__(
        self,
        market: Venue,
        journal: Any = None,  # noqa: ANN401 - any journal
        number: int | None = None,
        **settings: Any,  # noqa: ANN401 - a reconciler's
    ) -> None:
        self.market = market
        self.number = market.number() if number is None else number
        self.broker = market.broker(self.number, stream=False)
        self.journal = Kept() if journal is None else journal
        self.answers: list[tuple[Command, Step]] = []
        self.count = 0
        engine = Engine(gate=Gate(Limits.widest()), instruments={BTC: INSTRUMENT})
        self.driver = Driver(engine, self.journal, self.broker, trip=lambda _reason: None)
        usual: dict[str, Any] = {"every_s": 1000.0, "again_s": 0.1, "patience_s": 5.0}
        self.reconciler = Reconciler(
            self.driver,
            self.broker,
            (BTC,),
            WallClock(),
            answer=lambda command, step: self.answers.append((command, step)),
            **usual | settings,
        )
        self.driver.recover()
        if self.state.account is None:
            self._open()
        self.price()

    def _open(self) -> None:
        opened = self.driver.engine.open(ACCOUNT, "USDT", "average", time.time_ns(), D(100_000))
        self.driver.carry_out(opened, time.time_ns())
        self.price()
        self.command(CommandKind.START)

    @property
    def state(self) -> State:
        return self.driver.engine.state

    def price(self) -> None:
        now = time.time_ns()
        self.driver.take(Price(pair=BTC, price=self.market.price(), time_ns=now), now)

    def made(self, kind: CommandKind) -> Command:
        self.count += 1
        now = time.time_ns()
        return Command(id=f"k{self.count}", kind=kind, account=ACCOUNT, time_ns=now)

    def command(self, kind: CommandKind) -> Step:
        return self.driver.take(self.made(kind), time.time_ns())

    def wish(self, **changes: Any) -> Signal:  # noqa: ANN401 - any field
        self.count += 1
        now = time.time_ns()
        usual: dict[str, Any] = {
            "id": f"s{self.count}",
            "source": "test",
            "account": ACCOUNT,
            "strategy": "test",
            "pair": BTC,
            "position": "p",
            "direction": Direction.LONG,
            "effect": Effect.INCREASE,
            "amount": D(1),
            "price": None,
            "made_ns": now,
            "expires_ns": now + PATIENCE_NS,
        }
        return Signal(**usual | changes)

    def ask(self, **changes: Any) -> Step:  # noqa: ANN401 - any field
        self.price()
        now = time.time_ns()
        return self.driver.take(Heard(self.wish(**changes), now), now)

    def refusal(self, **changes: Any) -> Reason:  # noqa: ANN401 - any field
        verdict = self.ask(**changes).verdict
        assert verdict is not None
        assert isinstance(verdict.refused, Refused)
        return verdict.refused.reason

    def order(self, **changes: Any) -> Life:  # noqa: ANN401 - any field
        verdict = self.ask(**changes).verdict
        assert verdict is not None
        assert verdict.order is not None, verdict
        life = self.state.orders.get(verdict.order)
        assert life is not None
        return life

    def filled(self, **changes: Any) -> Life:  # noqa: ANN401 - any field
        """Have an order filled."""
        life = self.order(**changes)
        assert until(lambda: self.hear() or life.state in ENDED), life
        return life

    def sold(self, **changes: Any) -> Life:  # noqa: ANN401 - any field
        return self.filled(effect=Effect.REDUCE, amount=None, **changes)

    def hear(self) -> bool:
        """Take in what the broker has said; false, so that a wait goes on."""
        self.driver.hear_broker(time.time_ns())
        return False

    def facts(self, kind: str) -> list[Any]:
        return [fact_of(entry) for entry in self.journal.entries if entry.kind == kind]

    def deposit(self, asset: str, amount: str) -> None:
        """Let something come in at the venue, of which nobody tells us."""
        body = {"asset": asset, "amount": amount, "account": f"account{self.number}"}
        assert "free" in self.market.exchange.control("POST", "deposit", body)

    def there(self) -> dict[str, Decimal]:
        return self.broker.balances()
