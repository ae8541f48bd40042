from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import Code, OptionError
from tidegate.guardrails import Limits
from tidegate.kernel import SPOT_VENUE
from tidegate.model import Candles, Timeframe
from tidegate.research.guardrails import Guarded
from tidegate.research.realism import (
    MODELS,
    PROFILES,
    Circumstances,
    Slippage,
    assumptions,
    grade,
)
from tidegate.strategies import OwnLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = Timeframe.parse("1h")
LN2 = math.log(2.0)

FLAWLESS = Circumstances(
    fee=0.001,
    slippage="volume",
    gap_stops=True,
    made=False,
    filled=0,
    candles=1000,
    trades=100,
    dubious=0,
    shorts=0,
    largest_share=0.01,
)


def _candles(
    close: Sequence[float],
    *,
    high: Sequence[float] | None = None,
    low: Sequence[float] | None = None,
    volume: Sequence[float] | None = None,
) -> Candles:
    rows = len(close)
    return Candles(
        pair="FOO/USDT",
        timeframe=HOUR,
        time=np.arange(rows, dtype=np.int64) * HOUR.ns,
        open=np.array(close, dtype=np.float64),
        high=np.array(close if high is None else high, dtype=np.float64),
        low=np.array(close if low is None else low, dtype=np.float64),
        close=np.array(close, dtype=np.float64),
        volume=np.array([1.0] * rows if volume is None else volume, dtype=np.float64),
    )


def _points(**changes: Any) -> dict[str, float]:  # noqa: ANN401 - a field of any kind
    return {f.name: f.points for f in grade(replace(FLAWLESS, **changes)).findings}


# slippage, by hand


@pytest.mark.parametrize(
    ("text", "model", "size"),
    [
        ("none", "none", 0.0),
        ("0", "none", 0.0),
        ("0.00", "none", 0.0),
        ("constant:0", "none", 0.0),
        ("spread:0", "none", 0.0),
        ("volume:0", "volume", 0.0),
        ("constant", "constant", 0.0005),
        ("constant:", "constant", 0.0005),
        ("constant:0.002", "constant", 0.002),
        ("0.002", "constant", 0.002),
        ("2e-3", "constant", 0.002),
        (".002", "constant", 0.002),
        ("spread", "spread", 1.0),
        ("volatility", "volatility", 0.1),
        ("volume:2", "volume", 2.0),
        ("constant:0.1", "constant", 0.1),
    ],
)
def test_a_model_is_read_with_its_figure(text: str, model: str, size: float) -> None:
    read = Slippage.parse(text)
    assert (read.model, read.size) == (model, size)
    assert Slippage.parse(str(read)) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("volum", Code.UNKNOWN_SLIPPAGE),
        ("", Code.UNKNOWN_SLIPPAGE),
        (".", Code.UNKNOWN_SLIPPAGE),
        ("--", Code.UNKNOWN_SLIPPAGE),
        ("nan", Code.UNKNOWN_SLIPPAGE),
        ("-0.1", Code.OUT_OF_RANGE),
        ("0.11", Code.OUT_OF_RANGE),
        ("constant:nan", Code.OUT_OF_RANGE),
        ("constant:x", Code.OUT_OF_RANGE),
        ("constant:0.1:2", Code.OUT_OF_RANGE),
        ("none:0.1", Code.OUT_OF_RANGE),
        ("volatility:11", Code.OUT_OF_RANGE),
        ("spread:101", Code.OUT_OF_RANGE),
        ("volume:inf", Code.OUT_OF_RANGE),
    ],
)
def test_what_is_no_model_is_refused(text: str, code: Code) -> None:
    with pytest.raises(OptionError) as caught:
        Slippage.parse(text)
    assert caught.value.code == code


def test_none_and_constant_are_one_figure_for_all_candles() -> None:
    candles = _candles([100.0, 200.0])
    nothing, always = (Slippage.parse(t).friction(candles) for t in ("none", "constant:0.002"))
    assert (nothing.base.tolist(), nothing.impact.tolist()) == ([0.0], [0.0])
    assert (always.base.tolist(), always.impact.tolist()) == ([0.002], [0.0])


