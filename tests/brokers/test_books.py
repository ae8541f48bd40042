"""A venue's books are read whole, or not at all."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.brokers.venues_here import BTC, QUICK, Venue

from tidegate.brokers import books as books_module
from tidegate.brokers.books import UnreadError, VenueBooks, Wanted
from tidegate.brokers.trouble import Meaning
from tidegate.brokers.wire import Failed
from tidegate.model import OrderState, Side
from tidegate.testing.contract import NOW, approved
from tidegate.venues.table import VENUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.brokers.live import LiveBroker
    from tidegate.ledger.sides import Theirs

D = Decimal
SECOND_NS = 1_000_000_000
HOUR_NS = 3600 * SECOND_NS
pytestmark = pytest.mark.xdist_group("live-broker")


@pytest.fixture(scope="module")
def market() -> Iterator[Venue]:
    venue = Venue()
    venue.open()
    yield venue
    venue.close()


def read(broker: LiveBroker, since_ns: int, **changes: Any) -> Theirs:  # noqa: ANN401 - any field
    usual: dict[str, Any] = {"pairs": (BTC,), "since_ns": since_ns, "orders_since_ns": since_ns}
    return broker.books(Wanted(**usual | changes))


def test_orders_trades_and_balances_are_told_as_the_venue_has_them(market: Venue) -> None:
    begun = time.time_ns()
    number = market.number()
    broker = market.broker(number, stream=False)
    waiting, bought = approved("waits", price="90"), approved("bought", amount="0.123")
    for order in (waiting, bought):
        broker.submit(order, NOW)
    told = read(broker, begun - HOUR_NS)
    orders = {one.id: one for one in told.orders}
    assert orders.keys() == {waiting.order.id, bought.order.id}
    assert orders[waiting.order.id].state is OrderState.OPEN
    seen = orders[bought.order.id]
    assert (seen.side, seen.amount, seen.filled) == (Side.BUY, D("0.123"), D("0.123"))
    assert {one.order for one in told.fills} == {bought.order.id}
    assert sum(one.amount for one in told.fills) == D("0.123")
    fees = [fee for one in told.fills for fee in one.fees]
    assert {currency for currency, _ in fees} == {"BTC"}
    assert sum(cost for _, cost in fees) == D("0.000123")
    assert told.balances == broker.balances()
    assert told.balances["BTC"] == D("100.122877")
    assert abs(told.at_ns - time.time_ns()) < HOUR_NS


def test_the_order_of_a_trade_is_found_however_long_ago_it_was_sent(market: Venue) -> None:
    begun = time.time_ns()
    broker = market.broker(stream=False)
    bought = approved("bought")
    broker.submit(bought, NOW)
    told = read(broker, begun - HOUR_NS, orders_since_ns=begun + 24 * HOUR_NS)
    assert {one.order for one in told.fills} == {bought.order.id}
    assert [one.id for one in told.orders] == [bought.order.id]


def test_no_page_is_left_out(market: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.time_ns()
    broker = market.broker(stream=False)
    names = [approved(f"n{number}", amount="2") for number in range(5)]
    for order in names:
        broker.submit(order, NOW)
        market.exchange.control("POST", "clock", {"advance_s": 1})  # or all were at one moment
    whole = read(broker, begun - HOUR_NS)
    monkeypatch.setattr(books_module, "_PAGE", 30)
    assert len(whole.fills) > 30
    paged = read(broker, begun - HOUR_NS)
    assert sorted(paged.fills, key=repr) == sorted(whole.fills, key=repr)
    monkeypatch.setattr(books_module, "_PAGE", 2)
    with pytest.raises(UnreadError, match="thousandth of a second"):
        read(broker, begun - HOUR_NS)


def test_days_are_asked_for_one_by_one(market: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books_module, "_DAY_MS", 5000)  # a day as the exchange goes takes too long
    begun = market.exchange.world.now_ns()
    broker = market.broker(stream=False)
    names = [approved(f"d{number}", amount="0.1") for number in range(4)]
    for order in names:
        broker.submit(order, NOW)
        market.exchange.control("POST", "clock", {"advance_s": 17})
    told = read(broker, begun - 10 * SECOND_NS)
    assert {one.order for one in told.fills} == {one.order.id for one in names}
    assert {one.id for one in told.orders} == {one.order.id for one in names}
    late = read(broker, begun + 20 * SECOND_NS)
    assert {one.order for one in late.fills} == {one.order.id for one in names[2:]}


# nonsense


class Script:
    """A wire that brings what it was told to; the last answer of each kind again and again."""

    def __init__(self, venue: str = "binance", /, **answers: list[Any]) -> None:
        self.venue = VENUES[venue]
        self.client = SimpleNamespace(has={"fetchOrders": True})
        usual: dict[str, list[Any]] = {
            "fetch_balance": [{"total": {"USDT": "5"}}],
            "fetch_open_orders": [[]],
            "fetch_orders": [[]],
            "fetch_my_trades": [[]],
        }
        self.answers = {name: deque(given) for name, given in (usual | answers).items()}
        self.asked: list[str] = []

    def venue_ms(self) -> int:
        return 1_000_000

    async def tried(self, method: str, *_words: object, **_about: object) -> Any:  # noqa: ANN401 - anything
        self.asked.append(method)
        left = self.answers[method]
        return left.popleft() if len(left) > 1 else left[0]


def from_script(script: Script, *known: str) -> Theirs:
    reader = VenueBooks(script, QUICK)  # type: ignore[arg-type] # a wire, to whoever only asks
    wanted = Wanted(pairs=(BTC,), since_ns=0, orders_since_ns=0, known=known)
    return asyncio.run(reader.within(1.0, reader.read(wanted)))


ORDER: dict[str, Any] = {
    "id": "7", "clientOrderId": "x", "side": "buy", "amount": "1", "filled": "0",
    "status": "open", "timestamp": 5,
}  # fmt: skip
TRADE: dict[str, Any] = {
    "id": "1", "order": "7", "side": "buy", "amount": "1", "price": "2", "timestamp": 5,
    "fee": {"currency": "BTC", "cost": "0.1"},
}  # fmt: skip
LATER = Failed(Meaning.UNKNOWN, "it broke")


@pytest.mark.parametrize(
    ("method", "nonsense"),
    [
        ("fetch_balance", {}),
        ("fetch_balance", {"total": {}}),
        ("fetch_balance", {"total": {"USDT": None}}),
        ("fetch_balance", {"total": {"USDT": "NaN"}}),
        ("fetch_balance", {"total": []}),
        ("fetch_balance", None),
        ("fetch_balance", LATER),
        ("fetch_open_orders", None),
        ("fetch_open_orders", {}),
        ("fetch_open_orders", [{**ORDER, "side": "hold"}]),
        ("fetch_open_orders", [{**ORDER, "amount": None}]),
        ("fetch_open_orders", [{**ORDER, "id": ""}]),
        ("fetch_orders", [{**ORDER, "timestamp": None}]),
        ("fetch_orders", LATER),
        ("fetch_my_trades", [[]]),
        ("fetch_my_trades", LATER),
    ],
)
def test_nonsense_is_asked_for_again(method: str, nonsense: object) -> None:
    script = Script()
    script.answers[method].appendleft(nonsense)
    told = from_script(script)
    assert told.balances == {"USDT": D(5)}
    assert (list(told.orders), list(told.fills)) == ([], [])


@pytest.mark.parametrize(
    "answers",
    [
        {"fetch_balance": [{"total": {}}]},
        {"fetch_balance": [LATER]},
        {"fetch_orders": [Failed(Meaning.REFUSED, "no such pair")]},
        {"fetch_orders": [[{**ORDER, "status": "dreaming"}]]},
        {"fetch_orders": [[ORDER]], "fetch_my_trades": [[{**TRADE, "price": None}]]},
        {"fetch_my_trades": [[TRADE]], "fetch_order": [LATER]},
    ],
)
def test_what_stays_nonsense_is_no_book(answers: dict[str, list[Any]]) -> None:
    with pytest.raises(UnreadError):
        from_script(Script(**answers))


def test_an_account_is_read_again_until_it_holds_still() -> None:
    moving = [{"total": {"USDT": str(amount)}} for amount in (1, 2, 3, 3)]
    script = Script(fetch_balance=moving)
    assert from_script(script).balances == {"USDT": D(3)}
    assert script.asked.count("fetch_my_trades") == 3
    restless = [{"total": {"USDT": str(amount)}} for amount in range(1, 20)]
    with pytest.raises(UnreadError, match="goes on changing"):
        from_script(Script(fetch_balance=restless))


def test_orders_are_known_by_our_names_whatever_the_venue_calls_them() -> None:
    named = str(VENUES["coinbase"].trading.named("tours"))
    listed = [{**ORDER, "clientOrderId": named}, {**ORDER, "id": "8", "clientOrderId": None}]
    script = Script("coinbase", fetch_orders=[listed], fetch_my_trades=[[TRADE]])
    told = from_script(script, "tours")
    assert [one.id for one in told.orders] == ["tours", "number 8"]
    assert told.fills[0].order == "tours"
    assert told.fills[0].fees == (("BTC", D("0.1")),)


def test_a_venue_without_one_list_of_orders_is_asked_for_two() -> None:
    closed = [{**ORDER, "status": "closed", "filled": "1"}]
    gone = [{**ORDER, "id": "8", "status": "canceled"}]
    script = Script(fetch_closed_orders=[closed], fetch_canceled_orders=[gone])
    script.client.has = {}
    states = {one.state for one in from_script(script).orders}
    assert states == {OrderState.FILLED, OrderState.CANCELLED}
