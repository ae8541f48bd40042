"""What a search says while it runs, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.freqtrade.hyperopt.epoch import Epoch


@dataclass(frozen=True, slots=True)
class Place:
    """Where an epoch stands among the others."""

    number: int
    is_initial_point: bool
    """Whether it was drawn at random, before there was anything to learn from."""
    is_best: bool
    """Whether it was better than all before it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a search."""

    path: Path
    saved: int
    skipped: int
    best: tuple[Epoch, Place] | None
    interrupted: bool
    stopped_early: bool
    seed: int
    exported: Path | None
    """Where the best parameters were put for the strategy to load."""
