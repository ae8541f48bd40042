"""The live broker keeps every broker's contract, against real venues over a real socket."""

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
def markets() -> Iterator[dict[str, Venue]]:
    """Venues of several kinds, each opened when it is first asked for."""
    opened: dict[str, Venue] = {}
    yield opened
    for venue in opened.values():
        venue.close()


class TestItKeepsTheContract(BrokerContract):
    venue: Venue
    dialect: ClassVar[str] = "binance"
    fast: ClassVar[bool] = False

    @pytest.fixture(autouse=True)
    def _market(self, markets: dict[str, Venue]) -> None:
        if self.dialect not in markets:
            markets[self.dialect] = Venue(self.dialect, speed=0)
            markets[self.dialect].open()
        self.venue = markets[self.dialect]

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


class TestItKeepsItAtOkx(TestItKeepsTheContract):
    dialect = "okx"


class TestItKeepsItAtCoinbase(TestItKeepsTheContract):
    dialect = "coinbase"


class TestItKeepsItAtDydx(TestItKeepsTheContract):
    dialect = "dydx"
    pair = "BTC/USDC:USDC"