def test_the_spread_is_half_of_what_closes_and_middles_imply() -> None:
    # Every middle is 1, so its logarithm is 0; the closes are at +2 %, -1 % and 0 of it.
    close = [math.exp(0.02), math.exp(-0.01), 1.0, 1.0]
    candles = _candles(close, high=[math.e] * 4, low=[1 / math.e] * 4)
    base = Slippage.parse("spread").friction(candles).base
    # Products: 0.02 * 0.02 once the second candle has closed, then 0.01 * 0.01.
    assert base[0] == base[1] == 0.0001  # nothing known yet: one basis point
    assert base[2] == pytest.approx(math.sqrt(4 * 0.0004) / 2)
    assert base[3] == pytest.approx(math.sqrt(4 * (0.0004 + 0.0001) / 2) / 2)
    twice = Slippage.parse("spread:2").friction(candles).base
    np.testing.assert_allclose(twice, 2 * base)


def test_the_spread_is_never_less_than_a_basis_point_a_side() -> None:
    assert Slippage.parse("spread").friction(_candles([5.0] * 9)).base.tolist() == [0.0001] * 9
    # Closes on one side of falling middles imply a negative square.
    candles = _candles([1.0, 1.0, 1.0], high=[1.0, 1.5, 2.0], low=[0.5, 1.0, 1.5])
    assert Slippage.parse("spread").friction(candles).base.tolist() == [0.0001] * 3


def test_volatility_is_a_share_of_the_deviation_of_closed_candles() -> None:
    base = Slippage.parse("volatility").friction(_candles([100, 200, 100, 200, 400])).base
    # Returns: +ln 2, -ln 2, +ln 2, each known one candle after its close.
    assert base[:3].tolist() == [0.0, 0.0, 0.0]
    assert base[3] == pytest.approx(0.1 * LN2)
    third = LN2 / 3  # the mean of three; the deviations are 2/3, 4/3 and 2/3 of ln 2
    assert base[4] == pytest.approx(0.1 * math.sqrt(LN2**2 - third**2))


def test_volume_takes_a_basis_point_and_the_root_of_the_share() -> None:
    candles = _candles([100, 200, 100, 200], volume=[2, 4, 6, 1000])
    friction = Slippage.parse("volume:2").friction(candles)
    assert friction.base.tolist() == [0.0001] * 4
    assert friction.impact[3] == pytest.approx(2 * LN2 / math.sqrt((2 + 4 + 6) / 3))
    assert friction.impact[0] == 0.0


def test_an_estimate_looks_back_twenty_candles_and_no_further() -> None:
    close = [100.0 * (1.5 if row % 2 else 1.0) for row in range(23)]
    friction = Slippage.parse("volume").friction(_candles(close, volume=[1000.0] + [10.0] * 22))
    deviation = Slippage.parse("volatility:1").friction(_candles(close)).base
    root = deviation / friction.impact.clip(min=1e-300)
    assert root[20] ** 2 == pytest.approx((1000 + 19 * 10) / 20)
    assert root[21] ** 2 == pytest.approx(10)


@pytest.mark.parametrize("model", sorted(MODELS))
@given(
    rows=st.lists(
        st.tuples(st.floats(0.5, 2.0), st.floats(0.0, 0.5), st.floats(0.0, 1e6)),
        min_size=2,
        max_size=45,
    ),
    cut=st.integers(1, 44),
)
def test_no_model_knows_the_candle_that_an_order_fills_in(
    model: str, rows: list[tuple[float, float, float]], cut: int
) -> None:
    close, reach, volume = (list(column) for column in zip(*rows, strict=True))
    high = [c * (1 + r) for c, r in zip(close, reach, strict=True)]
    low = [c * (1 - r) for c, r in zip(close, reach, strict=True)]
    whole = Slippage(model, 1.0).friction(_candles(close, high=high, low=low, volume=volume))
    # Replace that candle and cut the ones after it away: nothing up to it may change.
    cut = min(cut, len(rows))
    seen = [
        [*column[: cut - 1], value]
        for column, value in ((close, 1.0), (high, 3.0), (low, 0.2), (volume, 7.0))
    ]
    part = Slippage(model, 1.0).friction(
        _candles(seen[0], high=seen[1], low=seen[2], volume=seen[3])
    )
    for all_of_it, up_to_here in zip(whole, part, strict=True):
        rows_known = min(cut, len(all_of_it))
        assert all_of_it[:rows_known].tolist() == up_to_here[:rows_known].tolist()
        assert (np.isfinite(all_of_it) & (all_of_it >= 0.0)).all()


