"""How large a position ought to be, worked out with a pencil and by the candle loop's own rule."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.kernel.numbers import Wallet, sizing_numbers
from tidegate.kernel.stake import kelly_fraction, proposed
from tidegate.model import Instrument, Pair, Rules, Sizing, SizingKind
from tidegate.strategies.sizing import Cap, Footing, Held, Proposal, propose

COIN = Instrument(
    pair=Pair("BTC", "USDT"), price_step=Decimal("0.01"), amount_step=Decimal("0.001")
)
FIXED, PERCENT, RISK, ATR, KELLY, EQUAL = (
    SizingKind.FIXED,
    SizingKind.PERCENT_OF_EQUITY,
    SizingKind.PERCENT_RISK,
    SizingKind.ATR,
    SizingKind.KELLY,
    SizingKind.EQUAL_SHARE,
)


def _propose(kind: SizingKind, value: float = 1.0, **changes: Any) -> Proposal:  # noqa: ANN401 - fields
    rules = {name: changes.pop(name) for name in ("cap", "min_trades", "window") if name in changes}
    plain: dict[str, Any] = {"free": Decimal(10_000), "price": Decimal(100), "instrument": COIN}
    sizing = Sizing(kind=kind, value=value, **rules)
    return propose(sizing, Footing(**{**plain, **changes}))


def _these(*values: object) -> tuple[object, ...]:
    """Return several figures to be compared at once, whatever kind of number each is."""
    return values


# the kinds


def test_a_fixed_stake_is_what_it_is() -> None:
    found = _propose(FIXED, 2000)
    assert _these(str(found.amount), found.reason, found.capped_by) == ("20.000", "", None)
    assert found.notional == found.stake == 2000


def test_a_fixed_stake_above_what_is_free_is_none_at_all() -> None:
    found = _propose(FIXED, 2000, free=Decimal(1999), tied=Decimal(5000))
    assert _these(found.amount, found.granted) == (0, 0)
    assert found.reason == "the stake is more than the 1,999 that may be staked"
    assert found.capped_by is None


def test_a_share_is_of_all_equity_and_not_of_what_is_free() -> None:
    found = _propose(PERCENT, 0.1, free=Decimal(6000), tied=Decimal(4000))
    assert found.stake == 1000


def test_percent_risk_loses_its_share_at_the_stop() -> None:
    found = _propose(RISK, 0.01, stop_ratio=0.05)
    assert found.amount == 20
    assert found.amount * 5 == 100  # five under the entry: one percent of the equity


def test_percent_risk_with_leverage_loses_the_same_and_stakes_less() -> None:
    found = _propose(RISK, 0.01, stop_ratio=0.05, leverage=Decimal(4))
    assert _these(found.amount, found.stake, found.notional) == (20, 500, 2000)


def test_percent_risk_without_a_stop_is_nothing() -> None:
    for ratio in (None, 0.0):
        found = _propose(RISK, 0.01, stop_ratio=ratio)
        assert _these(found.amount, found.reason) == (
            0,
            "without a stop there is no risk to measure",
        )


def test_atr_loses_its_share_when_the_move_comes() -> None:
    found = _propose(ATR, 0.01, move_ratio=0.04)
    assert found.amount * 4 == 100
    assert _propose(ATR, 0.01, move_ratio=0.04, leverage=Decimal(2)).amount == 25


def test_atr_that_is_not_known_yet_is_nothing() -> None:
    found = _propose(ATR, 0.01)
    assert _these(found.amount, found.reason) == (0, "the average true range is not known yet")


def test_kelly_is_counted_over_the_latest_trades() -> None:
    ratios = [-1.0] * 100 + [1.2] * 55 + [-1.0] * 45
    found = _propose(KELLY, 0.5, ratios=ratios, min_trades=30, window=100)
    assert found.kelly == pytest.approx(0.175)
    assert found.stake == 875


def test_kelly_of_trades_that_lose_is_nothing() -> None:
    found = _propose(KELLY, 0.5, ratios=[1.0, -1.0, -1.0], min_trades=3)
    assert _these(found.amount, found.kelly) == (0, 0)
    assert "lose in the long run" in found.reason


@pytest.mark.parametrize("ratios", [[], [0.1, -0.1], [0.1] * 40])
def test_kelly_before_it_can_be_counted_is_its_fallback(ratios: list[float]) -> None:
    found = _propose(KELLY, 0.5, ratios=ratios)
    assert _these(found.kelly, found.stake) == (None, 200)  # 2 % of equity


def test_equal_shares_are_of_the_slots() -> None:
    assert _propose(EQUAL, slots=4).stake == 2500
    assert _propose(EQUAL, slots=4, free=Decimal(2000), tied=Decimal(8000)).stake == 2000


# limits


def test_a_stake_is_held_to_the_largest_share() -> None:
    found = _propose(RISK, 0.01, stop_ratio=0.01, cap=0.25)
    assert _these(found.wanted, found.granted, found.capped_by) == (10000, 2500, Cap.SHARE)


def test_a_stake_is_held_to_what_is_free() -> None:
    found = _propose(RISK, 0.01, stop_ratio=0.01, free=Decimal(3000), tied=Decimal(7000))
    assert _these(found.wanted, found.granted, found.capped_by) == (10000, 3000, Cap.ROOM)


def test_rounding_to_eight_places_stakes_no_more_than_is_free() -> None:
    free = Decimal("100.000000006")
    assert _propose(PERCENT, 1.0, free=free).granted == free


def test_a_stake_is_held_to_what_may_be_staked() -> None:
    found = _propose(PERCENT, 1.0, tradable=0.99)
    assert _these(found.granted, found.capped_by) == (9900, Cap.ROOM)


@pytest.mark.parametrize(("free", "tied"), [("0", "0"), ("-1", "0"), ("-1", "5"), ("1", "-2")])
def test_without_equity_nothing_is_staked(free: str, tied: str) -> None:
    found = _propose(PERCENT, 0.5, free=Decimal(free), tied=Decimal(tied))
    assert _these(found.amount, found.reason) == (0, "there is no equity to stake")


def test_with_everything_tied_up_nothing_is_staked() -> None:
    found = _propose(PERCENT, 0.5, free=Decimal(0), tied=Decimal(100))
    assert _these(found.amount, found.reason) == (0, "nothing is free to be staked")


# steps


def test_an_amount_is_rounded_down_to_the_exchanges_step() -> None:
    found = _propose(FIXED, 1000, price=Decimal(300))
    assert str(found.amount) == "3.333"
    assert found.stake == Decimal("999.9")


def test_an_amount_without_a_step_has_eight_places() -> None:
    found = _propose(
        FIXED, 1000, price=Decimal(300), instrument=replace(COIN, amount_step=Decimal(0))
    )
    assert str(found.amount) == "3.33333333"


def test_float_dust_does_not_cost_a_step() -> None:
    """0.07 of 1000 over a stop of 0.7 is 99.99999999999999 in floats, and 100 with a pencil."""
    found = _propose(RISK, 0.07, free=Decimal(1000), stop_ratio=0.7, price=Decimal(1))
    assert found.amount == 100


def test_below_the_least_amount_there_is_none_and_it_says_so() -> None:
    least = replace(COIN, min_amount=Decimal("0.02"))
    found = _propose(FIXED, 1.99, instrument=least)
    assert found.reason == "0.0199 BTC is below the least amount, 0.02 BTC"
    assert found.amount == 0
    assert _propose(FIXED, 2, instrument=least).amount == Decimal("0.02")


def test_below_one_step_there_is_none_and_it_says_so() -> None:
    assert _propose(FIXED, 0.09).reason == "0.0009 BTC is below the least amount, 0.001 BTC"


def test_below_the_least_cost_there_is_none_and_it_says_so() -> None:
    least = replace(COIN, min_cost=Decimal(5))
    assert _these(
        _propose(FIXED, 4.99, instrument=least).reason
        == "4.9 USDT is below the least order, 5 USDT"
    )
    assert _propose(FIXED, 5, instrument=least).amount == Decimal("0.05")


# correlation


def test_what_moves_the_same_way_makes_a_stake_smaller() -> None:
    held = [
        Held(pair="ETH/USDT", notional=Decimal(3000), correlation=0.8),
        Held(pair="GOLD/USDT", notional=Decimal(2000), correlation=-0.5),
        Held(pair="NEW/USDT", notional=Decimal(1000), correlation=None),
    ]
    found = _propose(FIXED, 1340, held=held)
    assert found.divided_by == Decimal("1.34")  # 1 + 0.8 * 0.3 + 0 + 1 * 0.1
    assert _these(found.wanted, found.granted, found.amount) == (1340, 1000, 10)


@pytest.mark.parametrize("unknown", [None, math.nan, 7.0])
def test_a_correlation_that_is_not_known_counts_as_the_most(unknown: float | None) -> None:
    held = [Held(pair="NEW/USDT", notional=Decimal(10_000), correlation=unknown)]
    assert _propose(FIXED, 1000, held=held).divided_by == 2


def test_with_nothing_held_a_stake_stays_as_it_is() -> None:
    assert _propose(FIXED, 1000, held=[]).stake == 1000


# against the rule itself


SIZINGS = st.builds(
    Sizing,
    kind=st.sampled_from(list(SizingKind)),
    value=st.floats(0.001, 1.0),
    cap=st.floats(0.01, 1.0),
    min_trades=st.integers(0, 5),
    window=st.integers(5, 20),
)
MONEY = st.decimals(0, 100_000, places=8)


@given(
    SIZINGS,
    MONEY,
    MONEY,
    st.floats(0.001, 0.9),
    st.lists(st.floats(-0.5, 0.5), max_size=30),
    st.sampled_from([Decimal(1), Decimal(2), Decimal(7)]),
)
def test_the_stake_is_the_one_of_the_candle_loop(
    sizing: Sizing,
    free: Decimal,
    tied: Decimal,
    distance: float,
    ratios: list[float],
    leverage: Decimal,
) -> None:
    footing = Footing(
        free=free,
        tied=tied,
        price=Decimal(3),
        instrument=replace(COIN, amount_step=Decimal(0)),
        leverage=leverage,
        slots=3,
        tradable=0.99,
        stop_ratio=distance,
        move_ratio=distance,
        ratios=ratios,
    )
    found = propose(sizing, footing)
    latest = np.array(ratios[-sizing.window :])
    kelly = math.nan
    if len(latest) >= max(sizing.min_trades, 1):
        kelly = kelly_fraction(latest, len(latest))
    times = distance * float(leverage)
    given_by_rule = proposed(
        sizing_numbers(Rules(sizing=sizing)),
        Wallet(0.0, 0.99, 3),
        float(tied),
        float(free),
        times,
        times,
        kelly,
    )
    # where no equity is, the rule's answer means nothing
    expected = max(given_by_rule, 0.0) if free + tied > 0 else 0.0
    assert abs(float(found.granted) - expected) <= 1e-8
    assert found.granted <= free
    assert found.amount * 3 <= found.granted * leverage
    assert bool(found.amount) is not bool(found.reason)
    assert float(found.granted) <= float(found.wanted) * (1 + 1e-9) + 1e-8
    if found.capped_by is None and found.granted:
        assert float(found.granted) == pytest.approx(float(found.wanted), rel=1e-8, abs=1e-8)


# words


def test_the_working_shows_each_step_with_its_numbers() -> None:
    found = _propose(RISK, 0.01, stop_ratio=0.05, leverage=Decimal(2), cap=0.05, tied=Decimal(2000))
    assert found.working == [
        "equity 12,000 USDT, of which 10,000 are free",
        "risk 1 % of 12,000 = 120",
        "the stop is 5 % from the price",
        "stake 120 / (5 % × 2) = 1,200, the rest is borrowed",
        "at most 5 % of equity: 600",
        "position 600 × 2 = 1,200",
        "amount 1,200 / 100 = 12 BTC, in steps of 0.001: 12",
    ]


def test_the_working_of_each_kind() -> None:
    kelly: dict[str, Any] = {"ratios": [1.2] * 55 + [-1.0] * 45, "window": 100}
    lost: dict[str, Any] = {"ratios": [1.0] + [-1.0] * 29}
    held = [Held(pair="ETH/USDT", notional=Decimal(3000), correlation=0.8)]
    cases: list[tuple[Proposal, list[str]]] = [
        (_propose(FIXED, 2000), ["stake 2,000, as it is fixed"]),
        (_propose(PERCENT, 0.125), ["stake 12.5 % of 10,000 = 1,250"]),
        (_propose(EQUAL, slots=4), ["stake 10,000 in 4 equal parts = 2,500"]),
        (
            _propose(ATR, 0.01, move_ratio=0.04),
            [
                "risk 1 % of 10,000 = 100",
                "the usual move is 4 % from the price",
                "stake 100 / 4 % = 2,500",
            ],
        ),
        (
            _propose(KELLY, 0.5, **kelly),
            [
                "55 wins, 45 losses: 55 % won, a win is 1.2 times a loss",
                "Kelly 55 % - 45 % / 1.2 = 17.5 %",
                "stake 50 % of that: 8.75 % of 10,000 = 875",
            ],
        ),
        (_propose(KELLY), ["too few trades for Kelly: stake 2 % of 10,000 = 200"]),
        (
            _propose(FIXED, 1240, held=held),
            [
                "stake 1,240, as it is fixed",
                "divide by 1 + 0.8 × 30 % (ETH/USDT) = 1.24",
                "stake 1,000",
            ],
        ),
        (
            _propose(PERCENT, 1.0, tradable=0.99),
            ["stake 100 % of 10,000 = 10,000", "at most what may be staked: 9,900"],
        ),
    ]
    for found, lines in cases:
        assert found.working[1:-1] == lines
        assert found.working[-1].startswith("amount ")
    assert _propose(KELLY, **lost).working[1:] == [
        "1 wins, 29 losses: 3.333333333 % won, a win is 1 times a loss",
        "Kelly 3.333333333 % - 96.66666667 % / 1 is not above 0",
        "trades like these lose in the long run: the Kelly fraction is 0",
    ]
    assert _propose(RISK, 0.01).working == [
        "equity 10,000 USDT",
        "without a stop there is no risk to measure",
    ]
    assert _propose(FIXED, 0.01).working[-1] == "0.0001 BTC is below the least amount, 0.001 BTC"
