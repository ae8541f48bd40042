"""The arithmetic, compiled: the rules, and the one loop that runs them a million times."""

from tidegate.kernel.lane import Friction
from tidegate.kernel.numbers import Venue, Wallet
from tidegate.kernel.run import (
    SPOT_VENUE,
    Run,
    Simulation,
    compiling_words,
    make_ready,
    needs_compiling,
)

__all__ = [
    "SPOT_VENUE",
    "Friction",
    "Run",
    "Simulation",
    "Venue",
    "Wallet",
    "compiling_words",
    "make_ready",
    "needs_compiling",
]
