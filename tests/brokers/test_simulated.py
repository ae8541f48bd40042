from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.engine.making import INSTRUMENTS

from tidegate.brokers.simulated import Range, SimulatedBroker
from tidegate.model import Fill, OrderState
from tidegate.testing import BrokerContract
from tidegate.testing.contract import NOW, approved

if TYPE_CHECKING:
    from tidegate.engine.ports import Broker

D = Decimal
BTC = "BTC/USDT"


def seen(low: str, high: str, last: str, pair: str = BTC) -> Range:
    return Range(pair, D(low), D(high), D(last), NOW)


class TestItKeepsTheContract(BrokerContract):
    def broker(self) -> Broker:
        return SimulatedBroker(INSTRUMENTS)

    def pass_time(self, broker: Broker, price: Decimal) -> None:
        assert isinstance(broker, SimulatedBroker)
        broker.see(Range(BTC, price, price, price, NOW))


def states(broker: SimulatedBroker) -> list[OrderState]:
    return [word.state for word in broker.said() if not isinstance(word, Fill)]


@pytest.mark.parametrize(
    ("low", "high", "filled"),
    [("89", "95", True), ("90", "95", True), ("85", "90", True), ("91", "95", False)],
)
def test_a_limit_is_filled_whole_at_its_price_by_a_range_that_touches_it(
    low: str,
    high: str,
    filled: bool,  # noqa: FBT001 - a column of the table
) -> None:
    broker = SimulatedBroker(INSTRUMENTS)
    order = approved(price="90", amount="2").order
    broker.submit(approved(price="90", amount="2"), NOW)
    broker.see(seen(low, high, high))
    fills = broker.said()
    assert bool([word for word in fills if isinstance(word, Fill)]) is filled
    if filled:
        (fill,) = fills
        assert fill == Fill(
            id=f"{order.id}-1", order=order.id, amount=D(2), price=D(90), fee=D("0.18"), time_ns=NOW
        )
    broker.see(seen("80", "100", "95"))
    assert bool(broker.said()) is not filled


def test_a_market_order_is_filled_at_the_last_price() -> None:
    broker = SimulatedBroker(INSTRUMENTS)
    broker.submit(approved(), NOW)
    broker.see(seen("1", "2", "1.5", pair="ETH/USDT"))
    assert states(broker) == []
    broker.see(seen("90", "110", "105"))
    (fill,) = broker.said()
    assert isinstance(fill, Fill)
    assert (fill.price, fill.fee) == (D(105), D("0.105"))


def test_after_a_restart_waiting_orders_are_taken_again_and_cancelled_ones_are_not() -> None:
    broker = SimulatedBroker(INSTRUMENTS)
    waiting, gone = approved("1", price="90").order, approved("2", price="90").order
    broker.recall([waiting], [gone], NOW)
    assert (broker.knows(waiting.id), broker.knows(gone.id)) == (True, False)
    broker.see(seen("80", "95", "95"))
    assert [word.order for word in broker.said() if isinstance(word, Fill)] == [waiting.id]
    broker.recall([waiting], [], NOW)
    broker.see(seen("80", "95", "95"))
    assert not broker.said()


def test_a_caller_may_have_an_order_filled_at_a_price_of_its_own() -> None:
    broker = SimulatedBroker(INSTRUMENTS)
    order = approved(price="90").order
    broker.submit(approved(price="90"), NOW)
    broker.trade(order.id, D(88), NOW)
    fill = broker.said()[-1]
    assert isinstance(fill, Fill)
    assert fill.price == 88
    with pytest.raises(KeyError):
        broker.trade(order.id, D(88), NOW)
