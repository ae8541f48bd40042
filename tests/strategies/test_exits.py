"""Exits and sizes of a definition in the loop's terms, and those that contradict one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import Code
from tidegate.model import Exits, Sizing, SizingKind
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.errors import InputError
    from tidegate.model import Rules

LEAF = {"indicator1": "fast", "operator": "<", "indicator2": "slow"}
FIXED = {"type": "fixed", "value": 0.05}


def _rules(
    definition: dict[str, Any], exits: dict[str, Any], size: dict[str, Any] | None = None
) -> Rules:
    risk = {"position_size": size} if size else {}
    return DeclaredStrategy.of(
        {**definition, "exit_conditions": exits, "risk_management": risk}
    ).rules


@pytest.mark.parametrize(
    ("exits", "expected"),
    [
        ({"stop_loss": FIXED}, Exits(stop_ratio=0.05)),
        ({"long": LEAF}, Exits()),
        (
            {"stop_loss": {"type": "trailing", "value": 0.1}},
            Exits(stop_ratio=0.1, trailing=True),
        ),
        (
            {
                "stop_loss": {
                    "type": "trailing",
                    "value": 0.1,
                    "distance": 0.02,
                    "offset": 0.04,
                    "only_past_offset": True,
                }
            },
            Exits(
                stop_ratio=0.1,
                trailing=True,
                trailing_ratio=0.02,
                trailing_offset=0.04,
                trailing_only_past_offset=True,
            ),
        ),
        ({"stop_loss": {"type": "atr", "multiple": 2}}, Exits()),
        ({"stop_loss": {"type": "atr", "value": 2, "trailing": True}}, Exits(trailing=True)),
        ({"take_profit": FIXED}, Exits(targets=((0, 0.05),))),
        (
            {"take_profit": {"type": "roi", "steps": {"60": 0.02, "0": 0.05, "240": 0}}},
            Exits(targets=((0, 0.05), (60, 0.02), (240, 0.0))),
        ),
        (
            {"stop_loss": FIXED, "take_profit": {"type": "risk_reward", "value": 2}},
            Exits(stop_ratio=0.05, reward_risk=2.0),
        ),
        (
            {
                "stop_loss": FIXED,
                "take_profit": [
                    {"type": "roi", "steps": {"0": 0.2, "60": 0.04}},
                    {"type": "risk_reward", "value": 2},
                ],
            },
            Exits(stop_ratio=0.05, reward_risk=2.0, targets=((0, 0.2), (60, 0.04))),
        ),
        ({"time_exit": {"max_bars": 12}}, Exits(max_bars=12)),
        (
            {"long": LEAF, "exit_profit_only": True, "exit_profit_offset": 0.01},
            Exits(exit_profit_only=True, exit_profit_offset=0.01),
        ),
        (
            {"long": LEAF, "use_exit_signal": False, "stop_loss": FIXED},
            Exits(stop_ratio=0.05, use_exit_signal=False),
        ),
        (
            {"take_profit": FIXED, "ignore_roi_if_entry_signal": True},
            Exits(targets=((0, 0.05),), ignore_targets_on_entry_signal=True),
        ),
    ],
)
def test_exits_in_the_loops_terms(
    definition: dict[str, Any], exits: dict[str, Any], expected: Exits
) -> None:
    assert _rules(definition, exits).exits == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, Sizing()),
        ({"type": "equal_share", "max_position": 0.3}, Sizing(cap=0.3)),
        ({"type": "fixed", "value": 250}, Sizing(kind=SizingKind.FIXED, value=250.0)),
        (
            {"type": "percent_of_equity", "value": 0.1},
            Sizing(kind=SizingKind.PERCENT_OF_EQUITY, value=0.1),
        ),
        (
            {"type": "percent_risk", "value": 0.01, "max_position": 0.25},
            Sizing(kind=SizingKind.PERCENT_RISK, value=0.01, cap=0.25),
        ),
        (
            {"type": "atr", "value": 0.01, "multiple": 2},
            Sizing(kind=SizingKind.ATR, value=0.01),
        ),
        (
            {"type": "kelly"},
            Sizing(
                kind=SizingKind.KELLY,
                value=0.5,
                cap=0.25,
                min_trades=30,
                window=200,
                fallback=0.02,
            ),
        ),
    ],
)
def test_sizes_in_the_loops_terms(
    definition: dict[str, Any], size: dict[str, Any] | None, expected: Sizing
) -> None:
    assert _rules(definition, {"stop_loss": FIXED}, size).sizing == expected


def test_the_number_of_positions_is_the_strategys_to_limit(definition: dict[str, Any]) -> None:
    raw = {**definition, "risk_management": {"max_concurrent_trades": 3}}
    assert DeclaredStrategy.of(raw).rules.max_open_trades == 3
    assert DeclaredStrategy.of(definition).rules.max_open_trades is None


@pytest.mark.parametrize(
    ("exits", "where", "problem"),
    [
        (
            {"long": LEAF, "use_exit_signal": False},
            "use_exit_signal",
            "exit conditions are switched off, and nothing else closes a position",
        ),
        (
            {"stop_loss": FIXED, "exit_profit_offset": 0.01},
            "exit_profit_offset",
            "exit_profit_offset does nothing without exit_profit_only",
        ),
        (
            {"stop_loss": FIXED, "exit_profit_only": True, "use_exit_signal": False},
            "exit_profit_only",
            "exit_profit_only does nothing while exit conditions are switched off",
        ),
        (
            {"stop_loss": FIXED, "ignore_roi_if_entry_signal": True},
            "ignore_roi_if_entry_signal",
            "ignore_roi_if_entry_signal does nothing without a target",
        ),
        (
            {"stop_loss": {"type": "trailing", "value": 0.1, "distance": 0.03, "offset": 0.02}},
            "stop_loss/offset",
            "the stop would trail into a loss: its offset is not above its distance",
        ),
        (
            {"stop_loss": {"type": "trailing", "value": 0.1, "distance": 0.03, "offset": 0.03}},
            "stop_loss/offset",
            "the stop would trail into a loss: its offset is not above its distance",
        ),
        (
            {"stop_loss": {"type": "trailing", "value": 0.1, "only_past_offset": True}},
            "stop_loss/only_past_offset",
            "only_past_offset needs an offset",
        ),
        (
            {"stop_loss": {"type": "trailing", "value": 0.1, "offset": 0.03}},
            "stop_loss/offset",
            "the offset changes nothing: the stop trails at one distance throughout",
        ),
        (
            {"take_profit": {"type": "risk_reward", "value": 2}},
            "take_profit",
            "a risk_reward target needs a stop: without one there is no risk to measure",
        ),
        (
            {"take_profit": [FIXED, {"type": "fixed", "value": 0.1}]},
            "take_profit/1",
            "the higher of two targets is never reached",
        ),
        (
            {"take_profit": [FIXED, {"type": "roi", "steps": {"0": 0.1}}]},
            "take_profit/1",
            "a fixed target beside a stepped one is never reached, or always first",
        ),
        (
            {
                "stop_loss": FIXED,
                "take_profit": [
                    {"type": "fixed", "value": 0.08},
                    {"type": "risk_reward", "value": 2},
                ],
            },
            "take_profit/1",
            "this target is never reached: the other one comes first",
        ),
        (
            {
                "stop_loss": FIXED,
                "take_profit": [
                    {"type": "risk_reward", "value": 2},
                    {"type": "roi", "steps": {"0": 0.3, "60": 0.1}},
                ],
            },
            "take_profit/1",
            "this target is never reached: the other one comes first",
        ),
        (
            {"take_profit": {"type": "roi", "steps": {"soon": 0.1}}},
            "take_profit/steps/soon",
            '"soon" is not a number of minutes',
        ),
        (
            {
                "time_exit": {"max_bars": 4},
                "take_profit": {"type": "roi", "steps": {"0": 0.1, "240": 0.05}},
            },
            "take_profit/steps/240",
            "this step is never reached: the time exit comes first",
        ),
    ],
)
def test_exits_that_make_one_another_pointless_are_refused(
    definition: dict[str, Any],
    refusal: Callable[[object], InputError],
    exits: dict[str, Any],
    where: str,
    problem: str,
) -> None:
    error = refusal({**definition, "exit_conditions": exits})
    assert error.problem == problem
    assert error.where == f"small.json#/exit_conditions/{where}"
    assert error.code in (Code.CONTRADICTORY_EXITS, Code.WRONG_TYPE)


def test_a_step_just_before_the_time_exit_is_reached(definition: dict[str, Any]) -> None:
    exits = {
        "time_exit": {"max_bars": 4},
        "take_profit": {"type": "roi", "steps": {"0": 0.1, "239": 0.05}},
    }
    assert _rules(definition, exits).exits.targets == ((0, 0.1), (239, 0.05))
