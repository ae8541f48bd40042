"""Freqtrade's strategies in a configuration for trading: which are meant, and what is refused."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from tests.runtime import freqtrade_worlds as made
from tests.runtime.test_trading import never, start, trades
from tests.runtime.worlds import World, after

from tidegate.errors import Code, InputError
from tidegate.freqtrade.configuration import load_configuration
from tidegate.freqtrade.markets import offered
from tidegate.freqtrade.options import Options
from tidegate.freqtrade.running import run
from tidegate.runtime.config import read_config
from tidegate.runtime.freqtrade_trader import FreqtradeTrader
from tidegate.runtime.jobs import traders_of
from tidegate.runtime.trader import Trader

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.model import Candles, TradeRecord

FREQTRADES = {
    "stake_currency": "USDT",
    "stake_amount": 200,
    "max_open_trades": 1,
    "dry_run": True,
    "dry_run_wallet": 77,
    "trading_mode": "spot",
    "fee": 0.09,
    "exchange": {"name": "binance", "pair_whitelist": ["ETH/USDT"], "pair_blacklist": []},
    "pairlists": [{"method": "StaticPairList"}],
    "entry_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
    "exit_pricing": {"price_side": "same", "use_order_book": True, "order_book_top": 1},
}


@pytest.fixture(scope="module")
def frames() -> list[list[Candles]]:
    return made.market(days=3)


@pytest.fixture
def world(tmp_path: Path, frames: list[list[Candles]]) -> World:
    made.strategies(tmp_path)
    made.put(tmp_path / "data", frames)
    return World(tmp_path)


def of(found: list[TradeRecord], strategy: str) -> list[tuple[object, ...]]:
    return [
        (each.pair, each.opened_ns, each.closed_ns, each.amount, each.profit)
        for each in found
        if each.strategy == strategy
    ]


def traded(world: World, path: Path) -> list[TradeRecord]:
    """Trade to the end on a new account."""
    (world.folder / "tidegate.sqlite").unlink(missing_ok=True)
    with world.trading(path) as trading:
        trading.recover()
        start(trading)
        trading.run(never)
    return trades(world)


def test_strategies_of_all_kinds_share_an_account_and_each_trades_as_if_alone(
    world: World,
) -> None:
    parts = [part | {"capital": 3000} for part in made.parts()]
    together = traded(world, world.config(strategies=parts))
    for part, name in zip(parts, ("Swing", "Dips", "ema-crossover"), strict=True):
        alone = traded(world, world.config(strategies=[part]))
        assert len(alone) > 5
        assert of(together, name) == of(alone, name)


def test_the_trades_are_those_of_a_backtest_of_the_same_words(world: World) -> None:
    (world.folder / "freqtrade.json").write_text(json.dumps(FREQTRADES), encoding="utf-8")
    part = {"strategy": "swing.py:Swing", "freqtrade": "freqtrade.json", "markets": "assumed"}
    found = traded(world, world.config(strategies=[part | {"capital": 5000}]))
    options = Options(
        config=(world.folder / "freqtrade.json",),
        strategy="Swing",
        strategy_path=world.folder,
        datadir=world.data,
        dry_run_wallet=5000.0,
        fee=0.001,
        enable_protections=True,
    )
    config = load_configuration(options, runmode="backtest")
    with closing(offered(config, "assumed")) as exchange:
        (ran,) = run(config, exchange).strategies
    assert ran.content is not None
    results = ran.content["results"]
    wanted = results[results["exit_reason"] != "force_exit"]
    assert {trade.pair for trade in found} == {"ETH/USDT"}
    assert len(wanted) > 10
    assert [(each.opened_ns, each.closed_ns, float(each.amount)) for each in found] == [
        (row.open_timestamp * 10**6, row.close_timestamp * 10**6, row.amount)
        for row in wanted.itertuples()
    ]


def test_what_is_said_beside_the_strategy_goes_before_its_freqtrade_configuration(
    world: World,
) -> None:
    (world.folder / "freqtrade.json").write_text(json.dumps(FREQTRADES), encoding="utf-8")
    part = {"strategy": "swing.py:Swing", "freqtrade": "freqtrade.json", "markets": "assumed"}
    more = {"pairs": ["BTC/USDT", "ETH/USDT"], "max_open_trades": 2, "timeframe": "15m"}
    more |= {"stake": 33, "name": "other", "capital": 1234}
    carriers = traders_of(read_config(world.config(strategies=[part, part | more])))
    try:
        plain, changed = carriers
        assert isinstance(plain, FreqtradeTrader)
        assert isinstance(changed, FreqtradeTrader)
        assert (plain.name, plain.paper.pairs, plain.paper.timeframe) == (
            "Swing",
            ["ETH/USDT"],
            "5m",
        )
        assert (changed.name, changed.paper.pairs) == ("other", ["BTC/USDT", "ETH/USDT"])
        assert changed.paper.timeframe == "15m"
        strategies = (plain.paper.strategy, changed.paper.strategy)
        assert [each.max_open_trades for each in strategies] == [1, 2]
        assert [each.config["stake_amount"] for each in strategies] == [200, 33.0]
        assert [each.config["dry_run_wallet"] for each in strategies] == [8766.0, 1234.0]
        assert plain.paper.fee == changed.paper.fee == 0.001
        assert all(each.config["enable_protections"] for each in strategies)
    finally:
        for carrier in carriers:
            carrier.leave()


def test_a_configuration_that_nobody_named_is_not_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.folder)
    (world.folder / "config.json").write_text("not JSON", encoding="utf-8")
    carriers = traders_of(read_config(world.config(strategies=made.parts())))
    assert [type(each) for each in carriers] == [FreqtradeTrader, FreqtradeTrader, Trader]
    for carrier in carriers:
        carrier.leave()


PART: dict[str, Any] = {
    "strategy": "swing.py:Swing",
    "pairs": ["BTC/USDT"],
    "markets": "assumed",
}


@pytest.mark.parametrize(
    ("part", "freqtrades", "code", "says"),
    [
        ({"pairs": None}, None, Code.BAD_SETTING, "Swing names no pairs of its own"),
        ({"pairs": ["BTC/EUR"]}, None, Code.BAD_SETTING, "BTC/EUR is not paid in"),
        ({}, {"trading_mode": "futures", "margin_mode": "isolated"}, Code.BAD_SETTING, "futures"),
        (
            {"pairs": None},
            {"stake_currency": "EUR", "exchange": {"pair_whitelist": ["BTC/EUR"]}},
            Code.BAD_SETTING,
            "not in the account's currency",
        ),
        (
            {"strategy": "ema-crossover", "timeframe": "5m"},
            None,
            Code.BAD_SETTING,
            "markets",
        ),
        (
            {"strategy": "Swang", "strategy_path": ["."]},
            None,
            Code.UNKNOWN_STRATEGY,
            'did you mean "Swing"?',
        ),
        ({"strategy": "gone.py:Swing"}, None, Code.UNKNOWN_STRATEGY, "there is no file"),
        ({"stake": 10**6}, None, Code.STAKE_OVER_WALLET, "stake"),
        ({}, {"stake_amount": "much"}, Code.BAD_CONFIGURATION, "much"),
    ],
)
def test_what_cannot_be_is_refused_with_a_word(
    world: World, part: dict[str, Any], freqtrades: dict[str, Any] | None, code: Code, says: str
) -> None:
    whole = {name: value for name, value in (PART | part).items() if value is not None}
    if freqtrades is not None:
        exchange = FREQTRADES["exchange"] | freqtrades.get("exchange", {})
        document = {**FREQTRADES, **freqtrades, "exchange": exchange}
        (world.folder / "freqtrade.json").write_text(json.dumps(document), encoding="utf-8")
        whole["freqtrade"] = "freqtrade.json"
    config = read_config(world.config(strategies=[whole]))
    with pytest.raises(InputError) as refused:
        traders_of(config)
    assert refused.value.code == code
    assert says in str(refused.value)


def test_a_name_goes_on_meaning_the_same_strategy(world: World) -> None:
    with world.trading(world.config(strategies=[PART | {"name": "one"}])) as trading:
        trading.recover()
        start(trading)
        trading.run(after(60))
    others: list[tuple[dict[str, Any], str]] = [
        ({"strategy": "ema-crossover", "timeframe": "5m", "markets": None}, "another kind"),
        ({"pairs": ["ETH/USDT"]}, "the pairs of"),
        ({"timeframe": "15m"}, "the timeframe of"),
    ]
    for change, says in others:
        part = {k: v for k, v in (PART | {"name": "one"} | change).items() if v is not None}
        with (
            pytest.raises(InputError) as refused,
            world.trading(world.config(strategies=[part])) as trading,
        ):
            trading.recover()
        assert says in str(refused.value)
        assert refused.value.code == Code.BAD_SETTING


def test_an_exception_in_a_callback_is_told_once_and_ends_nothing(world: World) -> None:
    text = made.SWING.replace("return current_time.hour != 3", 'raise KeyError("nobody")')
    (world.folder / "swing.py").write_text(text, encoding="utf-8")
    with world.trading(world.config(strategies=[PART])) as trading:
        trading.recover()
        start(trading)
        trading.run(never)
    assert trades(world)
    told = [str(figures["words"]) for event, figures in world.told if event == "warning"]
    assert len(told) == 1
    assert "confirm_trade_entry raised KeyError" in told[0]
    assert "swing.py:" in told[0]
