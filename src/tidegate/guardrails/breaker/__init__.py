"""The breaker: one state file for every process on the machine, and slots for backtests."""

from tidegate.guardrails.breaker.file import disable, enable, status
from tidegate.guardrails.breaker.slots import BacktestSlots, Slot
from tidegate.guardrails.breaker.state import BreakerState
from tidegate.guardrails.breaker.watch import BreakerWatch

__all__ = [
    "BacktestSlots",
    "BreakerState",
    "BreakerWatch",
    "Slot",
    "disable",
    "enable",
    "status",
]
