"""The `tidegate demo` command: an exchange on this machine, and three strategies trading at it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.cli.demo_place import Place
    from tidegate.registry import Database
    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.showing import Watching
    from tidegate.runtime.trading import Trading

_SEED = 7


def demo(  # noqa: PLR0913 - each is an option of the command
    folder: Annotated[Path, typer.Option(help="Where everything goes that is kept.")] = Path(
        "user_data"
    ),
    *,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another market.")] = _SEED,
    speed: Annotated[
        float, typer.Option(min=1, max=120, help="Seconds of the market in a second.")
    ] = 60.0,
    seconds: Annotated[
        float | None, typer.Option("--for", min=0, help="End by itself after so many seconds.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Forget the demo's account and market, begin anew.")
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Write the last screen to this file, as SVG.")
    ] = None,
    backtests: Annotated[
        bool, typer.Option("--backtests", help="Backtest the built-in strategies instead.")
    ] = False,
) -> None:
    """Run an exchange on this machine, trade three strategies at it on paper, and show it.

    Ctrl-C ends it with a report; the next start carries on where it was.
    """
    if backtests:
        from tidegate.cli.demo_backtests import backtest_all

        backtest_all(folder, seed)
        return
    from tidegate.cli.demo_place import Place

    _require_number("--speed", speed)
    _require_number("--for", seconds or 0.0)
    place = Place(folder / "demo")
    place.require_alone()
    if fresh:
        place.forget()
    _compile()
    market = Market(seed=seed, speed=speed)
    _demonstrate(place, market, seconds, picture)


def _require_number(option: str, value: float) -> None:
    """Refuse what no comparison refuses: nan."""
    import math

    if math.isnan(value):
        from tidegate.errors import Code, OptionError

        raise OptionError(
            Code.BAD_OPTION,
            f"{option} cannot be {value}",
            where=option,
            expected="a number",
            found=str(value),
            remedy="docs/demo.md tells of every option",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Which market it is, and how fast its time goes by."""

    seed: int
    speed: float


def _compile() -> None:
    from tidegate.runtime.warming import make_walk_ready, walk_needs_compiling

    if walk_needs_compiling():
        words = "compiling the rules for this machine: once, a minute or so"
        with err.status(words):
            if not err.is_terminal:
                err.print(words)
            make_walk_ready()
    else:
        make_walk_ready()


def _demonstrate(place: Place, market: Market, seconds: float | None, picture: Path | None) -> None:
    import os

    from tidegate.cli.demo_exchange import Asked, running
    from tidegate.cli.demo_place import ACCOUNT
    from tidegate.cli.demo_report import tell_of
    from tidegate.cli.trade import outside_of, stopping
    from tidegate.cli.view_live import watching_of, write_picture
    from tidegate.guardrails.environment import read_environment
    from tidegate.registry import open_database
    from tidegate.runtime.clock import WallClock
    from tidegate.runtime.collecting import collect_rarely
    from tidegate.runtime.config import read_config
    from tidegate.runtime.live_shelf import clock_for
    from tidegate.runtime.trading import Trading

    with ExitStack() as stack:
        stopped = stack.enter_context(stopping())
        database = stack.enter_context(open_database(place.database))
        asked = Asked(
            state=str(place.exchange),
            seed=market.seed,
            speed=market.speed,
            from_ns=_market_ns(database),
        )
        with err.status("starting an exchange on this machine"):
            exchange = stack.enter_context(running(asked))
            settings = replace(read_environment(os.environ), breaker_file=place.breaker)
            config = read_config(place.write_config(exchange.url)).within(settings)
        with err.status("asking it for its candles"):
            traders = _following(config, market.speed, stack)
        watching = watching_of(database, ACCOUNT, _printer())
        means = (database, clock_for(traders, WallClock()))
        outside = outside_of(config, settings, means, (watching.told, watching.kept))
        trading = Trading(config, traders, stack.enter_context(outside))
        trading.recover()
        _start_if_new(trading)
        collect_rarely()
        over = _until(stopped, seconds)
        _trade(trading, watching, place, lambda: over() or exchange.gone)
        if exchange.gone:
            err.print("the exchange on this machine has ended", style="yellow")
        if picture is not None:
            write_picture(picture, watching.picture(trading), _help(place))
        tell_of(database, trading, watching, place)


def _market_ns(database: Database) -> int | None:
    """Return how far the demo's market had come; None: there was none."""
    from tidegate.cli.demo_place import ACCOUNT
    from tidegate.registry import Reader

    if ACCOUNT not in database.accounts():
        return None
    return Reader(database, ACCOUNT).status().last_ns


def _following(config: TradeConfig, speed: float, stack: ExitStack) -> list[Carrier]:
    """Follow the exchange by a clock that goes as fast as its own."""
    import time

    from tidegate.exchange.clock import MarketClock
    from tidegate.feeds.live import LiveFeed
    from tidegate.feeds.live.feed import Pace
    from tidegate.runtime.jobs import traders_of

    clock = MarketClock(time.time_ns, speed=speed)
    pace = Pace(look_s=0.05, grace_s=0.5, stale_s=5 + speed)
    traders = traders_of(config, partial(LiveFeed, now_ns=clock.now_ns, pace=pace))
    for trader in traders:
        stack.callback(trader.leave)
    return traders


def _start_if_new(trading: Trading) -> None:
    """Let a new account trade; what an operator has ordered of an old one stays."""
    from tidegate.model import Command, CommandKind

    state = trading.engine.state
    if state.commands:
        return
    command = Command(
        id="demo",
        kind=CommandKind.START,
        account=state.opened.name,
        time_ns=trading.now_ns,
        by="tidegate demo",
    )
    trading.obey(command)


def _until(stopped: Callable[[], bool], seconds: float | None) -> Callable[[], bool]:
    """Return the question whether it is over: somebody has asked for it, or time is up."""
    import time

    end = float("inf") if seconds is None else time.monotonic() + seconds
    return lambda: stopped() or time.monotonic() >= end


def _trade(trading: Trading, watching: Watching, place: Place, stopped: Callable[[], bool]) -> None:
    """Trade, and show it: on the whole screen, or as the lines that are printed anyway."""
    from tidegate.cli.view_live import run_shown

    if out.is_terminal:
        run_shown(trading, watching, stopped, _help(place))
        return
    words = f"trading at {trading.config.candles.url}; {'; '.join(_help(place))}"
    err.print(words, highlight=False, soft_wrap=True, markup=False)
    trading.run(stopped)


def _printer() -> Callable[..., None]:
    if out.is_terminal:
        return lambda _signal: None
    from tidegate.cli.view_live import print_signal

    return print_signal


def _help(place: Place) -> tuple[str, ...]:
    db = f"--db {place.database}"
    return (
        "Ctrl-C ends it with a report; the same command carries on",
        f"elsewhere: tidegate halt {db} (start, reduce, flatten, status, orders, journal)",
        f"the breaker: tidegate breaker enable --file {place.breaker} --reason lunch",
    )
