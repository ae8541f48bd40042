from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.engine.making import INSTRUMENTS

from tidegate.errors import DefectError
from tidegate.guardrails import Approved
from tidegate.model import ENDED, Fill, OrderState, OrderUpdate
from tidegate.testing import BrokerContract, Chances, StormBroker, VirtualClock
from tidegate.testing.contract import NOW, PRICE, approved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.engine.ports import Broker
    from tidegate.model import Order

D = Decimal
BTC = "BTC/USDT"


def storm(seed: int = 1, chances: Chances | None = None) -> StormBroker:
    broker = StormBroker(INSTRUMENTS, Random(seed), chances)  # noqa: S311 - chance that can be had again
    broker.see(BTC, PRICE)
    return broker


class TestOnAGoodDayItKeepsTheContract(BrokerContract):
    def broker(self) -> Broker:
        return storm(chances=Chances.none())

    def pass_time(self, broker: Broker, price: Decimal) -> None:
        assert isinstance(broker, StormBroker)
        broker.see(BTC, price)
        for n in range(60):  # each lets half of what can be traded wait
            broker.go_on(NOW + n)


def day(seed: int) -> tuple[StormBroker, list[OrderUpdate | Fill]]:
    broker = storm(seed)
    words: list[OrderUpdate | Fill] = []
    for n in range(300):
        price = None if n % 3 else "99.9"
        order = approved(str(n), price=price)
        broker.submit(order, NOW + n)
        if n % 7 == 0:
            broker.cancel(order.order.id, NOW + n)
        broker.go_on(NOW + n)
        words += broker.said()
    return broker, words


def test_a_bad_day_can_be_had_again() -> None:
    assert day(3)[1] == day(3)[1]
    assert day(3)[1] != day(4)[1]


def test_on_a_bad_day_every_mishap_happens() -> None:
    broker, words = day(5)
    states = Counter(word.state for word in words if isinstance(word, OrderUpdate))
    assert set(states) == set(OrderState) - {OrderState.APPROVED}
    fills = [word for word in words if isinstance(word, Fill)]
    assert len(set(fills)) < len(fills)  # told twice
    assert len(set(fills)) < sum(len(each.fills) for each in broker.book.values())  # or never
    assert any(fill.amount < 1 for fill in fills)
    assert len(broker.book) < 300  # some never arrived
    ended: set[str] = set()
    late = 0
    for word in words:
        if isinstance(word, Fill):
            late += word.order in ended
        elif word.state in ENDED:
            ended.add(word.order)
    assert late


def test_nothing_is_filled_beyond_its_order_or_against_its_limit() -> None:
    broker, _ = day(6)
    for booked in broker.book.values():
        assert booked.filled == sum(fill.amount for fill in booked.fills) <= booked.order.amount
        assert (booked.state is OrderState.FILLED) == (booked.filled == booked.order.amount)


def test_whoever_asks_hears_the_truth_in_the_end() -> None:
    broker, words = day(7)
    orders = [approved(str(n), price=None if n % 3 else "99.9").order for n in range(300)]
    broker.settle(NOW)
    broker.cut()
    broker.recall(orders, [], NOW)
    words = list(broker.said())
    filled: Counter[str] = Counter()
    last: dict[str, OrderState] = {}
    for word in words:
        if isinstance(word, Fill):
            assert word.order not in last or last[word.order] not in ENDED
        else:
            last[word.order] = word.state
    for word in set(words):
        if isinstance(word, Fill):
            filled[word.order] += int(word.amount * 10**8)
    for order in orders:
        booked = broker.book.get(order.id)
        assert last[order.id] in ENDED
        assert filled[order.id] == (0 if booked is None else int(booked.filled * 10**8))


def test_what_is_on_the_line_is_lost_when_it_is_cut() -> None:
    broker = storm(chances=Chances.none())
    broker.submit(approved(), NOW)
    broker.cut()
    assert not broker.said()
    assert len(broker.book) == 1


def test_an_order_that_is_sent_twice_is_remembered_as_such() -> None:
    broker = storm(chances=Chances.none())
    broker.submit(approved(), NOW)
    broker.submit(approved(), NOW)
    assert broker.repeated == [approved().order.id]


# the contract itself


class Forgetful(StormBroker):
    """Fills again what is sent again."""

    def submit(self, approved: Approved, now_ns: int) -> None:
        booked = self.book.get(approved.order.id)
        super().submit(approved, now_ns)
        if booked is not None:
            self._words += [replace(fill, id=f"{fill.id} again") for fill in booked.fills]


class Echo(StormBroker):
    """Says everything for ever."""

    def said(self) -> Sequence[OrderUpdate | Fill]:
        words = list(super().said())
        self._words.extend(words)
        return words


class Deaf(StormBroker):
    def cancel(self, order: str, now_ns: int) -> None:
        pass


class Vague(StormBroker):
    def knows(self, order: str) -> bool | None:  # noqa: ARG002 - a broker's
        return None


class Greedy(StormBroker):
    def _is_touched(self, order: Order) -> bool:  # noqa: ARG002 - a storm's
        return True


class Silent(StormBroker):
    def recall(self, waiting: Sequence[Order], ended: Sequence[Order], now_ns: int) -> None:  # noqa: ARG002 - a broker's
        for order in waiting:
            self.cancel(order.id, now_ns)


@pytest.mark.parametrize("kind", [Forgetful, Echo, Deaf, Vague, Greedy, Silent])
def test_a_broker_that_breaks_the_contract_is_found(kind: type[StormBroker]) -> None:
    def broker() -> StormBroker:
        made = kind(INSTRUMENTS, Random(1), Chances.none())  # noqa: S311 - chance that can be had again
        made.see(BTC, PRICE)
        return made

    contract = TestOnAGoodDayItKeepsTheContract()
    contract.broker = broker  # type: ignore[method-assign]
    broken = []
    for name in dir(contract):
        if name.startswith("test_"):
            try:
                getattr(contract, name)()
            except AssertionError:
                broken.append(name)
    assert broken


def test_an_approval_cannot_be_made_up() -> None:
    with pytest.raises(DefectError):
        Approved(approved().order, object())


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(NOW)
    assert (clock(), clock()) == (NOW, NOW)
    assert clock.move(5) == clock() == NOW + 5
    assert clock.move(-6) == NOW - 1
