"""From a definition to a plan, with pencil figures."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tidegate.model import Plan, SizingKind, Timeframe
from tidegate.strategies import Frame, PairMarket, Signals, Strategy, crosses_above
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.strategies.conftest import MakeCandles

    from tidegate.model import Bools, Candles

HOUR = Timeframe.parse("1h")
#          0  1  2  3  4  5  6  7  8  9
CLOSES = [10, 9, 8, 9, 11, 13, 12, 10, 9, 11]
# fast (2):  -  9.5 8.5 8.5 10 12 12.5 11 9.5 10;  slow (4): - - - 9 9.25 10.25 11.25 11.5 11 10.5


def _plan(raw: dict[str, Any], candles: Candles) -> Plan:
    return DeclaredStrategy.of(raw).plan(PairMarket(base=candles))


def _rows(flags: Bools) -> list[int]:
    return [int(row) for row in np.flatnonzero(flags)]


def _leaf(left: str, operator: str, right: str | float, **more: int) -> dict[str, Any]:
    return {"indicator1": left, "operator": operator, "indicator2": right, **more}


def _with_long(definition: dict[str, Any], tree: object) -> dict[str, Any]:
    return {**definition, "entry_conditions": {"long": tree}}


@pytest.mark.parametrize(
    ("tree", "rows"),
    [
        (_leaf("fast", ">", "slow"), [4, 5, 6]),
        (_leaf("fast", "<", "slow"), [3, 7, 8, 9]),
        (_leaf("fast", ">=", 12), [5, 6]),
        (_leaf("fast", "<=", 8.5), [2, 3]),
        (_leaf("close", "==", 9), [1, 3, 8]),
        (_leaf("slow", "!=", 9), [4, 5, 6, 7, 8, 9]),
        (_leaf("fast", "crosses_above", "slow"), [4]),
        (_leaf("fast", "crosses_below", "slow"), [7]),
        (_leaf("fast", "crosses_above", "slow", lookback=3), [4, 5, 6]),
        (_leaf("close", ">", "close[2]"), [4, 5, 6, 9]),
        ([_leaf("fast", ">", "slow"), _leaf("close", ">", 11)], [5, 6]),
        ({"all": [_leaf("fast", ">", "slow"), _leaf("close", ">", 11)]}, [5, 6]),
        ({"any": [_leaf("close", "==", 8), _leaf("close", "==", 13)]}, [2, 5]),
        ({"not": _leaf("fast", ">", "slow")}, [3, 7, 8, 9]),
        (
            [
                {"any": [_leaf("close", "<", 9), [_leaf("fast", ">", 11), _leaf("low", ">", 10)]]},
                {"not": {"any": [_leaf("close", ">=", 13)]}},
            ],
            [2, 6],
        ),
    ],
)
def test_conditions_hold_where_a_pencil_says_so(
    definition: dict[str, Any], make_candles: MakeCandles, tree: object, rows: list[int]
) -> None:
    plan = _plan(_with_long(definition, tree), make_candles(CLOSES))
    assert _rows(plan.enter_long) == rows
    assert not plan.enter_short.any()


def test_what_is_not_known_is_no_entry_however_it_is_negated(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    leaf = _leaf("fast", ">", "slow")  # slow is unknown on candles 0 to 2
    for tree in ({"not": leaf}, {"not": {"not": leaf}}, {"not": [leaf]}, {"any": [{"not": leaf}]}):
        plan = _plan(_with_long(definition, tree), make_candles(CLOSES))
        assert not plan.enter_long[:3].any()
    either = {"not": {"all": [leaf, _leaf("close", ">", 100)]}}  # false whatever slow may be
    plan = _plan(_with_long(definition, either), make_candles(CLOSES))
    assert plan.enter_long.all()


def test_the_first_tag_that_holds_names_the_trade(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    alternatives = [
        {"tag": "high", "when": _leaf("close", ">=", 12)},
        {"tag": "up", "when": _leaf("close", ">", "open")},
    ]
    raw = _with_long(definition, alternatives)
    raw["exit_conditions"] = {"long": {"tag": "down", "when": _leaf("close", "<", 9)}}
    plan = _plan(raw, make_candles(CLOSES))
    assert plan.enter_tag is not None
    named = {row: plan.tags[plan.enter_tag[row]] for row in _rows(plan.enter_long)}
    assert named == {3: "up", 4: "up", 5: "high", 6: "high", 9: "up"}
    assert plan.enter_tag[0] == -1
    assert plan.exit_tag is not None
    assert [plan.tags[plan.exit_tag[row]] for row in _rows(plan.exit_long)] == ["down"]


def test_a_signal_without_tags_has_none(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    plan = _plan(definition, make_candles(CLOSES))
    assert (plan.tags, plan.enter_tag, plan.exit_tag) == ((), None, None)


def test_both_sides_keep_their_own_tags(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = copy.deepcopy(definition)
    raw["entry_conditions"] = {
        "long": {"tag": "cheap", "when": _leaf("close", "<", 9)},
        "short": {"tag": "dear", "when": _leaf("close", ">", 12)},
    }
    strategy = DeclaredStrategy.of(raw)
    plan = strategy.plan(PairMarket(base=make_candles(CLOSES)))
    assert strategy.rules.can_short
    assert plan.enter_tag is not None
    assert plan.tags[plan.enter_tag[2]] == "cheap"
    assert plan.tags[plan.enter_tag[5]] == "dear"
    assert (_rows(plan.enter_long), _rows(plan.enter_short)) == ([2], [5])


def test_every_indicator_is_recorded_under_its_key(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = copy.deepcopy(definition)
    raw["indicators"]["bands"] = {"type": "BB", "period": 2}
    plan = _plan(raw, make_candles(CLOSES))
    assert list(plan.columns) == ["fast", "slow", "bands.upper", "bands.middle", "bands.lower"]
    np.testing.assert_allclose(plan.columns["fast"][1:4], [9.5, 8.5, 8.5])


def test_outputs_are_compared_by_name(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = _with_long(definition, _leaf("bands.middle[1]", ">", 12))
    raw["indicators"] = {"bands": {"type": "BBANDS", "params": {"period": 2}}}
    assert _rows(_plan(raw, make_candles(CLOSES)).enter_long) == [7]


def test_sources_make_chains_whatever_their_order(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = copy.deepcopy(definition)
    raw["indicators"] = {
        "spread": {"type": "SUB", "source": ["fast", "slow[1]"]},
        "slow": {"type": "SMA", "period": 2, "source": "fast"},
        "fast": {"type": "SMA", "period": 2, "source": "open"},
    }
    plan = _plan(raw, make_candles([1, 2, 3, 4, 5, 6]))
    # opens 1 1 2 3 4 5; fast - 1 1.5 2.5 3.5 4.5; slow - - 1.25 2 3 4
    np.testing.assert_allclose(plan.columns["slow"][2:], [1.25, 2, 3, 4])
    np.testing.assert_allclose(plan.columns["spread"][3:], [1.25, 1.5, 1.5])


def test_another_timeframe_is_merged_without_the_future(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = _with_long(definition, _leaf("close", ">", "two_hours"))
    raw["indicators"] = {"two_hours": {"type": "SMA", "period": 1, "timeframe": "2h"}}
    strategy = DeclaredStrategy.of(raw)
    assert strategy.others_for(HOUR) == (Timeframe.parse("2h"),)
    others = {Timeframe.parse("2h"): make_candles([9, 9, 13, 10, 11], "2h")}
    plan = strategy.plan(PairMarket(base=make_candles(CLOSES), others=others))
    seen = [np.nan, 9, 9, 9, 9, 13, 13, 10, 10, 11]
    np.testing.assert_array_equal(plan.columns["two_hours"], seen)
    assert _rows(plan.enter_long) == [4]


def test_an_indicator_on_the_base_timeframe_needs_no_other(definition: dict[str, Any]) -> None:
    raw = copy.deepcopy(definition)
    raw["indicators"]["fast"]["timeframe"] = "1h"
    assert DeclaredStrategy.of(raw).others_for(HOUR) == ()


def test_a_shorter_timeframe_than_the_base_is_refused(definition: dict[str, Any]) -> None:
    raw = copy.deepcopy(definition)
    raw["indicators"]["fast"]["timeframe"] = "5m"
    with pytest.raises(Exception, match="small looks at 5m candles and cannot trade on 1h ones"):
        DeclaredStrategy.of(raw).warmup(HOUR)


@pytest.mark.parametrize(
    ("indicators", "tree", "warmup"),
    [
        ({"x": {"type": "SMA", "period": 20}}, _leaf("x", ">", 1), 19),
        ({"x": {"type": "EMA", "period": 20}}, _leaf("x", ">", 1), 100),
        ({"x": {"type": "RSI", "period": 14}}, _leaf("x", ">", 1), 140),
        ({"x": {"type": "ADX", "period": 10}}, _leaf("x", ">", 1), 150),
        ({"x": {"type": "MACD"}}, _leaf("x.macd", ">", 1), 175),
        ({"x": {"type": "SMA", "period": 20}}, _leaf("x", "crosses_above", 1), 20),
        ({"x": {"type": "SMA", "period": 20}}, _leaf("x", ">", 1, lookback=5), 23),
        ({"x": {"type": "SMA", "period": 20}}, _leaf("x[6]", ">", 1), 25),
        ({"x": {"type": "SMA", "period": 20, "timeframe": "4h"}}, _leaf("x", ">", 1), 80),
        ({"x": {"type": "SMA", "period": 20}, "unused": {"type": "EMA"}}, _leaf("x", ">", 1), 19),
        (
            {
                "y": {"type": "SMA", "period": 10, "source": "x"},
                "x": {"type": "SMA", "period": 20},
            },
            _leaf("y", ">", 1),
            28,
        ),
        ({}, _leaf("close", ">", "close[10]"), 10),
        ({}, _leaf("close", ">", 5), 0),
    ],
)
def test_warm_up_is_derived_from_what_is_used(
    definition: dict[str, Any], indicators: dict[str, Any], tree: object, warmup: int
) -> None:
    raw = _with_long(definition, tree)
    raw["indicators"] = indicators
    assert DeclaredStrategy.of(raw).warmup(HOUR) == warmup


def test_warm_up_counts_filters_and_the_range_of_a_stop(definition: dict[str, Any]) -> None:
    raw = copy.deepcopy(definition)
    raw["exit_conditions"] = {"stop_loss": {"type": "atr", "multiple": 2, "period": 7}}
    assert DeclaredStrategy.of(raw).warmup(HOUR) == 70
    raw["filters"] = {"trend": {"type": "sma", "period": 100}}
    assert DeclaredStrategy.of(raw).warmup(HOUR) == 99


def test_warm_up_can_be_set(definition: dict[str, Any], make_candles: MakeCandles) -> None:
    raw = {**definition, "startup_candles": 7}
    assert DeclaredStrategy.of(raw).warmup(HOUR) == 7
    assert _plan(raw, make_candles(CLOSES)).warmup == 7


def test_a_trend_filter_lets_each_side_pass_on_its_own_side_only(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = copy.deepcopy(definition)
    always = _leaf("close", ">", 0)
    raw["entry_conditions"] = {"long": always, "short": always}
    raw["filters"] = {"trend": {"type": "SMA", "period": 4}}
    plan = _plan(raw, make_candles(CLOSES))
    assert _rows(plan.enter_long) == [4, 5, 6, 9]
    assert _rows(plan.enter_short) == [7, 8]  # candle 3 closes at its average


def test_volume_and_volatility_filters_hold_entries_back_and_never_exits(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = _with_long(definition, _leaf("close", ">", 0))
    raw["exit_conditions"] = {"long": _leaf("close", ">", 0)}
    raw["filters"] = {"volume": {"period": 2, "min_quote": 115}}  # 10 units a candle
    plan = _plan(raw, make_candles(CLOSES))
    assert _rows(plan.enter_long) == [5, 6]
    assert plan.exit_long.all()
    raw["filters"] = {"volume": {"period": 2, "min_ratio": 1.5}}
    assert not _plan(raw, make_candles(CLOSES)).enter_long.any()
    raw["filters"] = {"volatility": {"period": 1, "min": 0.32, "max": 0.4}}
    # true ranges 3 3 3 4 4 3 4 3 4 from candle 1 on, over closes 9 8 9 11 13 12 10 9 11
    assert _rows(_plan(raw, make_candles(CLOSES)).enter_long) == [1, 2, 3, 4, 7, 8, 9]


def test_hours_hold_entries_back(definition: dict[str, Any], make_candles: MakeCandles) -> None:
    raw = _with_long(definition, _leaf("close", ">", 0))
    raw["filters"] = {"hours": {"start": "03:00", "end": "05:00", "timezone": "Europe/Berlin"}}
    plan = _plan(raw, make_candles(CLOSES))  # from Monday, 00:00 UTC: closes at 02:00 Berlin
    assert _rows(plan.enter_long) == [1, 2]


def test_an_atr_stop_is_a_distance_in_price_by_candle(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = copy.deepcopy(definition)
    raw["exit_conditions"] = {"stop_loss": {"type": "atr", "value": 2, "period": 2}}
    plan = _plan(raw, make_candles([10, 12, 9, 13]))
    assert plan.stop_distance is not None
    np.testing.assert_allclose(plan.stop_distance, [np.nan, np.nan, 9, 10.5])
    assert plan.size_distance is None


def test_nothing_is_entered_while_the_distance_of_the_stop_is_unknown(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = _with_long(definition, _leaf("close", ">", 0))
    raw["exit_conditions"] = {"stop_loss": {"type": "atr", "multiple": 2, "period": 3}}
    assert _rows(_plan(raw, make_candles(CLOSES)).enter_long) == [3, 4, 5, 6, 7, 8, 9]


def test_nothing_is_entered_where_the_stop_would_be_at_the_entry(
    make_candles: MakeCandles,
) -> None:
    class NoRoom(Strategy):
        def signals(self, frame: Frame) -> Signals:
            room = frame.close - frame.open  # 0 on the first candle, then the change
            return Signals(enter_long=frame.close > 0, stop_distance=room)

    plan = NoRoom().plan(PairMarket(base=make_candles([5, 6, 4, 5])))
    assert _rows(plan.enter_long) == [1, 3]


def test_two_keys_for_the_same_indicator_are_both_recorded(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    raw = copy.deepcopy(definition)
    raw["indicators"]["slow"] = raw["indicators"]["fast"]
    plan = _plan(raw, make_candles(CLOSES))
    assert list(plan.columns) == ["fast", "slow"]


@pytest.mark.parametrize(
    ("size", "distances"),
    [
        ({"type": "atr", "value": 0.01}, [9, 10.5]),
        ({"type": "atr", "value": 0.01, "multiple": 3}, [13.5, 15.75]),
        ({"type": "atr", "value": 0.01, "multiple": 1, "period": 1}, [5, 6]),
    ],
)
def test_an_atr_size_takes_its_range_from_the_stop_unless_it_says_its_own(
    definition: dict[str, Any],
    make_candles: MakeCandles,
    size: dict[str, Any],
    distances: Sequence[float],
) -> None:
    raw = copy.deepcopy(definition)
    raw["exit_conditions"] = {"stop_loss": {"type": "atr", "multiple": 2, "period": 2}}
    raw["risk_management"] = {"position_size": size}
    strategy = DeclaredStrategy.of(raw)
    plan = strategy.plan(PairMarket(base=make_candles([10, 12, 9, 13])))
    assert strategy.rules.sizing.kind is SizingKind.ATR
    assert plan.size_distance is not None
    np.testing.assert_allclose(plan.size_distance[2:], distances)


def test_the_data_form_is_sugar_over_the_python_form(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    class Same(Strategy):
        def signals(self, frame: Frame) -> Signals:
            fast, slow = frame.sma(2), frame.sma(4)
            up = crosses_above(fast, slow).within(2) & ~(frame.close > 12)
            return Signals(enter_long={"up": up, "low": frame.close < 9}, exit_long=fast < slow)

    raw = copy.deepcopy(definition)
    crossed = _leaf("fast", "crosses_above", "slow", lookback=2)
    raw["entry_conditions"]["long"] = [
        {"tag": "up", "when": [crossed, {"not": _leaf("close", ">", 12)}]},
        {"tag": "low", "when": _leaf("close", "<", 9)},
    ]
    raw["exit_conditions"]["long"] = _leaf("fast", "<", "slow")
    market = PairMarket(base=make_candles(CLOSES))
    python, data = Same().plan(market), DeclaredStrategy.of(raw).plan(market)
    assert data.warmup == python.warmup == 5
    assert data.tags == python.tags
    for name in ("enter_long", "exit_long", "enter_short", "exit_short", "enter_tag"):
        np.testing.assert_array_equal(getattr(data, name), getattr(python, name))
    for one, other in zip(data.columns.values(), python.columns.values(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_camel_case_spelling_loads_as_the_same_strategy(definition: dict[str, Any]) -> None:
    leaf = _leaf("fast", ">", "slow")
    camel = {
        "name": "small",
        "version": "1.0.0",
        "timeframes": ["1h"],
        "indicators": definition["indicators"],
        "entryConditions": {"long": [leaf], "short": []},
        "exitConditions": {
            "stopLoss": {"type": "fixed", "value": 0.05},
            "takeProfit": {"type": "risk_reward", "value": 2},
            "timeExit": {"maxBars": 12},
        },
        "riskManagement": {
            "positionSize": {"type": "percent", "value": 0.1},
            "maxConcurrentTrades": 3,
        },
    }
    snake = {
        **definition,
        "version": "1.0.0",
        "entry_conditions": {"long": [leaf], "short": []},
        "exit_conditions": {
            "stop_loss": {"type": "fixed", "value": 0.05},
            "take_profit": {"type": "risk_reward", "value": 2},
            "time_exit": {"max_bars": 12},
        },
        "risk_management": {
            "position_size": {"type": "percent_of_equity", "value": 0.1},
            "max_concurrent_trades": 3,
        },
    }
    one, other = DeclaredStrategy.of(camel), DeclaredStrategy.of(snake)
    assert one.rules == other.rules
    assert one.definition.entry_conditions == other.definition.entry_conditions
    assert not one.rules.can_short


def test_types_may_be_written_in_any_case(definition: dict[str, Any]) -> None:
    raw = copy.deepcopy(definition)
    raw["exit_conditions"]["stop_loss"]["type"] = "FIXED"
    raw["risk_management"] = {"position_size": {"type": "PERCENT_EQUITY", "value": 1.0}}
    raw["entry_conditions"]["long"][0] = _leaf("fast", "CROSSES_ABOVE", "slow")
    rules = DeclaredStrategy.of(raw).rules
    assert rules.exits.stop_ratio == 0.05
    assert rules.sizing.kind is SizingKind.PERCENT_OF_EQUITY


def test_the_same_definition_has_the_same_fingerprint_and_another_one_has_not(
    definition: dict[str, Any],
) -> None:
    turned = dict(reversed(definition.items()))
    first, again = DeclaredStrategy.of(definition), DeclaredStrategy.of(turned)
    other = DeclaredStrategy.of({**definition, "version": "2"})
    assert first.fingerprint() == again.fingerprint() != other.fingerprint()


def test_an_empty_market_makes_an_empty_plan(
    definition: dict[str, Any], make_candles: MakeCandles
) -> None:
    plan = _plan(definition, make_candles([]))
    assert len(plan.enter_long) == 0
