"""Markets made up where none can be had, for those who ask for them by name."""

from __future__ import annotations

from typing import Any, Final

from ccxt import TICK_SIZE

__all__ = ["FEE", "STEP", "assumed_market", "assumed_tier"]

STEP: Final = 1e-8
"""The step of prices and amounts, and the smallest amount, in the pair's own units."""
PLACES: Final = 8
FEE: Final = 0.001
"""The fee a side, as a fraction."""
MOST_LEVERAGE: Final = 20.0
MAINTENANCE: Final = 0.025
"""The margin that has to be left, as a fraction of the position."""


def assumed_market(pair: str, precision_mode: int) -> dict[str, Any]:
    """Return a market in ccxt's form: spot for BASE/QUOTE, a linear swap with a settlement."""
    base, _, rest = pair.partition("/")
    quote, _, settle = rest.partition(":")
    swap = bool(settle)
    step = STEP if precision_mode == TICK_SIZE else PLACES
    free = {"min": None, "max": None}
    return {
        "id": f"{base}{quote}{settle}",
        "symbol": pair,
        "base": base,
        "quote": quote,
        "settle": settle or None,
        "baseId": base,
        "quoteId": quote,
        "settleId": settle or None,
        "type": "swap" if swap else "spot",
        "spot": not swap,
        "margin": False,
        "swap": swap,
        "future": False,
        "option": False,
        "contract": swap,
        "linear": swap or None,
        "inverse": False if swap else None,
        "contractSize": 1.0 if swap else None,
        "active": True,
        "taker": FEE,
        "maker": FEE,
        "percentage": True,
        "tierBased": False,
        "precision": {"amount": step, "price": step},
        "limits": {
            "amount": {"min": STEP, "max": None},
            "price": free,
            "cost": free,
            "leverage": free,
        },
        "info": {},
    }


def assumed_tier() -> dict[str, Any]:
    """Return one leverage tier for positions of any size."""
    return {
        "minNotional": 0.0,
        "maxNotional": None,
        "maintenanceMarginRate": MAINTENANCE,
        "maxLeverage": MOST_LEVERAGE,
        "info": {"cum": "0"},
    }
