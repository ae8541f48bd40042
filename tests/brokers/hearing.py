"""What a broker says, gathered; and what the venue itself has had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.exchange.serving import until

from tidegate.model import ENDED, Fill, OrderState, OrderUpdate

if TYPE_CHECKING:
    from tests.brokers.venues_here import Venue

    from tidegate.brokers.live import LiveBroker
    from tidegate.guardrails import Approved


class Heard:
    """What a broker has said so far."""

    def __init__(self, broker: LiveBroker) -> None:
        self.broker = broker
        self.states: list[OrderState] = []
        self.words: list[str] = []
        self.fills: list[Fill] = []

    def more(self) -> Heard:
        for word in self.broker.said():
            if isinstance(word, OrderUpdate):
                self.states.append(word.state)
                self.words.append(word.words)
            else:
                self.fills.append(word)
        return self

    def until_over(self) -> list[OrderState]:
        assert until(lambda: self.more().states and self.states[-1] in ENDED), self.states
        return self.states


def placed(market: Venue, account: int, order: Approved) -> int:
    """Return how many orders of that name the venue has ever had."""
    return len(market.orders(account, order.order.id))
