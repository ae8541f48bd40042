"""Steps of every kind: what decimals cannot tell is asked, and answered to the last digit."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import DefectError
from tidegate.kernel.walk.asking import (
    ROUND_AMOUNT,
    ROUND_DOWN,
    ROUND_NEAREST,
    ROUND_PRICE,
    ROUND_UP,
)
from tidegate.kernel.walk.layout import ANY_PRICE, ASK
from tidegate.model import Instrument, Pair, down, exact_decimal, up
from tidegate.runtime.live_rounding import Rounding, digits_of

D = Decimal
STEPS = st.sampled_from([D("0.01"), D("0.05"), D("0.00025"), D(5), D(1), D("0.3"), D("1E-8")])
NUMBERS = st.floats(1e-8, 1e7, allow_nan=False)


@pytest.mark.parametrize(
    ("step", "digits"),
    [
        ("0.01", 2), ("0.010", 2), ("1", 0), ("1E-8", 8), ("0", ANY_PRICE),
        ("0.05", ASK), ("5", ASK), ("10", ASK), ("0.00025", ASK), ("-0.01", ASK), ("1E-30", ASK),
    ],
)  # fmt: skip
def test_only_a_power_of_ten_is_told_in_decimals(step: str, digits: int) -> None:
    assert digits_of(D(step)) == digits


def asked(number: float, step: Decimal, code: int, way: int = 0) -> Decimal:
    """Have a number rounded as a walk would; exactly what the answer says."""
    mail = SimpleNamespace(pair=1, proposed=number, flag=way, number=0.0)
    other = Instrument(pair=Pair.parse("ETH/USDT"), price_step=D(7), amount_step=D(7))
    mine = Instrument(pair=Pair.parse("BTC/USDT"), price_step=step, amount_step=step)
    assert Rounding(SimpleNamespace(mail=mail), [other, mine])(code) == 0
    return exact_decimal(float(mail.number))


@given(NUMBERS, STEPS)
def test_amounts_are_cut_and_prices_go_the_way_they_are_asked_to(
    number: float, step: Decimal
) -> None:
    whole = exact_decimal(number)
    below = whole // step * step
    above = below if below == whole else below + step
    nearest = below if whole - below < step / 2 else above
    for code, way, wanted in (
        (ROUND_AMOUNT, 0, below),
        (ROUND_PRICE, ROUND_DOWN, below),
        (ROUND_PRICE, ROUND_UP, above),
        (ROUND_PRICE, ROUND_NEAREST, nearest),
    ):
        assert asked(number, step, code, way) == exact_decimal(float(wanted))


@given(st.decimals(0, 10**9, places=12), STEPS)
def test_steps_are_whole_and_nothing_is_gained(number: Decimal, step: Decimal) -> None:
    below, above = down(number, step), up(number, step)
    assert below % step == above % step == 0
    assert number - step < below <= number <= above < number + step
    assert down(below, step) == up(below, step) == below
    assert down(number, D(0)) == up(number, D(0)) == number


def test_another_question_is_a_defect() -> None:
    with pytest.raises(DefectError, match="asks question 0"):
        asked(1.0, D(1), 0)
