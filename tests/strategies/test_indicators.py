from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tidegate.errors import DefinitionError
from tidegate.model import Candles, Timeframe
from tidegate.strategies import Frame, PairMarket
from tidegate.strategies.indicators import FRIENDLY_TYPES, checked, find, names
from tidegate.strategies.indicators.library import RECURSIVE, UNANCHORED, function_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.strategies.conftest import MakeCandles

    from tidegate.model import Floats

HOUR = Timeframe.parse("1h")
# Not defined for prices above 1: the arc functions of a close of 100 have no value.
ARCS = {"ACOS", "ASIN"}
NAN = np.nan


def _frame(candles: Candles) -> Frame:
    return Frame(PairMarket(base=candles))


def _random(rows: int, seed: int = 1) -> Candles:
    chance = np.random.default_rng(seed)
    close = 100.0 * np.exp(np.cumsum(chance.normal(0, 0.004, rows)))
    opening = np.concatenate((close[:1], close[:-1]))
    spread = np.abs(chance.normal(0, 0.002, (2, rows)))
    return Candles(
        pair="A/B",
        timeframe=HOUR,
        time=1_704_067_200_000_000_000 + np.arange(rows, dtype=np.int64) * HOUR.ns,
        open=opening,
        high=np.maximum(opening, close) * (1 + spread[0]),
        low=np.minimum(opening, close) * (1 - spread[1]),
        close=close,
        volume=chance.lognormal(3, 1, rows),
    )


def test_averages_have_their_pencil_values(make_candles: MakeCandles) -> None:
    frame = _frame(make_candles([2, 4, 6, 8, 16]))
    np.testing.assert_allclose(frame.sma(3).values, [NAN, NAN, 4, 6, 10])
    np.testing.assert_allclose(frame.ema(3).values, [NAN, NAN, 4, 6, 11])
    np.testing.assert_allclose(frame.wma(3).values, [NAN, NAN, 28 / 6, 40 / 6, (6 + 16 + 48) / 6])


def test_rsi_is_the_share_of_the_gains(make_candles: MakeCandles) -> None:
    # changes +2 -1, then +3: gains (2+0)/2 = 1, (1*1+3)/2 = 2; losses 0.5, 0.25
    frame = _frame(make_candles([10, 12, 11, 14]))
    np.testing.assert_allclose(frame.rsi(2).values, [NAN, NAN, 100 / 1.5, 100 * 2 / 2.25])


def test_the_donchian_channel_includes_its_own_candle(make_candles: MakeCandles) -> None:
    channel = _frame(make_candles([10, 20, 15])).donchian(2)  # highs 11 21 21, lows 9 9 14
    np.testing.assert_allclose(channel.upper.values, [NAN, 21, 21])
    np.testing.assert_allclose(channel.lower.values, [NAN, 9, 9])
    np.testing.assert_allclose(channel.middle.values, [NAN, 15, 15])


def test_bollinger_bands_lie_so_many_deviations_around_the_average(
    make_candles: MakeCandles,
) -> None:
    bands = _frame(make_candles([1, 3, 5])).bbands(2, deviations=3)
    np.testing.assert_allclose(bands.upper.values, [NAN, 5, 7])
    np.testing.assert_allclose(bands.middle.values, [NAN, 2, 4])
    np.testing.assert_allclose(bands.lower.values, [NAN, -1, 1])


def test_the_macd_is_the_difference_of_two_averages() -> None:
    frame = _frame(_random(300))
    macd = frame.macd(5, 10, 4)
    own = frame.ema(5).values - frame.ema(10).values
    np.testing.assert_allclose(macd.macd.values[100:], own[100:], rtol=1e-9)
    np.testing.assert_allclose(
        macd.histogram.values[100:], (macd.macd - macd.signal).values[100:], atol=1e-12
    )


def test_the_range_is_averaged_as_wilder_did(make_candles: MakeCandles) -> None:
    # true ranges 4, 5 and 6: their average 4.5, then (4.5 + 6) / 2
    frame = _frame(make_candles([10, 12, 9, 13]))
    np.testing.assert_allclose(frame.atr(2).values, [NAN, NAN, 4.5, 5.25])


def test_the_stochastic_says_where_the_close_lies(make_candles: MakeCandles) -> None:
    stochastic = _frame(make_candles([10, 12, 11, 9])).stoch(2, smooth=1, signal=2)
    np.testing.assert_allclose(stochastic.k.values[-2:], [100 * (11 - 9) / 4, 100 * 1 / 5])
    np.testing.assert_allclose(stochastic.d.values[-1], (50 + 20) / 2)


def test_other_sources_are_averages_of_the_candle(make_candles: MakeCandles) -> None:
    frame = _frame(make_candles([10, 14]))  # second candle: 10, 15, 9, 14
    assert frame.hl2.values[1] == 12
    assert frame.hlc3.values[1] == pytest.approx(38 / 3)
    assert frame.ohlc4.values[1] == 12
    np.testing.assert_allclose(frame.sma(2, source="hl2").values, [NAN, 11])


def test_an_indicator_of_an_indicator_waits_for_both(make_candles: MakeCandles) -> None:
    frame = _frame(make_candles([1, 2, 3, 4, 5]))
    twice = frame.sma(2, source=frame.sma(3))
    np.testing.assert_allclose(twice.values, [NAN, NAN, NAN, 2.5, 3.5])
    assert twice.settle == 3
    assert twice.name == "sma(2, sma(3))"


