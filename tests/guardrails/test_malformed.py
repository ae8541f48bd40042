from __future__ import annotations

from typing import Any

import pytest
from tests.guardrails.asking import NOON, D, ask, outcome, signal

from tidegate.guardrails import Reason, Refused

NAMES = "1 to 255 printable letters"
NUMBER = "a decimal number above 0"
TIME = "nanoseconds since 1970"

FAULTS: tuple[tuple[str, Any, str, str], ...] = (
    *((name, "", f"{name} ''", NAMES) for name in ("id", "source", "account")),
    *((name, None, f"{name} None", NAMES) for name in ("strategy", "pair", "position")),
    ("id", "a\tb", r"id 'a\tb'", NAMES),
    ("id", "\ud800", r"id '\ud800'", NAMES),
    ("id", "x" * 256, "id '" + "x" * 58 + "…", NAMES),
    ("source", "a:b", "source 'a:b'", "a name without a colon"),
    ("tag", 7, "tag 7", "at most 255 letters"),
    ("correlation", "a\0", r"correlation 'a\x00'", "at most 255 letters"),
    ("direction", "long", "direction 'long'", "long or short"),
    ("effect", None, "effect None", "increase or reduce"),
    ("amount", D("NaN"), "amount NaN", NUMBER),
    ("amount", D("sNaN"), "amount sNaN", NUMBER),
    ("amount", D("Infinity"), "amount Infinity", NUMBER),
    ("amount", D(0), "amount 0", NUMBER),
    ("amount", D(-1), "amount -1", NUMBER),
    ("amount", D("1E+999999"), "amount 1E+999999", NUMBER),
    ("amount", 1, "amount 1", NUMBER),
    ("amount", True, "amount True", NUMBER),
    ("amount", "1", "amount '1'", NUMBER),
    ("price", 100.0, "price 100.0", NUMBER),
    ("price", D("-Infinity"), "price -Infinity", NUMBER),
    ("leverage", D("0.5"), "leverage 0.5", "a decimal number of 1 or more"),
    ("leverage", None, "leverage None", "a decimal number of 1 or more"),
    ("made_ns", 1.5, "made_ns 1.5", TIME),
    ("made_ns", -1, "made_ns -1", TIME),
    ("expires_ns", 2**63, f"expires_ns {2**63}", TIME),
    ("expires_ns", 10**4000, "expires_ns a number of many digits", TIME),
    ("expires_ns", NOON - 1, f"expires_ns {NOON - 1}", f"made_ns ({NOON}) or later"),
)


@pytest.mark.parametrize(("name", "value", "observed", "limit"), FAULTS)
def test_a_field_that_makes_no_sense_is_refused_by_name(
    name: str,
    value: Any,  # noqa: ANN401 - wrong types on purpose
    observed: str,
    limit: str,
) -> None:
    refused = ask(signal(**{name: value}))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.observed, refused.limit) == (Reason.MALFORMED, observed, limit)
    assert not refused.incident


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "x" * 255},
        {"id": "ü/€-:7"},
        {"tag": "two\nlines"},
        {"tag": "", "correlation": "x" * 255},
        {"made_ns": NOON, "expires_ns": NOON},
        {"expires_ns": 2**63 - 1},
        {"leverage": D(1)},
    ],
)
def test_what_is_unusual_but_sound_passes(changes: dict[str, Any]) -> None:
    assert outcome(ask(signal(**changes))) is None
