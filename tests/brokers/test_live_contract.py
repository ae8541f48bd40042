"""The live broker keeps every broker's contract, against a real venue over a real socket."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import pytest
from tests.brokers.venues_here import Venue

from tidegate.brokers.live import LiveBroker
from tidegate.testing import BrokerContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.engine.ports import Broker

D = Decimal
pytestmark = pytest.mark.xdist_group("live-broker")


@pytest.fixture(scope="module")
def market() -> Iterator[Venue]:
    venue = Venue(speed=0)
    venue.open()
    yield venue
    venue.close()


class TestItKeepsTheContract(BrokerContract):
    venue: Venue
    fast: ClassVar[bool] = False

    @pytest.fixture(autouse=True)
    def _market(self, market: Venue) -> None:
        self.venue = market

    def broker(self) -> Broker:
        self.venue.trade_at(D(100))
        return self.venue.broker(fast=self.fast)

    def pass_time(self, broker: Broker, price: Decimal) -> None:
        assert isinstance(broker, LiveBroker)
        self.venue.trade_at(price * D("0.99"))
        broker.look()
        self.venue.trade_at(price)


class TestItKeepsItOverTheWebSocketToo(TestItKeepsTheContract):
    fast = True
