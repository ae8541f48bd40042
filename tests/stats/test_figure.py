from __future__ import annotations

import math

import pytest

from tidegate.errors import DefectError
from tidegate.stats.figure import Figure, known, ratio, undefined


def test_a_figure_is_a_number_or_a_reason() -> None:
    assert known(2) == Figure(2.0, None)
    assert undefined("no trades") == Figure(None, "no trades")


@pytest.mark.parametrize(("value", "why"), [(None, None), (1.0, "no trades")])
def test_a_figure_is_never_both_or_neither(value: float | None, why: str | None) -> None:
    with pytest.raises(DefectError, match="a number or a reason"):
        Figure(value, why)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_figure_is_finite(value: float) -> None:
    with pytest.raises(DefectError, match="finite"):
        known(value)


def test_a_ratio_of_figures_hands_on_the_first_reason_it_meets() -> None:
    assert ratio(known(3), known(4), zero="nothing") == known(0.75)
    assert ratio(known(3), known(0), zero="nothing") == undefined("nothing")
    assert ratio(undefined("above"), undefined("below"), zero="nothing") == undefined("above")
    assert ratio(known(3), undefined("below"), zero="nothing") == undefined("below")
    assert ratio(known(1e300), known(1e-300), zero="nothing").why == "too large to be a number"
