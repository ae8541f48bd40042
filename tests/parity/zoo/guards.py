"""Animals that lock pairs, or have them locked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Order, Trade


class Losing(Dice):
    """Loses often and soon, so that guards have something to do."""

    entries = 0.12
    exits = 0.06
    stoploss = -0.012
    minimal_roi = {"0": 0.02}


class Cooldown(Losing):
    protections = [{"method": "CooldownPeriod", "stop_duration_candles": 4}]


class CooldownMinutes(Losing):
    protections = [{"method": "CooldownPeriod", "stop_duration": 37, "lookback_period": 20}]


class CooldownUntil(Losing):
    protections = [{"method": "CooldownPeriod", "unlock_at": "13:20"}]


class StopGuard(Losing):
    protections = [
        {
            "method": "StoplossGuard",
            "lookback_period_candles": 24,
            "trade_limit": 3,
            "stop_duration_candles": 6,
        }
    ]


class StopGuardPerPair(Losing):
    protections = [
        {
            "method": "StoplossGuard",
            "lookback_period": 180,
            "trade_limit": 2,
            "stop_duration": 50,
            "only_per_pair": True,
            "required_profit": -0.001,
        }
    ]


class StopGuardPerSide(Losing):
    protections = [
        {
            "method": "StoplossGuard",
            "lookback_period_candles": 36,
            "trade_limit": 2,
            "unlock_at": "06:00",
            "only_per_side": True,
        }
    ]


class LowProfit(Losing):
    protections = [
        {
            "method": "LowProfitPairs",
            "lookback_period_candles": 30,
            "trade_limit": 2,
            "stop_duration_candles": 8,
            "required_profit": 0.002,
        }
    ]


class LowProfitPerSide(Losing):
    protections = [
        {
            "method": "LowProfitPairs",
            "lookback_period": 240,
            "trade_limit": 1,
            "stop_duration": 45,
            "only_per_side": True,
        }
    ]


class DrawdownGuard(Losing):
    protections = [
        {
            "method": "MaxDrawdown",
            "lookback_period_candles": 48,
            "trade_limit": 4,
            "stop_duration_candles": 10,
            "max_allowed_drawdown": 0.03,
        }
    ]


class DrawdownOfEquity(Losing):
    protections = [
        {
            "method": "MaxDrawdown",
            "lookback_period": 300,
            "trade_limit": 3,
            "stop_duration": 35,
            "max_allowed_drawdown": 0.01,
            "calculation_mode": "equity",
        }
    ]


class AllGuards(Losing):
    """Every guard at once, from a property, in an order of its own."""

    @property
    def protections(self) -> list[dict[str, Any]]:
        return [
            *DrawdownGuard.protections,
            *LowProfit.protections,
            *StopGuardPerSide.protections,
            *Cooldown.protections,
            *DrawdownOfEquity.protections,
        ]


class LocksPairs(Dice):
    """Locks pairs out of several callbacks, by side and for all."""

    exits = 0.08
    entries = 0.12

    def custom_exit(
        self, pair: str, trade: Trade, current_time: datetime, current_profit: float, **kwargs: Any
    ) -> str | None:
        if self.throw("lock", pair, current_time) < 0.05:
            side = ("*", "long", "short")[int(current_profit * 1e4) % 3]
            self.lock_pair(pair, current_time + timedelta(minutes=33), reason="enough", side=side)
            return "locked"
        return None

    def order_filled(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: Any
    ) -> None:
        self.see("order_filled", trade, current_time, order.price, order.amount, order.side)
        if self.throw("lock all", pair, current_time) < 0.03:
            self.lock_pair("*", current_time + timedelta(minutes=20), reason="pause")
        locked = self.is_pair_locked(pair, candle_date=current_time, side="long")
        self.see("locked", None, current_time, pair, locked)

    def confirm_trade_entry(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        if self.throw("sulk", pair, current_time) < 0.1:
            self.lock_pair(pair, current_time + timedelta(hours=1), reason="sulking")
            return False
        return True


class LocksAndGuards(LocksPairs):
    stoploss = -0.012
    protections = [*Cooldown.protections, *StopGuard.protections]
