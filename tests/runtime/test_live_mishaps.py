"""An exchange that fills late, in parts or after all, and a process that dies: nothing is lost."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from tests.runtime.live_worlds import (
    BTC,
    ETH,
    LiveWorld,
    alike,
    held,
    live_world,
    require_alike,
    waiting,
    walked,
)
from tests.runtime.worlds import CrashError, CrashingJournal

from tidegate.model import CommandKind, Effect, OrderState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tidegate.engine.entry import Entry
    from tidegate.engine.orders import Life
    from tidegate.engine.ports import Journal, Record
    from tidegate.runtime.live_trading import LiveTrading

SECOND = 10**9
FOR_LONG = 300_000
"""Milliseconds after which a late fill comes that no test waits for."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LiveWorld]:
    with live_world(tmp_path) as made:
        yield made


def impatient(world: LiveWorld) -> Path:
    return world.config(live=world.live_part(patience_s=1.0))


def lives(trading: LiveTrading, effect: Effect) -> list[Life]:
    """Return all orders that were ever made, oldest first."""
    found = trading.engine.state.orders.remembered()
    return sorted(
        (life for life in found if life.order.effect is effect), key=lambda one: one.order.made_ns
    )


def left(world: LiveWorld, trading: LiveTrading) -> None:
    """Have the price fall through the stop, and see all sold."""
    world.move(0.9)
    world.until(trading, lambda: not held(trading) and not walked(trading))
    require_alike(world, trading)


# entries


def test_an_entry_that_does_not_fill_is_taken_back(world: LiveWorld) -> None:
    world.exchange.arm("late-fill", delay_ms=FOR_LONG)
    with world.begun(impatient(world)) as trading:
        world.until(trading, lambda: waiting(trading))
        assert walked(trading) == {"holding/BTC/USDT/1": 0.0}
        world.until(trading, lambda: not waiting(trading) and not walked(trading))
        assert [life.state for life in lives(trading, Effect.INCREASE)] == [OrderState.CANCELLED]
        require_alike(world, trading)
        world.exchange.control("DELETE", "faults")
        world.near_a_close(0.3)
        world.until(trading, lambda: held(trading) and not waiting(trading))
        require_alike(world, trading)


def test_an_entry_that_fills_in_part_becomes_a_position_of_that_part(world: LiveWorld) -> None:
    world.exchange.arm("partial-fill", share=0.4, delay_ms=FOR_LONG)
    with world.begun(impatient(world)) as trading:
        world.until(trading, lambda: held(trading) and not waiting(trading))
        (life,) = lives(trading, Effect.INCREASE)
        assert life.state is OrderState.CANCELLED
        assert 0 < life.filled < life.order.amount
        world.until(trading, lambda: any(walked(trading).values()))
        require_alike(world, trading)
        world.exchange.control("DELETE", "faults")
        left(world, trading)


def test_an_entry_that_fills_as_it_is_taken_back_is_held(world: LiveWorld) -> None:
    world.exchange.arm("late-fill", delay_ms=FOR_LONG)
    world.exchange.arm("cancel-race")
    with world.begun(impatient(world)) as trading:
        world.until(trading, lambda: held(trading) and not waiting(trading))
        (life,) = lives(trading, Effect.INCREASE)
        assert (life.leaving, life.state) == (True, OrderState.FILLED)
        world.until(trading, lambda: any(walked(trading).values()))
        require_alike(world, trading)
        world.exchange.control("DELETE", "faults")
        left(world, trading)


def test_what_fills_after_it_was_taken_back_is_sold_again(world: LiveWorld) -> None:
    world.exchange.arm("late-fill", delay_ms=FOR_LONG)
    world.exchange.arm("fill-after-cancel", delay_ms=1500)
    with world.begun(impatient(world)) as trading:
        world.until(trading, lambda: lives(trading, Effect.INCREASE) and not waiting(trading))
        world.exchange.control("DELETE", "faults")
        world.until(trading, lambda: lives(trading, Effect.REDUCE))
        world.until(trading, lambda: not held(trading) and not waiting(trading))
        require_alike(world, trading)
        assert any("does not hold it" in words for words in world.words("warning"))
    assert [trade.exit_reason for trade in world.trades()] == ["stray"]


# exits


def test_an_exit_that_fills_in_parts_and_late_is_one_exit(world: LiveWorld) -> None:
    with world.holding() as trading:
        world.exchange.arm("partial-fill", share=0.3, delay_ms=1500)
        left(world, trading)
        assert len(lives(trading, Effect.REDUCE)) == 1


