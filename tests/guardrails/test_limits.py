from __future__ import annotations

import json
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import Code, LimitError
from tidegate.guardrails import Hours, Limits, Window, read_limits
from tidegate.guardrails.bounds import BOUNDS
from tidegate.guardrails.reading import NAMES, written

WHERE = "config.json#/limits"
SAFE = written(Limits.safe())
HOURS = {"timezone": "Europe/London", "windows": [{"start": "22:00", "end": "06:00"}]}


def refusal(**changes: Any) -> LimitError:  # noqa: ANN401 - wrong types on purpose
    with pytest.raises(LimitError) as error:
        read_limits(SAFE | changes, WHERE)
    assert error.value.where.startswith(WHERE)
    return error.value


def without(*names: str) -> LimitError:
    with pytest.raises(LimitError) as error:
        read_limits({name: value for name, value in SAFE.items() if name not in names}, WHERE)
    return error.value


def test_the_safe_limits_read_back_as_they_were_written() -> None:
    assert read_limits(json.loads(json.dumps(SAFE)), WHERE) == Limits.safe()


def test_every_limit_has_a_range_or_is_a_switch_or_a_table() -> None:
    assert {*BOUNDS, "flatten_on_trip", "trading_hours"} == {one.name for one in fields(Limits)}


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_that_is_missing_is_an_error_that_offers_the_safe_default(name: str) -> None:
    error = without(name)
    assert error.code is Code.MISSING_FIELD
    assert error.where == f"{WHERE}/{name}"
    assert error.problem == f"{name} is missing: without a limit nothing is traded"
    assert (error.expected, error.found) == (f'"{name}"', "nothing")
    assert error.remedy == f'add the safe default: "{name}": {json.dumps(SAFE[name])}'
    pasted = json.loads("{" + error.remedy.partition(": ")[2] + "}")
    rest = {one: value for one, value in SAFE.items() if one != name}
    assert read_limits(rest | pasted, WHERE) == Limits.safe()


def test_several_missing_limits_are_offered_together() -> None:
    error = without("max_positions", "cooldown_s")
    assert error.problem.startswith("max_positions and 1 more limits are missing")
    assert error.expected == f"each of the {len(NAMES)} limits"
    assert error.found == "none of max_positions, cooldown_s"
    assert error.remedy == 'add the safe default: "max_positions": 5, "cooldown_s": 300'


def test_no_limits_at_all_offer_the_whole_table() -> None:
    with pytest.raises(LimitError) as error:
        read_limits(None, WHERE)
    assert error.value.code is Code.WRONG_TYPE
    pasted = json.loads(error.value.remedy.removeprefix("write "))
    assert read_limits(pasted, WHERE) == Limits.safe()


def test_a_misspelt_limit_is_not_passed_over() -> None:
    error = refusal(max_postions=3)
    assert error.code is Code.UNKNOWN_FIELD
    assert error.remedy == 'did you mean "max_positions"?'


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", [True, "5", [], {}])
def test_a_limit_is_a_number(name: str, value: object) -> None:
    assert refusal(**{name: value}).code is Code.WRONG_TYPE


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), -float("inf"), 10**13, 1e300])
def test_a_limit_is_within_its_range(name: str, value: float) -> None:
    error = refusal(**{name: value})
    assert error.code is Code.OUT_OF_RANGE
    assert "from" in error.expected or "above" in error.expected


@pytest.mark.parametrize("name", NAMES)
def test_only_the_filters_can_be_off(name: str) -> None:
    if name in {"trading_hours", "max_volatility", "min_volume"}:
        assert getattr(read_limits(SAFE | {name: None}, WHERE), name) is None
    else:
        assert refusal(**{name: None}).code is Code.WRONG_TYPE


def test_the_filters_are_the_ones_that_can_be_off() -> None:
    off = {name for name in NAMES if SAFE[name] is None}
    assert off == {"trading_hours", "max_volatility", "min_volume"}


EDGES = (
    ("max_positions", 1, 0),
    ("max_positions", 10**9, 10**9 + 1),
    ("max_positions", 5, 5.5),
    ("max_orders_per_second", 1, 0),
    ("max_losses_in_row", 1, 0),
    ("cooldown_s", 0, -1),
    ("max_signal_age_s", 31_536_000, 31_536_001),
    ("max_drawdown", 1, 1.0001),
    ("max_drawdown", 0.0001, 0),
    ("max_daily_loss", 1, 3),
    ("balance_reserve", 0, -0.01),
    ("balance_reserve", 0.99, 1),
    ("max_order_notional", 0.01, 0),
    ("max_leverage", 1, 0.99),
    ("max_leverage", 1000, 1001),
    ("max_market_exposure", 1, 1.01),
    ("max_total_exposure", 1, 1.01),
    ("max_correlated_exposure", 1, 1.01),
    ("max_volatility", 10, 10.1),
    ("max_volatility", 0.001, 0),
    ("min_volume", 0, -1),
)


