"""What all trading processes have: an account's engine, its strategies, and whoever steers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.engine.events import Breaker
from tidegate.guardrails import Gate
from tidegate.runtime.jobs import own_limits_of
from tidegate.runtime.market import Market
from tidegate.runtime.market_figures import Asked, MarketFigures
from tidegate.runtime.own_limits import limits_of
from tidegate.runtime.same_account import place_of, require_carried, require_same
from tidegate.runtime.silence import Silence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Broker, Journal
    from tidegate.engine.step import Step
    from tidegate.model import Command, Instrument
    from tidegate.registry import Inbox
    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.clock import Clock
    from tidegate.runtime.config import TradeConfig


_SECOND_NS: Final = 1_000_000_000


class Watch(Protocol):
    """Whoever knows whether the machine's breaker is on."""

    def look(self, now_ns: int) -> str:
        """Return why it is on; empty: it is off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What a trading process is connected to."""

    journal: Journal
    inbox: Inbox
    breaker: Watch
    trip: Callable[[str], None]
    """Switches the machine's breaker on."""
    clock: Clock
    tell: Callable[[str, dict[str, object]], None]
    """Is told what happens to the process: an event's name and its figures."""
    kept: Callable[[Sequence[Entry]], None] = lambda _entries: None
    """Is told of every fact once the journal has it."""


class Desk:
    """An account's engine, its strategies, and whoever steers. What time is, others know."""

    def __init__(
        self,
        config: TradeConfig,
        traders: Sequence[Carrier],
        outside: Outside,
        broker: Broker,
        instruments: Mapping[str, Instrument],
    ) -> None:
        """Set everything up."""
        self.config = config
        limits = limits_of(config, own_limits_of(traders))
        self._outside = outside
        self.traders = traders
        self.engine = Engine(gate=Gate(limits), instruments=instruments)
        self.driver = Driver(
            self.engine, outside.journal, broker, trip=outside.trip, kept=outside.kept
        )
        self._market = Market([trader.feed for trader in traders])
        self._figures = MarketFigures(Asked.by(limits), self._market.pairs, self._market.candles)
        self.now_ns = 0
        """As far as candles have come."""
        longest_ns = limits.max_price_age_s * _SECOND_NS
        self._silence = Silence(traders, longest_ns, outside.tell)
        self._breaker = ""

    def run(self, stopped: Callable[[], bool]) -> None:
        """Trade until `stopped`."""
        raise NotImplementedError

    def _settle(self) -> None:
        """Take in what the broker says, and let strategies know of it."""
        raise NotImplementedError

    def _open(self, now_ns: int) -> None:
        account = self.config.account
        opened = self.engine.open(
            account.name,
            account.currency,
            account.accounting,
            now_ns,
            account.wallet,
            place=place_of(self.config),
        )
        self.driver.carry_out(opened, now_ns)
        self._outside.tell("opened", {"account": account.name, "wallet": str(account.wallet)})

    def _tell_news(self, trader: Carrier) -> None:
        for words in trader.news():
            self._outside.tell("warning", {"strategy": trader.name, "words": words})

    def _engine_time(self, time_ns: int) -> int:
        """Return the time of a strategy's wish: a long candle began before others have closed."""
        return max(time_ns, self.now_ns)

    def keep(self) -> None:
        """Write down what strategies have to know, and the engine's state."""
        for trader in self.traders:
            self.driver.take(trader.kept(self.now_ns), self.now_ns)
        self.driver.snapshot_now()

    def end(self) -> None:
        """Write everything down for the next start."""
        self.keep()
        self._outside.tell("ended", {"time_ns": self.now_ns, "facts": self.driver.seq})

    def _take_in(self) -> int:
        """Take in what the journal holds, if it fits the configuration; how many facts."""
        read = self.driver.recover()
        state = self.engine.state
        if state.account is not None:
            require_same(self.config, state)
            pairs = {trader.name: trader.feed.wanted.pairs for trader in self.traders}
            require_carried(self.config, state, pairs)
        return read

    # whoever steers

    def attend(self) -> None:
        """Look at the breaker and at silent markets, and do what operators have ordered."""
        self._silence.look(self._outside.clock.now_ns())
        if self._look_at_breaker():
            self._settle()
        for command in self._outside.inbox.take():
            self.heed(command)
        self.driver.rest()

    def _look_at_breaker(self) -> bool:
        """Let the engine know of the machine's breaker; whether it was switched."""
        seen = self._outside.breaker.look(self._outside.clock.now_ns())
        if seen == self._breaker:
            return False
        self._breaker = seen
        self._note(self.driver.take(Breaker(reason=seen, time_ns=self.now_ns), self.now_ns))
        self._outside.tell("breaker", {"reason": seen or "off"})
        return True

    def heed(self, command: Command) -> None:
        """Carry out a command that came in."""
        self.obey(command)

    def obey(self, command: Command) -> Step:
        """Carry out a command and answer it. Its time is the market's, as everything's here."""
        step = self.driver.take(replace(command, time_ns=self.now_ns), self.now_ns)
        self._settle()
        self._answer(command, step)
        return step

    def _answer(self, command: Command, step: Step) -> None:
        verdict = "done" if step.obeyed else "refused"
        self._outside.inbox.answer(command.id, verdict, step.words)
        self._outside.tell(
            "command", {"kind": str(command.kind), "verdict": verdict, "words": step.words}
        )

    def _note(self, step: Step) -> None:
        """Tell of what an operator has to know."""
        for entry in step.entries:
            if entry.kind in ("latched", "strange"):
                self._outside.tell(entry.kind, {"body": entry.body.decode()})
