"""A whole exchange from what a user asks for: prices, keys, balances, faults, and a server."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError, one_of
from tidegate.exchange.binance import Binance
from tidegate.exchange.clock import MarketClock
from tidegate.exchange.coinbase import Coinbase
from tidegate.exchange.dydx import Dydx
from tidegate.exchange.keeping import Begun, Keeper, read_memory
from tidegate.exchange.keys import DEFAULT_KEYS
from tidegate.exchange.okx import Okx
from tidegate.exchange.prices.source import Generated, Recorded
from tidegate.exchange.remembering import remember
from tidegate.exchange.server import ExchangeServer
from tidegate.exchange.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from tidegate.exchange.dialect import Dialect
    from tidegate.exchange.faults import Fault
    from tidegate.exchange.keeping import Memory
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.prices.source import Source

DIALECTS: Final[dict[str, Callable[[World, bool], Dialect]]] = {
    "binance": lambda world, limited: Binance(world, limited=limited),
    "okx": lambda world, limited: Okx(world, limited=limited),
    "coinbase": lambda world, limited: Coinbase(world, limited=limited),
    "dydx": lambda world, limited: Dydx(world, limited=limited),
}
"""Each dialect by its name, made for a world, and whether it limits how much is asked."""

PAIRS: Final = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "DOGE/USDT")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSpec:
    """What is to be simulated."""

    balances: Mapping[str, Decimal]
    dialect: str = "binance"
    pairs: tuple[str, ...] = ()
    datadir: Path | None = None
    """Recorded candles; without them the market is made."""
    speed: float = 1.0
    seed: int = 7
    keys: tuple[ApiKey, ...] = DEFAULT_KEYS
    faults: Sequence[Fault] = ()
    limited: bool = True
    state: Path | None = None
    """Where accounts, orders and trades are kept, so that they outlive the process."""


def build(spec: ExchangeSpec, wall: Callable[[], int]) -> ExchangeServer:
    """Return a server that is ready to be started."""
    speaks = DIALECTS.get(spec.dialect)
    if speaks is None:
        raise _no_dialect(spec.dialect)
    clock = MarketClock(wall, speed=spec.speed)
    with ExitStack() as undone:
        keeper = None
        if spec.state is not None:
            keeper = Keeper(spec.state)
            undone.callback(keeper.close)
        world = _world(spec, clock, keeper)
        undone.pop_all()
    world.faults.arm(spec.faults, world.now_ns())
    return ExchangeServer(world, speaks(world, spec.limited))


def _world(spec: ExchangeSpec, clock: MarketClock, keeper: Keeper | None) -> World:
    """Return the world that begins now, or the one that is remembered."""
    begun = Begun(spec.seed, clock.now_ns())
    memory = None if spec.state is None else read_memory(spec.state)
    if memory is not None:
        _require_same_seed(spec, memory)
        begun = memory.begun  # the market goes on as it began, whatever day it is now
    source: Source
    if spec.datadir is None:
        source = Generated(spec.pairs or PAIRS, begun.now_ns, seed=spec.seed)
    else:
        source = Recorded(spec.datadir, spec.pairs, begun.now_ns, seed=spec.seed)
    world = World(source, clock, keys=spec.keys, balances=spec.balances, seed=spec.seed)
    if memory is not None:
        remember(world, memory)
    elif keeper is not None:
        keeper.write(begun)
    world.keeper = keeper
    return world


def _require_same_seed(spec: ExchangeSpec, memory: Memory) -> None:
    if memory.begun.seed != spec.seed:
        raise OptionError(
            Code.BAD_OPTION,
            "the exchange remembers another market",
            where="--seed",
            expected=f"{memory.begun.seed}, with which {spec.state} began",
            found=str(spec.seed),
            remedy="give the same seed, or name another file with --state",
        )


def _no_dialect(name: str) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f'no dialect is called "{name}"',
        where="--dialect",
        expected=f"one of {', '.join(DIALECTS)}",
        found=f'"{name}"',
        remedy=one_of(name, DIALECTS, otherwise="choose one of the names above"),
    )
