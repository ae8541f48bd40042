"""What a trading process says of itself before it begins and when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from tidegate.guardrails.environment import RiskSettings
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.desk import Desk


def say_standing(trading: Desk) -> None:
    """Say where an account stands."""
    from rich.table import Table

    state = trading.engine.state
    standing = trading.engine.standing(trading.now_ns)
    table = Table(show_header=False, box=None)
    for name, value in (
        ("account", f"{state.opened.name}, {_kind(trading.config)}"),
        ("trading", str(state.trading) + (f" ({state.latched})" if state.latched else "")),
        ("market time", _time(trading.now_ns)),
        ("equity", f"{standing.equity or 0:.2f} {state.opened.currency}"),
        ("positions", str(len(state.opened.positions))),
    ):
        table.add_row(name, value)
    out.print(table)
    if str(state.trading) == "halted" and not state.latched:
        err.print(
            f"halted: `tidegate start --account {state.opened.name} --db {trading.config.database}`"
            " lets it trade",
            soft_wrap=True,
        )


def _kind(config: TradeConfig) -> str:
    live = config.live
    return "paper" if live is None else f"{live.exchange} {live.url or live.network}"


def say_breaker(settings: RiskSettings) -> None:
    """Name the file: a breaker that is put on from another folder may be another one."""
    how = (
        "is not heeded, as RISK_ALLOW_WHEN_CB says" if settings.allow_when_breaker else "is heeded"
    )
    err.print(
        f"the breaker in {settings.breaker_file.absolute()} {how}",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )


def _time(time_ns: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(time_ns // 10**9, UTC):%Y-%m-%d %H:%M} UTC"
