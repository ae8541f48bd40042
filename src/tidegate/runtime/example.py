"""A whole configuration, to begin with."""

from __future__ import annotations

import json

from tidegate.guardrails import Limits
from tidegate.guardrails.reading import written


def example_text() -> str:
    """Return a configuration that trades on paper, with the safe limits written out."""
    document = {
        "account": {"name": "paper", "currency": "USDT", "wallet": "10000", "fee": 0.001},
        "database": "user_data/tidegate.sqlite",
        "durability": "process",
        "limits": written(Limits.safe()),
        "candles": {"source": "replay", "datadir": "user_data/data/sim", "speed": 0},
        "strategies": [
            {
                "strategy": "ema-crossover",
                "pairs": ["BTC/USDT", "ETH/USDT"],
                "timeframe": "5m",
                "stake": 200,
                "max_open_trades": 2,
            }
        ],
    }
    return json.dumps(document, indent=2) + "\n"
