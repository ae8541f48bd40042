"""What an exchange remembers when it is started anew: a file that every change is added to.

A line is added with each change, before it is answered, so that a process that is killed has
forgotten nothing that anybody was told. What stands last of an order or an account is what it is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec
from filelock import FileLock, Timeout

from tidegate.errors import Code, ConfigError
from tidegate.exchange.venue import (  # noqa: TC001 (msgspec reads annotations at run time)
    Kind,
    Life,
    Prevention,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tidegate.exchange.venue import Account, Order, Trade

_ENCODER: Final = msgspec.json.Encoder()
_VERSION: Final = 1


class KeptOrder(msgspec.Struct, array_like=True):
    """An order as it stood."""

    id: int
    account: str
    symbol: str
    client_id: str
    buys: bool
    kind: Kind
    life: Life
    prevention: Prevention
    status: Status
    working: bool
    taken_back_as: str
    numbers: tuple[int, int, int, int, int, int, int]
    """Price, stop, lots, left, budget, reserve, quote."""
    created_ns: int
    updated_ns: int
    held_ns: int


class KeptTrade(msgspec.Struct, array_like=True):
    """A trade; the crowd's side of it has the order 0."""

    id: int
    symbol: str
    price: int
    lots: int
    buyer: int
    seller: int
    buyer_is_maker: bool
    fees: tuple[int, int]
    time_ns: int


class KeptAccount(msgspec.Struct, array_like=True):
    """Balances as they stood."""

    name: str
    free: dict[str, int]
    locked: dict[str, int]


class Begun(msgspec.Struct, tag="begun"):
    """The first line: which market it is."""

    seed: int
    now_ns: int
    version: int = _VERSION


class Changed(msgspec.Struct, tag="changed", omit_defaults=True):
    """One change."""

    names: int = 0
    """How many names the venue has given."""
    orders: list[KeptOrder] = []
    trades: list[KeptTrade] = []
    accounts: list[KeptAccount] = []


class Shoved(msgspec.Struct, tag="shoved"):
    """A price that was moved by hand."""

    symbol: str
    second: int
    factor: float


class Memory(msgspec.Struct):
    """What a file says, all of it."""

    begun: Begun
    orders: dict[int, KeptOrder]
    trades: list[KeptTrade]
    accounts: dict[str, KeptAccount]
    shoves: list[Shoved]
    names: int = 0


class Keeper:
    """Adds lines to the file."""

    def __init__(self, path: Path) -> None:
        """Open it, or begin it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(f"{path}.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise _bad(path, "another exchange that is writing it") from None
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, line: Begun | Changed | Shoved) -> None:
        """Add a line; it is with the system before this returns."""
        os.write(self._file, _ENCODER.encode(line) + b"\n")

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)
        self._lock.release()

    def changed(
        self,
        orders: Iterable[Order],
        trades: Iterable[Trade],
        accounts: Iterable[Account],
        names: int,
    ) -> None:
        """Add what has changed, as it stands now."""
        self.write(
            Changed(
                names,
                [_order(one) for one in orders],
                [_trade(one) for one in trades],
                [KeptAccount(one.name, one.free, one.locked) for one in accounts],
            )
        )


def _order(order: Order) -> KeptOrder:
    return KeptOrder(
        order.id,
        order.account.name,
        order.listing.symbol,
        order.client_id,
        order.buys,
        order.kind,
        order.life,
        order.prevention,
        order.status,
        order.working,
        order.taken_back_as,
        (
            order.price,
            order.stop,
            order.lots,
            order.left,
            order.budget,
            order.reserve,
            order.quote,
        ),
        order.created_ns,
        order.updated_ns,
        order.held_ns,
    )


def _trade(trade: Trade) -> KeptTrade:
    buyer, seller = trade.buyer, trade.seller
    return KeptTrade(
        trade.id,
        trade.symbol,
        trade.price,
        trade.lots,
        0 if buyer.account.boundless else buyer.id,
        0 if seller.account.boundless else seller.id,
        trade.buyer_is_maker,
        (trade.buyer_fee, trade.seller_fee),
        trade.time_ns,
    )


def read_memory(path: Path) -> Memory | None:
    """Return what a file says; None if there is none. A last line that was cut off is dropped."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    whole, _, rest = content.rpartition(b"\n")
    if rest:
        os.truncate(path, len(content) - len(rest))
    lines = whole.splitlines()
    if not lines:
        return None
    decoder = msgspec.json.Decoder(Begun | Changed | Shoved)
    memory: Memory | None = None
    for number, line in enumerate(lines, start=1):
        try:
            entry = decoder.decode(line)
        except msgspec.MsgspecError as error:
            raise _bad(path, f"line {number}: {error}") from error
        if isinstance(entry, Begun):
            memory = Memory(entry, {}, [], {}, [])
        elif memory is None:
            raise _bad(path, "no beginning")
        else:
            _take(memory, entry)
    return memory


def _take(memory: Memory, entry: Changed | Shoved) -> None:
    if isinstance(entry, Shoved):
        memory.shoves.append(entry)
        return
    memory.names = max(memory.names, entry.names)
    memory.orders |= {order.id: order for order in entry.orders}
    memory.trades += entry.trades
    memory.accounts |= {account.name: account for account in entry.accounts}


def _bad(path: Path, found: str) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        "the exchange cannot remember from this file",
        where=str(path),
        expected="a file that tidegate exchange --state has written",
        found=found,
        remedy="name another with --state, or remove it to begin anew",
    )
