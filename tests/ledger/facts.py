"""Orders and fills by few words, for every test of the room."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tidegate.ledger import Account
from tidegate.model import DAY_NS, Direction, Effect, Fill, Order, OrderKind, Side

if TYPE_CHECKING:
    from tidegate.ledger import Accounting, Booked

LONG, SHORT = Direction.LONG, Direction.SHORT
INCREASE, REDUCE = Effect.INCREASE, Effect.REDUCE
MONDAY = 1_704_067_200_000_000_000  # 2024-01-01
HOUR = DAY_NS // 24
COIN = "BTC/USDT"


def account(
    deposit: str = "10000", accounting: Accounting | str = "average", name: str = "main"
) -> Account:
    opened = Account(name, "USDT", accounting)
    opened.deposit(Decimal(deposit), MONDAY)
    return opened


class Desk:
    """Sends fills to an account; each order and fill has the next number as its id."""

    def __init__(self, of: Account) -> None:
        self.account = of
        self.number = 0

    def order(
        self,
        effect: Effect,
        *,
        position: str = "p",
        direction: Direction = LONG,
        pair: str = COIN,
        leverage: str = "1",
        tag: str = "",
    ) -> Order:
        self.number += 1
        opens = (effect is INCREASE) == (direction is LONG)
        return Order(
            id=f"o{self.number}",
            account=self.account.name,
            strategy="trend",
            pair=pair,
            position=position,
            direction=direction,
            effect=effect,
            side=Side.BUY if opens else Side.SELL,
            kind=OrderKind.MARKET,
            amount=Decimal(1),
            price=Decimal(1),
            leverage=Decimal(leverage),
            tag=tag,
            signal=f"strategy:{self.number}",
            correlation="",
            made_ns=MONDAY,
        )

    def fill(
        self,
        order: Order,
        amount: str | Decimal,
        price: str | Decimal,
        *,
        fee: str | Decimal = "0",
        time_ns: int = MONDAY,
    ) -> Booked:
        self.number += 1
        return self.account.fill(
            order,
            Fill(
                id=f"f{self.number}",
                order=order.id,
                amount=Decimal(amount),
                price=Decimal(price),
                fee=Decimal(fee),
                time_ns=time_ns,
            ),
        )

    def put(  # noqa: PLR0913 - an order and its fill at once
        self,
        amount: str,
        price: str,
        *,
        fee: str = "0",
        time_ns: int = MONDAY,
        position: str = "p",
        direction: Direction = LONG,
        pair: str = COIN,
        leverage: str = "1",
        tag: str = "",
    ) -> Booked:
        order = self.order(
            INCREASE,
            position=position,
            direction=direction,
            pair=pair,
            leverage=leverage,
            tag=tag,
        )
        return self.fill(order, amount, price, fee=fee, time_ns=time_ns)

    def take(  # noqa: PLR0913 - as above
        self,
        amount: str,
        price: str,
        *,
        fee: str = "0",
        time_ns: int = MONDAY,
        position: str = "p",
        direction: Direction = LONG,
        pair: str = COIN,
        tag: str = "",
    ) -> Booked:
        order = self.order(REDUCE, position=position, direction=direction, pair=pair, tag=tag)
        return self.fill(order, amount, price, fee=fee, time_ns=time_ns)


def these(*values: object) -> tuple[object, ...]:
    """Return several figures to be compared at once, whatever kind of number each is."""
    return values
