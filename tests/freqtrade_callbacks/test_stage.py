"""Several strategies in one process, each with Freqtrade's lists to itself."""

from __future__ import annotations

import pytest
from freqtrade.persistence import CustomDataWrapper, LocalTrade, PairLocks, Trade

from tidegate.freqtrade.callbacks.stage import Stage


def seen() -> list[object]:
    return [
        LocalTrade.bt_trades,
        LocalTrade.bt_total_profit,
        Trade.use_db,
        PairLocks.locks,
        PairLocks.timeframe,
        CustomDataWrapper.custom_data,
        vars(CustomDataWrapper)["get_custom_data"],
    ]


def test_each_finds_what_it_left_and_nobody_else_does() -> None:
    before = seen()
    first, second = Stage(), Stage()
    lists: list[list[object]] = [["one"], ["two"]]
    for stage, own in zip((first, second), lists, strict=True):
        with stage:
            assert seen() == before
            LocalTrade.bt_trades = own
            LocalTrade.bt_total_profit = float(len(own))
            PairLocks.timeframe = str(own)
            CustomDataWrapper.get_custom_data = staticmethod(lambda **_asked: [])
        assert seen() == before
    for stage, own in zip((first, second), lists, strict=True):
        with stage, stage:  # to be on twice is to be on
            assert LocalTrade.bt_trades is own
            assert PairLocks.timeframe == str(own)
            assert CustomDataWrapper.get_custom_data(trade_id=1) == []
        assert seen() == before


def test_a_failure_on_stage_leaves_everything_as_it_was() -> None:
    before = seen()
    stage = Stage()

    def fail() -> None:
        with stage:
            LocalTrade.bt_trades = ["mine"]
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert seen() == before
    with stage:
        assert LocalTrade.bt_trades == ["mine"]
