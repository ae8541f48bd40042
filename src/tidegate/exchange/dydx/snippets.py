"""What real clients have to be told, so that they speak to this venue and to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegate.exchange.dydx.wallets import Wallet


def ccxt_options(url: str, wallet: Wallet) -> dict[str, object]:
    """Return what ccxt's constructor has to be given: a wallet instead of a key."""
    return {
        "walletAddress": wallet.address,
        "options": {"privateKey": wallet.secret},
        "urls": {
            "api": {
                "indexer": f"{url}/v4",
                "nodeRpc": f"{url}/rpc",
                "nodeRest": f"{url}/rest",
                "ws": f"{url.replace('http', 'ws', 1)}/v4/ws",
            }
        },
    }


def freqtrade_config(url: str, wallet: Wallet) -> dict[str, object]:
    """Return a configuration to lay over one's own. Freqtrade refuses dYdX as it is."""
    options = ccxt_options(url, wallet)
    return {"exchange": {"name": "dydx", "only_from_ccxt": True, "ccxt_config": options}}
