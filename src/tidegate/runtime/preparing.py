"""What is needed before trading can begin, on paper or at an exchange."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from tidegate.feeds.live import LiveFeed
from tidegate.runtime.bell import Bell
from tidegate.runtime.jobs import traders_of
from tidegate.runtime.live_shelf import clock_for
from tidegate.runtime.live_trading import LiveTrading
from tidegate.runtime.trading import Trading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.brokers.live import LiveBroker
    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.clock import Clock
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.desk import Outside
    from tidegate.runtime.live_trader import LiveTrader


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Strategies with their candles read, and the broker that their orders go to."""

    config: TradeConfig
    traders: Sequence[Carrier]
    broker: LiveBroker | None
    """None: paper."""
    bell: Bell

    def clock(self, clock: Clock) -> Clock:
        """Return the clock that a trading process sleeps by."""
        return clock if self.broker is not None else clock_for(self.traders, clock)

    def trading(self, outside: Outside) -> Trading | LiveTrading:
        """Return what trades."""
        if self.broker is None:
            return Trading(self.config, self.traders, outside)
        traders = cast("Sequence[LiveTrader]", self.traders)
        return LiveTrading(self.config, traders, outside, self.broker, self.bell)


def prepare(config: TradeConfig, broker: LiveBroker | None) -> Prepared:
    """Load the strategies of a configuration, and what they look at."""
    bell = Bell()
    traders = traders_of(config, partial(LiveFeed, changed=bell.rope()))
    return Prepared(config=config, traders=traders, broker=broker, bell=bell)
