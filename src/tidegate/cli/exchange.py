"""The `tidegate exchange` command."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.terminal import err

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.exchange.house import ExchangeSpec
    from tidegate.exchange.server import ExchangeServer

_LAST_PORT = 65_535
_PORT, _SPEED, _BALANCE, _PAIRS = "--port", "--speed", "--balance", "--pairs"


def exchange(  # noqa: PLR0913 (each is an option of the command)
    *,
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1; 0: a free port.")] = 0,
    dialect: Annotated[str, typer.Option(help="Whose interface it speaks.")] = "binance",
    prices: Annotated[
        str, typer.Option(help="`generated`, or a folder of candles that are moved to now.")
    ] = "generated",
    pairs: Annotated[
        list[str] | None,
        typer.Option("--pairs", "-p", help="Pairs, like BTC/USDT ETH/USDT.", show_default=False),
    ] = None,
    speed: Annotated[
        float, typer.Option(help="Seconds of the market in a second; 0: it is moved by hand.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another market.")] = 7,
    balance: Annotated[
        list[str] | None,
        typer.Option(help="What an account begins with, like USDT=10000,BTC=1 (USDT=10000)."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="Key, secret, account, rights, like k:s:main:read+trade (simkey)."),
    ] = None,
    script: Annotated[
        Path | None, typer.Option(help="Faults that are armed from the start: a JSON file.")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="Keep accounts, orders and trades in this file, from run to run."),
    ] = None,
    limits: Annotated[
        bool, typer.Option("--limits/--no-limits", help="Refuse those who ask too much.")
    ] = True,
    freqtrade_config: Annotated[
        Path | None,
        typer.Option(help="Write here what Freqtrade's configuration has to be given."),
    ] = None,
) -> None:
    """Run an exchange on this machine that real clients can trade against, without money.

    Ctrl-C ends it.
    """
    from tidegate.cli.spaced_lists import split
    from tidegate.exchange.faults import read_script
    from tidegate.exchange.house import ExchangeSpec
    from tidegate.exchange.keys import parse_keys
    from tidegate.exchange.loops import loop_factory

    if not 0 <= port <= _LAST_PORT:
        raise _bad(_PORT, "a port from 0 to 65535", str(port))
    if not 0 <= speed <= 10_000:  # noqa: PLR2004 (a day of the market in nine seconds)
        raise _bad(_SPEED, "a number from 0 to 10000", str(speed))
    spec = ExchangeSpec(
        balances=_balances(split(balance) or ["USDT=10000"]),
        dialect=dialect,
        pairs=tuple(_spot(pair) for pair in split(pairs)),
        datadir=None if prices == "generated" else Path(prices),
        speed=speed,
        seed=seed,
        keys=parse_keys(key or ()),
        faults=read_script(script) if script is not None else (),
        limited=limits,
        state=state,
    )
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(spec, port, freqtrade_config))


async def _serve(spec: ExchangeSpec, port: int, written: Path | None) -> None:
    from tidegate.exchange.house import build
    from tidegate.runtime.collecting import collect_rarely

    with err.status("making the market"):
        server = build(spec, time.time_ns)
    try:
        await server.start(port)
    except OSError as error:
        raise _bad(_PORT, "a port that is free", error.strerror or str(error)) from error
    try:
        collect_rarely()
        _say(server, written)
        await _until_stopped(server)
    finally:
        await server.stop()


async def _until_stopped(server: ExchangeServer) -> None:
    """Wait for Ctrl-C, for a request to end, or for a defect."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no such handlers; Ctrl-C raises there
            loop.add_signal_handler(number, stopped.set)
    waiting = asyncio.ensure_future(stopped.wait())
    failing = asyncio.ensure_future(server.failed())
    done, _ = await asyncio.wait({waiting, failing}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if failing in done:
        failing.result()
    failing.cancel()


def _say(server: ExchangeServer, written: Path | None) -> None:
    dialect, url = server.dialect, server.url
    key = next(iter(server.world.keys.values()))
    own = {"apiKey": key.key, "secret": key.secret}
    config = dialect.freqtrade_config(url)
    lines = [
        f"listening on {url}",
        f"pairs {' '.join(server.world.source.pairs)}",
        f"keys {' '.join(server.world.keys)} ({key.key} has the secret {key.secret})",
        "",
        "# ccxt: the same for ccxt, ccxt.async_support and ccxt.pro",
        f"ccxt.{dialect.name}({own | dialect.ccxt_options(url)!r})",
        "",
        "# Freqtrade: lay this over a configuration with a second -c",
        json.dumps(config),
        "",
    ]
    if written is not None:
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _spot(text: str) -> str:
    from tidegate.model import Pair

    pair = Pair.parse(text)
    if pair.settle is not None:
        raise _bad(_PAIRS, "spot pairs, like BTC/USDT", text)
    return str(pair)


def _balances(texts: list[str]) -> dict[str, Decimal]:
    from decimal import Decimal, InvalidOperation

    found = {}
    for text in texts:
        asset, _, amount = text.partition("=")
        try:
            value = Decimal(amount)
        except InvalidOperation:
            value = Decimal(-1)
        known = value.is_finite() and 0 <= value < 10**12
        if not asset.isalnum() or not known or value != round(value, 8):
            raise _bad(_BALANCE, "currencies and amounts, like USDT=10000,BTC=0.5", text)
        found[asset.upper()] = value
    return found


def _bad(where: str, expected: str, found: str) -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.BAD_OPTION,
        f"{where} cannot be {found}",
        where=where,
        expected=expected,
        found=found,
        remedy="docs/exchange.md tells of every option",
    )
