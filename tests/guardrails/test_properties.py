"""What holds of every review, whatever comes."""

from __future__ import annotations

import decimal
import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.guardrails.asking import BTC, ETH, LIMITS, SOL, D, ask, market, outcome, signal, standing
from tests.guardrails.situations import case

from tidegate.guardrails import Approved, Gate, Reason, Refused

money = st.decimals(min_value=0, max_value=20_000, places=8)
prices = st.decimals(min_value="0.01", max_value=100_000, places=2)
amounts = st.decimals(min_value="0.001", max_value=1_000, places=3)
correlations = st.dictionaries(
    st.sampled_from([ETH, SOL]), st.floats(-2, 2) | st.just(float("nan"))
)
exposures = st.fixed_dictionaries({BTC: money, ETH: money, SOL: money})
EXPOSURES = {Reason.MARKET_EXPOSURE, Reason.TOTAL_EXPOSURE, Reason.CORRELATED_EXPOSURE}


@given(
    amount=amounts,
    price=prices,
    limit=st.none() | prices,
    equity=money,
    free=money,
    exposure=exposures,
    alike=correlations,
)
def test_what_is_approved_is_within_every_limit(  # noqa: PLR0913, PLR0917
    amount: Decimal,
    price: Decimal,
    limit: Decimal | None,
    equity: Decimal,
    free: Decimal,
    exposure: dict[str, Decimal],
    alike: dict[str, float],
) -> None:
    where = standing(equity=equity, free=free, exposure=exposure)
    result = ask(signal(amount=amount, price=limit), where, market(price=price, correlations=alike))
    if isinstance(result, Refused):
        return
    cost = Fraction(amount) * Fraction(price if limit is None else limit)
    worth = Fraction(equity)
    assert 5 <= cost <= 1000
    assert cost * Fraction(1001, 1000) <= Fraction(free) - worth / 100
    assert Fraction(exposure[BTC]) + cost <= worth / 4
    assert sum(map(Fraction, exposure.values())) + cost <= worth
    held = cost + Fraction(exposure[BTC])
    for pair in (ETH, SOL):
        known = alike.get(pair, 1.0)
        held += Fraction(exposure[pair]) * (Fraction(abs(known)) if abs(known) < 1 else 1)
    assert held <= worth * Fraction(3, 4)
    assert limit is None or abs(limit - price) <= price / 20


@given(exposure=exposures, more=money, pair=st.sampled_from([BTC, ETH, SOL]), alike=correlations)
def test_more_exposure_never_turns_a_refusal_into_an_approval(
    exposure: dict[str, Decimal], more: Decimal, pair: str, alike: dict[str, float]
) -> None:
    what = market(correlations=alike)
    before = outcome(ask(where=standing(exposure=exposure), what=what))
    worse = exposure | {pair: exposure[pair] + more}
    after = outcome(ask(where=standing(exposure=worse), what=what))
    assert before in {None, *EXPOSURES}
    if before is not None:
        assert after in EXPOSURES


@given(seed=st.integers(0, 10**9))
def test_a_verdict_is_the_same_again_and_changes_nothing(seed: int) -> None:
    one = case(random.Random(seed))  # noqa: S311 - chance for a test, not a secret
    gate = Gate(one.limits)
    asked = (one.signal, one.standing, one.market)
    before = repr(asked)
    first = gate.review(*asked, proposed=one.proposed, now_ns=one.now)
    assert repr(gate.review(*asked, proposed=one.proposed, now_ns=one.now)) == repr(first)
    assert repr(asked) == before


@given(seed=st.integers(0, 10**9))
def test_every_guardrail_that_refuses_is_in_the_explanation_and_the_first_is_the_verdict(
    seed: int,
) -> None:
    one = case(random.Random(seed))  # noqa: S311 - chance for a test, not a secret
    gate = Gate(one.limits)
    asked = (one.signal, one.standing, one.market)
    result = gate.review(*asked, proposed=one.proposed, now_ns=one.now)
    verdicts = gate.explain(*asked, proposed=one.proposed, now_ns=one.now)
    against = [verdict for verdict in verdicts if verdict.passed is False]
    if isinstance(result, Approved):
        assert against == []
    else:
        assert against[0].reason is result.reason
        assert (against[0].observed, against[0].limit) == (result.observed, result.limit)


def test_a_caller_with_a_rough_context_of_decimals_gets_the_same_verdict() -> None:
    edge = signal(amount=D("10.00000001"))
    wide = replace(LIMITS, max_order_notional=D(1000))
    fine = market()
    assert fine.instrument is not None
    fine.instrument = replace(fine.instrument, amount_step=D(0))
    with decimal.localcontext() as rough:
        rough.prec = 3
        rough.traps[decimal.Inexact] = True
        assert outcome(ask(edge, what=fine, limits=wide)) == Reason.ORDER_NOTIONAL
        assert decimal.getcontext().prec == 3