def test_an_exit_that_is_refused_is_tried_ever_more_seldom_until_it_is_done(
    world: LiveWorld,
) -> None:
    with world.holding() as trading:
        world.exchange.control("POST", "deposit", {"asset": "BTC", "amount": "-0.02"})
        world.move(0.9)
        world.until(trading, lambda: len(lives(trading, Effect.REDUCE)) >= 3)
        times = [life.order.made_ns for life in lives(trading, Effect.REDUCE)]
        first, second = (later - sooner for sooner, later in pairwise(times[:3]))
        assert first >= SECOND
        assert second >= 2 * SECOND
        assert any("could not be left" in words for words in world.words("warning"))
        assert walked(trading)
        world.until(trading, lambda: bool(trading.engine.state.agreement.halted))
        assert {one for _, one in trading.engine.state.agreement.differences} == {"BTC"}
        world.exchange.control("POST", "deposit", {"asset": "BTC", "amount": "0.02"})
        world.until(trading, lambda: not held(trading) and not walked(trading))
        require_alike(world, trading)


# a process that dies


class DyingJournal(CrashingJournal):
    """Is gone when it is to keep a kind of fact behind an approval: before it, or after."""

    def __init__(self, journal: Journal, kind: str, *, after: bool) -> None:
        super().__init__(journal, 0, after=after)
        self._kind, self._approved = kind, False

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        kinds = {entry.kind for entry in entries}
        self._approved |= "approved" in kinds
        dies = self._approved and self._kind in kinds
        if dies and not self._after:
            raise CrashError
        last = self._journal.append(entries, records)
        if dies:
            raise CrashError
        return last


@contextmanager
def dying(world: LiveWorld, path: Path, kind: str, *, after: bool) -> Iterator[LiveTrading]:
    """Set a process up that is gone once it keeps a kind of fact."""
    with suppress(CrashError):
        with world.trading(path, partial(DyingJournal, kind=kind, after=after)) as trading:
            trading.recover()
            yield trading
        pytest.fail("it was to die")


@pytest.mark.parametrize(
    ("kind", "after"),
    [("approved", False), ("approved", True), ("noted", False), ("noted", True), ("filled", False)],
)
def test_a_process_that_dies_at_an_entry_holds_what_it_knows_of_and_no_more(
    world: LiveWorld, kind: str, *, after: bool
) -> None:
    path = world.config()
    with dying(world, path, kind, after=after) as trading:
        world.near_a_close()
        world.obey(trading, CommandKind.START)
        world.until(trading, lambda: held(trading) and walked(trading))
    sent = [order.client_id for order in world.orders()]
    assert bool(sent) is (kind != "approved")
    is_known = (kind, after) not in {("approved", True), ("noted", False)}
    with world.trading(path) as trading:
        trading.recover()
        world.until(trading, lambda: not waiting(trading) and alike(trading))
        assert held(trading) or not (sent and is_known)
        world.near_a_close(0.3)
        world.until(trading, lambda: held(trading) and not waiting(trading) and alike(trading))
        require_alike(world, trading)
        left(world, trading)
    names = [order.client_id for order in world.orders()]
    assert len(names) == len(set(names)) == (2 if is_known or not sent else 4)
    reasons = [trade.exit_reason for trade in world.trades()]
    assert reasons == (["stop_loss"] if is_known or not sent else ["stray", "stop_loss"])


@pytest.mark.parametrize(
    ("kind", "after"), [("approved", True), ("noted", False), ("filled", False)]
)
def test_a_process_that_dies_at_an_exit_sells_once(
    world: LiveWorld, kind: str, *, after: bool
) -> None:
    with world.holding() as trading:
        trading.end()
    path = world.folder / "trade.json"
    with dying(world, path, kind, after=after) as trading:
        world.move(0.9)
        world.until(trading, lambda: not held(trading))
    with world.trading(path) as trading:
        trading.recover()
        world.until(trading, lambda: not held(trading) and not walked(trading))
        require_alike(world, trading)
    sold = [order for order in world.orders() if not order.buys and order.filled]
    assert len(sold) == 1


def test_a_process_that_dies_again_and_again_doubles_and_forgets_nothing(tmp_path: Path) -> None:
    with live_world(tmp_path, speed=20.0) as world:
        path = world.config(strategies=[world.strategy("Turning", BTC, ETH)])
        for number, at in enumerate((9, 12, 7, 8, 10, 6)):
            crashing = partial(CrashingJournal, at=at, after=bool(number % 2))
            with suppress(CrashError), world.trading(path, crashing) as trading:
                trading.recover()
                world.near_a_close()
                if trading.engine.state.trading == "halted":
                    world.obey(trading, CommandKind.START)
                world.until(trading, lambda: False)
        with world.trading(path) as trading:
            trading.recover()
            world.obey(trading, CommandKind.FLATTEN)
            world.until(
                trading,
                lambda: not held(trading) and not waiting(trading) and not walked(trading),
            )
            require_alike(world, trading)
            ours = {life.order.id for life in trading.engine.state.orders.remembered()}
        names = [order.client_id for order in world.orders()]
        assert len(names) == len(set(names)) > 1
        assert set(names) <= ours
        assert not world.words("strange")
