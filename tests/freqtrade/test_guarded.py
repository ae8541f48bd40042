"""The gate inside the real Freqtrade's backtester."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.strategy import IStrategy
from tests.parity.markets import ALL_SORTS, Market, write
from tests.parity.running import Case, Played, play

from tidegate.errors import LimitError
from tidegate.freqtrade.backtesting import CompiledBacktesting
from tidegate.freqtrade.guarded import GuardedStrategy
from tidegate.guardrails import Limits, Reason
from tidegate.guardrails.reading import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPOT = Market(name="guarded", seed=9, coins=ALL_SORTS[:4])
FUTURES = Market(name="guarded-futures", seed=9, futures=True, coins=ALL_SORTS[:4])
WIDE: dict[str, Any] = written(Limits.safe()) | {
    "max_order_notional": 10**9,
    "max_price_distance": 1,
    "balance_reserve": 0,
    "max_positions": 100,
    "max_trades_per_day": 10**6,
    "max_leverage": 20,
    "max_market_exposure": 20,
    "max_total_exposure": 20,
    "max_correlated_exposure": 20,
    "max_drawdown": 1,
    "max_weekly_drawdown": 1,
    "max_daily_drawdown": 1,
    "max_daily_loss": 1,
    "max_losses_in_row": 10**6,
    "cooldown_s": 0,
    "stop_cooldown_s": 0,
    "max_orders_per_second": 100,
}

STRATEGY = """
from freqtrade.strategy import IStrategy
from tidegate.freqtrade.guarded import GuardedStrategy


