from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tidegate.model import Timeframe
from tidegate.strategies.catalogue import resolve
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.describe import describe

if TYPE_CHECKING:
    from tidegate.strategies.strategy import Strategy


def _lines(strategy: Strategy, base: str | None = None) -> list[str]:
    text = describe(strategy, Timeframe.parse(base) if base else None)
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_built_in_strategy_is_explained() -> None:
    assert _lines(resolve("rsi-mean-reversion"))[3:] == [
        "Trades BTC/USDT, ETH/USDT on 1h candles, long only.",
        "Watches rsi: relative strength index (period 14) of close",
        "Watches bands: bollinger bands (period 20, deviations_up 2, deviations_down 2) of close",
        "Watches adx: average directional index (period 14)",
        (
            "Buys when rsi crosses above 30 and close is below bands.lower (on any of the last "
            "6 candles) and adx is below 35."
        ),
        "Enters only while the usual range is at least 0.2 % and at most 5 % of the price.",
        'Sells when close is above bands.middle (tag "back_to_middle").',
        'Sells when rsi is above 65 (tag "overbought").',
        "Stop 4 % from the entry.",
        "Target a profit of 4 %, 2 % from 12 hours on, 1 % from 24 hours on, after fees.",
        "Time exit after 48 candles (2 days).",
        "Stake 20 % of equity.",
        "Positions at most 5 open at once.",
        "Warm-up 210 candles (8.75 days) before it trades.",
        "Needs 1h candles of each pair.",
    ]


def test_another_timeframe_changes_the_spans_and_the_needs() -> None:
    lines = _lines(resolve("macd-trend"), "15m")
    assert "Needs 15m and 4h candles of each pair." in lines
    assert "Warm-up 4016 candles (41.8 days) before it trades." in lines


def test_without_a_timeframe_nothing_is_said_that_depends_on_one(
    definition: dict[str, Any],
) -> None:
    del definition["timeframes"]
    lines = _lines(DeclaredStrategy.of(definition))
    assert (
        "Trades the pairs it is given on candles of the timeframe it is given, long only." in lines
    )
    assert not any(line.startswith(("Warm-up", "Needs")) for line in lines)


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        (
            {"exit_conditions": {"stop_loss": {"type": "trailing", "value": 0.1}}},
            "Stop 10 % from the entry, following the best price.",
        ),
        (
            {
                "exit_conditions": {
                    "stop_loss": {
                        "type": "trailing",
                        "value": 0.1,
                        "distance": 0.02,
                        "offset": 0.05,
                    }
                }
            },
            (
                "Stop 10 % from the entry; it follows at that until the profit passes 5 %, then "
                "follows 2 % behind the best price."
            ),
        ),
        (
            {
                "exit_conditions": {
                    "stop_loss": {
                        "type": "trailing",
                        "value": 0.1,
                        "offset": 0.05,
                        "only_past_offset": True,
                    }
                }
            },
            "Stop 10 % from the entry; once the profit passes 5 % it follows the best price.",
        ),
        (
            {"exit_conditions": {"stop_loss": {"type": "atr", "multiple": 2, "timeframe": "4h"}}},
            "Stop 2 average true ranges (14 candles of 4h) from the entry.",
        ),
        (
            {"filters": {"trend": {"timeframe": "4h"}}},
            (
                "Enters only with the 4h trend: long while the close is above its EMA of 50, short "
                "while it is below."
            ),
        ),
        (
            {"filters": {"hours": {"start": "08:00", "end": "16:00", "weekdays": ["mon", "fri"]}}},
            "Enters only from 08:00 to 16:00 UTC on mon, fri.",
        ),
        (
            {"filters": {"volume": {"min_ratio": 1.5, "min_quote": 1000}}},
            "Enters only on a volume of at least 1.5 times the average of 20 candles.",
        ),
        (
            {"risk_management": {"position_size": {"type": "kelly"}}},
            (
                "Stake 50 % of the Kelly fraction of the last 200 trades (2 % of equity until 30 "
                "are closed), at most 25 % of equity."
            ),
        ),
        (
            {"risk_management": {"position_size": {"type": "fixed", "value": 100}}},
            "Stake 100 in the currency of the wallet.",
        ),
        (
            {
                "entry_conditions": {
                    "long": {
                        "any": [
                            {"not": {"indicator1": "fast", "operator": "<", "indicator2": 5}},
                            [
                                {"indicator1": "fast", "operator": ">=", "indicator2": "slow"},
                                {"indicator1": "close", "operator": "!=", "indicator2": 7},
                            ],
                        ]
                    }
                }
            },
            (
                "Buys when it is not so that fast is below 5 or (fast is at least slow and close "
                "differs from 7)."
            ),
        ),
    ],
)
def test_each_part_has_its_sentence(
    definition: dict[str, Any], part: dict[str, Any], sentence: str
) -> None:
    assert sentence in _lines(DeclaredStrategy.of({**definition, **part}))
