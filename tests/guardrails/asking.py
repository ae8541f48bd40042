"""A comfortable order that every guardrail lets pass, to be made worse field by field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tidegate.guardrails import Approved, Gate, Hours, Limits, Market, Refused, Standing, Window
from tidegate.model import Direction, Effect, Instrument, Pair, Signal, TradingState

D = Decimal
SECOND = 1_000_000_000
NOON = 1_704_801_600 * SECOND  # Tuesday 2024-01-09 12:00 UTC
BTC, ETH, SOL = "BTC/USDT", "ETH/USDT", "SOL/USDT"

LIMITS = replace(
    Limits.safe(),
    max_leverage=D(3),
    trading_hours=Hours(
        zone=ZoneInfo("UTC"),
        windows=(Window(start=8 * 60, end=20 * 60, weekdays=(0, 1, 2, 3, 4)),),
    ),
    max_volatility=0.25,
    min_volume=D(1_000_000),
)

INSTRUMENT = Instrument(
    pair=Pair.parse(BTC),
    price_step=D("0.01"),
    amount_step=D("0.001"),
    min_amount=D("0.01"),
    min_cost=D(5),
    taker_fee=D("0.001"),
    most_leverage=D(5),
    can_short=True,
)


def signal(**changes: Any) -> Signal:  # noqa: ANN401 - wrong types on purpose, too
    usual: dict[str, Any] = {
        "id": "17",
        "source": "strategy",
        "account": "paper",
        "strategy": "ema",
        "pair": BTC,
        "position": "ema:BTC",
        "direction": Direction.LONG,
        "effect": Effect.INCREASE,
        "amount": D(1),
        "price": None,
        "made_ns": NOON,
        "expires_ns": NOON + 3600 * SECOND,
        "tag": "crossed",
    }
    return Signal(**(usual | changes))


def standing(**changes: Any) -> Standing:  # noqa: ANN401 - any field of it
    usual: dict[str, Any] = {
        "account": "paper",
        "known": True,
        "state": TradingState.ACTIVE,
        "latched": "",
        "breaker": "",
        "equity": D(10_000),
        "free": D(10_000),
        "peak": D(10_000),
        "day_start": D(10_000),
        "week_start": D(10_000),
        "profit_today": D(0),
        "losses_in_row": 0,
        "entries_today": 0,
        "positions": 0,
        "is_new": True,
        "held": D(0),
        "offered": D(0),
        "exposure": {},
        "unresolved": frozenset(),
        "last_exit_ns": {},
        "last_stop_ns": {},
        "approvals_ns": [],
        "seen": frozenset(),
    }
    return Standing(**(usual | changes))


def holding(held: str = "2", **changes: Any) -> Standing:  # noqa: ANN401 - any field of it
    """Hold a long position of the comfortable order's name."""
    usual = {"held": D(held), "is_new": False, "pair": BTC, "direction": Direction.LONG}
    return standing(**(usual | changes))


def market(**changes: Any) -> Market:  # noqa: ANN401 - any field of it
    usual: dict[str, Any] = {
        "instrument": INSTRUMENT,
        "price": D(100),
        "price_ns": NOON,
        "volatility": 0.01,
        "volume": D(5_000_000),
        "correlations": {},
    }
    return Market(**(usual | changes))


def traded(**changes: Any) -> Market:  # noqa: ANN401 - any field of the instrument
    return market(instrument=replace(INSTRUMENT, **changes))


def ask(
    asked: Signal | None = None,
    where: Standing | None = None,
    what: Market | None = None,
    *,
    limits: Limits = LIMITS,
    proposed: Decimal | None = None,
    now: int = NOON,
) -> Approved | Refused:
    """Ask the gate; what is not given is comfortable."""
    return Gate(limits).review(
        asked or signal(), where or standing(), what or market(), proposed=proposed, now_ns=now
    )


def outcome(result: Approved | Refused) -> str | None:
    """Return why it was refused; None: it was approved."""
    return str(result.reason) if isinstance(result, Refused) else None