@pytest.mark.parametrize(("name", "good", "bad"), EDGES)
def test_a_range_holds_its_edge_and_nothing_beyond(name: str, good: float, bad: float) -> None:
    limits = read_limits(SAFE | {name: good}, WHERE)
    assert Decimal(str(getattr(limits, name))) == Decimal(str(good))
    assert refusal(**{name: bad}).code is Code.OUT_OF_RANGE


def test_a_share_that_was_meant_as_a_percentage_is_put_right() -> None:
    for written_as, share in ((1.5, "0.015"), (20, "0.2"), (100, "1")):
        error = refusal(max_drawdown=written_as)
        assert error.remedy == f"shares are fractions: write {share} for {written_as} %"
    for value in (101, 0, -5):
        assert refusal(max_drawdown=value).remedy == 'write "max_drawdown": 0.2 if in doubt'
    assert refusal(balance_reserve=1).remedy == 'write "balance_reserve": 0.01 if in doubt'
    assert refusal(max_market_exposure=25).remedy == "shares are fractions: write 0.25 for 25 %"


def test_an_exposure_above_the_equity_needs_leverage() -> None:
    more = {"max_leverage": 3, "max_total_exposure": 3}
    assert read_limits(SAFE | more, WHERE).max_total_exposure == 3
    error = refusal(max_leverage=3, max_total_exposure=3.5)
    assert error.problem == "max_total_exposure cannot be 3.5 where max_leverage is 3"


def test_a_switch_is_true_or_false() -> None:
    assert read_limits(SAFE | {"flatten_on_trip": True}, WHERE).flatten_on_trip
    assert refusal(flatten_on_trip=1).code is Code.WRONG_TYPE


@given(value=st.floats(0.0001, 1))
def test_a_share_is_exactly_the_number_that_was_written(value: float) -> None:
    assert read_limits(SAFE | {"max_drawdown": value}, WHERE).max_drawdown == Decimal(repr(value))


def test_hours_are_read() -> None:
    raw = {
        "timezone": "Europe/London",
        "windows": [
            {"start": "22:00", "end": "06:00", "weekdays": ["fri", "mon"]},
            {"start": "08:30", "end": "24:00"},
        ],
    }
    assert read_limits(SAFE | {"trading_hours": raw}, WHERE).trading_hours == Hours(
        zone=ZoneInfo("Europe/London"),
        windows=(
            Window(start=1320, end=360, weekdays=(0, 4)),
            Window(start=510, end=1440, weekdays=(0, 1, 2, 3, 4, 5, 6)),
        ),
    )


def _window(**changes: object) -> object:
    return HOURS | {"windows": [{"start": "08:00", "end": "20:00"} | changes]}


@pytest.mark.parametrize(
    ("raw", "place", "says"),
    [
        ("always", "", "are an object"),
        ({}, "/timezone", "is missing"),
        (HOURS | {"timezone": "Europe/Londn"}, "/timezone", 'did you mean "Europe/London"?'),
        (HOURS | {"timezone": "../../etc/passwd"}, "/timezone", "no time zone"),
        (HOURS | {"timezone": "Europe"}, "/timezone", "no time zone"),
        (HOURS | {"timezone": 1}, "/timezone", "no time zone"),
        (HOURS | {"windows": []}, "/windows", "a list of one window or more"),
        (HOURS | {"windows": "all"}, "/windows", "a list of one window or more"),
        (HOURS | {"windows": ["08:00"]}, "/windows/0", "are an object"),
        (HOURS | {"zone": "UTC"}, "/zone", "timezone, windows"),
        (_window(start="8:00"), "/windows/0/start", "HH:MM"),
        (_window(start="24:00"), "/windows/0/start", "before 24:00"),
        (_window(end="24:01"), "/windows/0/end", "HH:MM"),
        (_window(end=20), "/windows/0/end", "HH:MM"),
        (_window(end="08:00"), "/windows/0/end", "empty"),
        (_window(weekdays=[]), "/windows/0/weekdays", "of mon, tue"),
        (_window(weekdays=["monday"]), "/windows/0/weekdays", "of mon, tue"),
        (_window(weekdays="mon"), "/windows/0/weekdays", "of mon, tue"),
    ],
)
def test_hours_that_cannot_be_are_refused(raw: object, place: str, says: str) -> None:
    error = refusal(trading_hours=raw)
    assert error.code is Code.BAD_HOURS
    assert error.where == f"{WHERE}/trading_hours{place}"
    assert says in str(error)
    assert (error.found == "nothing") is ("missing" in error.problem)


def test_hours_are_written_as_they_are_read() -> None:
    for days in ([], ["mon", "sun"]):
        window = {"start": "22:00", "end": "06:00"} | ({"weekdays": days} if days else {})
        raw = SAFE | {"trading_hours": {"timezone": "Europe/London", "windows": [window]}}
        assert written(read_limits(raw, WHERE)) == raw


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_limits_made_in_python_are_numbers_too(value: Decimal) -> None:
    with pytest.raises(ValueError, match="max_drawdown must be a number"):
        replace(Limits.safe(), max_drawdown=value)
    with pytest.raises(ValueError, match="max_volatility must be a number"):
        replace(Limits.safe(), max_volatility=float(value))
