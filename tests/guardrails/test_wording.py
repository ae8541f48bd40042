from __future__ import annotations

from decimal import Decimal

import pytest

from tidegate.guardrails.wording import instant, percent, plain, quoted, seconds, share


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("1000", "1000"),
        ("1E+3", "1000"),
        ("1.50", "1.5"),
        ("0.00000001", "0.00000001"),
        ("-0.10", "-0.1"),
        ("743.242500000000029932972536348882", "743.24250000000003"),
        ("123456789.12345678", "123456789.12345678"),
        ("NaN", "NaN"),
        ("sNaN", "sNaN"),
        ("-Infinity", "-Infinity"),
    ],
)
def test_a_number_is_written_plainly(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_what_is_not_known_is_said_so() -> None:
    assert plain(None) == "not known"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        ("1", "4", "25 %"),
        ("1", "3", "33.3333 %"),
        ("2500.01", "10000", "25.0001 %"),
        ("5", "0", "5 of 0"),
        ("5", "-1", "5 of -1"),
        ("-1", "100", "-1 %"),
        ("123456789", "1", "12345700000 %"),
    ],
)
def test_a_share_is_a_percentage_where_there_is_a_whole(part: str, whole: str, text: str) -> None:
    assert share(Decimal(part), Decimal(whole)) == text


def test_a_fraction_is_a_percentage() -> None:
    assert percent(Decimal("0.055")) == "5.5 %"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (0, "0 s"),
        (1, "0.000000001 s"),
        (1_500_000_000, "1.5 s"),
        (-1_500_000_000, "-1.5 s"),
        (60_000_000_000, "60 s"),
    ],
)
def test_a_span_is_in_seconds(span: int, text: str) -> None:
    assert seconds(span) == text


def test_an_instant_is_in_iso_8601_and_never_an_exception() -> None:
    assert instant(1_767_225_600_000_000_000) == "2026-01-01T00:00:00Z"
    assert instant(1_767_225_600_000_001_999) == "2026-01-01T00:00:00.000001Z"
    assert instant(10**30) == f"{10**30} ns"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 58, "'" + "x" * 58 + "'"),
        ("x" * 59, "'" + "x" * 58 + "…"),
        (Decimal("1E+5"), "1E+5"),
        (10**60 - 1, str(10**60 - 1)),
        (10**60, "a number of many digits"),
        (True, "True"),
        (None, "None"),
    ],
)
def test_whatever_is_given_is_cut_to_a_tables_width(value: object, text: str) -> None:
    assert quoted(value) == text
