"""The screen, whatever there is to show and however little room there is for it."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tidegate.cli import view_panels as panels
from tidegate.cli.view import screen
from tidegate.cli.view_strokes import bar, curve, sparkline
from tidegate.runtime.picture import (
    LimitShown,
    OrderShown,
    PairShown,
    Picture,
    PositionShown,
    SignalShown,
)

HELP = ("Ctrl-C ends it", "from another terminal: tidegate halt", "also start")

words = st.text(max_size=40)
moneys = st.decimals(min_value=-(10**20), max_value=10**20, places=8, allow_nan=False)
floats = st.floats(allow_nan=True, allow_infinity=True)
times = st.integers(0, 4 * 10**18)

pairs = st.builds(
    PairShown,
    pair=words,
    price=st.none() | moneys,
    closes=st.lists(floats, max_size=80).map(tuple),
)
signals = st.builds(
    SignalShown,
    time_ns=times,
    strategy=words,
    pair=words,
    wish=words,
    passed=st.booleans(),
    guardrail=words,
    words=words,
)
orders = st.builds(
    OrderShown,
    time_ns=times,
    pair=words,
    side=st.sampled_from(["buy", "sell"]),
    amount=moneys,
    price=moneys,
    state=words,
)
positions = st.builds(
    PositionShown,
    strategy=words,
    pair=words,
    direction=st.sampled_from(["long", "short"]),
    amount=moneys,
    average=moneys,
    price=st.none() | moneys,
    profit=st.none() | moneys,
    ratio=st.none() | floats,
)
limits = st.builds(LimitShown, name=words, used=words, limit=words, share=st.none() | floats)
pictures = st.builds(
    Picture,
    account=words,
    currency=words,
    where=words,
    trading=st.sampled_from(["active", "reducing", "halted", "else"]),
    why=words,
    time_ns=times,
    equity=st.none() | moneys,
    deposits=moneys,
    realised=moneys,
    curve=st.lists(floats, max_size=300).map(tuple),
    passed=st.integers(0, 10**9),
    refused=st.integers(0, 10**9),
    pairs=st.lists(pairs, max_size=12).map(tuple),
    signals=st.lists(signals, max_size=12).map(tuple),
    orders=st.lists(orders, max_size=12).map(tuple),
    positions=st.lists(positions, max_size=12).map(tuple),
    limits=st.lists(limits, max_size=12).map(tuple),
    news=words,
)

PLAIN = Picture(
    account="demo",
    currency="USDT",
    where="binance, paper",
    trading="active",
    why="",
    time_ns=1_704_067_200_000_000_000,
    equity=Decimal("10100.5"),
    deposits=Decimal(10000),
    realised=Decimal("60.25"),
    curve=(10000.0, 10050.0, 10100.5),
    passed=3,
    refused=1,
    pairs=(PairShown(pair="BTC/USDT", price=Decimal(110), closes=(100.0, 105.0)),),
    signals=(
        SignalShown(
            time_ns=1_704_067_200_000_000_000,
            strategy="breakout",
            pair="BTC/USDT",
            wish="buy",
            passed=False,
            guardrail="cooldown",
            words="5 s ago, limit 300 s: too soon",
        ),
    ),
    orders=(),
    positions=(),
    limits=(
        LimitShown(name="drawdown", used="15%", limit="30%", share=0.5),
        LimitShown(name="positions", used="4", limit="4", share=1.0),
    ),
    news="",
)


def drawn(picture: Picture, width: int, height: int) -> list[str]:
    page = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    page.print(screen(picture, width, height, HELP))
    assert isinstance(page.file, io.StringIO)
    return page.file.getvalue().removesuffix("\n").split("\n")


@given(pictures, st.integers(20, 250), st.integers(8, 80))
def test_anything_can_be_shown_in_any_room(picture: Picture, width: int, height: int) -> None:
    lines = drawn(picture, width, height)
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}


def test_a_screen_of_eighty_columns_says_all_that_matters() -> None:
    for width, height in ((80, 24), (100, 30), (160, 50)):
        text = "\n".join(drawn(PLAIN, width, height))
        for said in (
            "active", "110.00", "+10.00%", "10,100.50", "equity, USDT", "refused: cooldown",
            "15%/30%", "4/4", "nothing is held", "none yet", "3 passed, 1 refused", "Ctrl-C",
        ):  # fmt: skip
            assert said in text, (said, width)


def test_a_halt_says_why() -> None:
    text = drawn(replace(PLAIN, trading="halted", why="lunch"), 100, 30)[0]
    assert "halted (lunch)" in text


def test_where_little_fits_the_fullest_limits_are_shown() -> None:
    many = tuple(
        LimitShown(name=f"limit {number}", used="", limit="", share=number / 10)
        for number in range(10)
    )
    text = "\n".join(drawn(replace(PLAIN, limits=many), 80, 16))
    assert "limit 9" in text
    assert "limit 0" not in text


@given(st.lists(floats, max_size=100), st.integers(-2, 60))
def test_a_sparkline_has_a_letter_for_each_of_the_latest(values: list[float], width: int) -> None:
    finite = [value for value in values if math.isfinite(value)]
    assert len(sparkline(values, width)) == max(0, min(len(finite), width))


def test_a_sparkline_rises_with_its_values() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"
    assert sparkline([5, 5, 5], 8) == "▁▁▁"


@given(st.lists(floats, max_size=300), st.integers(0, 40), st.integers(0, 12))
def test_a_curve_fills_its_frame(values: list[float], width: int, height: int) -> None:
    lines = curve(values, width, height)
    assert len(lines) == (height if width else 0)
    assert all(len(line) == width for line in lines)
    finite = [value for value in values if math.isfinite(value)]
    if finite and lines:
        columns = ["".join(column) for column in zip(*lines, strict=True)]
        assert all(column.strip("\u2800") for column in columns)  # no hole in it


def test_a_curve_goes_from_the_lower_left_to_the_upper_right() -> None:
    lines = curve([0.0, 1.0], 4, 2)
    assert lines[0].startswith("\u2800")
    assert lines[1].endswith("\u2800")


@given(st.none() | floats, st.integers(-2, 40))
def test_a_bar_is_as_wide_as_it_was_asked_to_be(share: float | None, width: int) -> None:
    assert len(bar(share, width)) == max(width, 0)


def test_a_bar_is_filled_by_its_share() -> None:
    assert bar(0.5, 4) == "██──"
    assert bar(7.0, 4) == "████"
    assert bar(None, 4) == "····"


def test_figures_say_what_is_not_known() -> None:
    assert panels.price(None) == panels.money(None) == panels.signed_percent(None) == "–"
    assert panels.price(Decimal("0.00001234")) == "0.000012"
    assert panels.price(Decimal("48321.955")) == "48,321.96"
    assert panels.signed(Decimal("1.5")) == "+1.50"
    assert panels.signed(Decimal("-1.5")) == "-1.50"
    assert panels.signed_percent(-0.0123) == "-1.23%"
