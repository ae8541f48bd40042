"""A market's figures beside the same worked out slowly, at any time, with holes in the files."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.runtime.slow_figures import Slow, slow_correlation

from tidegate.feeds import fill_gaps
from tidegate.guardrails import Limits
from tidegate.model import DAY_NS, Candles, Timeframe
from tidegate.runtime.market_figures import Asked, MarketFigures

if TYPE_CHECKING:
    from collections.abc import Sequence

START = 1_704_067_200 * 10**9  # a Monday
ALL = Asked(volatility=True, volume=True, correlations=True)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - chance that can be had again


def candles(
    pair: str, timeframe: str, closes: Sequence[float], *, start: int = START, volume: float = 2.0
) -> Candles:
    length = Timeframe.parse(timeframe)
    prices = np.array(closes, dtype=np.float64)
    return Candles(
        pair=pair,
        timeframe=length,
        time=start + np.arange(len(prices)) * length.ns,
        open=prices,
        high=prices,
        low=prices,
        close=prices.copy(),
        volume=np.full(len(prices), volume),
    )


def walk_of(random: Random, rows: int) -> list[float]:
    price, closes = 100.0, []
    for _ in range(rows):
        price *= math.exp(random.gauss(0.0, random.choice((0.0, 0.003, 0.02))))
        closes.append(round(price, 4))
    return closes


def holed(whole: Candles, random: Random) -> Candles:
    """Take candles away, but the first and the last."""
    chance = random.choice((0.0, 0.0, 0.05, 0.5))
    kept = np.array([random.random() >= chance for _ in range(len(whole))])
    kept[0] = kept[-1] = True
    names = ("time", "open", "high", "low", "close", "volume")
    return replace(whole, **{name: getattr(whole, name)[kept] for name in names})


@dataclass
class Pair:
    filled: Candles
    slow: Slow


def drawn(random: Random, pair: str, timeframe: str, longest: str) -> Pair:
    """Make a pair whose candles reach, as a rule, as far as the window of the longest ones."""
    step, window = Timeframe.parse(timeframe).ns, _window(longest)
    rows = window // step + random.choice((-window // step // 2, -1, 0, 1, 2, 9))
    start = START + random.choice((0, 0, 0, 1, 3)) * step
    whole = candles(pair, timeframe, walk_of(random, max(rows, 2)), start=start)
    whole = replace(whole, volume=np.array([random.uniform(0, 9) for _ in range(len(whole))]))
    sparse = holed(whole, random)
    return Pair(fill_gaps(sparse)[0], Slow.of(sparse))


def _window(timeframe: str) -> int:
    step = Timeframe.parse(timeframe).ns
    return max(DAY_NS, 30 * step) + step


def figures(pairs: Sequence[Candles], asked: Asked = ALL) -> MarketFigures:
    by_name = {each.pair: each for each in pairs}
    return MarketFigures(asked, list(by_name), by_name.get)


LENGTHS = st.sampled_from(
    ("15m 15m", "15m 1h", "30m 1h 15m", "1h 1h", "1h 4h", "4h 6h", "4h 1d", "1d 3d", "3d 1w 1d")
)


@given(LENGTHS, st.integers(0, 10**9))
def test_figures_are_those_that_are_worked_out_slowly(lengths: str, seed: int) -> None:
    random = chance(seed)
    longest = max(lengths.split(), key=Timeframe.parse)
    pairs = {
        f"P{n}": drawn(random, f"P{n}", length, longest) for n, length in enumerate(lengths.split())
    }
    market = figures([each.filled for each in pairs.values()])
    last = max(int(each.filled.time[-1]) + each.filled.timeframe.ns for each in pairs.values())
    for _ in range(3):
        now = random.choice((last, random.randint(START - 10, last + 10)))
        for name, pair in pairs.items():
            known = market.known(name, now)
            same(known.volatility, pair.slow.volatility(now))
            same(known.volume, pair.slow.volume(now))
            for other in sorted(pairs.keys() - {name}):
                wanted = slow_correlation(pair.slow, pairs[other].slow, now)
                same(known.correlations.get(other), wanted)
                assert (other in set(known.correlations)) == (wanted is not None)
            event(f"volume {'known' if known.volume is not None else 'not known'}")
            event(f"correlations known: {len(known.correlations)}")


def same(found: float | Decimal | None, wanted: float | None) -> None:
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert float(found) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(st.integers(0, 10**9))
def test_what_comes_later_changes_nothing(seed: int) -> None:
    random = chance(seed)
    closes = [walk_of(random, 80) for _ in range(2)]
    now = START + random.randint(0, 80) * Timeframe.parse("1h").ns + random.randint(0, 10)
    rows = (now - START) // Timeframe.parse("1h").ns
    whole = figures([candles(f"P{n}", "1h", each) for n, each in enumerate(closes)])
    cut = figures([candles(f"P{n}", "1h", each[:rows]) for n, each in enumerate(closes)])
    for name in ("P0", "P1"):
        one, other = whole.known(name, now), cut.known(name, now)
        assert one[:2] == other[:2]
        assert dict(one.correlations) == dict(other.correlations)


def test_minutes_of_a_day_are_a_window() -> None:
    random = chance(4)
    pairs = [candles(name, "1m", walk_of(random, 1500)) for name in ("A", "B")]
    slow = [Slow.of(each) for each in pairs]
    market = figures(pairs)
    now = START + 1441 * 60 * 10**9
    assert market.known("A", now - 1).volatility is None
    known = market.known("A", now)
    same(known.volatility, slow[0].volatility(now))
    same(known.volume, slow[0].volume(now))
    same(known.correlations["B"], slow_correlation(slow[0], slow[1], now))


def test_a_pencil_example() -> None:
    hours = [100.0 * 1.01 ** (n % 2) for n in range(31)]
    market = figures([candles("A", "1h", hours), candles("B", "1h", hours[::-1], volume=0.0)])
    known = market.known("A", START + 31 * 3600 * 10**9)
    up, down = 0.01, 1 / 1.01 - 1
    mean = (up + down) / 2
    deviation = math.sqrt(30 * (up - mean) ** 2 / 29)
    assert known.volatility == pytest.approx(deviation * math.sqrt(24))
    assert known.volume == 2 * (12 * 100 + 12 * 101)
    assert known.correlations["B"] == pytest.approx(1.0)
    assert market.known("B", START + 31 * 3600 * 10**9).volume == 0


def test_a_market_that_stands_still_has_no_correlation_and_no_volatility() -> None:
    market = figures([candles("A", "1h", [5.0] * 40), candles("B", "1h", walk_of(chance(1), 40))])
    known = market.known("A", START + 40 * 3600 * 10**9)
    assert known.volatility == 0.0
    assert "B" not in known.correlations
    assert len(known.correlations) == 0


def test_candles_that_lag_behind_leave_figures_unknown_until_they_are_there() -> None:
    closes = walk_of(chance(2), 41)
    given_now = {"A": candles("A", "1h", closes[:40]), "B": candles("B", "1h", closes[::-1])}
    market = MarketFigures(ALL, ("A", "B"), given_now.get)
    now = START + 41 * 3600 * 10**9
    assert market.known("A", now)[:2] == (None, None)
    assert "A" not in market.known("B", now).correlations
    given_now["A"] = candles("A", "1h", closes)
    assert market.known("A", now).volatility is not None
    assert "A" in market.known("B", now).correlations


def test_candles_that_do_not_fit_into_one_another_have_no_correlation() -> None:
    closes = walk_of(chance(6), 80)
    market = figures([candles("A", "4h", closes), candles("B", "6h", closes[:50])])
    known = market.known("A", START + 80 * 4 * 3600 * 10**9)
    assert known.volatility is not None
    assert "B" not in known.correlations


def test_a_pair_that_nobody_follows_is_not_known() -> None:
    market = figures([candles("A", "1h", walk_of(chance(3), 40))])
    now = START + 40 * 3600 * 10**9
    assert market.known("X", now) == (None, None, {})
    assert "X" not in market.known("A", now).correlations


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        (Limits.widest(), (False, False, False)),
        (Limits.safe(), (False, False, True)),
        (replace(Limits.safe(), max_correlated_exposure=Decimal(1)), (False, False, False)),
        (replace(Limits.widest(), max_volatility=0.1), (True, False, False)),
        (replace(Limits.widest(), min_volume=Decimal(0)), (False, True, False)),
    ],
)
def test_only_what_limits_ask_for_is_worked_out(
    limits: Limits, asked: tuple[bool, bool, bool]
) -> None:
    assert Asked.by(limits) == asked
    market = figures(
        [candles(name, "1h", walk_of(chance(5), 40)) for name in "AB"], asked=Asked(*asked)
    )
    known = market.known("A", START + 40 * 3600 * 10**9)
    found = (known.volatility is not None, known.volume is not None, bool(known.correlations))
    assert found == asked
