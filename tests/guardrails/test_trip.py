from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.guardrails.asking import LIMITS, NOON, D, ask, outcome, standing

from tidegate.guardrails import (
    GUARDRAILS,
    INCIDENTS,
    SENTENCES,
    Gate,
    Limits,
    Reason,
    Refused,
    Trip,
)

GATE = Gate(LIMITS)

JUST_BEFORE: tuple[dict[str, Any], ...] = (
    {"equity": D("8000.01"), "peak": D(10_000), "day_start": D(8000), "week_start": D(8000)},
    {"equity": D("9000.01"), "peak": D(9001), "day_start": D(9001), "week_start": D(10_000)},
    {"equity": D("9500.01"), "peak": D(9501), "day_start": D(10_000), "week_start": D(9501)},
    {"profit_today": D("-299.99")},
    {"losses_in_row": 4},
)
REACHED: tuple[tuple[Reason, dict[str, Any], str, str], ...] = (
    (Reason.DRAWDOWN, JUST_BEFORE[0] | {"equity": D(8000)}, "20 %", "20 %"),
    (Reason.WEEKLY_DRAWDOWN, JUST_BEFORE[1] | {"equity": D(9000)}, "10 %", "10 %"),
    (Reason.DAILY_DRAWDOWN, JUST_BEFORE[2] | {"equity": D(9500)}, "5 %", "5 %"),
    (Reason.DAILY_LOSS, {"profit_today": D(-300)}, "3 %", "3 %"),
    (Reason.LOSING_STREAK, {"losses_in_row": 5}, "5 in a row", "5"),
)


@pytest.mark.parametrize("changes", JUST_BEFORE)
def test_trading_goes_on_just_before_a_limit(changes: dict[str, Any]) -> None:
    assert GATE.trip(standing(**changes), NOON) is None


@pytest.mark.parametrize(("reason", "changes", "observed", "limit"), REACHED)
def test_trading_stops_at_a_limit(
    reason: Reason, changes: dict[str, Any], observed: str, limit: str
) -> None:
    assert GATE.trip(standing(**changes), NOON) == Trip(
        reason=reason,
        observed=observed,
        limit=limit,
        sentence=SENTENCES[reason],
        flatten=False,
        time_ns=NOON,
    )
    assert reason in INCIDENTS


def test_what_is_refused_afterwards_is_no_incident_again() -> None:
    for after in (standing(latched="drawdown"), standing(breaker="drawdown")):
        refused = ask(where=after)
        assert isinstance(refused, Refused)
        assert not refused.incident


@pytest.mark.parametrize(("reason", "changes"), [row[:2] for row in REACHED])
def test_what_stops_trading_also_refuses_a_signal(reason: Reason, changes: dict[str, Any]) -> None:
    assert outcome(ask(where=standing(**changes))) == reason


def test_every_guardrail_that_stops_trading_is_tried_here() -> None:
    stopping = [rail.reasons[0] for rail in GUARDRAILS if rail.stop is not None]
    assert stopping == [row[0] for row in REACHED]


def test_what_is_latched_already_does_not_trip_again() -> None:
    assert GATE.trip(standing(losses_in_row=9, latched="losing-streak"), NOON) is None


@pytest.mark.parametrize("equity", [None, D("NaN")])
def test_an_equity_that_is_not_known_has_not_fallen(equity: Any) -> None:  # noqa: ANN401
    unknown = standing(equity=equity)
    assert GATE.trip(unknown, NOON) is None
    assert outcome(ask(where=unknown)) == Reason.UNKNOWN_EQUITY
    lost = GATE.trip(standing(equity=equity, profit_today=D(-9000)), NOON)
    assert lost is not None
    assert lost.reason is Reason.DAILY_LOSS


def test_positions_are_closed_where_the_limits_say_so() -> None:
    closing = Gate(replace(LIMITS, flatten_on_trip=True))
    trip = closing.trip(standing(losses_in_row=9), NOON)
    assert trip is not None
    assert trip.flatten


def test_an_account_that_has_nothing_left_has_tripped() -> None:
    for equity in (D(0), D(-1)):
        trip = GATE.trip(standing(equity=equity), NOON)
        assert trip is not None
        assert trip.reason is Reason.DRAWDOWN
    assert GATE.trip(standing(equity=D(0), peak=D(0), day_start=D(0), week_start=D(0)), 0) is None


def test_the_widest_limits_never_trip() -> None:
    ruined = standing(equity=D(-5), profit_today=D(-9999), losses_in_row=99)
    assert Gate(Limits.widest()).trip(ruined, NOON) is None
