"""Rules that would run and mean nothing are refused where they are written."""

from __future__ import annotations

from typing import Any

import pytest

from tidegate.model import Exits, Rules, Sizing


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (Exits, {"stop_ratio": -1.0}, "stop_ratio must be above 0, at most 1, not -1.0"),
        (Exits, {"stop_ratio": float("nan")}, "stop_ratio must be above 0"),
        (Exits, {"trailing_ratio": 1.5}, "trailing_ratio must be from 0 to below 1"),
        (Exits, {"trailing_offset": -0.1}, "trailing_offset must be 0 or more"),
        (Exits, {"reward_risk": 0.0}, "reward_risk must be above 0"),
        (Exits, {"max_bars": -1}, "max_bars must be 0 or more, not -1"),
        (Exits, {"targets": ((60, 0.1), (0, 0.2))}, "targets must be in order"),
        (Exits, {"targets": ((0, float("nan")),)}, "targets must be numbers"),
        (Sizing, {"value": -5.0}, "value must be above 0, not -5.0"),
        (Sizing, {"cap": 0.0}, "cap must be above 0, at most 1"),
        (Sizing, {"min_trades": -1}, "min_trades must be 0 or more"),
        (Sizing, {"window": 5}, "window must be min_trades or more"),
        (Sizing, {"fallback": 2.0}, "fallback must be from 0 to 1"),
        (Rules, {"max_open_trades": -3}, "max_open_trades must be 1 or more, or None"),
    ],
)
def test_a_number_that_means_nothing_is_named(kind: type, given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        kind(**given)
