"""The demo's exchange: a process of its own, which ends when the one that started it does."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError, DefectError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.exchange.house import ExchangeSpec

_COMMAND: Final = "from tidegate.cli.demo_exchange import main; main()"
_PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What exchange is wanted."""

    state: str
    """The file by which the next one knows that it is the same market."""
    seed: int
    speed: float
    from_ns: int | None
    """When its market goes on; None: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An exchange that runs."""

    url: str
    process: subprocess.Popen[str]

    @property
    def gone(self) -> bool:
        """Whether it has ended, which it does not by itself."""
        return self.process.poll() is not None


@contextmanager
def running(asked: Asked) -> Iterator[Running]:
    """Run an exchange as long as this lasts.

    It lives by the pipe to it: however this process ends, the pipe does too.
    """
    process = subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-c", _COMMAND, json.dumps(asdict(asked))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a Ctrl-C is for the one who trades
    )
    try:
        yield Running(url=_url_of(process), process=process)
    finally:
        _end(process)


def _url_of(process: subprocess.Popen[str]) -> str:
    """Return where it is reached, once it is; what it refuses is refused here."""
    assert process.stdout is not None  # noqa: S101 - it was asked for
    line = process.stdout.readline()
    if not line:
        message = f"the demo's exchange ended with code {process.wait()}"
        raise DefectError(message)
    said = json.loads(line)
    if "code" in said:
        raise ConfigError(Code(said.pop("code")), said.pop("problem"), **said)
    return str(said["url"])


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Be that exchange."""
    from tidegate.exchange.house import ExchangeSpec
    from tidegate.exchange.loops import loop_factory

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked = Asked(**json.loads(sys.argv[1]))
    spec = ExchangeSpec(
        balances={"USDT": Decimal(10_000)},
        state=Path(asked.state),
        seed=asked.seed,
        speed=asked.speed,
    )
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(spec, asked.from_ns))
    except InputError as error:
        _say(
            code=str(error.code),
            problem=error.problem,
            where=error.where,
            expected=error.expected,
            found=error.found,
            remedy="`tidegate demo --fresh` begins anew, with another market and account",
        )


def _say(**words: str) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def _serve(spec: ExchangeSpec, from_ns: int | None) -> None:
    from tidegate.exchange.house import build
    from tidegate.runtime.collecting import collect_rarely

    ahead_ns = 0 if from_ns is None else from_ns - time.time_ns()
    server = build(spec, lambda: time.time_ns() + ahead_ns)
    await server.start(0)
    try:
        collect_rarely()
        _say(url=server.url)
        failing = asyncio.ensure_future(server.failed())
        leaving = asyncio.ensure_future(_left_alone())
        await asyncio.wait({failing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (failing, leaving):
            task.cancel()
    finally:
        await server.stop()


async def _left_alone() -> None:
    """Wait until nobody holds the other end of standard input, or for a request to end."""
    loop = asyncio.get_running_loop()
    left = asyncio.Event()
    with suppress(NotImplementedError):  # Windows has no such handlers
        loop.add_signal_handler(signal.SIGTERM, left.set)

    def read() -> None:
        while sys.stdin.buffer.read(1):
            pass
        with suppress(RuntimeError):  # the loop may be closed by then
            loop.call_soon_threadsafe(left.set)

    threading.Thread(target=read, daemon=True).start()
    await left.wait()
