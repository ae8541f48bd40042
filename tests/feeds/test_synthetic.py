from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate.errors import Code, OptionError
from tidegate.feeds import Kind, inspect, resample
from tidegate.feeds.synthetic import REGIMES, MarketSpec, generate, generate_all, weather
from tidegate.feeds.synthetic.weather import shocks
from tidegate.model import DAY_NS, Candles, Timeframe

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Floats

    Same = Callable[[Candles, Candles], bool]

MONDAY = 1_704_067_200_000_000_000
YEAR = MarketSpec(
    pairs=("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "FOO/USDT"),
    timeframe=Timeframe.parse("5m"),
    start_ns=MONDAY,
    candles=365 * 288,
    seed=7,
)
SMALL = replace(YEAR, pairs=("BTC/USDT", "ETH/USDT"), candles=2000)
COLUMNS = ("time", "open", "high", "low", "close", "volume")


@pytest.fixture(scope="module")
def year() -> list[Candles]:
    return list(generate(YEAR))


def _returns(candles: Candles) -> Floats:
    changes: Floats = np.diff(np.log(candles.close))
    return changes


def _kurtosis(values: Floats) -> float:
    centred = values - values.mean()
    return float((centred**4).mean() / (centred**2).mean() ** 2)


def _echo(values: Floats, lag: int) -> float:
    return float(np.corrcoef(values[lag:], values[:-lag])[0, 1])


def _digest(market: list[Candles]) -> str:
    digest = hashlib.sha256()
    for candles in market:
        for name in COLUMNS:
            digest.update(getattr(candles, name).tobytes())
    return digest.hexdigest()


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert _digest(list(generate(SMALL))) == _digest(list(generate(SMALL)))
    assert _digest(list(generate(SMALL))) != _digest(list(generate(replace(SMALL, seed=8))))


def test_another_process_makes_the_same_bytes() -> None:
    program = (
        "import hashlib\n"
        "from tidegate.feeds.synthetic import MarketSpec, generate\n"
        "from tidegate.model import Timeframe\n"
        f"spec = MarketSpec(pairs={SMALL.pairs!r}, timeframe=Timeframe.parse('5m'),\n"
        f"    start_ns={SMALL.start_ns}, candles={SMALL.candles}, seed={SMALL.seed})\n"
        "digest = hashlib.sha256()\n"
        "for candles in generate(spec):\n"
        f"    for name in {COLUMNS!r}:\n"
        "        digest.update(getattr(candles, name).tobytes())\n"
        "print(digest.hexdigest())\n"
    )
    done = subprocess.run(  # noqa: S603 (our own interpreter and program)
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == _digest(list(generate(SMALL)))


def test_a_pair_does_not_depend_on_which_others_there_are(same: Same) -> None:
    alone = list(generate(replace(SMALL, pairs=("ETH/USDT",))))
    assert same(alone[0], list(generate(SMALL))[1])


def test_every_candle_is_sound_and_labelled(year: list[Candles]) -> None:
    for candles in year:
        assert inspect(candles) == []
        assert len(candles) == 365 * 288
        assert candles.origin == "made by tidegate data generate, seed 7"
    assert [candles.pair for candles in year] == list(YEAR.pairs)


def test_returns_have_fat_tails_that_thin_out_over_days(year: list[Candles]) -> None:
    for candles in year:
        quick = _kurtosis(_returns(candles))
        daily = _kurtosis(_returns(resample(candles, Timeframe.parse("1d"))))
        assert quick > 10
        assert 3 < daily < quick


def test_shocks_themselves_are_fat_tailed_and_of_variance_one() -> None:
    drawn = shocks(np.random.default_rng(3), 200_000)
    assert drawn.std() == pytest.approx(1.0, abs=0.02)
    assert _kurtosis(drawn) > 5


def test_volatility_clusters_and_forgets_slowly(year: list[Candles]) -> None:
    for candles in year:
        size = np.abs(_returns(candles))
        assert _echo(size, 1) > 0.15
        assert _echo(size, 12) > 0.10
        assert _echo(size, 288) > 0.04
        assert _echo(size, 1) > _echo(size, 288)


def test_direction_cannot_be_read_from_the_last_candle(year: list[Candles]) -> None:
    for candles in year:
        assert abs(_echo(_returns(candles), 1)) < 0.03


def test_pairs_move_together_but_not_as_one(year: list[Candles]) -> None:
    together = np.corrcoef([_returns(candles) for candles in year])
    apart = together[np.triu_indices(len(year), 1)]
    assert apart.min() > 0.2
    assert apart.max() < 0.95


def test_each_mood_of_the_market_shows_in_its_prices(year: list[Candles]) -> None:
    market = weather(YEAR)
    assert set(np.unique(market.regime)) == set(range(len(REGIMES)))
    returns = np.diff(np.log(year[0].close))
    spread = {}
    for number, regime in enumerate(REGIMES):
        inside = market.regime[1:] == number
        spread[regime.name] = returns[inside].std()
    assert spread["storm"] > spread["bear"] > spread["calm"]
    assert spread["storm"] > 2 * spread["calm"]


def test_moods_last_days_and_drift_their_way_over_many_years() -> None:
    century = replace(YEAR, timeframe=Timeframe.parse("1h"), start_ns=0, candles=24 * 365 * 100)
    market = weather(century)
    for number, regime in enumerate(REGIMES):
        inside = market.returns[market.regime == number]
        # Three standard errors of a mean over so many years.
        error = 3 * regime.volatility / np.sqrt(len(inside) / (24 * 365))
        assert inside.mean() * 24 * 365 == pytest.approx(regime.drift, abs=error)
    changes = np.flatnonzero(np.diff(market.regime)) + 1
    for number, regime in enumerate(REGIMES):
        starts = np.append(0, changes)
        lengths = np.diff(np.append(starts, len(market.regime)))
        found = lengths[market.regime[starts] == number].mean() / 24
        assert found == pytest.approx(regime.days, rel=0.2)


def test_afternoons_are_lively_and_weekends_quiet(year: list[Candles]) -> None:
    size = np.abs(_returns(year[0]))
    hour = (year[0].time[1:] // 3_600_000_000_000) % 24
    assert size[hour == 14].mean() > 1.2 * size[hour == 4].mean()
    weekday = ((year[0].time[1:] - MONDAY) // DAY_NS) % 7
    assert size[weekday >= 5].mean() < 0.9 * size[weekday < 5].mean()


def test_volume_goes_with_movement(year: list[Candles]) -> None:
    for candles in year:
        assert np.corrcoef(np.abs(_returns(candles)), candles.volume[1:])[0, 1] > 0.3


def test_wicks_reach_beyond_the_body_and_candles_open_near_the_last_close(
    year: list[Candles],
) -> None:
    bitcoin = year[0]
    assert (bitcoin.high > np.maximum(bitcoin.open, bitcoin.close)).mean() > 0.95
    assert (bitcoin.low < np.minimum(bitcoin.open, bitcoin.close)).mean() > 0.95
    for candles in year:
        spread = candles.high - candles.low
        body = np.abs(candles.close - candles.open)
        assert 0.3 < float((body / np.maximum(spread, 1e-12)).mean()) < 0.7
        jump = np.abs(candles.open[1:] - candles.close[:-1])
        assert jump.mean() < 0.2 * spread.mean()
        assert (jump > 0).any()


def test_prices_are_whole_ticks_of_a_plausible_size(year: list[Candles]) -> None:
    for candles, decimals in zip(year, (2, 2, 2, 4, None), strict=True):
        if decimals is not None:
            for name in ("open", "high", "low", "close"):
                prices = getattr(candles, name)
                np.testing.assert_array_equal(prices, np.round(prices, decimals))
        assert len(np.unique(candles.close)) > 500
    assert year[0].open[0] == pytest.approx(42_000, rel=0.01)
    assert year[3].open[0] == pytest.approx(0.62, rel=0.01)


def test_a_pair_in_another_currency_begins_at_the_cross_rate() -> None:
    (candles,) = generate(replace(SMALL, pairs=("ETH/BTC",)))
    assert candles.open[0] == pytest.approx(2_300 / 42_000, rel=0.01)


def test_holes_are_made_where_they_are_asked_for() -> None:
    (candles,) = generate(replace(YEAR, pairs=("BTC/USDT",), gaps=9))
    (finding,) = inspect(candles)
    assert finding.kind == Kind.GAP
    assert " in 9 places" in finding.sentence
    assert 9 <= finding.count <= 9 * 12
    assert len(candles) == YEAR.candles - finding.count
    assert candles.time[0] == MONDAY
    assert candles.time[-1] == MONDAY + (YEAR.candles - 1) * YEAR.timeframe.ns


def test_longer_timeframes_are_the_finest_resampled(same: Same) -> None:
    frames = [Timeframe.parse(name) for name in ("5m", "1h", "4h")]
    spec = replace(SMALL, gaps=5)
    made = list(generate_all(spec, frames))
    assert [candles.pair for candles, *_ in made] == ["BTC/USDT", "ETH/USDT"]
    for finest, hours, fours in made:
        assert same(hours, resample(finest, frames[1]))
        assert same(fours, resample(finest, frames[2]))
        assert hours.origin == "made by tidegate data generate, seed 7"


def test_a_timeframe_that_the_finest_does_not_divide_is_refused() -> None:
    spec = replace(SMALL, timeframe=Timeframe.parse("3m"))
    with pytest.raises(OptionError, match="3m candles cannot become 5m candles"):
        list(generate_all(spec, [Timeframe.parse("3m"), Timeframe.parse("5m")]))


def test_too_short_a_market_for_a_timeframe_is_refused() -> None:
    with pytest.raises(OptionError) as caught:
        list(generate_all(replace(SMALL, candles=300), [Timeframe.parse("1w")]))
    error = caught.value
    assert (error.code, error.where) == (Code.TOO_FEW_CANDLES, "--timeframes")
    assert error.problem == "the market is too short for a whole 1w candle"
    assert error.expected == "days from one 1w opening to the next"
    assert error.found == "300 candles of 5m"
    assert error.remedy == "make more days, or leave out 1w"


def test_too_long_a_market_is_refused_before_it_is_begun() -> None:
    with pytest.raises(OptionError) as caught:
        next(generate(replace(SMALL, candles=10**15)))
    error = caught.value
    assert (error.code, error.where) == (Code.OUT_OF_RANGE, "--days")
    assert error.problem == "the market is too long to be made at once"
    assert error.expected == "at most 20,000,000 candles for each pair"
    assert error.found == "1,000,000,000,000,000 candles of 5m"


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**63),
    candles=st.integers(1, 400),
    gaps=st.integers(0, 500),
    timeframe=st.sampled_from(["1m", "1h", "1d", "1w"]),
    pair=st.sampled_from(["BTC/USDT", "DOGE/BTC", "NEW/EUR", "SOL/USDT:USDT"]),
)
def test_any_market_is_sound_but_for_its_holes(
    seed: int, candles: int, gaps: int, timeframe: str, pair: str
) -> None:
    spec = MarketSpec(
        pairs=(pair,),
        timeframe=Timeframe.parse(timeframe),
        start_ns=MONDAY + 1,
        candles=candles,
        seed=seed,
        gaps=gaps,
    )
    (made,) = generate(spec)
    allowed = {Kind.GAP, Kind.WRONG_TIMEFRAME} if gaps else set()
    assert {finding.kind for finding in inspect(made)} <= allowed
    assert made.time[0] == MONDAY
