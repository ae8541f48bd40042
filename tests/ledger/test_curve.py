"""How far equity is below what it was."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import LedgerError
from tidegate.ledger import Curve, day_of, week_of
from tidegate.model import DAY_NS, EquityRecord

from .facts import HOUR, MONDAY, these


def _sample(equity: str | Decimal, time_ns: int) -> EquityRecord:
    worth = Decimal(equity)
    return EquityRecord(
        account="main",
        time_ns=time_ns,
        balance=worth,
        equity=worth,
        exposure=Decimal(0),
        positions=0,
    )


def _noted(*samples: tuple[str, int]) -> Curve:
    curve = Curve()
    for equity, hours in samples:
        curve.note(_sample(equity, MONDAY + hours * HOUR))
    return curve


def test_before_the_first_sample_nothing_is_known() -> None:
    curve = Curve()
    assert curve.drawdown() is None
    assert (curve.peak, curve.day_start, curve.week_start, curve.equity) == (None,) * 4


def test_a_fall_is_measured_from_the_high() -> None:
    curve = _noted(("1000", 0), ("1200", 1), ("900", 2), ("1140", 3))
    assert these(curve.peak, curve.peak_ns) == (1200, MONDAY + HOUR)
    assert curve.drawdown() == Decimal("0.05")
    assert these(curve.worst, curve.worst_abs) == (Decimal("0.25"), 300)
    assert curve.worst_ns == MONDAY + 2 * HOUR
    assert these(curve.equity, curve.time_ns) == (1140, MONDAY + 3 * HOUR)


def test_at_its_high_an_account_has_no_drawdown() -> None:
    curve = _noted(("1000", 0), ("1000", 1))
    assert curve.drawdown() == 0
    assert these(curve.worst, curve.worst_abs, curve.worst_ns) == (0, 0, None)
    assert curve.peak_ns == MONDAY + HOUR


def test_the_worst_in_money_need_not_be_the_worst_as_a_fraction() -> None:
    curve = _noted(("100", 0), ("50", 1), ("1000", 2), ("900", 3))
    assert these(curve.worst, curve.worst_abs) == (Decimal("0.5"), 100)


def test_an_equity_below_nothing_is_a_drawdown_of_more_than_all() -> None:
    assert _noted(("100", 0), ("-50", 1)).drawdown() == Decimal("1.5")


def test_where_there_never_was_anything_a_drawdown_is_not_known() -> None:
    assert _noted(("0", 0), ("-5", 1)).drawdown() is None


def test_a_day_starts_at_what_the_one_before_ended_with() -> None:
    curve = _noted(("1000", 1), ("1100", 23), ("1050", 24), ("1070", 30))
    assert curve.day_start == 1100
    assert curve.week_start == 1000
    curve.note(_sample("990", MONDAY + 7 * DAY_NS))
    assert these(curve.day_start, curve.week_start) == (1070, 1070)


def test_a_clock_that_runs_backwards_begins_no_day_and_no_week() -> None:
    curve = _noted(("1000", 30), ("900", 1), ("850", -1), ("800", 31))
    assert these(curve.day_start, curve.week_start) == (1000, 1000)


def test_a_transfer_is_neither_a_gain_nor_a_fall() -> None:
    curve = _noted(("1000", 0), ("900", 1))
    curve.transfer(Decimal(-450))
    assert curve.drawdown() == Decimal("0.1")
    assert these(curve.equity, curve.peak) == (450, 500)
    assert these(curve.day_start, curve.week_start) == (500, 500)
    curve.note(_sample("450", MONDAY + 2 * HOUR))
    assert curve.worst == Decimal("0.1")
    curve.transfer(Decimal(450))
    assert these(curve.equity, curve.peak, curve.drawdown()) == (900, 1000, Decimal("0.1"))


def test_a_transfer_before_the_first_sample_changes_nothing() -> None:
    curve = Curve()
    curve.transfer(Decimal(5))
    assert curve == Curve()


@pytest.mark.parametrize(
    ("equity", "amount"), [("0", "100"), ("-10", "110"), ("100", "-100"), ("100", "-150")]
)
def test_a_transfer_from_or_to_nothing_begins_anew(equity: str, amount: str) -> None:
    curve = _noted(("200", 0), (equity, 1))
    curve.transfer(Decimal(amount))
    left = Decimal(equity) + Decimal(amount)
    assert (curve.equity, curve.peak, curve.day_start) == (left, left, left)


SAMPLES = st.lists(
    st.tuples(st.decimals(1, 5000, places=2), st.integers(0, 10)), min_size=1, max_size=40
)


@given(SAMPLES)
def test_the_figures_are_what_looking_at_all_samples_gives(
    samples: list[tuple[Decimal, int]],
) -> None:
    curve = Curve()
    time_ns = MONDAY
    all_ns = []
    for equity, hours in samples:
        time_ns += hours * HOUR
        all_ns.append(time_ns)
        curve.note(_sample(equity, time_ns))
    worths = [equity for equity, _ in samples]
    highs = [max(worths[: number + 1]) for number in range(len(worths))]
    falls = [high - worth for high, worth in zip(highs, worths, strict=True)]
    ratios = [fall / high for high, fall in zip(highs, falls, strict=True)]
    assert curve.peak == highs[-1]
    assert curve.worst_abs == max(falls)
    assert abs(curve.worst - max(ratios)) <= Decimal("5e-9")
    today = [n for n, at in enumerate(all_ns) if day_of(at) == day_of(time_ns)][0]  # noqa: RUF015 - it reads
    assert curve.day_start == worths[max(today - 1, 0)]
    this_week = [n for n, at in enumerate(all_ns) if week_of(at) == week_of(time_ns)]
    assert curve.week_start == worths[max(this_week[0] - 1, 0)]


@given(SAMPLES, st.integers(0, 39))
def test_a_curve_that_was_restored_goes_on_as_if_never_written_down(
    samples: list[tuple[Decimal, int]], stop: int
) -> None:
    straight, stopped = Curve(), Curve()
    for number, (equity, hours) in enumerate(samples):
        straight.note(_sample(equity, MONDAY + hours * HOUR))
        if number == stop:
            stopped = Curve.restore(json.loads(json.dumps(stopped.snapshot())))
        stopped.note(_sample(equity, MONDAY + hours * HOUR))
    assert stopped == straight


def test_a_curve_without_a_field_or_with_one_too_many_is_refused() -> None:
    for name in Curve().snapshot():
        raw = Curve().snapshot()
        del raw[name]
        with pytest.raises(LedgerError, match=name):
            Curve.restore(raw)
    with pytest.raises(LedgerError, match="colour"):
        Curve.restore({**Curve().snapshot(), "colour": "blue"})
    with pytest.raises(LedgerError, match="NaN"):
        Curve.restore({**Curve().snapshot(), "worst": "NaN"})
