"""An account goes on as what it was begun: where it trades, and with whoever holds something."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.runtime.live_worlds import BTC, ETH, PASSPHRASE, LiveWorld, held, live_world, waiting

from tidegate.engine.engine import Engine
from tidegate.engine.facts import BooksAlike
from tidegate.errors import Code, ConfigError
from tidegate.exchange.keys import ApiKey
from tidegate.guardrails import Gate, Limits
from tidegate.model import Effect
from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing
from tidegate.runtime.checking import begun
from tidegate.runtime.config import TradeConfig, read_config
from tidegate.runtime.same_account import place_of, require_same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.engine.state import State


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    with live_world(tmp_path) as made:
        yield made


@pytest.fixture
def nowhere(tmp_path: Path) -> LiveWorld:
    """A world whose exchange nobody asks."""
    return LiveWorld(tmp_path, SimpleNamespace(url="http://127.0.0.1:9"))  # type: ignore[arg-type]


def asked(world: LiveWorld, **changes: Any) -> TradeConfig:  # noqa: ANN401 - any part of the file
    return read_config(world.config(**changes))


def opened(config: TradeConfig, place: str) -> State:
    account = config.account
    engine = Engine(gate=Gate(Limits.widest()), instruments={})
    engine.open(account.name, "USDT", "average", 1, account.wallet, place=place)
    return engine.state


def alike(state: State) -> None:
    fact = BooksAlike(pairs=[], balances={}, seq=1, since_ns=1, counted=[])
    state.evolve(fact, 2, "books")


def refused(config: TradeConfig, state: State) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        require_same(config, state)
    assert error.value.code is Code.BAD_SETTING
    with pytest.raises(ConfigError, match="another one"):
        begun(state, config)
    return error.value


def test_what_is_held_on_paper_is_not_offered_at_an_exchange_nor_the_other_way_round(
    nowhere: LiveWorld,
) -> None:
    live, paper = asked(nowhere), asked(nowhere, live=None)
    assert (place_of(live), place_of(paper)) == ("binance local", "")
    assert "paper" in refused(live, opened(live, "")).expected
    assert "paper" in refused(paper, opened(paper, "binance local")).found
    require_same(live, opened(live, "binance local"))
    require_same(paper, opened(paper, ""))


def test_play_money_is_not_traded_as_if_it_was_real(nowhere: LiveWorld) -> None:
    live = asked(nowhere)
    assert "binance mainnet" in refused(live, opened(live, "binance mainnet")).expected


def test_an_account_whose_place_was_not_written_down_was_begun_where_its_books_were_read(
    nowhere: LiveWorld,
) -> None:
    live, paper = asked(nowhere), asked(nowhere, live=None)
    state = opened(live, "")
    alike(state)
    require_same(live, state)
    assert "an exchange" in refused(paper, state).expected


@pytest.mark.parametrize(("name", "value"), [("currency", "BTC"), ("accounting", "fifo")])
def test_money_and_accounting_stay_what_they_were(
    nowhere: LiveWorld, name: str, value: str
) -> None:
    account = {"name": "main", "wallet": "10000", name: value}
    config = asked(nowhere, account=account, strategies=[nowhere.strategy("Holding", "ETH/BTC")])
    assert f"account.{name}" in refused(config, opened(config, "binance local")).where


def test_a_strategy_is_not_taken_away_while_it_holds_something(world: LiveWorld) -> None:
    with world.holding() as trading:
        assert held(trading)
    for other in (world.strategy("Holding") | {"name": "other"}, world.strategy("Holding", ETH)):
        with (
            world.trading(world.config(strategies=[other])) as trading,
            pytest.raises(ConfigError, match="nobody to look after it") as error,
        ):
            trading.recover()
        assert BTC in error.value.expected
    with world.trading(world.config()) as trading:
        trading.recover()
        assert held(trading)
    assert len(world.orders()) == 1


def test_a_strategy_is_not_taken_away_while_its_order_waits(world: LiveWorld) -> None:
    world.exchange.arm("late-fill", delay_ms=300_000)
    with world.begun(world.config()) as trading:
        world.until(trading, lambda: waiting(trading))
        effects = [life.order.effect for life in trading.engine.state.orders.live()]
        assert effects == [Effect.INCREASE]
    path = world.config(strategies=[world.strategy("Holding") | {"name": "other"}])
    with world.trading(path) as trading, pytest.raises(ConfigError, match='"holding" has'):
        trading.recover()


def test_a_journal_from_the_future_is_warned_of(world: LiveWorld) -> None:
    with world.trading(world.config()) as trading:
        trading.recover()
    assert not world.words("warning")
    with world.trading(world.config()) as trading:
        ahead, real = 3600 * 10**9, world.now_ns
        world.now_ns = lambda: real() - ahead  # type: ignore[method-assign]
        try:
            trading.recover()
        finally:
            world.now_ns = real  # type: ignore[method-assign]
    assert any("ahead of this machine's clock" in words for words in world.words("warning"))


def test_what_is_held_is_not_sold_out_of_another_account(tmp_path: Path) -> None:
    keys = (ApiKey("simkey", "simsecret", "main"), ApiKey("second", "simsecret", "second"))
    balances = {"USDT": Decimal(100_000), "BTC": Decimal(3)}
    with live_world(tmp_path, keys=keys, balances=balances) as world:
        with world.holding():
            pass
        part = world.live_part(key="second")
        credentials = Credentials(key="second", secret="simsecret")  # noqa: S106 - of a simulation
        KeyRing(tmp_path / "keys.json").put("second", "binance", credentials, PASSPHRASE, 0)
        with (
            world.trading(world.config(live=part)) as trading,
            pytest.raises(ConfigError, match="another account than this one") as error,
        ):
            trading.recover()
        assert "the venue has none such" in error.value.found
        with world.trading(world.config()) as trading:
            trading.recover()
            assert held(trading)
        assert not world.exchange.world.venue.accounts["second"].orders


def test_one_balance_that_differs_halts_and_does_not_keep_from_starting(world: LiveWorld) -> None:
    with world.holding():
        pass
    world.exchange.control("POST", "deposit", {"asset": "USDT", "amount": "-50"})
    with world.trading(world.config()) as trading:
        trading.recover()
        assert set(trading.engine.state.agreement.halted) == {BTC}


def test_where_every_balance_is_another_it_is_another_account(world: LiveWorld) -> None:
    with world.holding():
        pass
    for asset in ("USDT", "BTC"):
        world.exchange.control("POST", "deposit", {"asset": asset, "amount": "1"})
    with world.trading(world.config()) as trading, pytest.raises(ConfigError) as error:
        trading.recover()
    assert "to be expected; the venue has" in error.value.found