def test_the_same_indicator_is_computed_once(make_candles: MakeCandles) -> None:
    frame = _frame(make_candles([1, 2, 3]))
    assert frame.ema(2) is frame.ema(2)
    assert frame.ema(2) is not frame.ema(3)
    assert frame.talib("CCI", timeperiod=20) is frame.talib("cci", period=20)


def test_the_market_cannot_be_changed_by_an_indicator(make_candles: MakeCandles) -> None:
    with pytest.raises(ValueError, match="read-only"):
        _frame(make_candles([1, 2])).close.values[0] = 5


def test_one_output_of_several_is_asked_for_by_name(make_candles: MakeCandles) -> None:
    frame = _frame(make_candles(range(1, 60)))
    up = frame.talib("AROON", output="aroonup", timeperiod=5)
    assert up.values[-1] == 100
    with pytest.raises(DefinitionError) as caught:
        frame.talib("AROON", timeperiod=5)
    assert caught.value.expected == "output= one of aroondown, aroonup"


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("ema", "EMA"), ("Bollinger", "BBANDS"), ("bb", "BBANDS"), ("stochastic", "STOCH")],
)
def test_names_are_understood_in_any_case_and_by_their_other_names(
    name: str, canonical: str
) -> None:
    assert find(name, where="").type == canonical


def test_talibs_own_parameter_names_are_understood() -> None:
    macd = checked(find("MACD", where=""), {"fastperiod": 3, "slow": 9}, where="x")
    assert macd == {"fast": 3, "slow": 9, "signal": 9}


def test_a_parameter_given_under_two_names_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        checked(find("MACD", where=""), {"fast": 3, "fastperiod": 4}, where="x")
    assert caught.value.found == '"fast" and "fastperiod", which mean the same'


def _arguments(name: str) -> tuple[Any, dict[str, Any], list[str]]:
    indicator = find(name, where="")
    return indicator, indicator.complete({}), list(indicator.sources)


@pytest.mark.parametrize("name", sorted(set(names()) - ARCS))
def test_every_indicator_there_is_gives_a_number_for_each_candle(name: str) -> None:
    frame = _frame(_random(400))
    indicator, params, sources = _arguments(name)
    assert checked(indicator, params, where="x") == params
    with np.errstate(all="ignore"):
        lines = frame.compute(indicator, sources, params)
    assert len(lines) == len(indicator.outputs)
    for line in lines:
        assert line.values.shape == (400,)
        assert line.values.dtype == np.float64
        # FRACTAL marks single candles; all others have a value once they have settled
        assert name == "FRACTAL" or not np.isnan(line.values[300:]).all()


def _numbers(name: str, candles: Candles, params: Mapping[str, Any]) -> list[Floats]:
    indicator = find(name, where="")
    sources = [getattr(candles, source) for source in indicator.sources]
    return list(indicator.compute(candles, sources, params))


@pytest.mark.parametrize("name", sorted(set(names()) - UNANCHORED - ARCS))
def test_after_the_warm_up_it_does_not_matter_where_the_candles_began(name: str) -> None:
    candles, cut = _random(4000), 1512  # a whole number of days and of weeks
    indicator = find(name, where="")
    params = indicator.complete({})
    settle = indicator.settle(params, HOUR)
    assert settle < 1000
    whole, part = (
        _numbers(name, candles, params),
        _numbers(name, candles.rows(cut, len(candles)), params),
    )
    for all_rows, late_rows in zip(whole, part, strict=True):
        expected, found = all_rows[cut + settle :], late_rows[settle:]
        scale = np.nanstd(all_rows[np.isfinite(all_rows)]) or 1.0
        known = np.isfinite(expected)
        np.testing.assert_array_equal(known, np.isfinite(found))
        assert np.abs(expected[known] - found[known]).max(initial=0.0) < 1e-3 * scale


@pytest.mark.parametrize(
    "kind", sorted(set(function_names()) - RECURSIVE - UNANCHORED - ARCS - set(FRIENDLY_TYPES))
)
def test_functions_called_windowed_depend_on_their_look_back_alone(kind: str) -> None:
    candles, cut = _random(1200), 600
    indicator = find(kind, where="")
    params = indicator.complete({})
    settle = indicator.settle(params, HOUR)
    with np.errstate(all="ignore"):
        whole = _numbers(kind, candles, params)
        part = _numbers(kind, candles.rows(cut, len(candles)), params)
    for all_rows, late_rows in zip(whole, part, strict=True):
        np.testing.assert_allclose(
            late_rows[settle:], all_rows[cut + settle :], rtol=1e-6, atol=1e-6
        )


def test_an_average_of_another_kind_takes_longer_to_settle() -> None:
    bands = find("MA", where="")
    simple = bands.settle({"period": 20, "matype": 0}, HOUR)
    exponential = bands.settle({"period": 20, "matype": 1}, HOUR)
    assert (simple, exponential) == (19, 190)


def test_the_indicators_do_without_pandas() -> None:
    # TA-Lib takes pandas along where it is installed; ours must work where it is not
    code = "import sys; sys.modules['pandas'] = None; import tidegate.strategies.declared"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - our own Python
    assert done.returncode == 0, done.stderr
