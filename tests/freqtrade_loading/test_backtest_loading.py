"""A backtest that loads quickly holds what Freqtrade's own holds, and comes to the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from freqtrade.exceptions import OperationalException, StrategyError
from freqtrade.optimize.backtesting import Backtesting
from pandas.testing import assert_frame_equal, assert_series_equal
from tests.freqtrade_loading.bench import Marking, bench, candles, unmarked
from tests.freqtrade_loading.whole import opened, settings, write_futures, write_spot

from tidegate.freqtrade.advice import populated
from tidegate.freqtrade.loading_backtest import QuickLoading
from tidegate.freqtrade.provider import QuickDataProvider, quickened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

# Freqtrade calls pandas in ways that pandas means to give up.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _same_frames(ours: dict[str, pd.DataFrame], theirs: dict[str, pd.DataFrame]) -> None:
    assert list(ours) == list(theirs)
    for pair, frame in theirs.items():
        assert_frame_equal(ours[pair], frame, check_exact=True)


Both = Callable[..., tuple[QuickLoading, Backtesting]]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """Make our backtest and Freqtrade's, each with a configuration of its own."""
    with ExitStack() as stack:

        def make(*, futures: bool = False, **options: Any) -> tuple[QuickLoading, Backtesting]:  # noqa: ANN401 - of any kind
            (write_futures if futures else write_spot)(tmp_path)
            config = settings(tmp_path, "Crossing", futures=futures, **options)
            exchange = stack.enter_context(opened(dict(config)))
            return QuickLoading(dict(config), exchange), Backtesting(dict(config), exchange)

        yield make


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "a range": {"timerange": "20240131-20240201"},
    "an open range": {"timerange": "20240130-"},
    "detail": {"timeframe_detail": "1m", "timerange": "20240130-20240201"},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_what_is_loaded_is_freqtrades(both: Both, options: dict[str, Any]) -> None:
    ours, theirs = both(**options)
    (data, timerange), (expected, expected_range) = ours.load_bt_data(), theirs.load_bt_data()
    _same_frames(data, expected)
    _same_frames(ours.detail_data, theirs.detail_data)
    assert timerange == expected_range
    assert timerange is ours.timerange
    assert ours.available_pairs == theirs.available_pairs == ["A/USDT", "B/USDT"]
    assert list(ours.price_pair_prec) == list(theirs.price_pair_prec)
    for pair, steps in theirs.price_pair_prec.items():
        assert_series_equal(ours.price_pair_prec[pair], steps, check_exact=True)


def test_in_futures_the_funding_is_freqtrades(both: Both) -> None:
    ours, theirs = both(futures=True)
    _same_frames(ours.load_bt_data()[0], theirs.load_bt_data()[0])
    assert len(ours.futures_data) == 2
    _same_frames(ours.futures_data, theirs.futures_data)
    assert ours.funding_fee_timeframe_secs == theirs.funding_fee_timeframe_secs


def test_in_futures_a_pair_without_tiers_is_refused(both: Both) -> None:
    for bt in both(futures=True):
        bt.exchange._leverage_tiers.pop("B/USDT:USDT", None)  # noqa: SLF001 - Freqtrade has no other place
        with pytest.raises(OperationalException, match="leverage tiers"):
            bt.load_bt_data()


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_the_trades_are_freqtrades(both: Both, options: dict[str, Any]) -> None:
    contents = []
    for bt in both(**options):
        data, timerange = bt.load_bt_data()
        span = bt.backtest_one_strategy(bt.strategylist[0], data, timerange)
        contents.append((span, bt.all_bt_content["Crossing"]))
    (our_span, ours), (span, theirs) = contents
    assert our_span == span
    assert ours.keys() == theirs.keys()
    assert len(ours["results"]) > 3
    assert_frame_equal(ours["results"], theirs["results"], check_exact=True)
    assert ours["final_balance"] == theirs["final_balance"]


