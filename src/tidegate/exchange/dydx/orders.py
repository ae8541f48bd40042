"""What a transaction asks of the order book: to place an order, or to take some back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.dydx.errors import TxError, invalid, not_decoded, refusal
from tidegate.exchange.dydx.shapes import height, name_of
from tidegate.exchange.dydx.transactions import (
    CANCEL,
    CANCEL_SEVERAL,
    PLACE,
    OrderId,
    order_id_in,
)
from tidegate.exchange.dydx.wire import Message, WireError
from tidegate.exchange.venue import OPEN, Kind, Life, NewOrder, Order, RefusedError

if TYPE_CHECKING:
    from tidegate.exchange.dydx.margin import Margin
    from tidegate.exchange.dydx.transactions import Wanted
    from tidegate.exchange.dydx.wallets import Wallet
    from tidegate.exchange.venue import Account, Listing

SHORT, CONDITIONAL, LONG = 0, 32, 64
_BUY, _SELL = 1, 2
_IOC, _POST_ONLY = 1, 2
_STOP_LOSS: Final = 1
_WINDOW: Final = 20
"""How many blocks ahead a short-term order may end."""
_LONGEST_S: Final = 95 * 86_400


class Book:
    """Carries out what is in a transaction, for the wallet that sent it."""

    def __init__(self, margin: Margin) -> None:
        """Trade in these markets."""
        self._margin = margin
        self._world = margin.world
        self._ends: dict[int, tuple[int, Order]] = {}
        """Short-term orders that wait: when they end, by block."""

    def do(self, wallet: Wallet, wanted: Wanted) -> None:
        """Carry out one message."""
        try:
            if wanted.kind == PLACE:
                self._place(wallet, wanted.content.message(1))
            elif wanted.kind == CANCEL:
                self._cancel(wallet, wanted.content)
            elif wanted.kind == CANCEL_SEVERAL:
                self._cancel_several(wallet, wanted.content)
            else:
                raise TxError(6, f"unrecognized message type {wanted.kind}", "sdk")
        except WireError:
            raise not_decoded() from None

    def end_old(self) -> None:
        """Take short-term orders back whose last block is over."""
        if not self._ends:
            return
        now = height(self._world.now_ns())
        for number, (last, order) in list(self._ends.items()):
            if order.status not in OPEN:
                del self._ends[number]
            elif last < now:
                del self._ends[number]
                self._world.cancel(order)

    def _account(self, wallet: Wallet, order_id: OrderId) -> Account:
        if order_id.owner != wallet.address:
            raise TxError(4, "signer is not the owner: unauthorized", "sdk")
        if order_id.subaccount:
            raise refusal_of_funds()
        return self._world.venue.accounts[wallet.owner.account]

    def _listing(self, clob_pair: int) -> Listing:
        if clob_pair >= len(self._margin.listings):
            raise invalid("clobPairId")
        return self._margin.listings[clob_pair]

    # placing

    def _place(self, wallet: Wallet, order: Message) -> None:
        order_id = order_id_in(order.message(1))
        account, listing = self._account(wallet, order_id), self._listing(order_id.clob_pair)
        last = self._require_in_time(order_id, order.number(5), order.number(6))
        self._world.settle(listing.symbol)
        new = _new_order(order, order_id, listing)
        if order.number(8):
            self._require_reducing(account, new, listing)
        try:
            self._margin.require(account, new, listing)
            taken = self._world.submit(account, new)
        except RefusedError as refused:
            raise refusal(refused.reason) from None
        if last and taken.status in OPEN:
            self._ends[taken.id] = last, taken

    def _require_in_time(self, order_id: OrderId, block: int, time_s: int) -> int:
        """Refuse what has ended, or would end too late; return the last block of a short one."""
        now_s = self._world.told_ns() // 10**9
        now = height(self._world.told_ns())
        if order_id.flags == SHORT:
            if block < now:
                raise TxError(10, f"GoodTilBlock {block} is less than the block {now}")
            if block > now + _WINDOW:
                raise TxError(11, f"GoodTilBlock {block} is too far beyond the block {now}")
            return block
        if order_id.flags not in {CONDITIONAL, LONG}:
            raise TxError(3000, "Invalid order flags")
        if time_s <= now_s:
            raise TxError(3003, "The block time is greater than the GoodTilBlockTime")
        if time_s > now_s + _LONGEST_S:
            raise TxError(3004, "The GoodTilBlockTime is further than StatefulOrderTimeWindow")
        return 0

    def _require_reducing(self, account: Account, new: NewOrder, listing: Listing) -> None:
        if new.life is not Life.IOC:
            raise TxError(9003, "Reduce-only is currently disabled for non-IOC orders")
        size = self._margin.size(account, listing)
        if not size or (size > 0) == new.buys:
            raise TxError(2001, "Reduce-only orders cannot increase the position size")
        if new.lots * listing.lot > abs(size):
            raise TxError(2002, "Reduce-only orders cannot change the position side")

    # taking back

    def _cancel(self, wallet: Wallet, asked: Message) -> None:
        order_id = order_id_in(asked.message(1))
        account, listing = self._account(wallet, order_id), self._listing(order_id.clob_pair)
        self._require_in_time(order_id, asked.number(2), asked.number(3))
        name = name_of(order_id.client_id, order_id.flags)
        order = account.named.get((listing.symbol, name))
        if order is None and order_id.flags == SHORT:
            return  # the chain takes a cancellation of what it does not know of yet
        self._cancel_one(order)

    def _cancel_one(self, order: Order | None) -> None:
        missing = TxError(3006, "Stateful order does not exist")
        if order is None:
            raise missing
        try:
            self._world.cancel(order)
        except RefusedError:
            raise missing from None

    def _cancel_several(self, wallet: Wallet, asked: Message) -> None:
        owner = asked.message(1)
        self._require_in_time(OrderId("", 0, 0, SHORT, 0), asked.number(3), 0)
        for batch in asked.messages(2):
            order_id = OrderId(owner.text(1), owner.number(2), 0, SHORT, batch.number(1))
            account = self._account(wallet, order_id)
            symbol = self._listing(order_id.clob_pair).symbol
            for client_id in batch.packed(2):
                order = account.named.get((symbol, name_of(client_id, SHORT)))
                if order is not None and order.status in OPEN:
                    self._cancel_one(order)


def refusal_of_funds() -> TxError:
    """Return the refusal for what there is no collateral for."""
    return TxError(3007, "Stateful order collateralization check failed")


def _new_order(order: Message, order_id: OrderId, listing: Listing) -> NewOrder:
    if order.number(2) not in {_BUY, _SELL}:
        raise invalid("side")
    lots, rest = divmod(order.number(3), listing.lot)
    if rest or not lots:
        raise invalid("quantums")
    price, rest = divmod(order.number(4), listing.tick)
    if rest or not price:
        raise invalid("subticks")
    life = order.number(7)
    if life not in {0, _IOC, _POST_ONLY}:
        raise TxError(48, "This field has been deprecated")
    if life == _IOC and order_id.flags == LONG:
        raise TxError(3002, "Stateful orders cannot require immediate execution")
    kind, stop = Kind.LIMIT_MAKER if life == _POST_ONLY else Kind.LIMIT, 0
    if order_id.flags == CONDITIONAL:
        stop, rest = divmod(order.number(11), listing.tick)
        if rest or not stop:
            raise TxError(6001, "Conditional order trigger subticks is invalid")
        loses = order.number(10) == _STOP_LOSS
        kind = Kind.STOP_LOSS_LIMIT if loses else Kind.TAKE_PROFIT_LIMIT
    return NewOrder(
        symbol=listing.symbol,
        buys=order.number(2) == _BUY,
        kind=kind,
        lots=lots,
        price=price,
        stop=stop,
        life=Life.IOC if life == _IOC else Life.GTC,
        client_id=name_of(order_id.client_id, order_id.flags),
    )
