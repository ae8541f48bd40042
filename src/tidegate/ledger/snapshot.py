"""An account written down, and read again only if it is whole and adds up."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - msgspec reads the types of fields
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from tidegate.errors import LedgerError
from tidegate.ledger.position import Accounting, Position
from tidegate.ledger.tally import Tally  # noqa: TC001 - msgspec reads the types of fields
from tidegate.ledger.written import read
from tidegate.model.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = 2


class Snapshot(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Everything that an account goes on from."""

    version: Literal[2] = VERSION
    name: str
    currency: str
    accounting: Accounting
    stop_tags: list[str]
    deposits: Decimal
    realised: Decimal
    fees: Decimal
    funding_paid: Decimal
    balance: Decimal
    tied: Decimal
    positions: list[Position]
    """In the order they were opened."""
    tally: Tally
    seen: list[tuple[str, str]]
    """Order and venue's name of the latest fills, oldest first."""
    dust: dict[str, Decimal]


def read_snapshot(written: object) -> Snapshot:
    """Return a snapshot of plain JSON; unknown and missing fields and wrong sums are refused."""
    snapshot = read(Snapshot, written, "snapshot of an account")
    for fault in _faults(snapshot):
        message = f"this snapshot of account {snapshot.name} is damaged: {fault}"
        raise LedgerError(message)
    return snapshot


def _faults(kept: Snapshot) -> Iterator[str]:
    """Say which figures do not fit each other."""
    if kept.balance != kept.deposits + kept.realised - kept.fees - kept.funding_paid:
        yield "its balance is not what was put in, earned and paid"
    if kept.tied != sum((position.tied for position in kept.positions), ZERO):
        yield "what is tied up is not the sum over its positions"
    if not all(amount.is_finite() and amount > 0 for amount in kept.dust.values()):
        yield "its dust is no amount of anything"
    if len({position.name for position in kept.positions}) != len(kept.positions):
        yield "a position stands there twice"
    for position in kept.positions:
        tranches = position.bought
        if not position.amount > 0:
            yield f'"{position.name}" holds nothing'
        if position.amount + position.shaved != sum((one.amount for one in tranches), ZERO):
            yield f'the tranches of "{position.name}" do not add up to what is held'
        if position.amount != position.put_in - position.taken_out:
            yield f'what is held of "{position.name}" is not what went in less what came out'
        if kept.accounting is Accounting.FIFO and position.cost != sum(
            (one.amount * one.price for one in tranches), ZERO
        ):
            yield f'the tranches of "{position.name}" do not add up to its cost'
