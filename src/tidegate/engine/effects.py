"""What an engine wants done outside, once the journal has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidegate.guardrails import Approved, Refused

    Effect = "Submit | Cancel | TripBreaker"


@dataclass(frozen=True, slots=True)
class Submit:
    """Give an order to the broker."""

    approved: Approved


@dataclass(frozen=True, slots=True)
class Cancel:
    """Ask the broker to take an order back."""

    order: str


@dataclass(frozen=True, slots=True)
class TripBreaker:
    """Switch the machine's breaker on, so that every other process stops too."""

    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a signal: its order, or why there is none."""

    order: str | None
    refused: Refused | None
    again: bool = False
    """Whether the signal had been dealt with before."""
