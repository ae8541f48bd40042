"""An account's books against its exchange's, from outside of the process that trades it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.brokers.books import UnreadError, Wanted
from tidegate.engine.comparing import asked_from, compare, pairs_in
from tidegate.engine.driver import Driver
from tidegate.engine.engine import Engine
from tidegate.errors import Code, ConfigError, DatabaseError
from tidegate.guardrails import Gate
from tidegate.runtime.outcome import unread
from tidegate.runtime.reconciling import Reconciler
from tidegate.runtime.same_account import require_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.brokers.live import LiveBroker
    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Journal
    from tidegate.engine.state import State
    from tidegate.ledger.reconciliation import Finding
    from tidegate.model import Command
    from tidegate.registry import Reader
    from tidegate.runtime.clock import Clock
    from tidegate.runtime.config import LivePart, TradeConfig
    from tidegate.runtime.outcome import Outcome

_LOOKS: Final = 4
_PAGE: Final = 1000
_PATIENCE_S: Final = 30.0


class ReadFacts:
    """A journal that somebody else may be writing."""

    def __init__(self, reader: Reader) -> None:
        """Read one account's."""
        self._reader = reader

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        """Go through the facts from a sequence number on, in order, none left out."""
        after = seq - 1
        while page := self._reader.journal(after=after, limit=_PAGE):
            yield from page
            after = page[-1][0]


def live_of(config: TradeConfig) -> LivePart:
    """Return which exchange an account trades at; one that trades on paper is refused."""
    if config.live is None:
        raise ConfigError(
            Code.MISSING_FIELD,
            "this account trades on paper: there is no exchange to compare its books with",
            where=f"{config.file}: live",
            expected="the exchange that its orders go to",
            found="nothing",
            remedy="name the configuration of an account that trades at an exchange",
        )
    return config.live


def check(
    reader: Reader, broker: LiveBroker, clock: Clock, *, again_s: float = 1.0
) -> tuple[Finding, ...]:
    """Return what differs; nothing is changed, here or there.

    The account may be trading: a difference counts if it is there in two looks.
    """
    seen: tuple[Finding, ...] = ()
    certain: list[Finding] = []
    for number in range(_LOOKS):
        if number:
            clock.sleep(again_s)
        found = _look(reader, broker, clock)
        known = {(one.kind, one.about) for one in seen}
        certain = [one for one in found if (one.kind, one.about) in known]
        seen = found
        if len(certain) == len(found):
            break
    return tuple(certain)


def _look(reader: Reader, broker: LiveBroker, clock: Clock) -> tuple[Finding, ...]:
    state = reader.state()
    last = state.agreement.last
    pairs = pairs_in(state, () if last is None else tuple(last.pairs))
    since, orders_since = asked_from(state, clock.now_ns())
    known = tuple(life.order.id for life in state.orders.remembered())
    wanted = Wanted(pairs=pairs, since_ns=since, orders_since_ns=orders_since, known=known)
    try:
        theirs = broker.books(wanted, _PATIENCE_S + len(pairs))
    except UnreadError as error:
        raise unread(str(error)) from None
    return compare(reader.state(), ReadFacts(reader), theirs, pairs)


def fix(
    config: TradeConfig, journal: Journal, broker: LiveBroker, clock: Clock, command: Command
) -> Outcome:
    """Mend what can be mended, and accept the rest if that is ordered; nobody trades meanwhile."""
    engine = Engine(gate=Gate(config.limits), instruments={})
    driver = Driver(engine, journal, broker, trip=lambda _reason: None)
    driver.recover()
    state = engine.state
    last = state.agreement.last
    pairs = pairs_in(state, () if last is None else tuple(last.pairs))
    engine.instruments = broker.instruments(pairs)
    driver.resume(clock.now_ns())
    reconciler = Reconciler(driver, broker, pairs, clock, again_s=1.0)
    outcome = reconciler.now(command)
    driver.rest()
    if outcome.trouble:
        raise unread(outcome.trouble)
    return outcome


def begun(state: State, config: TradeConfig) -> State:
    """Return the state of an account that has traded there; one that never has is refused."""
    account = config.account.name
    if state.account is None:
        raise DatabaseError(
            Code.UNKNOWN_ACCOUNT,
            f'account "{account}" has never traded',
            where="its journal",
            expected="an account that was begun",
            found="no entry",
            remedy="`tidegate trade` begins it",
        )
    require_same(config, state)
    return state
