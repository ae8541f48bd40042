"""Animals that add to a position and take parts of it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade

Answer = float | tuple[float | None, str | None] | None


class Adds(Dice):
    position_adjustment_enable = True

    def adjust_trade_position(
        self,
        trade: Trade,
        current_time: datetime,
        current_rate: float,
        current_profit: float,
        min_stake: float | None,
        max_stake: float,
        current_entry_rate: float,
        current_exit_rate: float,
        current_entry_profit: float,
        current_exit_profit: float,
        **kwargs: Any,
    ) -> Answer:
        self.see(
            "adjust_trade_position", trade, current_time, current_rate, current_profit, min_stake,
            max_stake, current_entry_rate, current_exit_rate, current_entry_profit,
            current_exit_profit,
        )  # fmt: skip
        return self.change(trade, self.throw("adjust", trade.pair, current_time), max_stake)

    def change(self, trade: Trade, thrown: float, most: float) -> Answer:
        if thrown > 0.08:
            return None
        return trade.stake_amount * 0.5 if thrown > 0.01 else most * 2


class AddsThrice(Adds):
    max_entry_position_adjustment = 2

    def custom_stake_amount(self, proposed_stake: float, **kwargs: Any) -> float:
        return proposed_stake / 4


class PartialExits(Adds):
    """Also asks for more than there is, for dust, and for exactly all of it."""

    def change(self, trade: Trade, thrown: float, most: float) -> Answer:
        if thrown > 0.14:
            return None
        share = (0.3, 0.5, 0.999, 1.0, 1.5, 1e-9, 0.1)[int(thrown * 1000) % 7]
        return -trade.stake_amount * share


class AddsAndExits(Adds):
    """Both ways, with tags, and with the stop and target that follow the average."""

    stoploss = -0.03
    minimal_roi = {"0": 0.02, "60": 0.008}
    trailing_stop = True
    trailing_stop_positive = 0.01
    trailing_stop_positive_offset = 0.015

    def change(self, trade: Trade, thrown: float, most: float) -> Answer:
        kinds: tuple[Answer, ...] = (
            (trade.stake_amount * 0.3, "more"),
            (-trade.stake_amount * 0.4, "less"),
            (trade.stake_amount * 0.2, None),
            (-trade.stake_amount * 0.2, None),
            (None, "nothing"),
            -trade.stake_amount * 0.5,
            trade.stake_amount,
        )
        return kinds[int(thrown * 1000) % 7] if thrown < 0.15 else None


class AddsAtPrices(AddsAndExits):
    """Adds and partial exits that may lie open."""

    def custom_entry_price(self, proposed_rate: float, side: str, **kwargs: Any) -> float:
        return proposed_rate * (0.996 if side == "long" else 1.004)

    def custom_exit_price(self, trade: Trade, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * (0.997 if trade.is_short else 1.003)


class Grid(Adds):
    """Buys dips and sells rallies in steps: the published kind of averaging down."""

    exits = 0.0
    minimal_roi = {"0": 0.03}

    def custom_stake_amount(self, proposed_stake: float, **kwargs: Any) -> float:
        return proposed_stake / 5

    def adjust_trade_position(
        self, trade: Trade, current_profit: float, min_stake: float | None, **kwargs: Any
    ) -> Answer:
        if current_profit > 0.01 and trade.nr_of_successful_exits == 0:
            return -(trade.stake_amount / 2), "half"
        if current_profit > -0.01 * trade.nr_of_successful_entries:
            return None
        if trade.nr_of_successful_entries > 4:
            return None
        first = trade.select_filled_orders(trade.entry_side)[0]
        return first.stake_amount * (1 + trade.nr_of_successful_entries * 0.25)
