from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache

import pytest
from tests.guardrails import oracle
from tests.guardrails.holes import HARMLESS, Hole, holes
from tests.guardrails.situations import Case, cases

from tidegate.guardrails import GUARDRAILS, Approved, Gate, Guardrail, Reason

Verdict = str | Fraction


def judged(gate: Gate, case: Case) -> Verdict:
    """Return what the gate says, in the words of the oracle."""
    said = gate.review(
        case.signal, case.standing, case.market, proposed=case.proposed, now_ns=case.now
    )
    return Fraction(said.order.amount) if isinstance(said, Approved) else str(said.reason)


@cache
def foretold() -> list[tuple[Case, Verdict]]:
    """Return random reviews, and what the plain words say of each."""
    return [
        (
            case,
            oracle.verdict(
                case.signal, case.standing, case.market, case.limits, case.proposed, case.now
            ),
        )
        for case in cases(seed=4, count=6000)
    ]


def test_the_gate_says_what_the_plain_words_say() -> None:
    reasons: Counter[str] = Counter()
    for case, expected in foretold():
        said = judged(Gate(case.limits), case)
        assert said == expected, case
        reasons[said if isinstance(said, str) else "approved"] += 1
    assert reasons["approved"] > 1000
    assert set(Reason) - set(reasons) == set(), reasons


def is_found(hole: Hole) -> bool:
    """Return whether a random review comes out otherwise, trying the likeliest first."""
    gates: dict[int, Gate] = {}
    own = set(hole.guardrail.reasons)
    for case, expected in sorted(foretold(), key=lambda one: one[1] not in own):
        gate = gates.get(id(case.limits))
        if gate is None:
            gate = gates[id(case.limits)] = hole.gate(case.limits)
        try:
            if judged(gate, case) != expected:
                return True
        except (
            ArithmeticError,
            LookupError,
            TypeError,
            AttributeError,
        ):  # the hole let nonsense through
            return True
    return False


@pytest.mark.parametrize("guardrail", GUARDRAILS, ids=lambda one: one.name)
def test_a_hole_in_a_guardrail_is_found(guardrail: Guardrail) -> None:
    planted = [hole for hole in holes(guardrail) if hole.short not in HARMLESS]
    assert len(planted) >= 1
    assert [str(hole) for hole in planted if not is_found(hole)] == []


def test_what_is_called_harmless_is_there_and_is_not_found() -> None:
    harmless = [hole for rail in GUARDRAILS for hole in holes(rail) if hole.short in HARMLESS]
    assert {hole.short for hole in harmless} == HARMLESS
    assert [str(hole) for hole in harmless if is_found(hole)] == []
