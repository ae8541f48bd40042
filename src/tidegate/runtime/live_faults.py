"""What can be wrong about the exchange that orders are to go to."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.runtime.config import LivePart, TradeConfig

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def live_faults(config: TradeConfig) -> Iterator[ConfigError]:
    """Return what is wrong, first things first."""
    live = config.live
    if live is None:
        return
    yield from _address_faults(config, live)
    candles = config.candles
    if candles.source != "live":
        yield _fault(
            config,
            "candles.source",
            "orders at an exchange need that exchange's candles as they close",
            '"live"',
            f'"{candles.source}"',
            'write "source": "live", or take "live" out to trade on paper',
        )
    elif (candles.exchange, candles.url) != (live.exchange, live.url):
        yield _fault(
            config,
            "candles.exchange, candles.url",
            "the candles are another exchange's than the orders",
            _place(live.exchange, live.url),
            _place(candles.exchange, candles.url),
            "name the same exchange, and the same url if it has one, in both",
        )
    if "name" not in config.account.model_fields_set:
        yield _fault(
            config,
            "account.name",
            "an account that trades at an exchange needs a name of its own",
            "a name",
            "none",
            'add "name": who may trade with real money types it to confirm',
        )


def _address_faults(config: TradeConfig, live: LivePart) -> Iterator[ConfigError]:
    local = live.network == "local"
    if local and live.url is None:
        yield _fault(
            config,
            "live.url",
            'a "local" exchange needs an address',
            "what `tidegate exchange` prints",
            "none",
            "start one and write its address here",
        )
    elif not local and live.url is not None:
        yield _fault(
            config,
            "live.url",
            f'"{live.network}" has its own address',
            'url only with "network": "local"',
            live.url,
            "take url out",
        )
    elif live.url is not None and urlsplit(live.url).hostname not in _HERE:
        yield _fault(
            config,
            "live.url",
            "that exchange is not on this machine",
            "an address like http://127.0.0.1:8080",
            live.url,
            'name an address of this machine, or another "network"',
        )


def _place(exchange: str, url: str | None) -> str:
    return exchange if url is None else f"{exchange} at {url}"


def _fault(
    config: TradeConfig, where: str, problem: str, expected: str, found: str, remedy: str
) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        problem,
        where=f"{config.file}: {where}",
        expected=expected,
        found=found,
        remedy=remedy,
    )
