from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest

from tidegate.errors import CandleError, Code, DefectError, OptionError
from tidegate.feeds import TimeRange, path_of, write
from tidegate.model import Candles, Exits, Rules, Sizing, SizingKind, Timeframe
from tidegate.research.backtest import Request, Result, backtest, require_affordable
from tidegate.research.realism import PROFILES, Slippage
from tidegate.strategies import Frame, OwnLimits, Signals, Strategy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HOUR, FOUR = Timeframe.parse("1h"), Timeframe.parse("4h")
MONDAY = 1_704_067_200_000_000_000  # 2024-01-01


class Always(Strategy):
    """Buys on every close above one."""

    timeframe = HOUR
    rules = Rules(exits=Exits(stop_ratio=0.5))

    def signals(self, frame: Frame) -> Signals:
        return Signals(enter_long=frame.close > 1)


class WithTheTide(Always):
    """Buys while the four-hour close is above one."""

    other_timeframes = (FOUR,)

    def signals(self, frame: Frame) -> Signals:
        return Signals(enter_long=frame.on("4h").close > 1)


class Put(Protocol):
    def __call__(
        self,
        close: Sequence[float],
        *,
        pair: str = ...,
        timeframe: Timeframe = ...,
        skip: Sequence[int] = ...,
    ) -> None: ...


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write candles that open where the one before closed and reach 1 % beyond."""

    def make(
        close: Sequence[float],
        *,
        pair: str = "FOO/USDT",
        timeframe: Timeframe = HOUR,
        skip: Sequence[int] = (),
    ) -> None:
        ends = np.array(close, dtype=np.float64)
        opens = np.concatenate((ends[:1], ends[:-1]))
        kept = np.setdiff1d(np.arange(len(ends)), skip)
        candles = Candles(
            pair=pair,
            timeframe=timeframe,
            time=(MONDAY + np.arange(len(ends)) * timeframe.ns)[kept],
            open=opens[kept],
            high=(np.maximum(opens, ends) * 1.01)[kept],
            low=(np.minimum(opens, ends) * 0.99)[kept],
            close=ends[kept],
            volume=np.full(len(kept), 1000.0),
        )
        write(path_of(tmp_path, pair, timeframe), candles)

    return make


def _request(folder: Path, strategy: Strategy | None = None, **changes: Any) -> Request:  # noqa: ANN401
    plain = Request(
        strategy=strategy or Always(),
        pairs=["FOO/USDT"],
        currency="USDT",
        timeframe=HOUR,
        datadir=folder,
        timerange=TimeRange(),
        slippage=Slippage.parse("none"),
    )
    return replace(plain, **changes)


def _run(folder: Path, strategy: Strategy | None = None, **changes: Any) -> Result:  # noqa: ANN401
    return backtest(_request(folder, strategy, **changes))


def test_one_trade_by_hand(tmp_path: Path, put: Put) -> None:
    put([100, 100, 110, 120, 120])
    outcome = _run(tmp_path, stake=200.0).outcome
    (trade,) = outcome.trades
    # Decided on the first close, bought at the open of the second candle (100); the data
    # end, so it is sold at the open of the last (120): 2 units, a fee of 0.1 % on each side.
    assert (trade["open_row"], trade["close_row"]) == (1, 4)
    assert (trade["open_rate"], trade["close_rate"], trade["amount"]) == (100.0, 120.0, 2.0)
    assert trade["profit_abs"] == pytest.approx(240 * 0.999 - 200 * 1.001)
    assert trade["profit_ratio"] == pytest.approx(239.76 / 200.2 - 1)
    assert trade["fees_paid"] == pytest.approx(0.2 + 0.24)
    assert outcome.exit_reasons[trade["exit_reason"]] == "force_exit"
    assert outcome.final_balance == pytest.approx(1039.56)
    assert outcome.equity[-1] == pytest.approx(1039.56)
    # Held from the first close to the last: 1000 at 100 is 1200 at 120.
    assert outcome.hold[-1] == pytest.approx(1200.0)
    assert (outcome.start_ns, outcome.end_ns) == (MONDAY, MONDAY + 4 * HOUR.ns)


def test_slippage_by_hand(tmp_path: Path, put: Put) -> None:
    put([100, 100, 110, 120, 120])
    (trade,) = _run(tmp_path, stake=202.0, slippage=Slippage.parse("0.01")).outcome.trades
    assert trade["open_rate"] == pytest.approx(101.0)
    assert trade["amount"] == pytest.approx(2.0)
    assert trade["close_rate"] == pytest.approx(120 * 0.99)
    assert trade["slippage_paid"] == pytest.approx(2 * 1.0 + 2 * 1.2)


def test_progress_is_told_in_order(tmp_path: Path, put: Put) -> None:
    put([100.0] * 9)
    put([50.0] * 9, pair="BAR/USDT")
    told: list[tuple[str, str]] = []
    backtest(
        _request(tmp_path, pairs=["FOO/USDT", "BAR/USDT"]),
        lambda stage, what: told.append((stage, what)),
    )
    assert [one for one in told if one[0] != "prepare"] == [
        ("load", "FOO/USDT"),
        ("load", "BAR/USDT"),
        ("indicators", "FOO/USDT"),
        ("indicators", "BAR/USDT"),
        ("simulate", ""),
    ]


def test_seconds_are_counted_for_each_part(tmp_path: Path, put: Put) -> None:
    class Slow(Always):
        def signals(self, frame: Frame) -> Signals:
            time.sleep(0.05 if frame.candles.pair == "FOO/USDT" else 0.0)
            return super().signals(frame)

    put([100.0] * 9)
    seconds = _run(tmp_path, Slow()).seconds
    assert seconds.indicators >= 0.05
    assert seconds.load > 0.0
    assert seconds.simulate > 0.0


def test_a_longer_timeframe_is_resampled_or_read_and_said_to_be(tmp_path: Path, put: Put) -> None:
    put([100.0] * 40)
    resampled = _run(tmp_path, WithTheTide())
    assert list(resampled.provenance) == ["4h candles resampled from 1h"]
    put([100.0] * 10, timeframe=FOUR)
    read = _run(tmp_path, WithTheTide())
    assert list(read.provenance) == ["4h candles read from their own files"]
    assert list(_run(tmp_path).provenance) == []


def test_filled_candles_are_counted_over_all_pairs(tmp_path: Path, put: Put) -> None:
    put([100.0] * 12, skip=(4, 5))
    put([50.0] * 12, pair="BAR/USDT", skip=(7,))
    both = ["FOO/USDT", "BAR/USDT"]
    assert _run(tmp_path, gaps="fill", pairs=both).filled == 3
    assert _run(tmp_path, realism="freqtrade", pairs=both).filled == 3
    with pytest.raises(CandleError) as caught:
        _run(tmp_path, pairs=both)
    assert caught.value.code == Code.CANDLE_GAP
    with pytest.raises(CandleError):
        _run(tmp_path, realism="freqtrade", gaps="refuse", pairs=both)


def test_pairs_share_one_wallet(tmp_path: Path, put: Put) -> None:
    put([100.0] * 12)
    put([50.0] * 12, pair="BAR/USDT")
    outcome = _run(tmp_path, pairs=["FOO/USDT", "BAR/USDT"], stake=600.0).outcome
    assert len(outcome.trades) == 1
    # The second stake of 600 finds 400 left, on each candle again.
    assert outcome.unaffordable_signals


def test_options_come_before_the_strategy_and_the_profile(tmp_path: Path) -> None:
    own = Always()
    own.rules = Rules(sizing=Sizing(kind=SizingKind.PERCENT_RISK, value=0.01), max_open_trades=4)
    plain = _request(tmp_path, own, pairs=["A/B", "C/B"], slippage=None)
    assert plain.rules == own.rules
    assert plain.slots == 4
    assert replace(plain, max_open_trades=3).slots == 3
    assert _request(tmp_path, pairs=["A/B", "C/B"]).slots == 2
    fixed = replace(plain, stake=50.0).rules
    assert fixed.sizing == Sizing(kind=SizingKind.FIXED, value=50.0)
    assert fixed.exits == own.rules.exits
    assert replace(plain, share_equally=True).rules.sizing == Sizing()
    assert plain.venue == PROFILES["standard"].venue
    assert plain.slippage_model == Slippage("constant", 0.0005)
    freqtrade = replace(plain, realism="freqtrade", fee=0.0)
    assert freqtrade.venue == PROFILES["freqtrade"].venue._replace(fee=0.0)
    assert freqtrade.slippage_model == Slippage("none", 0.0)


def test_a_stake_that_the_wallet_can_never_pay_is_refused(tmp_path: Path) -> None:
    require_affordable(_request(tmp_path, stake=990.0))
    with pytest.raises(OptionError) as caught:
        require_affordable(_request(tmp_path, stake=990.01))
    assert (caught.value.code, caught.value.where) == (Code.STAKE_OVER_WALLET, "--stake")
    assert caught.value.expected == "at most 990 USDT: 99% of a wallet of 1000"
    require_affordable(_request(tmp_path, stake=990.01, wallet=2000.0))


def test_a_strategys_own_stake_is_looked_at_unless_another_is_asked_for(tmp_path: Path) -> None:
    rich = Always()
    rich.rules = Rules(sizing=Sizing(kind=SizingKind.FIXED, value=5000.0))
    with pytest.raises(OptionError) as caught:
        require_affordable(_request(tmp_path, rich))
    assert caught.value.where == "Always: position size"
    require_affordable(_request(tmp_path, rich, stake=10.0))
    require_affordable(_request(tmp_path, rich, share_equally=True))


def test_a_run_is_the_same_every_time(tmp_path: Path, put: Put) -> None:
    put([100 + 10 * np.sin(row / 3) for row in range(200)])
    first, second = (_run(tmp_path, slippage=Slippage.parse("volume")).outcome for _ in range(2))
    assert len(first.trades)
    assert first.trades.tobytes() == second.trades.tobytes()
    assert first.equity.tobytes() == second.equity.tobytes()


def test_limits_that_a_strategy_brings_are_never_left_out_in_silence(tmp_path: Path) -> None:
    """Only a runner with a gate can hold a run to them."""
    strategy = Always()
    strategy.limits = OwnLimits(max_daily_trades=1)
    with pytest.raises(DefectError, match="brings limits of its own"):
        backtest(_request(tmp_path, strategy))
