"""Tags of several plans brought under one numbering."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Codes, Plan


def merged_tags(plans: Sequence[Plan]) -> tuple[list[Plan], tuple[str, ...], tuple[str, ...]]:
    """Return the plans with tags renumbered, and the common lists of entry and exit tags."""
    enter: dict[str, int] = {}
    leave: dict[str, int] = {}
    renumbered = [
        replace(
            plan,
            enter_tag=_renumbered(plan.enter_tag, plan.tags, enter),
            exit_tag=_renumbered(plan.exit_tag, plan.tags, leave),
        )
        for plan in plans
    ]
    return renumbered, tuple(enter), tuple(leave)


def _renumbered(
    codes: Codes | None, tags: tuple[str, ...], numbers: dict[str, int]
) -> Codes | None:
    """Translate one plan's codes, adding its tags to `numbers`."""
    if codes is None:
        return None
    table = np.array([numbers.setdefault(tag, len(numbers)) for tag in tags] + [-1], dtype=np.int16)
    return table[codes]