def test_every_model_says_what_it_assumes() -> None:
    for model in MODELS:
        said = Slippage.parse(model).meaning
        assert said.startswith("every ")
        assert "{" not in said
    assert "pays 0.05% of the price" in Slippage.parse("constant").meaning
    assert "pays 0.2% of the price" in Slippage.parse("0.002").meaning
    assert "pays 10% of the price" in Slippage.parse("0.1").meaning
    assert "2 times half the spread" in Slippage.parse("spread:2").meaning


# the grade, by hand


def test_a_run_without_a_flaw_is_an_a_with_nothing_to_gain() -> None:
    document = grade(FLAWLESS).as_document()
    assert (document["letter"], document["score"], document["raises"]) == ("A", 1.0, [])
    assert sum(finding.of for finding in grade(FLAWLESS).findings) == 100


@pytest.mark.parametrize(
    ("changes", "points", "letter"),
    [
        ({"gap_stops": False}, 90, "A"),
        ({"gap_stops": False, "slippage": "spread"}, 88, "B"),
        ({"made": True, "slippage": "constant"}, 75, "B"),
        ({"made": True, "slippage": "constant", "filled": 1}, 72, "C"),
        ({"made": True, "gap_stops": False, "trades": 0, "largest_share": None}, 60, "C"),
        ({"made": True, "slippage": "none", "fee": 0.0, "gap_stops": False}, 40, "D"),
        (
            {"made": True, "slippage": "none", "fee": 0.0, "gap_stops": False, "filled": 1},
            37,
            "E",
        ),
        (
            {
                "made": True,
                "slippage": "none",
                "fee": 0.0,
                "gap_stops": False,
                "filled": 9,
                "shorts": 3,
                "largest_share": 1.0,
                "trades": 4,
                "dubious": 4,
            },
            4,  # gaps 2, within candles 2, and four trades are no evidence
            "E",
        ),
    ],
)
def test_a_letter_is_the_sum_of_the_points(
    changes: dict[str, Any], points: int, letter: str
) -> None:
    graded = grade(replace(FLAWLESS, **changes))
    assert graded.score == pytest.approx(points / 100)
    assert graded.letter == letter
    assert sum(finding.points for finding in graded.findings) == points


@pytest.mark.parametrize(
    ("name", "changes", "points"),
    [
        ("Prices", {"made": True}, 0),
        ("Fees", {"fee": 0.0}, 0),
        ("Slippage", {"slippage": "none"}, 0),
        ("Slippage", {"slippage": "constant"}, 10),
        ("Slippage", {"slippage": "spread"}, 13),
        ("Slippage", {"slippage": "volatility"}, 13),
        ("Slippage", {"slippage": "volume"}, 15),
        ("Order size", {"largest_share": None, "trades": 0}, 10),
        ("Order size", {"largest_share": 0.01}, 10),
        ("Order size", {"largest_share": 0.0101}, 5),
        ("Order size", {"largest_share": 0.1}, 5),
        ("Order size", {"largest_share": 0.101}, 0),
        ("Order size", {"largest_share": math.inf}, 0),
        ("Stops", {"gap_stops": False}, 0),
        ("Within candles", {"dubious": 0}, 10),
        ("Within candles", {"dubious": 5}, 7),
        ("Within candles", {"dubious": 6}, 2),
        ("Within candles", {"trades": 0}, 10),
        ("Gaps", {"filled": 1}, 2),
        ("Shorts", {"shorts": 1}, 0),
        ("Evidence", {"trades": 99}, 10),
        ("Evidence", {"trades": 37}, 4),
        ("Evidence", {"trades": 0}, 0),
    ],
)
def test_each_finding_by_hand(name: str, changes: dict[str, Any], points: float) -> None:
    assert _points(**changes)[name] == points
    assert {n for n, p in _points(**changes).items() if p != _points()[n]} <= {
        name,
        "Evidence",
    }


