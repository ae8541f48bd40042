"""Animals whose orders name their own prices, lie open, and are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Order, Trade


class EntryPrice(Dice):
    """Bids below the market, sometimes above it, sometimes not at all."""

    def custom_entry_price(
        self,
        pair: str,
        trade: Trade | None,
        current_time: datetime,
        proposed_rate: float,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float | None:
        self.see("custom_entry_price", trade, current_time, proposed_rate, entry_tag, side)
        thrown = self.throw("bid", pair, current_time)
        if thrown < 0.1:
            return None
        if thrown < 0.2:
            return proposed_rate
        sign = -1 if side == "long" else 1
        return proposed_rate * (1 + sign * (thrown - 0.5) * 0.02)


class ExitPrice(Dice):
    exits = 0.15

    def custom_exit_price(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        proposed_rate: float,
        current_profit: float,
        exit_tag: str | None,
        **kwargs: Any,
    ) -> float | None:
        self.see("custom_exit_price", trade, current_time, proposed_rate, current_profit, exit_tag)
        thrown = self.throw("ask", pair, current_time)
        if thrown < 0.1:
            return None
        sign = -1 if trade.is_short else 1
        return proposed_rate * (1 + sign * (thrown - 0.4) * 0.02)


class BothPrices(EntryPrice, ExitPrice):
    """Orders of both sides lie open."""

    exits = 0.1


class MarketOrders(BothPrices):
    """The callbacks of prices are not asked where orders are market orders."""

    order_types = {
        "entry": "market",
        "exit": "market",
        "stoploss": "market",
        "stoploss_on_exchange": False,
    }


class OrdersWait(BothPrices):
    """Time-outs of its own, past one candle."""

    unfilledtimeout = {"entry": 22, "exit": 31, "unit": "minutes"}


class OrdersWaitSeconds(BothPrices):
    unfilledtimeout = {"entry": 60, "exit": 900, "unit": "seconds"}


class CheckTimeouts(BothPrices):
    """Takes orders back by its own judgement."""

    unfilledtimeout = {"entry": 120, "exit": 120, "unit": "minutes"}

    def check_entry_timeout(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: Any
    ) -> bool:
        self.see("check_entry_timeout", trade, current_time, order.price, order.amount)
        return self.throw("give up", pair, current_time) < 0.3

    def check_exit_timeout(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: Any
    ) -> bool:
        self.see("check_exit_timeout", trade, current_time, order.price, order.amount)
        return self.throw("give up", pair, current_time) < 0.3


class AdjustEntry(EntryPrice):
    """Follows the market with an entry order, keeps it, or takes it back."""

    unfilledtimeout = {"entry": 45, "exit": 45, "unit": "minutes"}

    def adjust_entry_price(
        self,
        trade: Trade,
        order: Order | None,
        pair: str,
        current_time: datetime,
        proposed_rate: float,
        current_order_rate: float,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float | None:
        self.see(
            "adjust_entry_price", trade, current_time, proposed_rate, current_order_rate, entry_tag
        )
        thrown = self.throw("move", pair, current_time)
        if thrown < 0.2:
            return None
        if thrown < 0.5:
            return current_order_rate
        sign = -1 if side == "long" else 1
        return proposed_rate * (1 + sign * (thrown - 0.6) * 0.01)


class AdjustExit(ExitPrice):
    unfilledtimeout = {"entry": 45, "exit": 45, "unit": "minutes"}

    def adjust_exit_price(
        self,
        trade: Trade,
        order: Order | None,
        pair: str,
        current_time: datetime,
        proposed_rate: float,
        current_order_rate: float,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float | None:
        self.see(
            "adjust_exit_price", trade, current_time, proposed_rate, current_order_rate, entry_tag
        )
        thrown = self.throw("move exit", pair, current_time)
        if thrown < 0.2:
            return None
        return current_order_rate if thrown < 0.5 else proposed_rate * (1 + (thrown - 0.6) * 0.01)


class AdjustOrders(BothPrices):
    """One callback for both sides."""

    unfilledtimeout = {"entry": 45, "exit": 45, "unit": "minutes"}

    def adjust_order_price(
        self,
        trade: Trade,
        order: Order | None,
        pair: str,
        current_time: datetime,
        proposed_rate: float,
        current_order_rate: float,
        entry_tag: str | None,
        side: str,
        is_entry: bool,
        **kwargs: Any,
    ) -> float | None:
        self.see("adjust_order_price", trade, current_time, current_order_rate, is_entry, side)
        thrown = self.throw(f"move {is_entry}", pair, current_time)
        if thrown < 0.25:
            return 0 if thrown < 0.1 else None
        return current_order_rate if thrown < 0.5 else proposed_rate * (1 + (thrown - 0.7) * 0.01)


class AdjustAndRefuse(AdjustEntry):
    """A replaced entry is confirmed anew, and may be refused: then the trade is gone."""

    def confirm_trade_entry(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        return self.throw("confirm", pair, current_time) > 0.4
