"""Animals that leave at a target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.parity.zoo.dice import Dice

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade


class RoiTable(Dice):
    minimal_roi = {"0": 0.03, "20": 0.015, "45": 0.006, "90": 0.0, "240": -0.01}


class RoiAtOnce(Dice):
    """A target so near that entry candles reach it."""

    minimal_roi = {"0": 0.003}
    entries = 0.12


class RoiLeaves(Dice):
    """-1 at a minute that opens a candle: leave at the open."""

    minimal_roi = {"0": 0.02, "60": -1}


class RoiLeavesBetween(Dice):
    """-1 at a minute between two candles: leave at the low."""

    minimal_roi = {"0": 0.02, "33": 0.004, "62": -1}


class RoiFromLater(Dice):
    """No entry for the first minutes."""

    minimal_roi = {"15": 0.01, "50": 0.001}


class RoiAndEntry(RoiTable):
    """Holds on while the entry signal stands."""

    ignore_roi_if_entry_signal = True
    entries = 0.3


class CustomRoi(Dice):
    use_custom_roi = True
    minimal_roi = {"0": 0.05, "60": 0.01}

    def custom_roi(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        trade_duration: int,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float | None:
        self.see("custom_roi", trade, current_time, trade_duration, entry_tag, side)
        thrown = self.throw("roi", pair, current_time)
        answers = (None, 0.004, 0.012, 0.03, float("nan"), float("inf"), 0.002, -0.01, -1, 0.02)
        return answers[int(thrown * len(answers)) % len(answers)] if thrown < 0.4 else 0.02


class CustomRoiAlone(Dice):
    """No table at all."""

    use_custom_roi = True
    minimal_roi = {}

    def custom_roi(
        self,
        pair: str,
        trade: Trade,
        current_time: datetime,
        trade_duration: int,
        entry_tag: str | None,
        side: str,
        **kwargs: Any,
    ) -> float | None:
        return max(0.025 - trade_duration / 4000, 0.001) if entry_tag == "dip" else None


class RoiAndTrailing(Dice):
    """A target ranks before a stop that has moved, and after one that has not."""

    minimal_roi = {"0": 0.012, "30": 0.005}
    stoploss = -0.01
    trailing_stop = True
