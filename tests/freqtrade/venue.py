"""A venue on loopback that answers ccxt's question for binance's spot markets."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def symbol(base: str, quote: str) -> dict[str, Any]:
    """Return a market in binance's own form, with a tick of 0.01 and a step of 0.001."""
    return {
        "symbol": f"{base}{quote}",
        "status": "TRADING",
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": ["SPOT"],
        "filters": [
            {
                "filterType": "PRICE_FILTER",
                "minPrice": "0.01",
                "maxPrice": "1000000.00",
                "tickSize": "0.01",
            },
            {
                "filterType": "LOT_SIZE",
                "minQty": "0.001",
                "maxQty": "9000.00",
                "stepSize": "0.001",
            },
            {"filterType": "NOTIONAL", "minNotional": "5.0", "maxNotional": "9000000.0"},
        ],
    }


@dataclass
class Venue:
    """How often it was asked, and how to reach it."""

    port: int
    asked: list[str] = field(default_factory=list)

    def exchange(self) -> dict[str, Any]:
        """Return the part of a Freqtrade configuration that leads here."""
        return {
            "name": "binance",
            "pair_whitelist": ["BTC/USDT", "ETH/USDT"],
            "ccxt_config": {
                "urls": {"api": {"public": f"http://127.0.0.1:{self.port}/api/v3"}},
                "options": {"fetchMarkets": {"types": ["spot"]}},
            },
        }


@contextmanager
def silent_port() -> Iterator[int]:
    """Open a port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def venue() -> Iterator[Venue]:
    """Open the venue on a free port."""
    symbols = [symbol("BTC", "USDT"), symbol("ETH", "USDT")]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            body = json.dumps({"timezone": "UTC", "serverTime": 0, "symbols": symbols}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Venue(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
