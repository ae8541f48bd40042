"""Live trading at an exchange whose time is faster, in a process that can be killed."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import ccxt.pro  # noqa: F401 - what takes long to import is there before the fork
from tests.runtime.test_growing import QUICK
from tests.runtime.worlds import WIDE

from tidegate.brokers.live import LiveBroker
from tidegate.brokers.pace import Pace
from tidegate.errors import ConfigError
from tidegate.feeds.live import LiveFeed
from tidegate.feeds.live.feed import Pace as FeedPace
from tidegate.model import Command, CommandKind
from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing
from tidegate.registry import Owner, open_database
from tidegate.runtime.bell import Bell
from tidegate.runtime.config import read_config
from tidegate.runtime.desk import Outside
from tidegate.runtime.jobs import traders_of
from tidegate.runtime.live_trading import LiveTrading
from tidegate.runtime.live_venue import connection_of
from tidegate.runtime.reconciling import Reconciler

from .week_exchange import PAIRS

LIMITS = WIDE | {
    "max_positions": 4,
    "max_order_notional": 4000,
    "max_total_exposure": 0.9,
    "max_market_exposure": 0.5,
}
PASSPHRASE = "a passphrase"  # noqa: S105 - locks the key of a simulation
PATIENCE_S = 60.0
PACE = Pace(look_s=0.3, window_s=0.6, longest_pause_s=0.3, stale_s=3.0)


class Clock:
    """The exchange's time: the wall's, so many times as fast from an instant on."""

    def __init__(self, begun_ns: int, speed: float) -> None:
        self.begun_ns, self.speed = begun_ns, speed

    def now_ns(self) -> int:
        return self.begun_ns + int((time.time_ns() - self.begun_ns) * self.speed)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Calm:
    """A breaker that nobody switches on."""

    def look(self, _now_ns: int) -> str:
        return ""


def prepare(folder: Path, url: str) -> Path:
    """Write a key and a configuration."""
    ring = KeyRing(folder / "keys.json")
    ring.put("main", "binance", Credentials(key="simkey", secret="simsecret"), PASSPHRASE, 0)  # noqa: S106
    (folder / "quick.json").write_text(json.dumps(QUICK), encoding="utf-8")
    part = {"strategy": "quick.json", "pairs": list(PAIRS)}
    document = {
        "account": {"name": "main", "wallet": "20000"},
        "database": "tidegate.sqlite",
        "limits": LIMITS,
        "candles": {"source": "live", "url": url},
        "live": {
            "network": "local",
            "url": url,
            "key": "main",
            "keys": "keys.json",
            "patience_s": 1800,
        },
        "strategies": [
            part | {"name": "short", "timeframe": "5m"},
            part | {"name": "long", "timeframe": "15m"},
        ],
    }
    path = folder / "trade.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def trade(
    *, folder: str, begun_ns: int, speed: float, for_s: float, orders: int, calm: bool
) -> None:
    """Trade for so many seconds of the wall, and until so many orders have been placed.

    `calm`: then close everything.
    """
    begun = time.monotonic()
    clock = Clock(begun_ns, speed)
    config = read_config(Path(folder) / "trade.json")
    with ExitStack() as stack:
        broker = patiently(lambda: _broker(config, clock))
        stack.callback(broker.close)
        bell = Bell()
        pace = FeedPace(look_s=0.05, grace_s=0.2, silence_s=3.0, stale_s=2.0 * speed)
        feed = partial(LiveFeed, changed=bell.rope(), now_ns=clock.now_ns, pace=pace)
        traders = patiently(lambda: traders_of(config, feed))
        for trader in traders:
            stack.callback(trader.leave)
        database = stack.enter_context(open_database(config.database))
        owner = Owner(pid=os.getpid(), host="here", since_ns=clock.now_ns())
        journal = stack.enter_context(database.journal("main", owner))
        outside = Outside(
            journal=journal,
            inbox=database.inbox("main"),
            breaker=Calm(),
            trip=lambda _why: None,
            clock=clock,
            tell=_say,
        )
        trading = LiveTrading(
            config,
            traders,
            outside,
            broker,
            bell,
            reconciler=partial(Reconciler, every_s=3600, again_s=60, mend_s=600, patience_s=600),
        )
        trading.recover()
        state = trading.engine.state
        if calm and state.agreement.halted:  # by what the exchange has told wrongly
            _agree(trading)
        _obey(trading, CommandKind.START)

        def is_over() -> bool:
            gone = time.monotonic() - begun
            return gone > for_s and (state.approved >= orders or gone > PATIENCE_S)

        trading.run(is_over)
        if calm:
            _wind_up(trading, broker)
        _say("over", {"memory": _memory(), "approved": state.approved})


def _broker(config: Any, clock: Clock) -> LiveBroker:  # noqa: ANN401 - a configuration
    return LiveBroker(
        connection_of(config.live, PASSPHRASE, pace=PACE, timeout_s=1.0), clock=clock.now_ns
    )


def patiently(make: Any) -> Any:  # noqa: ANN401 - whatever it makes
    """Do what a supervisor does: start again what could not be started."""
    while True:
        try:
            return make()
        except ConfigError as error:
            _say("again", {"why": str(error)})
            time.sleep(0.2)


def _obey(trading: LiveTrading, kind: CommandKind) -> None:
    trading.obey(_command(trading, kind))


def _command(trading: LiveTrading, kind: CommandKind) -> Command:
    name, now = f"{kind}-{time.time_ns()}", trading.now_ns
    return Command(id=name, kind=kind, account="main", time_ns=now, by="week")


def _agree(trading: LiveTrading) -> None:
    """Look at the books as an operator would, and say that the exchange's are right."""
    state, end = trading.engine.state, time.monotonic() + PATIENCE_S
    trading.heed(_command(trading, CommandKind.ACCEPT))
    while state.agreement.halted:
        assert time.monotonic() < end, state.agreement.halted
        _go_on(trading, 0.2)


def _wind_up(trading: LiveTrading, broker: LiveBroker) -> None:
    """Close everything, and hear of what comes after its end."""
    state = trading.engine.state
    end = time.monotonic() + 60.0
    while state.opened.positions or any(state.orders.live()):
        assert time.monotonic() < end, (
            list(state.opened.positions),
            [(life.order.id, life.state, life.words) for life in state.orders.live()],
        )
        if not state.flatten:
            _obey(trading, CommandKind.FLATTEN)
        _go_on(trading, 0.5)
    broker.look()
    _go_on(trading, 0.5)


def _go_on(trading: LiveTrading, for_s: float) -> None:
    until = time.monotonic() + for_s
    trading.run(lambda: time.monotonic() > until)


def _memory() -> int:
    """Return how many bytes are in use now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize()


def _say(event: str, figures: dict[str, object]) -> None:
    sys.stdout.write(json.dumps({"event": event, **figures}, default=str) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Fork a process for each line of JSON, so that none has to load everything anew."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _be(json.loads(line))
        _say("begun", {"pid": child})
        _, status = os.waitpid(child, 0)
        _say("ended", {"code": os.waitstatus_to_exitcode(status)})


def _be(asked: dict[str, Any]) -> None:
    """Be a trading process to its end; what it says goes to a file."""
    path = Path(asked["folder"]) / "trader.log"
    said = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    code = 1
    try:
        trade(**asked)
        code = 0
    except BaseException:  # noqa: BLE001 - the process ends, and says why
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
