"""What trading at an exchange needs first: a word that it is meant, and a connection."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from tidegate.cli.terminal import err

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.brokers.live import LiveBroker
    from tidegate.runtime.config import LivePart, TradeConfig

_OPTION = "--live"


def require_meant(config: TradeConfig, named: str | None) -> None:
    """Refuse real money unless somebody has named the account that is to trade with it."""
    live, account = config.live, config.account.name
    if live is None or live.network != "mainnet":
        if named is not None:
            raise _not_live(config, named)
        return
    if named is None and sys.stdin.isatty():
        err.print(
            f'"{account}" trades with real money at {live.exchange}: at most '
            f"{config.account.wallet} {config.account.currency}, under the limits of {config.file}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        named = typer.prompt("type the account's name to go on", default="", err=True)
    if named != account:
        raise _not_meant(config, named)


@contextmanager
def connected(live: LivePart) -> Iterator[LiveBroker]:
    """Open the key of a configuration, and connect to its exchange."""
    from tidegate.brokers.live import LiveBroker
    from tidegate.cli.keys import passphrase_of
    from tidegate.ops.keys import KeyRing
    from tidegate.runtime.live_venue import connection_of

    passphrase = passphrase_of(KeyRing(live.keys))
    with err.status(f"connecting to {live.exchange}"):
        broker = LiveBroker(connection_of(live, passphrase), {})
    try:
        yield broker
    finally:
        broker.close()


def _not_meant(config: TradeConfig, named: str | None) -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.BAD_OPTION,
        "nobody has confirmed that real money is to be traded",
        where=_OPTION,
        expected=f"the account's name: {_OPTION} {config.account.name}",
        found=named or "nothing",
        remedy="name it, if that is what you want; without a `live` part in the configuration "
        "it trades on paper",
    )


def _not_live(config: TradeConfig, named: str) -> Exception:
    from tidegate.errors import Code, OptionError

    return OptionError(
        Code.BAD_OPTION,
        "there is no real money to be confirmed",
        where=_OPTION,
        expected=f'{_OPTION} only with "network": "mainnet" in the `live` part of {config.file}',
        found=named,
        remedy="leave the option out",
    )
