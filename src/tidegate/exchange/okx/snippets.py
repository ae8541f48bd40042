"""What real clients have to be told, so that they speak to this venue and to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegate.exchange.world import World


def ccxt_options(url: str, world: World) -> dict[str, object]:
    """Return what ccxt's constructor has to be given, beside key and secret."""
    key = next(iter(world.keys.values()))
    return {
        "password": key.passphrase,
        "options": {"fetchMarkets": {"types": ["spot"]}},
        "urls": {"api": {"rest": url, "ws": f"{url.replace('http', 'ws', 1)}/ws/v5"}},
    }


def freqtrade_config(url: str, world: World) -> dict[str, object]:
    """Return a configuration to lay over one's own."""
    key = next(iter(world.keys.values()))
    options = ccxt_options(url, world)
    return {
        "exchange": {
            "name": "okx",
            "key": key.key,
            "secret": key.secret,
            "password": options.pop("password"),
            "only_from_ccxt": True,
            "pair_whitelist": list(world.source.pairs),
            "pair_blacklist": [],
            "ccxt_config": {"enableRateLimit": False, **options},
        },
        "pairlists": [{"method": "StaticPairList"}],
    }
