"""What is published to prove a part: a clock that is told the time, and brokers' contract."""

from tidegate.testing.clock import VirtualClock
from tidegate.testing.contract import BrokerContract
from tidegate.testing.storm import Chances, StormBroker

__all__ = ["BrokerContract", "Chances", "StormBroker", "VirtualClock"]
