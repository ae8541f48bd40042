"""Callbacks that fail: what Freqtrade swallows is counted, what stops it stops the walk."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from freqtrade.optimize.backtesting import Backtesting
from tests.freqtrade_callbacks.strategies import failures
from tests.freqtrade_callbacks.test_habits import FUTURES, SPOT, STRATEGIES, both, outcome
from tests.parity.markets import write
from tests.parity.running import Case, play

from tidegate.freqtrade.backtesting import CompiledBacktesting

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parity.markets import Market
    from tests.parity.running import Played


def _line(method: object, words: str) -> int:
    lines, first = inspect.getsourcelines(method)  # type: ignore[arg-type]  # a function
    return first + next(number for number, line in enumerate(lines) if words in line)


def test_exceptions_are_counted_by_line_and_the_first_of_each_is_shown(tmp_path: Path) -> None:
    real, ours = both("Fails", SPOT, tmp_path)
    assert outcome(ours) == outcome(real)
    assert len(real.content["results"]) > 3
    by_kind = {error.error: error for error in ours.program.callback_errors}
    key = by_kind["KeyError: 'ETH/USDT'"]
    index = by_kind["IndexError: list index out of range"]
    nought = by_kind["ZeroDivisionError: integer division or modulo by zero"]
    assert len(by_kind) == len(ours.program.callback_errors) == 3
    assert (key.callback, key.pair) == ("custom_stoploss", "ETH/USDT")
    assert (index.callback, index.pair) == ("custom_stoploss", "BTC/USDT")
    assert nought.callback == "confirm_trade_entry"
    file = inspect.getsourcefile(failures)
    assert key.place == f"{file}:{_line(failures.Fails.custom_stoploss, 'raise KeyError')}"
    assert index.place == f"{file}:{_line(failures.Fails.custom_stoploss, '[0.1]')}"
    assert nought.place == f"{file}:{_line(failures.Fails.confirm_trade_entry, '1 // 0')}"
    trades = real.content["results"]
    assert nought.time == trades["open_date"].min()
    assert nought.count >= len(trades)
    assert key.count + index.count > 100


@pytest.mark.parametrize(
    ("strategy", "market", "raised"),
    [
        ("StopsByKey", SPOT, KeyboardInterrupt),
        ("WordyStop", SPOT, TypeError),
        ("EmptyAnswer", SPOT, (UnboundLocalError, IndexError)),
        ("NoLeverage", FUTURES, TypeError),
    ],
)
def test_what_stops_freqtrade_stops_the_walk(
    strategy: str,
    market: Market,
    raised: type[BaseException] | tuple[type[BaseException], ...],
    tmp_path: Path,
) -> None:
    case = Case(strategy=strategy, market=replace(market, days=0.2))
    data = tmp_path / "data"
    write(case.market, data)
    for program in (Backtesting, CompiledBacktesting):
        with pytest.raises(raised):
            _play(program, case, data, tmp_path)


def _play(program: type[Backtesting], case: Case, data: Path, folder: Path) -> Played:
    return play(program, case, data=data, strategies=STRATEGIES, scratch=folder)
