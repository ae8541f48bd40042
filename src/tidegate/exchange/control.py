"""The venue's own buttons: faults, the clock, prices and balances, over the same server."""

from __future__ import annotations

import ipaddress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import msgspec

from tidegate.errors import InputError
from tidegate.exchange.dialect import Answer
from tidegate.exchange.faults import ABOUT, parse_faults
from tidegate.exchange.venue import TooFineError, from_decimal, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.dialect import Request
    from tidegate.exchange.world import World

PREFIX: Final = "/_control/"
_MOST_FACTOR: Final = 100.0


class _Wrong(Exception):  # noqa: N818 (an answer, not an error of ours)
    """A request that cannot be carried out, and why."""


class Clock(msgspec.Struct, forbid_unknown_fields=True):
    """Let market time pass at once."""

    advance_s: float


class Price(msgspec.Struct, forbid_unknown_fields=True):
    """Move the price of a pair by a factor."""

    pair: str
    factor: float


class Deposit(msgspec.Struct, forbid_unknown_fields=True):
    """Add to what an account has free, or take from it."""

    asset: str
    amount: str
    account: str = "main"


class Control:
    """Answers what lies below `/_control/`."""

    def __init__(self, world: World) -> None:
        """Steer this world."""
        self._world = world
        self._routes: dict[tuple[str, str], Callable[[bytes], object]] = {
            ("GET", "faults"): lambda _body: [msgspec.to_builtins(f) for f in world.faults.armed],
            ("POST", "faults"): self._arm,
            ("DELETE", "faults"): lambda _body: {"disarmed": world.faults.disarm()},
            ("GET", "kinds"): lambda _body: {kind: about for kind, (_, about) in ABOUT.items()},
            ("GET", "clock"): lambda _body: {"now_ns": world.now_ns(), "speed": world.clock.speed},
            ("POST", "clock"): self._advance,
            ("POST", "price"): self._shove,
            ("GET", "accounts"): lambda _body: self._accounts(),
            ("POST", "deposit"): self._deposit,
        }

    def answer(self, request: Request) -> Answer:
        """Carry out a request of somebody on this machine."""
        if not _is_here(request):
            return _said({"error": "only from this machine, and not from a web page"}, 403)
        path = request.path.removeprefix(PREFIX)
        if request.method == "DELETE" and path.startswith("faults/"):
            number = path.removeprefix("faults/")
            count = self._world.faults.disarm(int(number)) if number.isdecimal() else 0
            return _said({"disarmed": count}, 200 if count else 404)
        handler = self._routes.get((request.method, path))
        if handler is None:
            known = sorted(f"{method} {PREFIX}{name}" for method, name in self._routes)
            return _said({"error": "there is no such button", "there_is": known}, 404)
        try:
            return _said(handler(request.body), 200)
        except (InputError, _Wrong, msgspec.MsgspecError) as error:
            return _said({"error": str(error)}, 400)

    def _arm(self, body: bytes) -> object:
        added = self._world.faults.arm(parse_faults(body, f"{PREFIX}faults"), self._world.now_ns())
        return {"armed": [fault.id for fault in added]}

    def _advance(self, body: bytes) -> object:
        wanted = msgspec.json.decode(body, type=Clock)
        if wanted.advance_s < 0:
            raise _Wrong("time does not go back")  # noqa: TRY003 (the answer's one sentence)
        self._world.clock.move(int(wanted.advance_s * 1e9))
        self._world.pulse()
        return {"now_ns": self._world.now_ns()}

    def _shove(self, body: bytes) -> object:
        wanted = msgspec.json.decode(body, type=Price)
        symbol = wanted.pair.replace("/", "")
        if symbol not in self._world.venue.listings:
            raise _Wrong(f"{wanted.pair} is not listed")  # noqa: TRY003 (as above)
        if not 1 / _MOST_FACTOR <= wanted.factor <= _MOST_FACTOR:
            raise _Wrong(f"a factor is from 0.01 to 100, not {wanted.factor}")  # noqa: TRY003 (as above)
        self._world.shove(symbol, wanted.factor)
        return {"pair": wanted.pair}

    def _accounts(self) -> object:
        return {
            name: {
                asset: {"free": text(account.free[asset]), "locked": text(account.locked[asset])}
                for asset in sorted({*account.free, *account.locked})
            }
            for name, account in self._world.venue.accounts.items()
        }

    def _deposit(self, body: bytes) -> object:
        wanted = msgspec.json.decode(body, type=Deposit)
        account = self._world.venue.accounts.get(wanted.account)
        if account is None:
            raise _Wrong(f"there is no account {wanted.account}")  # noqa: TRY003 (as above)
        try:
            amount = from_decimal(Decimal(wanted.amount))
        except (InvalidOperation, TooFineError, OverflowError, ValueError):
            raise _Wrong(f'"{wanted.amount}" is not an amount') from None  # noqa: TRY003 (as above)
        if account.free[wanted.asset] + amount < 0:
            raise _Wrong(f"there is less {wanted.asset} free")  # noqa: TRY003 (as above)
        self._world.deposit(account, wanted.asset, amount)
        return {"free": text(account.free[wanted.asset])}


def _is_here(request: Request) -> bool:
    """Tell whether somebody on this machine asks, and no web page in their browser."""
    host = request.headers.get("Host", "").rsplit(":", 1)[0].strip("[]")
    local = host == "localhost" or _loopback(host)
    return local and _loopback(request.remote) and "Origin" not in request.headers


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _said(what: object, status: int) -> Answer:
    return Answer(msgspec.json.encode(what), status)
