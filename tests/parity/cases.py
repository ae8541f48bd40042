"""Which animal runs on which market with which options."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.parity.markets import ALL_SORTS, Limits, Market
from tests.parity.running import Case

ZOO: Final = Path(__file__).parent / "zoo"
# Foundations, not animals.
_BASES: Final = frozenset({"Dice", "Losing"})
_SPOT_ONLY: Final = frozenset({"FollowsBitcoin"})
_FUTURES_ONLY: Final = frozenset({"FollowsSwap"})

SPOT: Final = Market(name="spot", seed=1, coins=ALL_SORTS)
FUTURES: Final = Market(name="futures", seed=2, futures=True, coins=ALL_SORTS)
COARSE: Final = replace(
    SPOT,
    name="coarse",
    limits=Limits(
        amount_step=0.01, price_step=0.5, least_amount=0.05, least_cost=12.0, most_cost=260.0
    ),
)
CONTRACTS: Final = replace(
    FUTURES,
    name="contracts",
    limits=Limits(
        amount_step=1.0, least_amount=1.0, least_cost=6.0, contract_size=0.01, most_amount=60_000.0
    ),
)

OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "one slot": {"max_open_trades": 1},
    "fixed stake": {"stake_amount": 150.0},
    "endless slots": {"stake_amount": 60.0, "max_open_trades": float("inf")},
    "nought slots": {"stake_amount": 120.0, "max_open_trades": 0},
    "last stake amended": {
        "stake_amount": 400.0,
        "amend_last_stake_amount": True,
        "max_open_trades": 5,
    },
    "half the balance": {"tradable_balance_ratio": 0.5},
    "capital": {"available_capital": 300.0},
    "stacking": {"position_stacking": True, "max_open_trades": 6},
    "stacking, fixed": {
        "position_stacking": True,
        "max_open_trades": float("inf"),
        "stake_amount": 50.0,
    },
    "minutes": {"timeframe_detail": "1m"},
    "minutes, one slot": {"timeframe_detail": "1m", "max_open_trades": 1},
    "minutes, fresh": {"timeframe_detail": "1m", "ignore_buying_expired_candle_after": 60},
    "timeouts": {"unfilledtimeout": {"entry": 7, "exit": 11, "unit": "minutes"}},
    "timerange": {"timerange": "20240131-20240201"},
    "from a time": {"timerange": "1706733000-"},
    "the venue's fee": {"fee": None},
    "no fee": {"fee": 0.0},
    "reserve": {"amount_reserve_percent": 0.4},
    "two currencies": {"dry_run_wallet": {"USDT": 800, "ETH": 0.5}},
    "quarters": {"timeframe": "15m", "timeframe_detail": "5m"},
    "guards": {"enable_protections": True},
    "guards, one slot": {"enable_protections": True, "max_open_trades": 1},
    "guards, minutes": {"enable_protections": True, "timeframe_detail": "1m"},
    "cross": {"margin_mode": "cross"},
    "cross, six slots": {"margin_mode": "cross", "max_open_trades": 6},
    "buffer": {"liquidation_buffer": 0.2},
    "funding": {"futures_funding_rate": 0.0007},
    "rules of the configuration": {
        "minimal_roi": {"0": 0.02, "30": 0.005},
        "stoploss": -0.02,
        "trailing_stop": True,
        "trailing_stop_positive": 0.01,
    },
}
# Market orders are only taken with the other side's prices.
_OTHER_SIDE: Final = {"price_side": "other", "use_order_book": True, "order_book_top": 1}
_NEEDED: Final = {"MarketOrders": {"entry_pricing": _OTHER_SIDE, "exit_pricing": _OTHER_SIDE}}
_ANYWHERE: Final[tuple[str, ...]] = (
    "plain", "one slot", "fixed stake", "stacking", "minutes", "endless slots", "timeouts",
    "nought slots", "last stake amended", "half the balance", "timerange", "capital",
    "minutes, one slot", "the venue's fee", "no fee", "reserve", "quarters", "minutes, fresh",
    "stacking, fixed", "from a time", "two currencies",
)  # fmt: skip
_FUTURES_TOO: Final[tuple[str, ...]] = (
    "plain", "cross", "minutes", "fixed stake", "stacking", "buffer", "endless slots", "one slot",
    "funding", "rules of the configuration", "cross, six slots", "timeouts", "minutes, one slot",
    "capital", "timerange",
)  # fmt: skip
_GUARDED: Final[tuple[str, ...]] = ("guards", "guards, minutes", "guards, one slot")


@cache
def animals() -> dict[str, list[str]]:
    """Return the animals of each file of the zoo, in the order in which they stand there."""
    found: dict[str, list[str]] = {}
    for path in sorted(ZOO.glob("*.py")):
        classes = [
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.ClassDef) and node.name not in _BASES
        ]
        if classes:
            found[path.stem] = classes
    return found


@cache
def guarded() -> frozenset[str]:
    """Return the animals that have protections."""
    return frozenset(animals()["guards"]) | {
        "TimedOutGuards", "AddsAndGuards", "LoopAndCooldown", "Everything"
    }  # fmt: skip


def alone() -> list[Case]:
    """Return each animal with no options of note, on each kind of market."""
    return [
        _case(name, market, "guards" if name in guarded() else "plain")
        for name in _all()
        for market in _markets(name, SPOT, FUTURES)
    ]


def with_options() -> list[Case]:
    """Return each animal with other options, which come round in turn."""
    cases = []
    for turn, name in enumerate(_all()):
        kinds = (SPOT, FUTURES) if turn % 2 else (COARSE, CONTRACTS)
        for market in _markets(name, *kinds):
            choices = _FUTURES_TOO if market.futures else _ANYWHERE
            if name in guarded():
                choices = _GUARDED
            cases.append(_case(name, market, choices[turn % len(choices)]))
    return cases


def named(word: str) -> Case:
    """Return a case by its words: animal, market, options, with slashes between."""
    name, market, options = word.split("/")
    markets = {one.name: one for one in (SPOT, FUTURES, COARSE, CONTRACTS)}
    return _case(name, markets[market], options)


def brief() -> list[Case]:
    """Return each animal twice: alone on one kind of market, with options on the other."""
    turns = {name: turn % 2 for turn, name in enumerate(_all())}
    return [
        *(case for case in alone() if _is_turn(case, turns[case.strategy])),
        *(case for case in with_options() if _is_turn(case, 1 - turns[case.strategy])),
    ]


def _is_turn(case: Case, turn: int) -> bool:
    one_kind_only = len(_markets(case.strategy, SPOT, FUTURES)) == 1
    return one_kind_only or case.market.futures == bool(turn)


def soaked() -> list[Case]:
    """Return everything there is, on longer markets of several seeds."""
    return [
        replace(case, market=replace(case.market, seed=seed, days=days, restless=restless))
        for seed, days, restless in ((1, 0.75, 0.0022), (11, 4.0, 0.0022), (12, 4.0, 0.001))
        for case in [*alone(), *with_options()]
    ]


def _all() -> list[str]:
    return [name for names in animals().values() for name in names]


def _case(name: str, market: Market, options: str) -> Case:
    needed = _NEEDED.get(name, {})
    return Case(strategy=name, market=market, options={**OPTIONS[options], **needed})


def _markets(name: str, spot: Market, futures: Market) -> tuple[Market, ...]:
    if name in animals()["legacy"] or name in _SPOT_ONLY:
        return (spot,)
    return (futures,) if name in _FUTURES_ONLY else (spot, futures)
