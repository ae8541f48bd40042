"""Trading at an exchange: time is the wall's, and orders are filled by others, later.

Each turn looks at everything once: prices, what the broker has heard, candles that have closed,
positions, operators. A turn is begun whenever something was heard, and four times a second.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tidegate.brokers.books import UnreadError
from tidegate.engine.events import Price, Sample
from tidegate.engine.not_asked import NotAsked
from tidegate.errors import Code, ConfigError
from tidegate.model import ZERO, CommandKind, exact_decimal
from tidegate.runtime.desk import Desk
from tidegate.runtime.outcome import unread
from tidegate.runtime.reconciling import Reconciler
from tidegate.runtime.same_account import require_own_books

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.brokers.live import Health, LiveBroker
    from tidegate.engine.quotes import Known
    from tidegate.model import Command
    from tidegate.runtime.bell import Bell
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.desk import Outside
    from tidegate.runtime.live_trader import LiveTrader

_LOOK_S: Final = 0.25
_ABOUT_BOOKS: Final = frozenset({CommandKind.RECONCILE, CommandKind.ACCEPT})
_SECOND_NS: Final = 1_000_000_000
_ODD_S: Final = 10
_SAMPLE_NS: Final = 5 * _SECOND_NS
_HOUR_NS: Final = 3600 * _SECOND_NS


class LiveTrading(Desk):
    """Trades a configuration's strategies at its exchange."""

    def __init__(
        self,
        config: TradeConfig,
        traders: Sequence[LiveTrader],
        outside: Outside,
        broker: LiveBroker,
        bell: Bell,
        *,
        reconciler: Callable[..., Reconciler] = Reconciler,
    ) -> None:
        """Ask the exchange what its pairs are traded in; `recover` takes in the journal."""
        pairs = dict.fromkeys(pair for trader in traders for pair in trader.feed.wanted.pairs)
        halted: set[str] = set()  # no reason to leave what is held elsewhere without its stops
        instruments = broker.instruments(list(pairs), halted)
        super().__init__(config, traders, outside, broker, instruments)
        fresh_ns = self.engine.gate.limits.max_price_age_s * _SECOND_NS
        for trader in traders:
            trader.trade(instruments, fresh_ns)
        broker.heard = bell.rope()
        for pair in sorted(halted):
            words = f"trading in {pair} is halted at the exchange: orders in it will be refused"
            outside.tell("warning", {"words": words})
        self._live, self._broker, self._bell = traders, broker, bell
        self._known: dict[str, Known] = {}
        """What the gate asks of each market, as of the latest close."""
        self._sampled_ns = 0
        self._health: Health | None = None
        self._health_ns = 0
        self._reconciler = reconciler(
            self.driver,
            broker,
            self._market.pairs,
            outside.clock,
            tell=outside.tell,
            answer=self._answer,
        )

    # beginning

    def recover(self) -> int:
        """Take in what the journal holds, and what became of orders; how many facts were read."""
        read = self._take_in()
        state = self.engine.state
        self.now_ns = state.last_ns
        self._warn_of_future(state.last_ns)
        self._let_time_pass()
        if state.account is None:
            self._require_money()
            self._open(self.now_ns)
        self._hear_prices()
        self._look_at_breaker()
        self.driver.resume(self.now_ns)
        outcome = self._reconciler.at_start()
        require_own_books(self.config, state, outcome.findings)
        self._let_time_pass()
        for trader in self._live:
            trader.hear(self.now_ns)
            trader.begin(self.driver, NotAsked(), self._engine_time, state.keepers.get(trader.name))
        self._settle()
        self.keep()
        self._outside.tell(
            "recovered", {"facts": read, "state": str(state.trading), "time_ns": self.now_ns}
        )
        return read

    def _warn_of_future(self, last_ns: int) -> None:
        """Say that a clock was wrong, or is: time goes on behind the latest entry."""
        ahead_s = (last_ns - self._outside.clock.now_ns()) // _SECOND_NS
        if ahead_s > _ODD_S:
            words = (
                f"the account's last entry is {ahead_s} s ahead of this machine's clock: until "
                "then prices are too old to act on, stops among them. Set the clock, or flatten"
            )
            self._outside.tell("warning", {"words": words})

    def _require_money(self) -> None:
        """Refuse to begin with more than the exchange's account has."""
        account = self.config.account
        try:
            there = self._broker.balances().get(account.currency, ZERO)
        except UnreadError as error:
            raise unread(str(error)) from error
        if there < account.wallet:
            raise ConfigError(
                Code.BAD_SETTING,
                "the account at the exchange does not have what the wallet is to begin with",
                where=f"{self.config.file}: account.wallet",
                expected=f"{account.wallet} {account.currency}",
                found=f"{there} {account.currency}",
                remedy="deposit the rest, or write a smaller wallet",
            )

    # going on

    def run(self, stopped: Callable[[], bool]) -> None:
        """Trade until `stopped`."""
        while not stopped():
            self.turn()
            self._bell.wait(_LOOK_S)
            self._bell.clear()
        self.end()

    def turn(self) -> None:
        """Look at everything once."""
        self._let_time_pass()
        self._hear_prices()
        self._settle()
        closed = self._close_candles()
        for trader in self._live:
            trader.look(self.now_ns)
        if closed or self.now_ns - self._sampled_ns >= _SAMPLE_NS:
            self._sampled_ns = self.now_ns
            self._note(self.driver.take(Sample(time_ns=self.now_ns), self.now_ns))
        if self.now_ns - self._health_ns >= _HOUR_NS:
            self._health_ns = self.now_ns
            self._tell_health()
        self._reconciler.look()
        self.attend()
        self._settle()
        self.driver.snapshot_if_due()
        self.driver.rest()

    def _let_time_pass(self) -> None:
        self.now_ns = max(self.now_ns, self._outside.clock.now_ns())
        for trader in self._live:
            trader.hear(self.now_ns)

    def _close_candles(self) -> bool:
        """Act on what has closed; whether anything had."""
        due = []
        for trader in self._live:
            trader.feed.read_if_changed()
            close = trader.due()
            if close is not None:
                due.append((trader, close))
        if not due:
            return False
        self._known.clear()
        self._hear_prices()
        for trader, close in due:
            trader.close(close)
            self._settle()
        return True

    def _settle(self) -> None:
        """Take in what the broker says, and let strategies know of it."""
        self.driver.hear_broker(self.now_ns)
        for trader in self._live:
            if trader.settle(self.now_ns):  # after a crash it would know nothing of that
                self.driver.take(trader.kept(self.now_ns), self.now_ns)
            if trader.doubts():
                self._reconciler.soon()
            self._tell_news(trader)

    def _hear_prices(self) -> None:
        shelf = self._live[0].shelf
        for pair in self._market.pairs:
            quote = shelf.quote(pair)
            if quote is None:
                continue
            known = self._known.get(pair)
            if known is None:
                known = self._known[pair] = self._figures.known(pair, self.now_ns)
            heard = Price(
                pair=pair,
                price=exact_decimal(quote.price),
                time_ns=min(quote.time_ns, quote.heard_ns),
                **known._asdict(),
            )
            self.engine.step(heard)

    def heed(self, command: Command) -> None:
        """Carry a command out; those about the books are answered once they were read."""
        if command.kind in _ABOUT_BOOKS:
            self._reconciler.obey(replace(command, time_ns=self.now_ns))
        else:
            self.obey(command)

    def end(self) -> None:
        """Write everything down. Orders that wait at the exchange go on waiting there."""
        self._let_time_pass()
        self._settle()
        super().end()
        self._tell_health()

    def _tell_health(self) -> None:
        """Tell how well the exchange could be spoken to, where that has changed."""
        health = self._broker.health()
        went_wrong = health.troubles or health.spoilt or health.closings
        if went_wrong and health != self._health:
            self._health = health
            self._outside.tell("exchange", asdict(health))