def test_gains_are_what_is_missing_the_largest_first() -> None:
    seen = replace(FLAWLESS, made=True, slippage="constant", trades=37)
    document = grade(seen).as_document()
    assert document["letter"] == "C"
    assert document["score"] == 0.69
    assert document["raises"] == [
        {"what": "test on recorded candles", "gain": 0.2},
        {"what": "test more pairs or a longer time", "gain": 0.06},
        {"what": "use --slippage volume, which knows both", "gain": 0.05},
    ]
    raised = grade(replace(seen, made=False)).score
    assert raised - grade(seen).score == pytest.approx(0.2)


def test_every_lost_point_says_what_would_earn_it() -> None:
    worst = replace(
        FLAWLESS, made=True, fee=0.0, slippage="none", gap_stops=False, filled=1, shorts=1,
        largest_share=math.inf, trades=10, dubious=10,
    )  # fmt: skip
    for finding in grade(worst).findings:
        assert finding.points < finding.of
        assert finding.raises
        assert finding.why
        assert "inf" not in finding.why


# what a run took for granted


def _assumed(**changes: Any) -> dict[str, str]:  # noqa: ANN401 - an argument of any kind
    given_: dict[str, Any] = {
        "venue": SPOT_VENUE,
        "slippage": Slippage.parse("constant"),
        "provenance": [],
        "shorts": False,
        "filled": 0,
    }
    return {one.name: one.value for one in assumptions(**(given_ | changes))}


def test_assumptions_say_what_was_assumed_and_no_more() -> None:
    plain = _assumed()
    assert plain["Fees"] == "0.100% a side"
    assert plain["Slippage"] == "constant:0.0005"
    assert "at the open" in plain["Stops"]
    assert {"Shorts", "Gaps", "Other timeframes"}.isdisjoint(plain)
    assert "without borrowing" in _assumed(shorts=True)["Shorts"]
    assert _assumed(filled=1234)["Gaps"].startswith("1,234 missing candles")
    assert _assumed(provenance=["4h candles resampled from 1h"])["Other timeframes"] == (
        "4h candles resampled from 1h"
    )
    freqtrade = _assumed(venue=PROFILES["freqtrade"].venue)
    assert "even where it opened beyond" in freqtrade["Stops"]


def test_guardrails_are_assumed_as_they_were_asked_for() -> None:
    own = OwnLimits(max_daily_trades=3, max_drawdown=0.15)
    both = "the strategy's own (max_daily_trades 3, max_drawdown_percent 0.15)"
    safe, widest = Limits.safe(), Limits.widest()
    assert _assumed()["Guardrails"].startswith("none: every order")
    for guarded, words in (
        (Guarded(asked="safe", limits=safe), "safe"),
        (Guarded(asked="safe", limits=safe, own=own), f"safe and {both}"),
        (Guarded(asked="none", limits=safe, own=own), both),
    ):
        assert _assumed(guarded=guarded)["Guardrails"] == words
    wide = _assumed(guarded=Guarded(asked="widest", limits=widest))["Guardrails"]
    assert wide.startswith("widest: all of them")


def test_the_two_profiles_differ_where_they_say_so() -> None:
    ours, theirs = PROFILES["standard"], PROFILES["freqtrade"]
    assert (ours.slippage, ours.gaps) == ("constant:0.0005", "refuse")
    assert (theirs.slippage, theirs.gaps) == ("none", "fill")
    assert not ours.venue.exact_freqtrade
    assert theirs.venue.exact_freqtrade
    assert ours.venue.fee == theirs.venue.fee == 0.001
    assert theirs.venue.exit_timeout_ns == 600 * 10**9
