"""What is done about a difference between books that can be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.ledger.reconciliation import Fix
from tidegate.model import ENDED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.engine.driver import Driver
    from tidegate.engine.orders import Life
    from tidegate.ledger.reconciliation import Finding
    from tidegate.ledger.sides import Theirs


def mend(driver: Driver, theirs: Theirs, findings: Iterable[Finding], now_ns: int) -> None:
    """Have the broker say again where orders stand, and take back those that live on."""
    wanted: dict[str, Life] = {}
    risen: list[str] = []
    for one in findings:
        life = driver.engine.state.orders.get(_order(one, theirs))
        if life is None:
            continue
        wanted[life.order.id] = life
        if one.fix is Fix.CANCEL:
            risen.append(life.order.id)
    waiting = [life.order for life in wanted.values() if life.state not in ENDED]
    ended = [life.order for life in wanted.values() if life.state in ENDED]
    driver.broker.recall(waiting, ended, now_ns)
    driver.hear_broker(now_ns)
    for order in risen:
        driver.broker.cancel(order, now_ns)
    driver.hear_broker(now_ns)


def _order(one: Finding, theirs: Theirs) -> str:
    """Return the order that a difference is about; of a fill, its own."""
    for fill in theirs.fills:
        if fill.id == one.about and fill.pair in one.pairs:
            return fill.order
    return one.about
