"""Prices as they come: streams where there are any, questions where not, read without waiting."""

from tidegate.feeds.live.feed import Health, LiveFeed, LiveSpec, Pace
from tidegate.feeds.live.prices import Levels, Quote, TradeSeen

__all__ = ["Health", "Levels", "LiveFeed", "LiveSpec", "Pace", "Quote", "TradeSeen"]
