"""The approval: the only thing a broker takes, and only this room can make one."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NoReturn

from tidegate.errors import DefectError
from tidegate.model import Direction, Effect, Order, Side

if TYPE_CHECKING:
    from tidegate.guardrails.review import Review

_SEAL: Final = object()
_LETTERS: Final = 31  # with the "t" before them 32, which every exchange takes

# to look a member up takes as long as a sum
_LONG, _INCREASE, _BUY, _SELL = Direction.LONG, Effect.INCREASE, Side.BUY, Side.SELL


@dataclass(frozen=True, slots=True, init=False)
class Approved:
    """An order that the gate has let through."""

    order: Order

    def __init__(self, order: Order, seal: object) -> None:
        """Refuse to be made by anybody but the gate."""
        if seal is not _SEAL:
            message = "only the gate makes approvals"
            raise DefectError(message)
        object.__setattr__(self, "order", order)

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied out of bytes, which would be a way round the gate."""
        message = "an approval is not stored; its order is"
        raise DefectError(message)


def order_id(account: str, source: str, signal_id: str) -> str:
    """Return the client order id of a signal: 32 of a-z and 0-9, the same every time.

    The lengths stand before the names, so that no two signals run together into one text.
    """
    text = f"{len(account)}:{account}{len(source)}:{source}{signal_id}"
    digest = blake2b(text.encode(), digest_size=16).hexdigest()
    return f"t{digest[:_LETTERS]}"


def mint(review: Review) -> Approved:
    """Make the order of a signal that has passed, and seal it."""
    signal = review.signal
    name = f"{signal.source}:{signal.id}"
    buys = (signal.direction is _LONG) is (signal.effect is _INCREASE)
    order = Order(
        id=order_id(signal.account, signal.source, signal.id),
        account=signal.account,
        strategy=signal.strategy,
        pair=signal.pair,
        position=signal.position,
        direction=signal.direction,
        effect=signal.effect,
        side=_BUY if buys else _SELL,
        kind=review.kind,
        amount=review.amount,
        price=review.price,
        leverage=signal.leverage,
        tag=signal.tag,
        signal=name,
        correlation=signal.correlation or name,
        made_ns=review.now_ns,
    )
    return Approved(order, _SEAL)
