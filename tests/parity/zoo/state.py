"""Animals that remember, look around, and fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freqtrade.persistence import Trade
from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Order


class LoopStart(Dice):
    """Decides once a candle for all pairs."""

    entries = 0.12
    open_for_business = True

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        self.see("bot_loop_start", None, current_time)
        self.open_for_business = self.throw("weather", "", current_time) > 0.5

    def confirm_trade_entry(self, **kwargs: Any) -> bool:
        return self.open_for_business


class OrderFilled(Dice):
    """Counts what was filled, and leaves by the count."""

    exits = 0.05

    def order_filled(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **kwargs: Any
    ) -> None:
        self.see(
            "order_filled", trade, current_time, order.price, order.amount, order.filled,
            order.side, order.ft_order_tag, order.status, str(order.order_filled_utc),
        )  # fmt: skip


class CustomData(Dice):
    """Keeps notes with the trade."""

    exits = 0.0

    def order_filled(self, trade: Trade, current_time: datetime, **kwargs: Any) -> None:
        trade.set_custom_data("patience", int(self.throw("wait", trade.pair, current_time) * 12))
        trade.set_custom_data("note", {"at": str(current_time), "list": [1, 2]})

    def custom_exit(self, trade: Trade, current_time: datetime, **kwargs: Any) -> str | None:
        left = trade.get_custom_data("patience", default=3)
        self.see("patience", None, current_time, trade.id, left, trade.get_custom_data("note"))
        if left <= 0:
            return "impatient"
        trade.set_custom_data("patience", left - 1)
        return None


class LooksAtTrades(Dice):
    """Decides by what all trades have brought so far."""

    entries = 0.12

    def confirm_trade_entry(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        closed = Trade.get_trades_proxy(is_open=False)
        mine = Trade.get_trades_proxy(pair=pair, is_open=False)
        opened = Trade.get_trades_proxy(is_open=True)
        self.see(
            "proxy", None, current_time, [t.id for t in closed], [t.id for t in mine],
            [(t.id, t.pair, t.amount) for t in opened], Trade.get_open_trade_count(),
            Trade.get_total_closed_profit(), Trade.total_open_trades_stakes(),
            [t.close_profit for t in closed[-3:]], [t.close_profit_abs for t in closed[-3:]],
            [t.exit_reason for t in closed[-3:]], [str(t.close_date_utc) for t in mine[-2:]],
        )  # fmt: skip
        recent = [trade.close_profit or 0.0 for trade in mine[-2:]]
        return not recent or sum(recent) > -0.01 or len(closed) % 3 == 0


class LooksAtWallets(Dice):
    """Stakes by what is free, in total, and where."""

    def custom_stake_amount(
        self, pair: str, current_time: datetime, proposed_stake: float, **kwargs: Any
    ) -> float:
        wallets = self.wallets
        free, total = wallets.get_free("USDT"), wallets.get_total("USDT")
        self.see(
            "wallets", None, current_time, free, total, wallets.get_used("USDT"),
            wallets.get_total_stake_amount(), wallets.get_available_stake_amount(),
            wallets.get_starting_balance(), wallets.get_total(pair.partition("/")[0]),
            sorted((name, tuple(one)) for name, one in wallets.get_all_balances().items()),
        )  # fmt: skip
        return min(proposed_stake, free * 0.25)


class Raises(Dice):
    """Every callback fails now and then; the run goes on with what it would do without it."""

    entries = 0.12
    exits = 0.05
    stoploss = -0.05
    use_custom_stoploss = True
    use_custom_roi = True
    position_adjustment_enable = True
    unfilledtimeout = {"entry": 40, "exit": 40}

    def fail(self, name: str, pair: str, now: datetime) -> None:
        thrown = self.throw(f"fail {name}", pair, now)
        if thrown < 0.15:
            raise ValueError(name)
        if thrown < 0.3:
            raise KeyError(name)

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        self.fail("loop", "", current_time)

    def custom_entry_price(
        self, pair: str, current_time: datetime, proposed_rate: float, **kwargs: Any
    ) -> float:
        self.fail("bid", pair, current_time)
        return proposed_rate * 0.998

    def custom_exit_price(
        self, pair: str, current_time: datetime, proposed_rate: float, **kwargs: Any
    ) -> float:
        self.fail("ask", pair, current_time)
        return proposed_rate * 1.002

    def custom_stake_amount(
        self, pair: str, current_time: datetime, proposed_stake: float, **kwargs: Any
    ) -> float:
        self.fail("stake", pair, current_time)
        return proposed_stake / 2

    def leverage(self, pair: str, current_time: datetime, **kwargs: Any) -> float:
        self.fail("leverage", pair, current_time)
        return 2.0

    def confirm_trade_entry(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        self.fail("confirm", pair, current_time)
        return self.throw("confirm", pair, current_time) > 0.3

    def confirm_trade_exit(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        self.fail("confirm exit", pair, current_time)
        return self.throw("confirm exit", pair, current_time) > 0.3

    def order_filled(self, pair: str, current_time: datetime, **kwargs: Any) -> None:
        self.fail("filled", pair, current_time)

    def custom_stoploss(self, pair: str, current_time: datetime, **kwargs: Any) -> float:
        self.fail("stop", pair, current_time)
        return -0.04

    def custom_roi(self, pair: str, current_time: datetime, **kwargs: Any) -> float:
        self.fail("roi", pair, current_time)
        return 0.03

    def custom_exit(self, pair: str, current_time: datetime, **kwargs: Any) -> str | None:
        self.fail("exit", pair, current_time)
        return "thrown" if self.throw("exit", pair, current_time) < 0.05 else None

    def adjust_trade_position(
        self, trade: Trade, current_time: datetime, **kwargs: Any
    ) -> float | None:
        self.fail("adjust", trade.pair, current_time)
        thrown = self.throw("adjust", trade.pair, current_time)
        return trade.stake_amount * (0.3 if thrown < 0.03 else -0.3) if thrown < 0.06 else None

    def check_entry_timeout(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        self.fail("entry timeout", pair, current_time)
        return False

    def check_exit_timeout(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:
        self.fail("exit timeout", pair, current_time)
        return False

    def adjust_order_price(
        self, pair: str, current_time: datetime, current_order_rate: float, **kwargs: Any
    ) -> float:
        self.fail("move", pair, current_time)
        return current_order_rate


class ChangesItself(Dice):
    """Changes its own rules on the way."""

    stoploss = -0.02
    minimal_roi = {"0": 0.02}

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        wide = self.throw("mood", "", current_time) < 0.5
        self.stoploss = -0.04 if wide else -0.015
        self.minimal_roi = {0: 0.03} if wide else {0: 0.01}  # type: ignore[dict-item] # whole numbers by now
        self.trailing_stop = self.throw("trail", "", current_time) < 0.3


class WritesToTrades(Dice):
    """What a callback writes into its trade is lost."""

    stoploss = -0.03

    def custom_exit(self, trade: Trade, current_time: datetime, **kwargs: Any) -> str | None:
        self.see("custom_exit", trade, current_time)
        trade.stop_loss = trade.open_rate * 1.5
        trade.enter_tag = "scribble"
        trade.amount *= 2
        trade.orders.clear()
        return "thrown" if self.throw("exit", trade.pair, current_time) < 0.04 else None

    def confirm_trade_exit(self, trade: Trade, rate: float, **kwargs: Any) -> bool:
        trade.exit_reason = "scribble"
        return True
