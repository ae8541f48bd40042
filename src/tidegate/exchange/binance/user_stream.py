"""What an account hears of itself: its orders, its trades, its balances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance.shapes import ZERO, fee_of, ms, side
from tidegate.exchange.venue import Report, Status, What, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.exchange.binance.shapes import Shape
    from tidegate.exchange.venue import Account
    from tidegate.exchange.world import World

_TYPES: Final = {
    What.ACCEPTED: "NEW",
    What.TRIGGERED: "NEW",
    What.TRADED: "TRADE",
    What.CANCELED: "CANCELED",
    What.EXPIRED: "EXPIRED",
}


class UserEvents:
    """Turns reports into events, for as long as it is not closed."""

    def __init__(self, world: World, account: Account, send: Callable[[Shape, str], None]) -> None:
        """Send each event and its name."""
        self._world = world
        self._account = account
        self._send = send
        world.hearers[account.name].append(self._hear)
        world.movers[account.name].append(self._moved)

    def close(self) -> None:
        """Send nothing more."""
        self._world.hearers[self._account.name].remove(self._hear)
        self._world.movers[self._account.name].remove(self._moved)

    def _hear(self, report: Report) -> None:
        self._send(execution(report), "user@executionReport")
        pair = report.order.listing.pair
        self._send(
            self._position(report.time_ns, pair.base, pair.quote), "user@outboundAccountPosition"
        )

    def _moved(self, asset: str, amount: int) -> None:
        now = ms(self._world.now_ns())
        moved: Shape = {
            "e": "balanceUpdate",
            "E": now,
            "a": asset,
            "d": text(amount),
            "T": now,
        }
        self._send(moved, "user@balanceUpdate")
        self._send(self._position(self._world.now_ns(), asset), "user@outboundAccountPosition")

    def _position(self, time_ns: int, *assets: str) -> Shape:
        own = self._account
        return {
            "e": "outboundAccountPosition",
            "E": ms(time_ns),
            "u": ms(time_ns),
            "B": [
                {"a": asset, "f": text(own.free[asset]), "l": text(own.locked[asset])}
                for asset in assets
            ],
        }


def execution(report: Report) -> Shape:
    """Return a report as an event."""
    order, trade, listing = report.order, report.trade, report.order.listing
    cancelled = report.what is What.CANCELED
    kind = _TYPES[report.what]
    if report.status is Status.EXPIRED_IN_MATCH:
        kind = "TRADE_PREVENTION"
    fee, asset = fee_of(order, trade) if trade is not None else (0, None)
    lots, price = (trade.lots, trade.price) if trade is not None else (0, 0)
    open_now = report.status in {Status.NEW, Status.PARTIALLY_FILLED}
    now = ms(report.time_ns)
    return {
        "e": "executionReport",
        "E": now,
        "s": listing.symbol,
        "c": order.taken_back_as if cancelled else order.client_id,
        "S": side(order),
        "o": order.kind,
        "f": order.life,
        "q": text(order.lots * listing.lot),
        "p": text(order.price * listing.tick),
        "P": text(order.stop * listing.tick),
        "F": ZERO,
        "g": -1,
        "C": order.client_id if cancelled else "",
        "x": kind,
        "X": report.status,
        "r": "NONE",
        "i": order.id,
        "l": text(lots * listing.lot),
        "z": text(report.filled * listing.lot),
        "L": text(price * listing.tick),
        "n": text(fee) if trade is not None else "0",
        "N": asset,
        "T": now,
        "t": trade.id if trade is not None else -1,
        "I": order.id,
        "w": open_now and order.working and not report.filled,
        "m": trade is not None and trade.buyer_is_maker == order.buys,
        "M": False,
        "O": ms(order.created_ns),
        "Z": text(report.quote),
        "Y": text(price * lots * listing.cost),
        "Q": text(order.budget),
        "W": ms(order.created_ns),
        "V": order.prevention,
    }
