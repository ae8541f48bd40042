"""An exchange that is started anew, however it ended, is the exchange that it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import ccxt
import pytest
from tests.exchange.serving import KEYS, Exchange, until

from tidegate.errors import InputError
from tidegate.exchange.binance.snippets import ccxt_options
from tidegate.exchange.house import ExchangeSpec, build

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("exchange-state")

BTC = "BTC/USDT"


def everything(exchange: Exchange) -> dict[str, Any]:
    """Return all that an account can ask for of what was."""
    client = ccxt.binance(exchange.client())
    client.load_markets()
    return {
        "orders": [one["info"] for one in client.fetch_orders(BTC)],
        "open": [one["info"] for one in client.fetch_open_orders(BTC)],
        "trades": [one["info"] for one in client.fetch_my_trades(BTC)],
        "balance": client.fetch_balance()["info"]["balances"],
    }


def trade(exchange: Exchange) -> tuple[str, str, float]:
    """Leave orders of every kind; the names of a waiting one and of a stop, and the price."""
    client = ccxt.binance(exchange.client())
    price = float(client.fetch_ticker(BTC)["last"])
    client.create_order(BTC, "market", "buy", 0.02)
    gone = client.create_order(BTC, "limit", "buy", 0.01, round(price * 0.8, 2))
    client.cancel_order(gone["id"], BTC)
    named = {"clientOrderId": "waits"}
    waits = client.create_order(BTC, "limit", "buy", 0.01, round(price * 0.7, 2), named)
    stop = client.create_order(
        BTC, "STOP_LOSS", "sell", 0.005, None, {"stopPrice": round(price * 0.9, 2)}
    )
    client.create_order(BTC, "limit", "buy", 0.01, round(price * 0.5, 2), {"timeInForce": "IOC"})
    exchange.control("POST", "deposit", {"asset": "ETH", "amount": "3"})
    return waits["id"], stop["id"], price


def test_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    state = tmp_path / "state" / "local.jsonl"
    with Exchange(pairs=(BTC,), state=state) as exchange:
        waits, stop, price = trade(exchange)
        before = everything(exchange)
    with Exchange(pairs=(BTC,), state=state) as exchange:
        assert everything(exchange) == before
        client = ccxt.binance(exchange.client())
        with pytest.raises(ccxt.InvalidOrder, match="Duplicate"):
            client.create_order(BTC, "limit", "buy", 0.01, price * 0.7, {"clientOrderId": "waits"})
        new = client.create_order(BTC, "market", "buy", 0.001)
        assert int(new["id"]) > max(int(one["orderId"]) for one in before["orders"])
        exchange.control("POST", "price", {"pair": BTC, "factor": 0.85})
        assert until(lambda: client.fetch_order(stop, BTC)["status"] == "closed")
        assert client.cancel_order(waits, BTC)["status"] == "canceled"
        after, shoved = everything(exchange), float(client.fetch_ticker(BTC)["last"])
    with Exchange(pairs=(BTC,), state=state) as exchange:
        assert everything(exchange) == after
        now = float(ccxt.binance(exchange.client()).fetch_ticker(BTC)["last"])
        assert now == pytest.approx(shoved, rel=0.05)
        account = exchange.world.venue.accounts["main"]
        assert account.locked["USDT"] == account.locked["BTC"] == 0


def test_what_was_answered_outlives_a_killed_process(tmp_path: Path) -> None:
    state = tmp_path / "local.jsonl"
    command = [sys.executable, "-c", "from tidegate.cli import main; main()", "exchange"]
    words = ["--pairs", BTC, "--no-limits", "--state", str(state)]
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    assert process.stdout is not None
    try:
        url = process.stdout.readline().split()[-1]
        client = ccxt.binance({**KEYS, "enableRateLimit": False, **ccxt_options(url)})
        answered = [client.create_order(BTC, "market", "buy", 0.001) for _ in range(20)]
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    with state.open("ab") as torn:
        torn.write(b'{"type":"changed","orders":[[')
    with Exchange(pairs=(BTC,), state=state) as exchange:
        known = everything(exchange)
        assert [str(one["orderId"]) for one in known["orders"]] == [one["id"] for one in answered]
        assert len(known["trades"]) == sum(len(one["info"]["fills"]) for one in answered)
    assert state.read_bytes().endswith(b"\n")


@pytest.mark.parametrize(
    ("spoil", "other", "says"),
    [
        (b"", {"seed": 8}, "remembers another market"),
        (b"", {"pairs": ("ETH/USDT",)}, "pairs that it does not list"),
        (b"nothing\n", {}, "line"),
        (b'{"type":"changed","orders":[[1]]}\n', {}, "line"),
    ],
)
def test_what_cannot_be_remembered_is_refused(
    tmp_path: Path, spoil: bytes, other: dict[str, Any], says: str
) -> None:
    state = tmp_path / "local.jsonl"
    with Exchange(pairs=(BTC,), state=state) as exchange:
        ccxt.binance(exchange.client()).create_order(BTC, "market", "buy", 0.001)
    with state.open("ab") as file:
        file.write(spoil)
    given: dict[str, Any] = {"pairs": (BTC,), "balances": {}, "state": state, **other}
    with pytest.raises(InputError) as refused:
        build(ExchangeSpec(**given), lambda: 1_795_000_000 * 10**9)
    assert says in str(refused.value)


def test_two_exchanges_do_not_write_one_file(tmp_path: Path) -> None:
    state = tmp_path / "local.jsonl"
    with (
        Exchange(pairs=(BTC,), state=state),
        pytest.raises(InputError, match="cannot remember") as refused,
    ):
        build(ExchangeSpec(balances={}, pairs=(BTC,), state=state), lambda: 1_795_000_000 * 10**9)
    assert "another exchange" in str(refused.value)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "notes.txt"
    state.write_text('{"type":"changed"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="cannot remember"):
        build(ExchangeSpec(balances={}, pairs=(BTC,), state=state), lambda: 1_795_000_000 * 10**9)
