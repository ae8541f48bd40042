from __future__ import annotations

from typing import Any

import pytest

from tidegate.errors import DefinitionError
from tidegate.strategies import DeclaredStrategy, OwnLimits, describe, resolve


def _held(definition: dict[str, Any], **limits: object) -> DeclaredStrategy:
    return DeclaredStrategy.of({**definition, "risk_management": limits})


def test_a_definition_brings_its_limits_along(definition: dict[str, Any]) -> None:
    strategy = _held(definition, max_daily_trades=3, max_drawdown_percent=0.15)
    assert strategy.limits == OwnLimits(max_daily_trades=3, max_drawdown=0.15)
    assert _held(definition, maxDailyTrades=3).limits == OwnLimits(max_daily_trades=3)
    assert strategy.limits
    assert not DeclaredStrategy.of(definition).limits
    assert not resolve("ema-crossover").limits


def test_they_are_told_with_the_rest_of_it(definition: dict[str, Any]) -> None:
    told = describe(_held(definition, max_daily_trades=3, max_drawdown_percent=0.15))
    assert "Limits       at most 3 positions opened in a UTC day." in told
    assert "trading stops at a fall of 15 % from the account's highest equity." in told
    assert "Limits" not in describe(DeclaredStrategy.of(definition))


@pytest.mark.parametrize(
    ("limit", "remedy"), [(15, "write 0.15 for 15 %"), (1, "write 0.01 for 1 %")]
)
def test_a_percentage_is_not_taken_for_a_fraction(
    definition: dict[str, Any], limit: float, remedy: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        _held(definition, max_drawdown_percent=limit)
    assert caught.value.where.endswith("/risk_management/max_drawdown_percent")
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    "limits",
    [
        {"max_daily_trades": 0},
        {"max_daily_trades": 2.5},
        {"max_daily_trades": True},
        {"max_drawdown": 0.0},
        {"max_drawdown": 1.0},
        {"max_drawdown": float("nan")},
    ],
)
def test_numbers_that_mean_nothing_are_refused_in_python_too(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(limits))):
        OwnLimits(**limits)
