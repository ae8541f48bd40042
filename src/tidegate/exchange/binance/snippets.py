"""What real clients have to be told, so that they speak to this venue and to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tidegate.exchange.world import World

_ELSEWHERE: Final = (
    *("sapiV2", "sapiV3", "sapiV4"),
    *("fapiPublic", "fapiPublicV2", "fapiPublicV3"),
    *("fapiPrivate", "fapiPrivateV2", "fapiPrivateV3", "fapiData"),
    *("dapiPublic", "dapiPrivate", "dapiPrivateV2", "dapiData"),
    *("eapiPublic", "eapiPrivate", "papi", "papiV2"),
)
_STREAMS_ELSEWHERE: Final = (
    *("linear", "inverse", "stock"),
    *("option", "optionMarket", "optionPrivate", "papi"),
)


def ccxt_options(url: str) -> dict[str, object]:
    """Return what ccxt's constructor has to be given, beside keys. Plain loopback, no proxy.

    What is not served leads to a path that answers 404, so that nothing leaves the machine.
    """
    wire = url.replace("http", "ws", 1)
    nowhere, no_stream = f"{url}/not-served", f"{wire}/not-served"
    return {
        "options": {
            "fetchMarkets": {"types": ["spot"]},
            "fetchCurrencies": False,
            "fetchMargins": False,
        },
        "urls": {
            "api": {
                "public": f"{url}/api/v3",
                "private": f"{url}/api/v3",
                "v1": f"{url}/api/v1",
                "sapi": f"{url}/sapi/v1",
                **dict.fromkeys(_ELSEWHERE, nowhere),
                "ws": {
                    # ccxt takes a connection for spot where its address holds "/stream".
                    "spot": f"{wire}/stream/ws",
                    "margin": f"{wire}/stream/ws",
                    **dict.fromkeys(_STREAMS_ELSEWHERE, no_stream),
                    "ws-api": {
                        "spot": f"{wire}/ws-api/v3",
                        "linear": no_stream,
                        "inverse": no_stream,
                    },
                },
            }
        },
    }


def freqtrade_config(url: str, world: World) -> dict[str, object]:
    """Return a configuration to lay over one's own."""
    key = next(iter(world.keys.values()))
    return {
        "exchange": {
            "name": "binance",
            "key": key.key,
            "secret": key.secret,
            "only_from_ccxt": True,
            "pair_whitelist": list(world.source.pairs),
            "pair_blacklist": [],
            "ccxt_config": {"enableRateLimit": False, **ccxt_options(url)},
        },
        "pairlists": [{"method": "StaticPairList"}],
    }
