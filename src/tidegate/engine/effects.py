"""What an engine wants done outside, once the journal has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tidegate.guardrails import Approved, Refused

    Effect = "Submit | Cancel | TripBreaker"


class Submit(msgspec.Struct, frozen=True, gc=False):
    """Give an order to the broker."""

    approved: Approved


class Cancel(msgspec.Struct, frozen=True, gc=False):
    """Ask the broker to take an order back."""

    order: str


class TripBreaker(msgspec.Struct, frozen=True, gc=False):
    """Switch the machine's breaker on, so that every other process stops too."""

    reason: str


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What became of a signal: its order, or why there is none."""

    order: str | None
    refused: Refused | None
    again: bool = False
    """Whether the signal had been dealt with before."""
