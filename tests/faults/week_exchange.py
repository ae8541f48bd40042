"""An exchange in a process that can be killed; its market goes on where it would have been."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from decimal import Decimal
from pathlib import Path

from tidegate.exchange.house import ExchangeSpec, build
from tidegate.exchange.loops import loop_factory

PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
WALLET = Decimal(100_000)


async def serve(folder: str, port: int, begun_ns: int, speed: float) -> None:
    """Market time is `begun_ns`, by the wall, and what has gone by since then, so many times."""
    market_ns = begun_ns + int((time.time_ns() - begun_ns) * speed)
    ahead_ns = market_ns - time.time_ns()
    spec = ExchangeSpec(
        pairs=PAIRS,
        balances={"USDT": WALLET},
        state=Path(folder) / "exchange.jsonl",
        speed=speed,
        limited=False,
    )
    server = build(spec, lambda: time.time_ns() + ahead_ns)
    await server.start(port)
    sys.stdout.write(json.dumps({"url": server.url}) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    failing = asyncio.ensure_future(server.failed())
    waiting = asyncio.ensure_future(stopped.wait())
    await asyncio.wait({failing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    failing.cancel()
    await server.stop()


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(**asked))
