from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.feeds import resample
from tidegate.model import Candles, Timeframe
from tidegate.research.lookahead import Examination, cut, examine
from tidegate.strategies import Frame, PairMarket, Signals, Strategy, crosses_above
from tidegate.strategies.catalogue import BUILT_IN, resolve
from tidegate.strategies.declared import DeclaredStrategy

EXAMPLES = Path(__file__).parents[2] / "examples" / "strategies"
HOUR, FOUR_HOURS = Timeframe.parse("1h"), Timeframe.parse("4h")
MONDAY = 1_704_067_200_000_000_000

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _candles(rows: int, base: Timeframe = HOUR) -> Candles:
    chance = np.random.default_rng(11)
    close = 100.0 * np.exp(np.cumsum(chance.normal(0, 0.006, rows)))
    opening = np.concatenate((close[:1], close[:-1]))
    reach = np.abs(chance.normal(0, 0.003, (2, rows)))
    return Candles(
        pair="BTC/USDT",
        timeframe=base,
        time=MONDAY + np.arange(rows, dtype=np.int64) * base.ns,
        open=opening,
        high=np.maximum(opening, close) * (1 + reach[0]),
        low=np.minimum(opening, close) * (1 - reach[1]),
        close=close,
        volume=chance.lognormal(4, 0.8, rows),
    )


def _market(strategy: Strategy, rows: int) -> PairMarket:
    base = strategy.timeframe or HOUR
    candles = _candles(rows, base)
    others = {other: resample(candles, other) for other in strategy.others_for(base)}
    return PairMarket(base=candles, others=others)


def _examined(strategy: Strategy, rows: int = 1500, samples: int = 40) -> Examination:
    return examine(strategy, _market(strategy, rows), samples=samples, seed=3)


READY_MADE = [*sorted(BUILT_IN.glob("*.json")), *sorted(EXAMPLES.glob("*.json"))]
READY_MADE += [EXAMPLES / "trend_pullback.py"]


@pytest.mark.parametrize("path", READY_MADE, ids=lambda path: str(path.stem))
def test_what_is_ready_made_uses_the_past_only(path: Path) -> None:
    found = _examined(resolve(str(path)), rows=8000, samples=30)
    assert found.leaks == ()
    assert found.cuts == 30
    assert found.fired > 0


CHEATS = {
    "shift": "np.roll(candles.close, -1)",
    "centred": "np.convolve(candles.close, np.ones(5) / 5, mode='same')",
    "normalised": "(candles.close - candles.close.mean()) / candles.close.std()",
    "reversed_sum": "np.cumsum(candles.close[::-1])[::-1]",
    "rank": "candles.close.argsort().argsort() / len(candles)",
    "maximum": "candles.close / candles.close.max()",
    "filled_back": "np.where(candles.volume > 50, candles.close, np.roll(candles.close, -3))",
}


def _cheating(tmp_path: Path, expression: str) -> DeclaredStrategy:
    (tmp_path / "own.py").write_text(
        f"import numpy as np\ndef own(candles):\n    return {expression}\n", encoding="utf-8"
    )
    raw = {
        "name": "cheat",
        "timeframes": ["1h"],
        "indicators": {
            "honest": {"type": "EMA", "period": 10},
            "own": {"type": "python", "file": "own.py", "function": "own"},
            "after": {"type": "SMA", "period": 3, "source": "own"},
        },
        "entry_conditions": {
            "long": [
                {"indicator1": "after", "operator": "crosses_above", "indicator2": "honest"},
            ]
        },
        "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.05}},
    }
    (tmp_path / "cheat.json").write_text(json.dumps(raw), encoding="utf-8")
    return DeclaredStrategy.read(tmp_path / "cheat.json")


@pytest.mark.parametrize("expression", CHEATS.values(), ids=CHEATS.keys())
def test_an_indicator_that_cheats_is_caught_and_named_first(
    tmp_path: Path, expression: str
) -> None:
    found = _examined(_cheating(tmp_path, expression))
    names = [leak.name for leak in found.leaks]
    assert names[:2] == ["own", "after"]
    assert "honest" not in names
    cause = found.leaks[0]
    assert cause.kind == "indicator"
    assert cause.with_future != cause.without_future
    assert cause.cuts > 0
    assert cause.time_ns == MONDAY + cause.row * HOUR.ns


def test_the_values_shown_are_those_with_and_without_the_future(tmp_path: Path) -> None:
    strategy = _cheating(tmp_path, "np.concatenate((candles.close[1:], [0.0]))")
    market = _market(strategy, 600)
    cause = examine(strategy, market, samples=20, seed=1).leaks[0]
    assert cause.with_future == market.base.close[cause.row + 1]
    assert cause.without_future == 0.0


