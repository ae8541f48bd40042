"""What every broker keeps to: a test class to be held against each of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from tidegate.guardrails import Approved, Gate, Limits, Market, Standing
from tidegate.model import (
    ENDED,
    ZERO,
    Direction,
    Effect,
    Fill,
    Instrument,
    OrderState,
    Pair,
    Signal,
    TradingState,
)

if TYPE_CHECKING:
    from tidegate.engine.ports import Broker
    from tidegate.model import OrderUpdate

NOW: Final = 1_704_801_600_000_000_000
PRICE: Final = Decimal(100)
INSTRUMENT: Final = Instrument(
    pair=Pair.parse("BTC/USDT"), price_step=Decimal("0.01"), amount_step=Decimal("0.001")
)


def approved(
    name: str = "1", amount: str = "1", price: str | None = None, pair: str = "BTC/USDT"
) -> Approved:
    """Return an order that the gate has let through, as an account with plenty would have it."""
    instrument = replace(INSTRUMENT, pair=Pair.parse(pair))
    plenty = Decimal(10) ** 9
    standing = Standing(
        account="proof", known=True, state=TradingState.ACTIVE, latched="", breaker="",
        equity=plenty, free=plenty, peak=plenty, day_start=plenty, week_start=plenty,
        profit_today=ZERO, losses_in_row=0, entries_today=0, positions=0, is_new=True, held=ZERO,
        offered=ZERO, exposure={}, unresolved=(), last_exit_ns={}, last_stop_ns={},
        approvals_ns=(), seen=(),
    )  # fmt: skip
    market = Market(
        instrument=instrument, price=PRICE, price_ns=NOW, volatility=None, volume=None,
        correlations={},
    )  # fmt: skip
    signal = Signal(
        id=name, source="proof", account="proof", strategy="proof", pair=pair,
        position=name, direction=Direction.LONG, effect=Effect.INCREASE, amount=Decimal(amount),
        price=None if price is None else Decimal(price), made_ns=NOW, expires_ns=NOW + 1,
    )  # fmt: skip
    verdict = Gate(Limits.widest()).review(signal, standing, market, proposed=None, now_ns=NOW)
    if not isinstance(verdict, Approved):
        message = f"{verdict.sentence}: {verdict.observed}"
        raise TypeError(message)
    return verdict


@dataclass
class _Heard:
    """What a broker has said of one order."""

    states: list[OrderState] = field(default_factory=list)
    fills: dict[str, Decimal] = field(default_factory=dict)

    @property
    def filled(self) -> Decimal:
        return sum(self.fills.values(), ZERO)


class BrokerContract:
    """Inherit, say how a broker is made and how its market moves, and let pytest find the rest."""

    pair: ClassVar[str] = "BTC/USDT"

    def broker(self) -> Broker:
        """Return a broker that trades that pair and nothing else, on a good day."""
        raise NotImplementedError

    def approved(self, name: str = "1", amount: str = "1", price: str | None = None) -> Approved:
        """Return an order for the pair."""
        return approved(name, amount, price, self.pair)

    def pass_time(self, broker: Broker, price: Decimal) -> None:
        """Let the market trade at a price."""
        raise NotImplementedError

    def test_an_order_is_heard_of_and_known(self) -> None:
        """Take an order, know it, and say so once it waits; an order of nobody's is not known."""
        broker = self.broker()
        order = self.approved(price="90")
        _require(broker.knows(order.order.id) is False, "it knows an order that it never had")
        broker.submit(order, NOW)
        _require(broker.knows(order.order.id) is True, "it does not know an order that it has")
        self.pass_time(broker, PRICE)
        _require(_heard(broker, order).states == [OrderState.OPEN], "an order waits without a word")

    def test_what_was_said_is_not_said_again(self) -> None:
        """Say each thing once where nobody asks."""
        broker = self.broker()
        broker.submit(self.approved(price="90"), NOW)
        broker.said()
        _require(not broker.said(), "it says again what it has said")

    def test_an_order_is_filled_once_even_if_it_is_sent_again(self) -> None:
        """Take the same id for the same order: before it is filled, and after."""
        broker = self.broker()
        order = self.approved()
        broker.submit(order, NOW)
        broker.submit(order, NOW + 1)
        heard = _heard(broker, order)
        self.pass_time(broker, PRICE)
        _more(broker, order, heard)
        _require(heard.filled == order.order.amount, f"{heard.filled} of 1 was filled")
        broker.submit(order, NOW + 2)
        self.pass_time(broker, PRICE)
        _more(broker, order, heard)
        _require(heard.filled == order.order.amount, "an order that was filled is filled again")

    def test_a_limit_is_kept(self) -> None:
        """Buy at the limit or below, and not before the market is there."""
        broker = self.broker()
        order = self.approved(price="90")
        broker.submit(order, NOW)
        self.pass_time(broker, PRICE)
        heard = _heard(broker, order)
        _require(not heard.fills, "it bought above the limit")
        self.pass_time(broker, Decimal(90))
        fills = [word for word in broker.said() if isinstance(word, Fill)]
        _require(bool(fills) and all(fill.price <= PRICE for fill in fills), "it did not buy")

    def test_a_cancelled_order_is_over_and_is_not_filled(self) -> None:
        """Take an order back, and say so."""
        broker = self.broker()
        order = self.approved(price="90")
        broker.submit(order, NOW)
        broker.cancel(order.order.id, NOW)
        self.pass_time(broker, Decimal(80))
        heard = _heard(broker, order)
        _require(heard.states[-1] is OrderState.CANCELLED, f"it says {heard.states}")
        _require(not heard.fills, "it fills what was taken back")

    def test_to_cancel_what_it_never_had_does_nothing(self) -> None:
        """Pass over an order of nobody's, and one that is over."""
        broker = self.broker()
        broker.cancel("nobody", NOW)
        order = self.approved()
        broker.submit(order, NOW)
        self.pass_time(broker, PRICE)
        before = _heard(broker, order)
        _require(bool(before.states or before.fills), "nothing was said")
        broker.cancel(order.order.id, NOW)
        states = [word.state for word in broker.said() if not isinstance(word, Fill)]
        _require(OrderState.CANCELLED not in states, "it cancels what was filled")

    def test_an_order_opens_before_it_is_filled(self) -> None:
        """Say things in the order in which they happened."""
        broker = self.broker()
        order = self.approved()
        broker.submit(order, NOW)
        self.pass_time(broker, PRICE)
        words = [_sort(word) for word in broker.said()]
        _require(words == sorted(words), f"it says {words}")
        _require("2 filled" in words, "it was never filled")

    def test_whoever_asks_is_told_where_a_waiting_order_stands(self) -> None:
        """Say again, when asked, what was said before."""
        broker = self.broker()
        order = self.approved(price="90")
        broker.submit(order, NOW)
        broker.said()
        broker.recall([order.order], [], NOW)
        ended = [state for state in _heard(broker, order).states if state in ENDED]
        _require(not ended, f"a waiting order is said to be {ended}")
        self.pass_time(broker, Decimal(90))
        _require(_heard(broker, order).filled == order.order.amount, "it was lost by asking")


def _heard(broker: Broker, order: Approved) -> _Heard:
    heard = _Heard()
    _more(broker, order, heard)
    return heard


def _more(broker: Broker, order: Approved, heard: _Heard) -> None:
    for word in broker.said():
        _require(word.order == order.order.id, f"it speaks of order {word.order}")
        if isinstance(word, Fill):
            heard.fills[word.id] = word.amount
        else:
            heard.states.append(word.state)


def _sort(word: OrderUpdate | Fill) -> str:
    if isinstance(word, Fill):
        return "2 filled"
    return "3 over" if word.state in ENDED else "1 open"


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - an assertion
    if not holds:
        raise AssertionError(otherwise)
