"""Chance that can be asked for any moment, in any order: a hash, not a sequence."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from tidegate.model import Floats, Ints

_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB
_SCALE: Final = 2.0**-53


def seed_of(*words: object) -> int:
    """Return a seed for one purpose, which no other purpose disturbs."""
    digest = hashlib.blake2b(repr(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def roll(seed: int, number: int) -> float:
    """Return a number from 0 up to 1 that belongs to this one (splitmix64)."""
    mixed = (seed + number * _GOLDEN) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * _FIRST) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * _SECOND) & _MASK
    return ((mixed ^ (mixed >> 31)) >> 11) * _SCALE


def rolls(seed: int, numbers: Ints) -> Floats:
    """Return the same as `roll` for each of many numbers."""
    mixed = np.uint64(seed) + numbers.astype(np.uint64) * np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_FIRST)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_SECOND)
    mixed ^= mixed >> np.uint64(31)
    result: Floats = (mixed >> np.uint64(11)).astype(np.float64) * _SCALE
    return result
