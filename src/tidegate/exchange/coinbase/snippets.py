"""What real clients have to be told, so that they speak to this venue and to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegate.exchange.coinbase.credentials import Credential
    from tidegate.exchange.world import World


def ccxt_options(url: str, credential: Credential) -> dict[str, object]:
    """Return what ccxt's constructor has to be given; the key is one of Coinbase's kind."""
    return {
        "apiKey": credential.name,
        "secret": credential.secret,
        # The newer accounts tell what is held; the older ones, ccxt's default, do not.
        "options": {"fetchBalance": "v3PrivateGetBrokerageAccounts"},
        "urls": {"api": {"rest": url, "ws": f"{url.replace('http', 'ws', 1)}/ws"}},
    }


def freqtrade_config(url: str, credential: Credential, world: World) -> dict[str, object]:
    """Return a configuration to lay over one's own; prices cannot come from the order book."""
    options = ccxt_options(url, credential)
    prices = {"use_order_book": False}
    return {
        "exchange": {
            "name": "coinbase",
            "key": options.pop("apiKey"),
            "secret": options.pop("secret"),
            "only_from_ccxt": True,
            "pair_whitelist": list(world.source.pairs),
            "pair_blacklist": [],
            "ccxt_config": {"enableRateLimit": False, **options},
        },
        "entry_pricing": prices,
        "exit_pricing": prices,
        "pairlists": [{"method": "StaticPairList"}],
    }
