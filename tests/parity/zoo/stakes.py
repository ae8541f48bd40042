"""Animals that decide how much, how far and whether."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime


class CustomStake(Dice):
    """Too little, too much, nothing, and things that are no number."""

    def custom_stake_amount(
        self,
        pair: str,
        current_time: datetime,
        current_rate: float,
        proposed_stake: float,
        min_stake: float | None,
        max_stake: float,
        leverage: float,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> Any:
        self.see(
            "custom_stake_amount", None, current_time, pair, current_rate, proposed_stake,
            min_stake, max_stake, leverage, entry_tag, side,
        )  # fmt: skip
        thrown = self.throw("stake", pair, current_time)
        least = min_stake or 0.0
        answers = (
            proposed_stake * thrown, least, least * 0.8, least * 0.5, max_stake * 2, 0, None, -5,
            proposed_stake * 0.3, proposed_stake * 0.5, int(proposed_stake) or 1,
        )  # fmt: skip
        return answers[int(thrown * 97) % len(answers)]


class Leveraged(Dice):
    """More or less leverage than the venue allows; spot markets do not ask."""

    stoploss = -0.06

    def leverage(
        self,
        pair: str,
        current_time: datetime,
        current_rate: float,
        proposed_leverage: float,
        max_leverage: float,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float:
        self.see(
            "leverage", None, current_time, pair, current_rate, proposed_leverage, max_leverage,
            entry_tag, side,
        )  # fmt: skip
        return (0.5, 1.0, 2.0, 3.3, 5.0, 100.0)[
            int(self.throw("lever", pair, current_time) * 6) % 6
        ]


class Liquidated(Dice):
    """So much leverage and so far a stop that positions are liquidated."""

    stoploss = -0.99
    exits = 0.005

    def leverage(self, max_leverage: float, **kwargs: Any) -> float:
        return max_leverage


class ConfirmEntry(Dice):
    entries = 0.12

    def confirm_trade_entry(
        self,
        pair: str,
        order_type: str,
        amount: float,
        rate: float,
        time_in_force: str,
        current_time: datetime,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> bool | None:
        self.see(
            "confirm_trade_entry", None, current_time, pair, order_type, amount, rate,
            time_in_force, entry_tag, side,
        )  # fmt: skip
        thrown = self.throw("confirm", pair, current_time)
        return None if thrown < 0.1 else thrown > 0.5
