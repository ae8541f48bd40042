"""The small parts of the live broker: reading, judging, names."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import ccxt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.brokers.reading import Seen, Traded, fee_in_quote, others, read_order, read_trade
from tidegate.brokers.reports import read_binance, read_binance_answer
from tidegate.brokers.rights import read_rights
from tidegate.brokers.trouble import Meaning, meaning_of
from tidegate.brokers.wire import Failed, Wire
from tidegate.model import OrderState
from tidegate.model.credentials import Credentials
from tidegate.testing.contract import approved
from tidegate.venues.client import new_client
from tidegate.venues.sharing import budget_for
from tidegate.venues.table import VENUES
from tidegate.venues.trouble import NoAnswerError, NotNowError, words_of
from tidegate.venues.venue import Shape

D = Decimal
BINANCE = VENUES["binance"]
CLIENT = new_client(BINANCE, Credentials(key="k", secret="s"))  # noqa: S106 - opens nothing


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ccxt.InsufficientFunds("no"), Meaning.REFUSED),
        (ccxt.InvalidOrder('binance {"code":-1013,"msg":"LOT_SIZE"}'), Meaning.REFUSED),
        (
            ccxt.InvalidOrder('binance {"code":-2010,"msg":"Duplicate order sent."}'),
            Meaning.UNKNOWN,
        ),
        (ccxt.AuthenticationError("no"), Meaning.REFUSED),
        (ccxt.MarketClosed("no"), Meaning.REFUSED),
        (ccxt.OrderNotFound("no"), Meaning.MISSING),
        (ccxt.InvalidNonce("clock"), Meaning.CLOCK),
        (ccxt.RateLimitExceeded("-1003"), Meaning.LATER),
        (ccxt.DDoSProtection("429"), Meaning.LATER),
        (NotNowError(429, 3.0), Meaning.LATER),
        (ccxt.RequestTimeout("nothing"), Meaning.UNKNOWN),
        (ccxt.ExchangeNotAvailable("503"), Meaning.UNKNOWN),
        (ccxt.NetworkError("reset"), Meaning.UNKNOWN),
        (ccxt.BadResponse("?"), Meaning.UNKNOWN),
        (ccxt.ExchangeError("a code that is new"), Meaning.UNKNOWN),
        (NoAnswerError("200, and no JSON"), Meaning.UNKNOWN),
        (KeyError("a defect of a client"), Meaning.UNKNOWN),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else str(one),
)
def test_what_is_not_known_to_be_safe_is_a_question(error: Exception, meaning: Meaning) -> None:
    assert meaning_of(error, BINANCE) is meaning


def test_words_of_an_error_name_no_address_with_a_signature() -> None:
    url = "https://api.example/api/v3/order?symbol=X&timestamp=1&signature=abc"
    said = words_of(ccxt.RequestTimeout(f"binance GET {url}"))
    assert "signature" not in said
    assert "abc" not in said
    assert said.startswith("RequestTimeout: binance GET https://api.example/api/v3/order")
    assert len(words_of(ccxt.ExchangeError("long " * 100))) <= 200


GOOD = {"id": "7", "clientOrderId": "t1", "status": "open", "filled": "0.5", "trades": []}


@pytest.mark.parametrize(
    "answer",
    [None, "", "<html>", [], {}, {"id": None}, GOOD | {"clientOrderId": "another"}],
)
def test_what_is_no_answer_about_the_order_is_not_taken_for_one(answer: object) -> None:
    assert read_order(answer, "t1") is None


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("open", OrderState.OPEN),
        ("closed", OrderState.FILLED),
        ("canceled", OrderState.CANCELLED),
        ("expired", OrderState.CANCELLED),
        ("rejected", OrderState.REJECTED),
        ("a new word", None),
        (None, None),
    ],
)
def test_an_order_is_read(status: str | None, state: OrderState | None) -> None:
    seen = read_order(GOOD | {"status": status}, "t1")
    assert seen is not None
    assert (seen.venue_id, seen.state, seen.filled) == ("7", state, D("0.5"))


def trade(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"id": "1", "order": "7", "amount": "0.1", "price": "20", "timestamp": 5} | changes


@pytest.mark.parametrize(
    "bad",
    [
        *({"id": None}, {"amount": None}, {"amount": "x"}, {"price": None}),
        *({"amount": "-1"}, {"amount": 0}, {"amount": "NaN"}, {"price": 0}, {"price": "-2"}),
    ],
)
def test_a_trade_that_lacks_something_is_none(bad: dict[str, Any]) -> None:
    assert read_trade(trade(**bad)) is None


def read(**changes: Any) -> Traded:  # noqa: ANN401 - any JSON
    found = read_trade(trade(**changes))
    assert found is not None
    return found


def test_fees_in_base_quote_and_a_third_currency_become_quote_exactly() -> None:
    fees = [{"currency": name, "cost": cost} for name, cost in
            (("BTC", "0.0001"), ("USDT", "0.02"), ("BNB", "0.003"))]  # fmt: skip
    found = read(fees=fees)
    assert others(found, "BTC", "USDT") == {"BNB"}
    assert fee_in_quote(found, "BTC", "USDT", {}) is None
    fee = fee_in_quote(found, "BTC", "USDT", {"BNB": D(600)})
    assert fee == D("0.0001") * 20 + D("0.02") + D("0.003") * 600
    assert fee_in_quote(read(fee=None), "BTC", "USDT", {}) == 0


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e300, 2.0e11, "soon"])
def test_a_clock_that_cannot_be_is_not_signed_by(odd: object) -> None:
    class Odd:
        options: ClassVar[dict[str, Any]] = {"timeDifference": 7}

        async def load_time_difference(self) -> None:
            self.options["timeDifference"] = odd

        def milliseconds(self) -> int:
            return time.time_ns() // 1_000_000

        create_order = create_order_ws = None

    wire = Wire(BINANCE, Odd(), budget_for(BINANCE), window_ms=1234, fast=False)
    assert isinstance(asyncio.run(wire.sync()), Failed)
    assert Odd.options["timeDifference"] == 7


def test_a_request_expires_when_it_is_thought_to_over_rest_and_over_a_websocket() -> None:
    Wire(BINANCE, CLIENT, budget_for(BINANCE), window_ms=1234, fast=True)
    assert CLIENT.sign_params({"recvWindow": 9})["recvWindow"] == 1234
    signed = CLIENT.sign("order", ["private"], "POST", {})
    assert "recvWindow=1234&" in signed["body"]


@pytest.mark.parametrize("name", VENUES)
def test_an_order_has_one_name_at_each_venue_and_another_order_another(name: str) -> None:
    venue = VENUES[name].trading
    first, second = approved("1").order.id, approved("2").order.id
    assert venue.named(first) == venue.named(first) != venue.named(second)
    if venue.shape is Shape.PLAIN:
        assert venue.named(first) == first
    if venue.shape is Shape.NUMBER:
        assert 0 <= int(venue.named(first)) < 2**32


REPORT = {"e": "executionReport", "c": "t1", "C": "", "x": "NEW", "X": "NEW", "i": 7, "z": "0",
          "t": -1, "l": "0", "L": "0", "n": "0", "N": None, "T": 5}  # fmt: skip
TRADE = {"x": "TRADE", "X": "FILLED", "z": "1", "t": 9, "l": "0.4", "L": "20", "n": "0.01",
         "N": "BNB"}  # fmt: skip


def test_a_report_is_read_as_its_answer_would_be() -> None:
    told = read_binance({"event": REPORT})
    assert told == ("t1", Seen(venue_id="7", state=OrderState.OPEN, filled=D(0)))
    told = read_binance({"event": REPORT | TRADE})
    traded = Traded(id="9", venue_order="7", amount=D("0.4"), price=D(20),
                    fees=(("BNB", D("0.01")),), time_ns=5_000_000)  # fmt: skip
    assert told == (
        "t1",
        Seen(venue_id="7", state=OrderState.FILLED, filled=D(1), trades=(traded,)),
    )
    told = read_binance({"event": REPORT | {"x": "CANCELED", "X": "CANCELED", "C": "t1", "c": "w"}})
    assert isinstance(told, tuple)
    assert told[0] == "t1"


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"event": {"e": "outboundAccountPosition"}}, True),
        ({"event": {"e": "eventStreamTerminated"}}, False),
        ({"id": "1", "result": {}}, False),
        ("cut in ha", False),
        ([], False),
    ],
)
def test_what_is_no_report_is_left_to_ccxt(message: object, *, read: bool) -> None:
    assert read_binance(message) is read


@pytest.mark.parametrize("field", ["z", "l", "L", "n"])
@pytest.mark.parametrize("odd", ["NaN", "Infinity", "x"])
def test_a_report_with_a_number_that_is_none_is_refused(field: str, odd: str) -> None:
    with pytest.raises((ValueError, InvalidOperation)):
        read_binance({"event": REPORT | TRADE | {field: odd}})


@given(
    st.sampled_from(["NEW", "PARTIALLY_FILLED", "FILLED", "CANCELED", "EXPIRED", "REJECTED"]),
    st.lists(
        st.tuples(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 10**6)), max_size=4
    ),
)
def test_an_answer_to_an_order_is_read_as_ccxt_would_have_it(
    status: str, fills: list[tuple[int, int, int]]
) -> None:
    parts = [
        {
            "tradeId": number,
            "qty": str(D(amount).scaleb(-5)),
            "price": str(D(price).scaleb(-2)),
            "commission": str(D(fee).scaleb(-8)),
            "commissionAsset": "BNB",
        }
        for number, (amount, price, fee) in enumerate(fills, 1)
    ]
    filled = sum((D(amount) for amount, _, _ in fills), D(0)).scaleb(-5)
    answer: dict[str, Any] = {
        "symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "t1", "transactTime": 1507725176595,
        "price": "0.1", "origQty": "10", "executedQty": str(filled), "status": status,
        "cummulativeQuoteQty": "10", "timeInForce": "GTC", "type": "LIMIT", "side": "SELL",
        "fills": parts,
    }  # fmt: skip
    by_ccxt = read_order(CLIENT.parse_order(answer), "t1")
    assert read_binance_answer(answer) == ("t1", by_ccxt)


@pytest.mark.parametrize("answer", [{}, {"orderId": 28, "status": "NEW"}, [], "<html>", None])
def test_what_is_no_answer_to_an_order_is_left_to_ccxt(answer: object) -> None:
    assert read_binance_answer(answer) is None


FIT = {"enableSpotAndMarginTrading": True, "enableWithdrawals": False}


@pytest.mark.parametrize(
    ("venue", "answer", "rights"),
    [
        ("binance", FIT, (True, False)),
        ("binance", FIT | {"permitsUniversalTransfer": True}, (True, True)),
        ("binance", FIT | {"enableWithdrawals": True}, (True, True)),
        ("binance", {"enableWithdrawals": False}, (None, None)),
        ("binance", "<html>", (None, None)),
        ("okx", {"data": [{"perm": "read_only,trade"}]}, (True, False)),
        ("okx", {"data": [{"perm": "read_only,withdraw"}]}, (False, True)),
        ("coinbase", {"can_view": True, "can_trade": True, "can_transfer": False}, (True, False)),
        ("dydx", {}, (None, None)),
        ("dydx", {"mine": True}, (True, True)),
        ("dydx", {"mine": False}, (False, False)),
    ],
)  # fmt: skip
def test_rights_are_read_and_what_is_not_told_is_not_known(
    venue: str, answer: object, rights: tuple[bool | None, bool | None]
) -> None:
    assert read_rights(VENUES[venue], answer) == rights
