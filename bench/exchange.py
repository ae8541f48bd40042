"""How many signed orders a second the local exchange takes over HTTP, and bare ccxt's round trip.

Run it as `python bench/exchange.py`. The server is a process of its own; the client sends
requests that were signed beforehand, so that it is not what is measured. Every order fills.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERS = 20_000
CONNECTIONS = 16
ROUND_TRIPS = 400
SYMBOL = "BTCUSDT"
QUANTITY = "0.00020"


def server() -> tuple[subprocess.Popen[str], int]:
    """Start an exchange, and return it with its port."""
    words = ["exchange", "--no-limits", "--pairs", "BTC/USDT", "--balance", "USDT=1000000,BTC=10"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from tidegate.cli import main; main()", *words],
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline() if process.stdout is not None else ""
    return process, int(line.rsplit(":", 1)[1])


def signed(number: int, price: float) -> bytes:
    """Return an order as bytes: buys and sells in turn, far enough through the book to fill."""
    buys = number % 2 == 0
    params = {
        "symbol": SYMBOL,
        "side": "BUY" if buys else "SELL",
        "type": "LIMIT",
        "timeInForce": "IOC",
        "quantity": QUANTITY,
        "price": f"{price * (1.02 if buys else 0.98):.2f}",
        "newClientOrderId": f"bench-{number}",
        "newOrderRespType": "FULL",
        "recvWindow": 60000,
        "timestamp": time.time_ns() // 1_000_000,
    }
    text = urlencode(params)
    body = f"{text}&signature={hmac.digest(b'simsecret', text.encode(), 'sha256').hex()}".encode()
    head = (
        "POST /api/v3/order HTTP/1.1\r\nHost: 127.0.0.1\r\nX-MBX-APIKEY: simkey\r\n"
        "Accept: */*\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Sender(asyncio.Protocol):
    """Sends the next order when the last was answered."""

    def __init__(self, orders: list[bytes], filled: list[bool], done: asyncio.Event) -> None:
        """Share the orders, and what came of them, with the other connections."""
        self.orders = orders
        self.filled = filled
        self.done = done
        self.transport: asyncio.WriteTransport | None = None
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if isinstance(transport, asyncio.WriteTransport):
            self.transport = transport
            transport.write(self.orders.pop())

    def data_received(self, data: bytes) -> None:
        """Count an answer, and go on."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.filled.append(b'"FILLED"' in body)
        self.buffer = body[length:]
        if self.orders and self.transport is not None:
            self.transport.write(self.orders.pop())
        elif len(self.filled) == ORDERS:
            self.done.set()


async def orders_a_second(port: int, price: float, pid: int) -> None:
    """Measure, and print."""
    orders = [signed(number, price) for number in range(ORDERS)]
    filled: list[bool] = []
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    cpu, start = cpu_of(pid), time.perf_counter()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Sender(orders, filled, done), "127.0.0.1", port)
    await done.wait()
    passed = time.perf_counter() - start
    used = cpu_of(pid) - cpu
    print(
        f"{ORDERS} orders, {sum(filled)} filled, {CONNECTIONS} connections: "
        f"{ORDERS / passed:,.0f}/s by the wall, {ORDERS / used:,.0f}/s of the server's CPU"
    )


def cpu_of(pid: int) -> float:
    """Return the processor time a process has used, seconds."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 (not a file)
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def round_trips(port: int) -> None:
    """Measure bare ccxt, one call after the other, and print."""
    import ccxt  # noqa: PLC0415 (loading it is no part of the rest)

    from tidegate.exchange.binance import snippets  # noqa: PLC0415 (the same)

    options = snippets.ccxt_options(f"http://127.0.0.1:{port}")
    client = ccxt.binance(
        {"apiKey": "simkey", "secret": "simsecret", "enableRateLimit": False, **options}
    )
    client.load_markets()
    calls: dict[str, Callable[[], object]] = {
        "order book": lambda: client.fetch_order_book("BTC/USDT", 5),
        "market order": lambda: client.create_order("BTC/USDT", "market", "buy", 0.0002),
    }
    for name, call in calls.items():
        took = []
        for _ in range(ROUND_TRIPS):
            start = time.perf_counter()
            call()
            took.append((time.perf_counter() - start) * 1000)
        took.sort()
        print(
            f"ccxt, {name}: p50 {statistics.median(took):.2f} ms, "
            f"p90 {took[len(took) * 9 // 10]:.2f} ms, max {took[-1]:.2f} ms"
        )


def main() -> None:
    """Measure everything."""
    process, port = server()
    try:
        import urllib.request  # noqa: PLC0415 (one question)

        address = f"http://127.0.0.1:{port}/api/v3/ticker/price?symbol={SYMBOL}"
        with urllib.request.urlopen(address) as answer:
            price = float(json.load(answer)["price"])
        asyncio.run(orders_a_second(port, price, process.pid))
        round_trips(port)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        print(f"client CPU {usage.ru_utime + usage.ru_stime:.1f} s")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
