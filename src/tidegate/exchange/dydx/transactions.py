"""Signed transactions: who sent one, and what orders or cancellations are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tidegate.exchange.dydx.errors import TxError, not_decoded, unsigned
from tidegate.exchange.dydx.wire import Message, WireError, field
from tidegate.exchange.keys import Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.dydx.wallets import Wallet
    from tidegate.exchange.world import World

CHAIN: Final = "dydx-mainnet-1"
_WINDOW_MS: Final = 30_000
_REMEMBERED: Final = 10_000
_CLOB: Final = "/dydxprotocol.clob."
PLACE, CANCEL, CANCEL_SEVERAL = (
    f"{_CLOB}MsgPlaceOrder",
    f"{_CLOB}MsgCancelOrder",
    f"{_CLOB}MsgBatchCancel",
)


class OrderId(NamedTuple):
    """What names an order on the chain."""

    owner: str
    subaccount: int
    client_id: int
    flags: int
    clob_pair: int


class Wanted(NamedTuple):
    """One message of a transaction: its type, and its content."""

    kind: str
    content: Message


class Transactions:
    """Checks signatures, chain and nonce. A nonce is the time, and good for once."""

    def __init__(self, world: World, wallets: Mapping[bytes, Wallet]) -> None:
        """Know these wallets, by their public keys."""
        self._world = world
        self._wallets = wallets
        self._nonces: dict[tuple[str, int], None] = {}

    def opened(self, content: bytes) -> tuple[Wallet, list[Wanted]]:
        """Return who sent a transaction, and what is in it."""
        try:
            raw = Message(content)
            body, signer = raw.message(1), raw.message(2).message(1)
            public = signer.message(1).message(2).content(1)
            wanted = [Wanted(one.text(1), one.message(2)) for one in body.messages(1)]
            signature, nonce = raw.content(3), signer.number(3)
        except WireError:
            raise not_decoded() from None
        wallet = self._wallets.get(public)
        if wallet is None:
            raise TxError(9, "account not found: unknown address", "sdk")
        parts = ((1, raw.content(1)), (2, raw.content(2)), (3, CHAIN.encode()), (4, 0))
        signed = b"".join(field(number, value) for number, value in parts)
        if not wallet.signed(signed, signature) or Right.TRADE not in wallet.owner.rights:
            raise unsigned()
        self._use(wallet, nonce)
        return wallet, wanted

    def _use(self, wallet: Wallet, nonce: int) -> None:
        told = self._world.told_ns()
        by_wall = self._world.clock.wall() + told - self._world.now_ns()
        late = min(abs(now // 10**6 - nonce) for now in (told, by_wall))
        if late > _WINDOW_MS or (wallet.address, nonce) in self._nonces:
            words = f"timestamp nonce {nonce} not within valid time window or already used"
            raise TxError(7, words, "accountplus")
        self._nonces[wallet.address, nonce] = None
        if len(self._nonces) > _REMEMBERED:
            del self._nonces[next(iter(self._nonces))]


def order_id_in(content: Message) -> OrderId:
    """Read what names an order."""
    owner = content.message(1)
    return OrderId(
        owner.text(1), owner.number(2), content.number(2), content.number(3), content.number(4)
    )
