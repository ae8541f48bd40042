"""Which fills cannot have happened: looked at before anything is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import LedgerError
from tidegate.ledger.exact import require_fill, require_kept
from tidegate.model.order import Side
from tidegate.model.signal import Direction, Effect

if TYPE_CHECKING:
    from tidegate.ledger.position import Position
    from tidegate.model.fill import Fill
    from tidegate.model.order import Order

# looked up once; a member of an enumeration costs more to find than a sum
_BUY: Final = Side.BUY
_INCREASE: Final = Effect.INCREASE
_LONG: Final = Direction.LONG


def require_possible(order: Order, fill: Fill, account: str, position: Position | None) -> None:
    """Refuse a fill that does not fit its order, the account, or what is held under its name."""
    require_fill(fill.amount, fill.price, fill.fee)
    if fill.fee_base:
        require_kept(fill.amount, fill.fee_base)
    fault = _unfitting(order, fill, account) or _unheld(order, fill, position)
    if fault is not None:
        message = (
            f'fill {fill.id} of order {order.id}, position "{order.position}" '
            f"({order.direction} of {order.pair}), cannot be booked: {fault}"
        )
        raise LedgerError(message)


def _unfitting(order: Order, fill: Fill, account: str) -> str | None:
    if fill.order != order.id:
        return f"it is of order {fill.order}"
    if order.account != account:
        return f"the order is of account {order.account}, not {account}"
    if (order.side is _BUY) is not ((order.direction is _LONG) is (order.effect is _INCREASE)):
        return f"a {order.side} does not {order.effect} a {order.direction} position"
    if fill.fee_base and not (order.side is _BUY and order.effect is _INCREASE):
        return "only a purchase pays its fee out of what was bought"
    return None


def _unheld(order: Order, fill: Fill, position: Position | None) -> str | None:
    if position is None:
        return None if order.effect is _INCREASE else "nothing is held to be reduced"
    if position.pair != order.pair or position.direction is not order.direction:
        return f"what is held is {position.direction} of {position.pair}"
    if order.effect is _INCREASE:
        if position.leverage != order.leverage:
            return f"what is held has leverage {position.leverage}, not {order.leverage}"
    elif fill.amount > position.amount:
        return f"it takes {fill.amount} of the {position.amount} that are held"
    return None
