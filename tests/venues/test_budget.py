"""A budget keeps to its rate, lets orders go first, and is heeded by all who share it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tidegate.venues.budget import Budget, Urgency


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_is_left_goes_out_at_once_and_comes_back_at_its_rate() -> None:
    async def run() -> None:
        clock = Clock()
        budget = Budget(10.0, 100.0, reserve=0.0, clock=clock)
        await budget.take(Urgency.HISTORY, 60)
        await budget.take(Urgency.HISTORY, 40)
        assert budget.standing().left == 0
        clock.now += 4.0
        assert budget.standing().left == 40
        clock.now += 100.0
        assert budget.standing().left == 100
        assert (budget.standing().taken, budget.standing().requests) == (100, 2)

    asyncio.run(run())


def test_orders_find_what_candles_may_not_touch_and_go_before_all_who_wait() -> None:
    async def run() -> None:
        budget = Budget(50.0, 10.0, reserve=0.5)
        order: list[str] = []

        async def ask(name: str, urgency: Urgency) -> None:
            await budget.take(urgency)
            order.append(name)

        candles = [asyncio.ensure_future(ask(f"candles {n}", Urgency.HISTORY)) for n in range(12)]
        prices = asyncio.ensure_future(ask("price", Urgency.PRICE))
        await asyncio.sleep(0)
        assert order == [f"candles {n}" for n in range(5)]
        assert budget.standing().waiting == 8
        await ask("order", Urgency.ORDER)
        assert order[5] == "order"  # without waiting, although others wait
        await asyncio.gather(*candles, prices)
        assert order[6] == "price"
        assert order[7:] == [f"candles {n}" for n in range(5, 12)]

    asyncio.run(run())


def test_nothing_goes_out_while_the_venue_wants_quiet_and_orders_are_first_after_it() -> None:
    async def run() -> None:
        budget = Budget(1000.0, 100.0)
        budget.close_for(0.2)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        order: list[str] = []

        async def ask(name: str, urgency: Urgency) -> None:
            await budget.take(urgency)
            order.append(name)

        await asyncio.gather(
            ask("history", Urgency.HISTORY),
            ask("price", Urgency.PRICE),
            ask("stop", Urgency.REDUCE),
        )
        assert loop.time() - begun >= 0.2
        assert order == ["stop", "price", "history"]
        assert budget.standing().closings == 1

    asyncio.run(run())


def test_who_gives_up_waiting_takes_nothing_and_blocks_nobody() -> None:
    async def run() -> None:
        budget = Budget(100.0, 10.0, reserve=0.0)
        await budget.take(Urgency.PRICE, 10)
        first = asyncio.ensure_future(budget.take(Urgency.PRICE, 10))
        second = asyncio.ensure_future(budget.take(Urgency.PRICE, 1))
        await asyncio.sleep(0)
        first.cancel()
        await second
        assert budget.standing().requests == 2
        assert budget.standing().waiting == 0

    asyncio.run(run())


def test_what_the_venue_says_was_used_counts_where_it_is_more() -> None:
    clock = Clock()
    budget = Budget(50.0, 100.0, clock=clock)
    budget.told(3000, 6000)
    assert budget.standing().left == 100
    budget.told(5360, 6000)
    assert budget.standing().left == 40
    budget.told(5500, 6000)
    assert budget.standing().left == -100
    clock.now += 4.0
    assert budget.standing().left == 100


def test_threads_with_loops_of_their_own_share_one_budget() -> None:
    budget = Budget(400.0, 20.0, reserve=0.0)

    async def ask(count: int) -> None:
        for _ in range(count):
            await budget.take(Urgency.PRICE)

    threads = [threading.Thread(target=lambda: asyncio.run(ask(30))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    standing = budget.standing()
    assert (standing.requests, standing.waiting) == (90, 0)
    assert 0 <= standing.left <= 20


@pytest.mark.parametrize("burst", [30.0, 900.0])
def test_in_no_minute_more_goes_out_than_promised(burst: float) -> None:
    """A clock that is moved by hand, and somebody who takes whatever there is."""
    clock = Clock()
    budget = Budget(75.0, burst, reserve=0.0, clock=clock)
    times: list[float] = []

    async def run() -> None:
        while clock.now < 200:
            if budget.standing().left >= 2:
                await budget.take(Urgency.HISTORY, 2)
                times.append(clock.now)
            else:
                clock.now += 0.25

    asyncio.run(run())
    most = max(2 * sum(1 for at in times if start <= at < start + 60) for start in range(140))
    assert most <= burst + 60 * 75
