"""A strategy in Python: the same words as in a definition, with Python around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import Exits, Rules, Sizing, SizingKind, Timeframe
from tidegate.strategies import Signals, Strategy, crosses_above

if TYPE_CHECKING:
    from tidegate.strategies import Frame


class TrendPullback(Strategy):
    """Buys short dips in the direction of the four-hour trend."""

    version = "1.0.0"
    pairs = ("BTC/USDT", "ETH/USDT")
    timeframe = Timeframe.parse("1h")
    other_timeframes = (Timeframe.parse("4h"),)
    rules = Rules(
        exits=Exits(reward_risk=2.0, max_bars=72),
        sizing=Sizing(kind=SizingKind.PERCENT_RISK, value=0.01, cap=0.25),
        max_open_trades=4,
    )

    overbought = 75
    free_fall = -3  # average true ranges below the middle band

    def signals(self, frame: Frame) -> Signals:
        """Buy when the RSI recovers or the price regains its band, while the trend is up."""
        four_hours = frame.on("4h")
        rising = (four_hours.close > four_hours.ema(20)) & (four_hours.ema(20) > four_hours.ema(50))
        rsi = frame.rsi(14)
        bands = frame.bbands(20)
        stretch = frame.line("stretch", (frame.close - bands.middle).values / frame.atr(14).values)
        return Signals(
            enter_long={
                "rsi": rising & crosses_above(rsi, 40),
                "band": rising
                & crosses_above(frame.close, bands.lower)
                & (stretch > self.free_fall),
            },
            exit_long=(rsi > self.overbought) | ~rising,
            stop_distance=frame.atr(14) * 2.5,
        )