class Open(IStrategy):
    timeframe = "5m"
    stoploss = -0.02
    minimal_roi = {"0": 0.01}
    can_short = CAN_SHORT
    position_adjustment_enable = ADJUST

    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = dataframe["close"].rolling(5).mean()
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] > dataframe["mean"], "enter_long"] = 1
        if CAN_SHORT:
            dataframe.loc[dataframe["close"] < dataframe["mean"], "enter_short"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe

    def leverage(self, **kwargs):
        return 3.0

    def adjust_trade_position(self, trade, current_profit, **kwargs):
        return 50.0 if current_profit < -0.005 and trade.nr_of_successful_entries < 3 else None


class Guarded(GuardedStrategy, Open):
    pass


class Outspoken(GuardedStrategy, Open):
    def confirm_trade_entry(self, pair, **kwargs):
        return pair != "BTC/USDT"


class Heir(Outspoken):
    def confirm_trade_entry(self, pair, **kwargs):
        return pair != "ETH/USDT" and super().confirm_trade_entry(pair=pair, **kwargs)


class Broken(GuardedStrategy, Open):
    def confirm_trade_entry(self, **kwargs):
        raise KeyError("mine")


class Headless(GuardedStrategy, Open):
    def __init__(self, config):
        Open.__init__(self, config)


class Greedy(GuardedStrategy, Open):
    def custom_stake_amount(self, max_stake, **kwargs):
        return max_stake
"""


@dataclass
class Runner:
    folder: Path
    played: dict[str, Played] = field(default_factory=dict)
    """What was run already, by what was asked."""

    def __call__(
        self,
        name: str,
        limits: object = None,
        *,
        program: type[Backtesting] = Backtesting,
        market: Market = SPOT,
        adjust: bool = False,
    ) -> Played:
        asked = f"{name} {limits} {program} {market.name} {adjust}"
        if asked in self.played:
            return self.played[asked]
        strategies = self.folder / f"strategies-{market.futures}-{adjust}"
        strategies.mkdir(exist_ok=True)
        text = STRATEGY.replace("CAN_SHORT", str(market.futures)).replace("ADJUST", str(adjust))
        (strategies / "guarded.py").write_text(text, encoding="utf-8")
        data = self.folder / market.name
        if not data.exists():
            write(market, data)
        case = Case(
            strategy=name,
            market=market,
            options={
                "tidegate": {"limits": limits},
                "max_open_trades": 4,
                "stake_amount": 80.0 if adjust else "unlimited",
            },
        )
        played = play(program, case, data=data, strategies=strategies, scratch=self.folder)
        return self.played.setdefault(asked, played)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(tmp_path_factory.mktemp("guarded"))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def trades(played: Played) -> pd.DataFrame:
    frame: pd.DataFrame = played.content["results"]
    return frame


def refusals(played: Played) -> Counter[Reason]:
    counted: Counter[Reason] = played.program.strategylist[0].guard.refusals
    return counted


def most_open(frame: pd.DataFrame) -> int:
    opened = [(time, 1) for time in frame["open_date"]]
    closed = [(time, -1) for time in frame["close_date"]]
    count = most = 0
    for _, step in sorted([*opened, *closed], key=lambda one: (one[0], one[1])):
        count += step
        most = max(most, count)
    return most


@pytest.mark.parametrize("market", [SPOT, FUTURES], ids=lambda one: one.name)
@pytest.mark.parametrize("adjust", [False, True])
def test_wide_limits_change_nothing(run: Runner, market: Market, adjust: bool) -> None:  # noqa: FBT001
    free = trades(run("Open", market=market, adjust=adjust))
    guarded = run("Guarded", WIDE, market=market, adjust=adjust)
    assert len(free) > 20
    assert refusals(guarded) == Counter()
    if adjust:
        assert free["max_stake_amount"].max() > 120
    pd.testing.assert_frame_equal(trades(guarded), free)


def test_no_limits_no_trading(run: Runner) -> None:
    with pytest.raises(LimitError, match="the limits are an object"):
        run("Guarded")
    with pytest.raises(LimitError, match="max_positions is missing"):
        run("Guarded", {name: value for name, value in WIDE.items() if name != "max_positions"})


def test_no_more_positions_than_the_limit(run: Runner) -> None:
    guarded = run("Guarded", WIDE | {"max_positions": 2})
    assert most_open(trades(run("Open"))) == 4
    assert most_open(trades(guarded)) == 2
    assert set(refusals(guarded)) == {Reason.POSITIONS}


def test_no_more_trades_a_day_than_the_limit(run: Runner) -> None:
    guarded = run("Guarded", WIDE | {"max_trades_per_day": 7})
    days = trades(guarded)["open_date"].dt.date.value_counts()
    assert list(days) == [7, 7]
    assert set(refusals(guarded)) == {Reason.TRADES_PER_DAY}


def test_a_pair_rests_after_a_trade(run: Runner) -> None:
    frame = trades(run("Guarded", WIDE | {"cooldown_s": 3600, "stop_cooldown_s": 7200}))
    rests = []
    for _, of_pair in frame.sort_values("open_date").groupby("pair"):
        gaps = of_pair["open_date"].to_numpy()[1:] - of_pair["close_date"].to_numpy()[:-1]
        stopped = (of_pair["exit_reason"] == "stop_loss").to_numpy()[:-1]
        rests += list(zip(gaps, stopped, strict=True))
    assert len(rests) > 10
    assert {bool(stopped) for _, stopped in rests} == {True, False}
    for gap, stopped in rests:
        assert gap >= timedelta(hours=2 if stopped else 1)


def test_a_stake_is_cut_to_what_the_gate_lets_through(run: Runner) -> None:
    free = trades(run("Open"))
    guarded = run("Guarded", WIDE | {"max_order_notional": 100})
    assert free["stake_amount"].min() > 110
    assert trades(guarded)["stake_amount"].min() > 95
    assert trades(guarded)["stake_amount"].max() <= 100
    assert refusals(guarded) == Counter()


def test_the_exposure_of_a_market_is_held_with_additions(run: Runner) -> None:
    limits = WIDE | {"max_market_exposure": 0.1}
    guarded = trades(run("Guarded", limits, adjust=True))
    assert len(guarded) > 10
    assert guarded["max_stake_amount"].max() <= 110
    assert trades(run("Guarded", WIDE, adjust=True))["max_stake_amount"].max() > 150


def test_leverage_comes_up_to_the_limit(run: Runner) -> None:
    guarded = trades(run("Guarded", WIDE | {"max_leverage": 2, "max_market_exposure": 2,
        "max_total_exposure": 2, "max_correlated_exposure": 2}, market=FUTURES))  # fmt: skip
    assert set(guarded["leverage"]) == {2.0}
    assert set(trades(run("Open", market=FUTURES))["leverage"]) == {3.0}


def test_a_drawdown_stops_trading_for_good(run: Runner) -> None:
    limits = WIDE | {"max_drawdown": 0.01}
    guarded = run("Guarded", limits)
    frame = trades(guarded)
    latched = guarded.program.strategylist[0].guard.account.latched
    assert latched.startswith("the account has fallen too far from its peak: 1.")
    assert 0 < len(frame) < len(trades(run("Open"))) / 2
    assert Reason.LATCHED in refusals(guarded)


def test_positions_are_closed_where_the_limits_say_so(run: Runner) -> None:
    limits = WIDE | {"max_drawdown": 0.01}
    closed = trades(run("Guarded", limits | {"flatten_on_trip": True}))
    assert "guardrail" in set(closed["exit_reason"])
    assert "guardrail" not in set(trades(run("Guarded", limits))["exit_reason"])


def test_what_the_strategy_says_counts_too(run: Runner) -> None:
    pairs = set(trades(run("Outspoken", WIDE))["pair"])
    assert pairs == set(SPOT.pairs) - {"BTC/USDT"}
    outspoken = run("Outspoken", WIDE | {"max_positions": 1})
    assert set(trades(outspoken)["pair"]) <= pairs
    assert most_open(trades(outspoken)) == 1


def test_a_base_that_is_guarded_too_does_not_ask_twice(run: Runner) -> None:
    heir = run("Heir", WIDE | {"max_orders_per_second": 1})
    assert set(trades(heir)["pair"]) == {"XLM/USDT", "YFI/USDT"}
    assert Reason.ORDER_RATE in refusals(heir)
    alone = run("Heir", WIDE | {"max_orders_per_second": 2})
    assert refusals(alone) == Counter()


def test_a_callback_that_fails_is_a_no(run: Runner) -> None:
    assert len(trades(run("Broken", WIDE))) == 0


def test_a_strategy_that_has_not_made_its_gate_opens_nothing(run: Runner) -> None:
    assert len(trades(run("Headless", WIDE))) == 0


def test_the_mixin_stands_before_its_bases() -> None:
    with pytest.raises(TypeError, match="before IStrategy"):
        type("Mine", (IStrategy, GuardedStrategy), {})


def test_a_greedy_stake_is_cut_to_the_limits(run: Runner) -> None:
    frame = trades(run("Greedy", WIDE | {"max_market_exposure": 0.25}))
    assert len(frame) > 10
    assert frame["stake_amount"].max() < 270
    assert frame["stake_amount"].median() > 200


@pytest.mark.parametrize("changes", [{}, {"max_positions": 2, "max_market_exposure": 0.2}])
def test_the_compiled_backtester_asks_the_gate_as_freqtrade_does(
    run: Runner, changes: dict[str, object]
) -> None:
    theirs = run("Guarded", WIDE | changes, adjust=True)
    ours = run("Guarded", WIDE | changes, adjust=True, program=CompiledBacktesting)
    assert len(trades(theirs)) > 10
    pd.testing.assert_frame_equal(trades(ours), trades(theirs))
    assert refusals(ours) == refusals(theirs)
