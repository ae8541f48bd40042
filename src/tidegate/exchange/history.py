"""The trades of a pair, the crowd's and the accounts', in one row."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.exchange.prices.tape import SECOND_NS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.exchange.world import World

IDS_A_SECOND: Final = 1_000_000
_CHUNK_S: Final = 7200


class PublicTrade(NamedTuple):
    """A trade as everybody may see it. Prices in ticks, amounts in lots."""

    id: int
    price: int
    lots: int
    buyer_is_maker: bool
    time_ns: int


def from_time(world: World, symbol: str, first_ns: int, now_ns: int) -> Iterator[PublicTrade]:
    """Yield the trades from a time on, oldest first, up to now."""
    own = (
        PublicTrade(one.id, one.price, one.lots, one.buyer_is_maker, one.time_ns)
        for one in world.trades[symbol]
        if one.time_ns >= first_ns
    )
    return heapq.merge(_crowds(world, symbol, first_ns, now_ns), own)


def from_id(world: World, symbol: str, first: int, now_ns: int) -> Iterator[PublicTrade]:
    """Yield the trades from an id on, oldest first, up to now."""
    found = from_time(world, symbol, first // IDS_A_SECOND * SECOND_NS, now_ns)
    return (trade for trade in found if trade.id >= first)


def latest(world: World, symbol: str, count: int, now_ns: int) -> list[PublicTrade]:
    """Return the newest trades, oldest first."""
    seconds, found = count + 60, list[PublicTrade]()
    earliest = world.chart(symbol).tape.start_s * SECOND_NS
    while True:
        first = now_ns - seconds * SECOND_NS
        found = list(from_time(world, symbol, first, now_ns))
        if len(found) >= count or first <= earliest:
            return found[-count:]
        seconds *= 4


def _crowds(world: World, symbol: str, first_ns: int, now_ns: int) -> Iterator[PublicTrade]:
    tape = world.chart(symbol).tape
    begin = max(-(-first_ns // SECOND_NS), tape.start_s)
    stop = now_ns // SECOND_NS + 1
    while begin < stop:
        end = min(begin + _CHUNK_S, stop)
        number = tape.index(begin)
        prices, lots = tape.seconds(number, tape.index(end - 1) + 1)
        skip = begin - (tape.start_s + number * tape.width)
        part = slice(skip, skip + end - begin)
        rows = zip(
            range(begin, end),
            prices.ravel()[part].tolist(),
            lots.ravel()[part].tolist(),
            tape.sides(begin, end).tolist(),
            strict=True,
        )
        for second, price, amount, buys in rows:
            if amount:
                yield PublicTrade(
                    second * IDS_A_SECOND, price, amount, not buys, second * SECOND_NS
                )
        begin = end