def test_signals_to_be_exported_go_freqtrades_way(both: Both) -> None:
    kept = []
    for bt in both(export="signals"):
        bt.backtest_one_strategy(bt.strategylist[0], *bt.load_bt_data())
        kept.append(bt.analysis_results["signals"]["Crossing"])
    _same_frames(*kept)


def test_start_up_longer_than_the_candles_is_freqtrades_error(both: Both) -> None:
    for bt in both(timerange="20240131-20240201"):
        data, timerange = bt.load_bt_data()
        bt.required_startup = 5000
        with pytest.raises(OperationalException, match="No data left after adjusting for startup"):
            bt.backtest_one_strategy(bt.strategylist[0], data, timerange)


def test_a_pair_that_the_start_up_uses_up_is_left_out_of_the_span(both: Both) -> None:
    bt, _ = both()
    data, timerange = bt.load_bt_data()
    bt.required_startup = 750
    first, last = bt.span_of(data, timerange)
    assert first == data["A/USDT"]["date"].iloc[750]
    assert last == data["A/USDT"]["date"].iloc[-1]


def test_indicators_are_freqtrades_and_leave_the_candles_alone(both: Both) -> None:
    bt, _ = both()
    strategy = bt.strategylist[0]
    data, _ = bt.load_bt_data()
    bt._set_strategy(strategy)  # noqa: SLF001 - Freqtrade's own step
    before = {pair: frame.copy() for pair, frame in data.items()}
    ours = populated(strategy, data)
    _same_frames(ours, strategy.advise_all_indicators(data))
    ours["A/USDT"].loc[:, "open"] = 0.0
    _same_frames(data, before)


def test_a_strategy_with_its_own_way_over_all_pairs_is_asked() -> None:
    class Own(Marking):
        def advise_all_indicators(self, data: dict[str, Any]) -> dict[str, Any]:
            return {pair: frame.assign(own=1) for pair, frame in data.items()}

    strategy = bench().strategy
    strategy.__class__ = Own
    assert "own" in populated(strategy, {"A/USDT": candles(9)})["A/USDT"]


def test_a_frame_of_another_length_is_freqtrades_error() -> None:
    for mark in (lambda frame: frame.iloc[1:], lambda frame: frame.iloc[:-1]):
        with pytest.raises(StrategyError, match="mismatching length"):
            populated(bench(indicators=mark).strategy, {"A/USDT": candles(9)})
    assert (
        len(populated(bench(indicators=unmarked).strategy, {"A/USDT": candles(9)})["A/USDT"]) == 9
    )


@pytest.mark.parametrize("timerange", [None, "20240131-20240201"])
@pytest.mark.parametrize(
    "asked", [("A/USDT", "1h", ""), ("B/USDT", "1m", "spot"), ("C/USDT", "1h", "")]
)
def test_further_candles_are_freqtrades(
    both: Both, timerange: str | None, asked: tuple[str, str, str]
) -> None:
    ours, theirs = both(timerange=timerange)
    assert isinstance(ours.dataprovider, QuickDataProvider)
    expected = theirs.dataprovider.historic_ohlcv(*asked)
    found = ours.dataprovider.historic_ohlcv(*asked)
    assert_frame_equal(found, expected, check_exact=True)
    assert found.empty == (asked[0] == "C/USDT")
    found["close"] = 0.0
    assert_frame_equal(ours.dataprovider.historic_ohlcv(*asked), expected, check_exact=True)


def test_further_candles_are_read_once(both: Both, tmp_path: Path) -> None:
    bt, _ = both()
    first = bt.dataprovider.historic_ohlcv("A/USDT", "1h")
    (tmp_path / "A_USDT-1h.feather").unlink()
    assert_frame_equal(bt.dataprovider.historic_ohlcv("A/USDT", "1h"), first)


def test_a_data_provider_of_another_make_is_left_as_it_is(both: Both) -> None:
    bt, _ = both()

    class Other(type(bt.dataprovider)):  # type: ignore[misc] # of the one at hand
        pass

    bt.dataprovider.__class__ = Other
    assert type(quickened(bt.dataprovider)) is Other