def _python(decide: Callable[[Frame], Signals], others: Sequence[Timeframe] = ()) -> Strategy:
    class Own(Strategy):
        timeframe = HOUR
        other_timeframes = others
        startup_candles = 30

        def signals(self, frame: Frame) -> Signals:
            return decide(frame)

    return Own()


def test_a_condition_that_peeks_is_named() -> None:
    def peek(frame: Frame) -> Signals:
        rises = np.append(np.diff(frame.close.values) > 0, np.zeros(1, dtype=np.bool_))
        return Signals(enter_long=frame.condition("will_rise", rises) & (frame.rsi(5) < 60))

    found = _examined(_python(peek))
    assert [(leak.kind, leak.name) for leak in found.leaks] == [
        ("indicator", "will_rise"),
        ("signal", "enter_long"),
    ]


def test_a_signal_that_depends_on_how_many_candles_there_are_is_named() -> None:
    def counted(frame: Frame) -> Signals:
        later = 5.0 if len(frame) > 1499 else 1.0
        return Signals(exit_short=frame.close > frame.sma(3) * later)

    found = _examined(_python(counted))
    assert [(leak.kind, leak.name) for leak in found.leaks] == [("signal", "exit_short")]


def test_a_tag_that_peeks_is_named() -> None:
    def tagged(frame: Frame) -> Signals:
        up = frame.close > frame.sma(3)
        many = len(frame) > 1499
        return Signals(enter_long={"many": up, "few": up} if many else {"few": up, "many": up})

    found = _examined(_python(tagged))
    assert [(leak.kind, leak.name) for leak in found.leaks] == [("tag", "enter_tag")]


def test_a_distance_that_peeks_is_named() -> None:
    def peek(frame: Frame) -> Signals:
        scale = float(frame.close.values.max())
        return Signals(enter_long=frame.close > 0, stop_distance=frame.atr(5) * scale)

    found = _examined(_python(peek))
    assert [(leak.kind, leak.name) for leak in found.leaks] == [("distance", "stop_distance")]


def test_a_longer_timeframe_is_cut_as_well() -> None:
    def honest(frame: Frame) -> Signals:
        return Signals(enter_long=crosses_above(frame.close, frame.on("4h").ema(5)))

    def peek(frame: Frame) -> Signals:
        four = frame.on("4h")
        early = four.line("early", np.append(four.close.values[:0], np.roll(four.close.native, -1)))
        return Signals(enter_long=frame.close > early)

    assert _examined(_python(honest, (FOUR_HOURS,))).leaks == ()
    caught = _examined(_python(peek, (FOUR_HOURS,)))
    assert caught.leaks[0].name == "early@4h"


def test_what_changes_from_run_to_run_is_told_apart() -> None:
    state = iter(range(10_000))

    def moody(frame: Frame) -> Signals:
        return Signals(enter_long=frame.line("mood", frame.close.values + next(state)) > 0)

    found = _examined(_python(moody))
    assert (found.leaks[0].name, found.leaks[0].repeatable) == ("mood", False)


def test_a_cut_keeps_only_candles_that_have_closed() -> None:
    base = _candles(10)
    market = PairMarket(base=base, others={FOUR_HOURS: resample(base, FOUR_HOURS)})
    known = cut(market, 6)
    assert len(known.base) == 7
    assert len(known.others[FOUR_HOURS]) == 1
    assert len(cut(market, 7).others[FOUR_HOURS]) == 2


def test_the_same_seed_cuts_at_the_same_places(tmp_path: Path) -> None:
    strategy = _cheating(tmp_path, CHEATS["centred"])
    market = _market(strategy, 600)
    first = examine(strategy, market, samples=7, seed=1)
    assert first == examine(strategy, market, samples=7, seed=1)
    assert first != examine(strategy, market, samples=7, seed=2)


def test_half_of_the_cuts_fall_on_signals_where_there_are_so_many() -> None:
    strategy = resolve("ema-crossover")
    found = examine(strategy, _market(strategy, 4000), samples=20, seed=1)
    assert (found.cuts, found.fired) == (20, 10)


def test_each_cut_is_reported_as_progress() -> None:
    strategy = resolve("ema-crossover")
    calls: list[int] = []
    examine(strategy, _market(strategy, 1000), samples=9, progress=lambda: calls.append(1))
    assert len(calls) == 9
