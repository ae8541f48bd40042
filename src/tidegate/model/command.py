"""What an operator orders, and whether trading is on."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class TradingState(StrEnum):
    """What the engine may do at all. Everything starts halted."""

    HALTED = "halted"
    """Nothing new; what is open stays open, and reductions still pass."""
    REDUCING = "reducing"
    """Only what makes positions smaller."""
    ACTIVE = "active"


class CommandKind(StrEnum):
    """What an operator may order; each passes the gate like everything else."""

    START = "start"
    """Trade."""
    HALT = "halt"
    """Nothing new from now on; waiting increases are taken back."""
    REDUCE = "reduce"
    """Only reductions from now on; waiting increases are taken back."""
    FLATTEN = "flatten"
    """As reduce, and every position is closed at the market."""
    REARM = "rearm"
    """Lift the latch that a drawdown limit has set; trading stays halted until started."""
    RECONCILE = "reconcile"
    """Compare our books with the venue's now, and mend what can be mended."""
    ACCEPT = "accept"
    """As reconcile, and take what the venue has as right from now on; halted pairs are lifted."""


class Command(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One order of an operator to an account's engine."""

    id: str
    kind: CommandKind
    account: str
    time_ns: int
    reason: str = ""
    by: str = ""
    """Who gave it, as far as is known."""
