"""What strategies do with what they are handed: the outcome is Freqtrade's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import CustomDataWrapper, LocalTrade, PairLocks
from freqtrade.wallets import Wallets
from tests.parity.markets import ALL_SORTS, Market, write
from tests.parity.running import Case, Played, play

from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.kernel.walk import memory

STRATEGIES: Final = Path(__file__).parent / "strategies"
SPOT: Final = Market(name="two", seed=5, days=0.45, restless=0.004, coins=ALL_SORTS[:2])
FUTURES: Final = Market(
    name="two swaps", seed=6, days=0.45, restless=0.004, coins=ALL_SORTS[:2], futures=True
)


def both(
    strategy: str, market: Market, folder: Path, options: dict[str, Any] | None = None
) -> tuple[Played, Played]:
    """Run a strategy in Freqtrade and in the compiled walk."""
    case = Case(strategy=strategy, market=market, options=options or {})
    data = folder / "data"
    write(market, data)
    real, ours = (
        play(program, case, data=data, strategies=STRATEGIES, scratch=folder)
        for program in (Backtesting, CompiledBacktesting)
    )
    return real, ours


def outcome(played: Played) -> dict[str, Any]:
    """Return what a run came to."""
    trades = played.content["results"]
    columns = [name for name in trades.columns if name != "weekday"]  # put there by its statistics
    figures = {
        name: value
        for name, value in played.content.items()
        if isinstance(value, int | float) and not name.endswith("_time")
    }
    return {**figures, "trades": trades[columns].to_dict("records"), "locks": _locks(played)}


def _locks(played: Played) -> list[dict[str, Any]]:
    """Return the locks; one that a strategy makes begins by the clock on the wall."""
    locks = [lock.to_json() for lock in played.content["locks"]]
    return [{k: v for k, v in lock.items() if not k.startswith("lock_time")} for lock in locks]


@pytest.mark.parametrize(
    ("strategy", "market", "options"),
    [
        ("Keeps", SPOT, {}),
        ("Scribbles", SPOT, {}),
        ("Scribbles", FUTURES, {}),
        ("ReachesIn", SPOT, {}),
        ("ReachesIn", FUTURES, {}),
        ("OldNames", SPOT, {"unfilledtimeout": {"entry": 60, "exit": 60}}),
        ("Locks", SPOT, {"enable_protections": True}),
        ("Locks", FUTURES, {"enable_protections": True}),
        ("Rules", SPOT, {}),
        ("PlainRules", SPOT, {}),
        ("Notes", SPOT, {}),
        ("Mangles", SPOT, {}),
        ("Mangles", FUTURES, {"timeframe_detail": "1m"}),
        ("Refreshes", SPOT, {}),
        ("Borrows", SPOT, {}),
        ("Borrows", FUTURES, {}),
        ("Waits", SPOT, {"unfilledtimeout": {"entry": 120, "exit": 120}}),
        ("Refreshes", FUTURES, {"margin_mode": "cross"}),
    ],
)
def test_a_habit_has_the_outcome_it_has_in_freqtrade(
    strategy: str, market: Market, options: dict[str, Any], tmp_path: Path
) -> None:
    real, ours = both(strategy, market, tmp_path, options)
    for number, (theirs, own) in enumerate(zip(real.seen, ours.seen, strict=False)):
        assert own == theirs, f"call {number}"
    assert len(ours.seen) == len(real.seen) > 50
    assert outcome(ours) == outcome(real)
    assert ours.program.path.loop == "walk"
    assert ours.program.callback_errors == []


def test_a_memory_that_has_to_grow_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_START", 64)
    monkeypatch.setattr(memory, "_MOST_AHEAD", 0)
    grown = []
    grow = memory.Memory.grow

    def grow_and_tell(self: memory.Memory) -> None:
        grown.append(self.generation)
        grow(self)

    monkeypatch.setattr(memory.Memory, "grow", grow_and_tell)
    real, ours = both("Keeps", SPOT, tmp_path, {"position_stacking": True, "stake_amount": 20.0})
    assert ours.seen == real.seen
    assert outcome(ours) == outcome(real)
    assert len(grown) > 1


def test_everything_is_left_as_freqtrade_leaves_it(tmp_path: Path) -> None:
    before = vars(CustomDataWrapper)["get_custom_data"]
    real, ours = both("Locks", SPOT, tmp_path, {"enable_protections": True})
    strategies = [played.program.strategylist[0] for played in (real, ours)]
    assert [type(strategy).__mro__[1].__name__ for strategy in strategies] == ["Habit", "Habit"]
    assert vars(CustomDataWrapper)["get_custom_data"] is before
    strategy, program = strategies[1], ours.program
    assert type(strategy.wallets) is Wallets
    assert strategies[0].wallets.get_all_balances() == strategy.wallets.get_all_balances()
    assert strategy.wallets is program.wallets
    assert not [name for name in vars(strategy.dp) if name.startswith("_tide")]
    assert strategy.dp is program.dataprovider
    assert type(PairLocks.locks) is list
    assert type(strategy.minimal_roi) is type(strategy.order_types) is dict
    pair = SPOT.pairs[1]
    ends = [
        str(one.dp.get_analyzed_dataframe(pair, "5m")[0]["date"].iloc[-1]) for one in strategies
    ]
    assert ends[0] == ends[1]
    assert len(LocalTrade.bt_trades) == len(ours.content["results"])
