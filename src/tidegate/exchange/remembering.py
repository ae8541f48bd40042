"""An exchange as it was: accounts, orders and trades from what was kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import Code, ConfigError
from tidegate.exchange.venue import NewOrder, Order, Trade

if TYPE_CHECKING:
    from tidegate.exchange.keeping import KeptOrder, KeptTrade, Memory
    from tidegate.exchange.venue import Account, Venue
    from tidegate.exchange.world import World


def remember(world: World, memory: Memory) -> None:
    """Bring back what is kept. Waiting orders are back in their books, stops wait on."""
    _require_listed(world.venue, memory)
    for kept in memory.accounts.values():
        account = world.venue.accounts.get(kept.name) or world.venue.open_account(kept.name, {})
        account.free.clear()
        account.free.update(kept.free)
        account.locked.update(kept.locked)
    for number in sorted(memory.orders):
        order = _order(world.venue, memory.orders[number])
        world.venue.take_again(order)
    for trade in memory.trades:
        world.take_again(_trade(world.venue, memory, trade))
    for shove in memory.shoves:
        world.chart(shove.symbol).tape.shove(shove.second, shove.factor)
    world.names_given(memory.names)


def _require_listed(venue: Venue, memory: Memory) -> None:
    symbols = {order.symbol for order in memory.orders.values()}
    symbols |= {shove.symbol for shove in memory.shoves}
    missing = sorted(symbols - set(venue.listings))
    if missing:
        raise ConfigError(
            Code.BAD_SETTING,
            "the exchange remembers orders of pairs that it does not list now",
            where="--pairs",
            expected=f"also {', '.join(missing)}",
            found=", ".join(venue.listings),
            remedy="add those pairs, or name another file with --state",
        )


def _order(venue: Venue, kept: KeptOrder) -> Order:
    price, stop, lots, left, budget, reserve, quote = kept.numbers
    new = NewOrder(
        symbol=kept.symbol,
        buys=kept.buys,
        kind=kept.kind,
        lots=lots,
        budget=budget,
        price=price,
        stop=stop,
        life=kept.life,
        client_id=kept.client_id,
        prevention=kept.prevention,
    )
    account = venue.accounts[kept.account]
    listing = venue.listings[kept.symbol]
    order = Order(new, kept.id, account, listing, kept.created_ns, reserve=reserve)
    order.left, order.quote, order.status = left, quote, kept.status
    order.updated_ns, order.held_ns = kept.updated_ns, kept.held_ns
    order.working, order.taken_back_as = kept.working, kept.taken_back_as
    return order


def _trade(venue: Venue, memory: Memory, kept: KeptTrade) -> Trade:
    return Trade(
        kept.id,
        kept.symbol,
        kept.price,
        kept.lots,
        _side(venue, memory, kept, buys=True),
        _side(venue, memory, kept, buys=False),
        kept.buyer_is_maker,
        *kept.fees,
        kept.time_ns,
    )


def _side(venue: Venue, memory: Memory, kept: KeptTrade, *, buys: bool) -> Order:
    """Return the order of one side; of the crowd's, one that says no more than that."""
    number = kept.buyer if buys else kept.seller
    if number:
        account: Account = venue.accounts[memory.orders[number].account]
        return account.orders[number]
    return venue.crowds(kept.symbol, buys=buys, price=kept.price, lots=kept.lots, now_ns=0)
