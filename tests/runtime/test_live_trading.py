"""A process that trades at the local exchange: what it does is what the exchange has."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tests.exchange.serving import until
from tests.runtime.live_worlds import (
    BTC,
    ETH,
    LiveWorld,
    held,
    live_world,
    require_alike,
    waiting,
    walked,
)
from tests.runtime.worlds import WIDE

from tidegate.errors import ConfigError
from tidegate.exchange.venue.order import OPEN
from tidegate.model import CommandKind, OrderState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.runtime.live_trading import LiveTrading


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    with live_world(tmp_path) as made:
        yield made


@pytest.mark.parametrize("most_walked", [500, 2])
def test_it_buys_and_sells_and_ledger_and_exchange_agree_to_the_last_digit(
    tmp_path: Path, most_walked: int
) -> None:
    with live_world(tmp_path, speed=20.0) as world:
        path = world.config(strategies=[world.strategy("Turning", BTC, ETH)])
        with world.begun(path) as trading:
            for trader in trading.traders:
                trader.most_walked = most_walked  # type: ignore[attr-defined]
            world.until(trading, lambda: len(world.orders()) >= 8)
            world.obey(trading, CommandKind.HALT)
            world.until(trading, lambda: not waiting(trading) and not held(trading))
            require_alike(world, trading)
            orders = trading.engine.state.orders
            assert {order.client_id for order in world.orders()} == {
                life.order.id for life in orders.remembered()
            }
            assert not world.words("strange")
            gained = trading.engine.state.opened.balance - trading.engine.state.opened.deposits
        trades = world.trades()
        assert {trade.pair for trade in trades} == {BTC, ETH}
        assert abs(sum(trade.profit for trade in trades) - gained) < 1e-6
        assert {trade.exit_reason for trade in trades} == {"exit_signal"}


def test_a_restart_carries_on_with_what_is_held_and_orders_nothing_twice(
    world: LiveWorld,
) -> None:
    with world.holding() as trading:
        before = held(trading), walked(trading)
        trading.end()
    with world.trading(world.folder / "trade.json") as trading:
        trading.recover()
        assert (held(trading), walked(trading)) == before
        assert trading.engine.state.trading == "active"
        world.near_a_close(0.3)
        world.turns(trading, 1.5)  # it holds, and so buys no more
        assert (held(trading), len(world.orders())) == (before[0], 1)
        world.move(0.9)
        world.until(trading, lambda: not held(trading) and not walked(trading))
        require_alike(world, trading)
    assert [trade.exit_reason for trade in world.trades()] == ["stop_loss"]
    assert len(world.orders()) == 2


def test_leaving_lets_orders_wait_and_the_next_start_has_them(world: LiveWorld) -> None:
    world.exchange.arm("late-fill", delay_ms=8000)
    with world.begun(world.config()) as trading:
        world.until(trading, lambda: waiting(trading))
        asked = time.monotonic() + 0.2
        trading.run(lambda: time.monotonic() > asked)
        assert [life.left > 0 for life in waiting(trading)] == [True]
    assert [order.status in OPEN for order in world.orders()] == [True]
    with world.trading(world.folder / "trade.json") as trading:
        trading.recover()
        world.until(trading, lambda: held(trading) and walked(trading) and not waiting(trading))
        require_alike(world, trading)
    assert len(world.orders()) == 1


def test_an_operator_closes_everything(world: LiveWorld) -> None:
    path = world.config(strategies=[world.strategy("Holding", BTC, ETH)])
    with world.begun(path) as trading:
        world.until(trading, lambda: len(held(trading)) == 2 and not waiting(trading))
        world.obey(trading, CommandKind.FLATTEN)
        world.until(trading, lambda: not held(trading) and not walked(trading))
        require_alike(world, trading)
        world.near_a_close(0.3)
        world.turns(trading, 1.5)
        assert len(world.orders()) == 4
    assert {trade.exit_reason for trade in world.trades()} == {"flatten"}


def test_who_is_halted_buys_no_more_and_still_sells_at_a_stop(world: LiveWorld) -> None:
    path = world.config(strategies=[world.strategy("Holding", BTC, ETH)])
    with world.holding(path) as trading:
        world.obey(trading, CommandKind.HALT)
        world.until(trading, lambda: not waiting(trading))
        count = len(world.orders())
        world.move(0.9, BTC)
        world.move(0.9, ETH)
        world.until(trading, lambda: not held(trading) and not walked(trading))
        world.near_a_close(0.3)
        world.turns(trading, 1.5)
        assert len(world.orders()) == 2 * count
        require_alike(world, trading)


def test_the_breaker_takes_back_what_waits_and_lets_nothing_new_out(world: LiveWorld) -> None:
    world.exchange.arm("late-fill", delay_ms=20_000)
    with world.begun(world.config()) as trading:
        world.until(trading, lambda: waiting(trading))
        world.breaker.reason = "enough"
        world.until(trading, lambda: not waiting(trading) and not walked(trading))
        world.near_a_close(0.3)
        world.turns(trading, 1.5)
        assert [order.status in OPEN for order in world.orders()] == [False]
        assert not held(trading)
        require_alike(world, trading)


def test_a_stop_acts_between_two_closes(world: LiveWorld) -> None:
    with world.holding() as trading:
        count, walked_ns = len(world.orders()), trading.traders[0].walked_ns
        world.turns(trading, 0.5)
        assert len(world.orders()) == count
        world.move(0.94)
        world.until(trading, lambda: len(world.orders()) > count)
        assert trading.traders[0].walked_ns == walked_ns
        world.until(trading, lambda: not held(trading) and not walked(trading))
        require_alike(world, trading)


def test_prices_that_nobody_hears_any_more_are_not_acted_on(world: LiveWorld) -> None:
    path = world.config(limits=WIDE | {"max_price_age_s": 15})
    with world.holding(path) as trading:
        count, bought = len(world.orders()), price_of(trading, BTC)
        world.move(0.9)
        assert until(lambda: price_of(trading, BTC) < 0.92 * bought)  # and nobody looks
        world.exchange.arm("stream-silence")
        world.exchange.arm("reset-before", method="GET")
        world.exchange.control("POST", "clock", {"advance_s": 20})
        world.turns(trading, 0.5)
        assert len(world.orders()) == count
        world.exchange.control("DELETE", "faults")
        world.until(trading, lambda: not held(trading))


def test_a_candle_that_closed_while_nobody_looked_makes_no_entry(world: LiveWorld) -> None:
    with world.begun(world.config()) as trading:
        world.near_a_close(-40.0)  # two thirds of the next candle have passed
        world.until(trading, lambda: world.words("warning"))
        assert "came too late" in world.words("warning")[0]
        assert (world.orders(), walked(trading)) == ([], {})
        world.near_a_close()
        world.until(trading, lambda: held(trading))


def test_who_has_less_than_the_wallet_does_not_begin(world: LiveWorld) -> None:
    path = world.config(account={"name": "main", "wallet": "100000.01"})
    with world.trading(path) as trading, pytest.raises(ConfigError, match="does not have"):
        trading.recover()


def test_an_entry_that_is_refused_leaves_nothing_and_is_wished_for_at_the_next_close(
    world: LiveWorld,
) -> None:
    with world.begun(world.config()) as trading:
        world.exchange.control("POST", "deposit", {"asset": "USDT", "amount": "-99990"})
        orders = trading.engine.state.orders
        world.until(trading, lambda: list(orders.remembered()) and not waiting(trading))
        world.turns(trading, 0.5)
        assert [life.state for life in orders.remembered()] == [OrderState.REJECTED]
        assert (world.orders(), walked(trading)) == ([], {})
        world.exchange.control("POST", "deposit", {"asset": "USDT", "amount": "99990"})
        world.near_a_close(0.3)
        world.until(trading, lambda: held(trading) and not waiting(trading))
        assert len(list(orders.remembered())) == 2
        require_alike(world, trading)


def price_of(trading: LiveTrading, pair: str) -> float:
    """Return the price that was heard last."""
    quote = trading.traders[0].shelf.quote(pair)  # type: ignore[attr-defined]
    return float(quote.price)
