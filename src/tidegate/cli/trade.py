"""The `tidegate trade` command."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tidegate.engine.entry import Entry
    from tidegate.guardrails.environment import RiskSettings
    from tidegate.ops import Log
    from tidegate.registry import Database
    from tidegate.runtime.clock import Clock
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.desk import Desk, Outside
    from tidegate.runtime.preparing import Prepared
    from tidegate.runtime.showing import Watching


def trade(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="What to trade, with which limits: a JSON file."),
    ] = None,
    *,
    start: Annotated[
        bool, typer.Option("--start", help="Begin to trade at once; an account begins halted.")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(help="Add a line of JSON for all that happens to this file."),
    ] = None,
    live: Annotated[
        str | None,
        typer.Option(help="Trade with real money: the account's name, to confirm that."),
    ] = None,
    view: Annotated[
        bool, typer.Option("--view", help="Show it on the whole screen while it trades.")
    ] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Print a whole configuration, and end.")
    ] = False,
) -> None:
    """Trade strategies over one account, under its limits, journalled; on paper unless told.

    Ctrl-C ends it; the next start carries on where it was.
    """
    if example:
        from tidegate.runtime.example import example_text

        sys.stdout.write(example_text())
        return
    if config is None:
        raise _no_config()
    import os

    from tidegate.cli.trade_live import require_meant
    from tidegate.guardrails.environment import read_environment
    from tidegate.runtime.config import read_config

    settings = read_environment(os.environ)
    asked = read_config(config)
    require_meant(asked, live)
    _trade(asked.within(settings), settings, start=start, log=log, view=view)


def _trade(
    config: TradeConfig, settings: RiskSettings, *, start: bool, log: Path | None, view: bool
) -> None:
    from tidegate.cli.trade_words import say_breaker, say_standing
    from tidegate.cli.view_live import help_of, run_shown, watching_of
    from tidegate.registry import open_database
    from tidegate.runtime.clock import WallClock
    from tidegate.runtime.collecting import collect_rarely

    clock: Clock = WallClock()
    with ExitStack() as stack:
        prepared = _prepared(config, stack)  # what cannot be traded leaves no database behind
        database = stack.enter_context(open_database(config.database, config.durability))
        lines = stack.enter_context(_log(log, clock))
        clock = prepared.clock(clock)
        with err.status("taking in the journal"):
            shown = watching_of(database, config.account.name) if view and out.is_terminal else None
            hearers = (_telling(lines, shown), _keeping(lines, shown))
            outside = outside_of(config, settings, (database, clock), hearers)
            trading = prepared.trading(stack.enter_context(outside))
            trading.recover()
        trading.attend()
        if start:
            _start(trading, clock)
        stopped = stack.enter_context(stopping())
        say_standing(trading)
        say_breaker(settings)
        collect_rarely()
        if shown is None:
            trading.run(stopped)
        else:
            run_shown(trading, shown, stopped, help_of(config))
        say_standing(trading)


def _prepared(config: TradeConfig, stack: ExitStack) -> Prepared:
    """Connect to the exchange that orders go to, if they go to one, and load strategies."""
    from tidegate.runtime.preparing import prepare

    broker = None
    if config.live is not None:
        from tidegate.cli.trade_live import connected

        broker = stack.enter_context(connected(config.live))
    with err.status("loading strategies and candles"):
        prepared = prepare(config, broker)
    for trader in prepared.traders:
        stack.callback(trader.leave)
    return prepared


@contextmanager
def outside_of(
    config: TradeConfig,
    settings: RiskSettings,
    means: tuple[Database, Clock],
    hearers: tuple[
        Callable[[str, dict[str, object]], None],
        Callable[[Sequence[Entry]], None],
    ],
) -> Iterator[Outside]:
    """Connect a trading process: who is told of its events, and of its facts, comes along."""
    import os
    import socket

    from tidegate.guardrails.breaker import BreakerWatch, enable
    from tidegate.registry import Owner
    from tidegate.runtime.desk import Outside

    database, clock = means
    owner = Owner(pid=os.getpid(), host=socket.gethostname(), since_ns=clock.now_ns())
    account = config.account.name
    with database.journal(account, owner) as journal:
        inbox = database.inbox(account)
        yield Outside(
            journal=journal,
            inbox=inbox,
            breaker=BreakerWatch(settings.breaker_file, heeded=not settings.allow_when_breaker),
            trip=lambda reason: _trip(settings.breaker_file, reason, clock, enable),
            clock=clock,
            tell=hearers[0],
            kept=hearers[1],
        )


def _trip(
    path: Path, reason: str, clock: Clock, enable: Callable[[Path, str, None, int], object]
) -> None:
    enable(path, reason, None, clock.now_ns())


def _start(trading: Desk, clock: Clock) -> None:
    from tidegate.model import Command, CommandKind

    account = trading.config.account.name
    now = clock.now_ns()
    command = Command(
        id=f"start-{now}", kind=CommandKind.START, account=account, time_ns=now, by="--start"
    )
    step = trading.obey(command)
    if not step.obeyed:
        err.print(f"not started: {step.words}", style="yellow")


@contextmanager
def _log(path: Path | None, clock: Clock) -> Iterator[Log | None]:
    """Open the log where one is asked for."""
    if path is None:
        yield None
        return
    from tidegate.ops import Log

    try:
        stream = path.open("a", encoding="utf-8", buffering=1)
    except (OSError, ValueError) as error:  # the latter of a name with a null character
        raise _no_log(path, error) from error
    with stream:
        yield Log(stream, clock.now_ns)


def _telling(
    log: Log | None, shown: Watching | None = None
) -> Callable[[str, dict[str, object]], None]:
    """Return what is told of a process's events: the terminal, and the log where there is one."""
    say = _print_event if shown is None else shown.told

    def tell(event: str, figures: dict[str, object]) -> None:
        if log is not None:
            log.info(event, **figures)
        say(event, figures)

    return tell


def _keeping(log: Log | None, shown: Watching | None = None) -> Callable[[Sequence[Entry]], None]:
    """Return what is told of facts: a line each, with the thread that the journal has too."""

    def told(entries: Sequence[Entry]) -> None:
        if shown is not None:
            shown.kept(entries)
        if log is not None:
            for entry in entries:
                log.info(
                    entry.kind,
                    correlation=entry.correlation,
                    market_ns=entry.time_ns,
                    fact=json.loads(entry.body),
                )

    return told


def _print_event(event: str, figures: dict[str, object]) -> None:
    words = " ".join(f"{name}={value}" for name, value in figures.items())
    err.print(f"{event:<10} {words}", highlight=False, soft_wrap=True, markup=False)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C and a request to end stop the trading between two candles, once."""
    asked = False

    def ask(_number: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _no_log(path: Path, error: Exception) -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.NOT_WRITABLE,
        "the log cannot be written",
        where=f"--log {path}",
        expected="a file in a folder that can be written to",
        found=getattr(error, "strerror", None) or str(error),
        remedy="name another file, or make its folder first",
    )


def _no_config() -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.BAD_OPTION,
        "it is not said what to trade",
        where="--config",
        expected="a configuration",
        found="none",
        remedy="`tidegate trade --example > trade.json` writes one to begin with",
    )
