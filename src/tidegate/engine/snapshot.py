"""An engine's state written down, so that a restart need not read the journal from its start."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from tidegate.engine.agreement import Agreement
from tidegate.engine.facts import BooksAlike, PairsHalted
from tidegate.engine.orders import Life, Orders
from tidegate.engine.state import State
from tidegate.errors import DefectError
from tidegate.ledger import Account
from tidegate.model import TradingState

VERSION: Final = 5


class _Snapshot(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    version: Literal[5]
    account: dict[str, Any] | None
    place: str
    orders: list[Life]
    trading: TradingState
    why: str
    flatten: bool
    latched: str
    equity: Decimal
    peak: Decimal
    day_start: Decimal
    week_start: Decimal
    day: int | None
    week: int | None
    seen: dict[str, int]
    approvals: list[int]
    approved: int
    commands: list[tuple[str, tuple[bool, str]]]
    """The latest last: which is the oldest has to be known when there are too many."""
    dealt: dict[str, int]
    keepers: dict[str, str]
    alike: BooksAlike | None
    differences: list[PairsHalted]
    last_ns: int
    prune_at: int
    forgotten_ns: int
    lifted_day: int | None
    lifted_gain: Decimal


_PLAIN: Final = (
    *("place", "trading", "why", "flatten", "latched", "equity", "peak", "day_start", "week_start"),
    *("day", "week", "seen", "approved", "dealt", "keepers", "last_ns"),
    *("prune_at", "forgotten_ns", "lifted_day", "lifted_gain"),
)


def written(state: State) -> bytes:
    """Return a state as JSON."""
    account = state.account.snapshot() if state.account is not None else None
    snapshot = _Snapshot(
        version=VERSION,
        account=account,
        orders=list(state.orders.remembered()),
        approvals=list(state.approvals),
        commands=list(state.commands.items()),
        alike=state.agreement.last,
        differences=list(state.agreement.differences.values()),
        **{name: getattr(state, name) for name in _PLAIN},
    )
    return msgspec.json.encode(snapshot, order="deterministic")  # sets have no order


class _Any(msgspec.Struct):
    version: int


def restored(body: bytes) -> State | None:
    """Return the state that was written; one that is not whole is refused.

    None: an earlier version wrote it in its own way, and the journal has to be read from its start.
    """
    try:
        if msgspec.json.decode(body, type=_Any).version < VERSION:
            return None
        kept = msgspec.json.decode(body, type=_Snapshot)
    except msgspec.MsgspecError as error:
        message = f"this is no snapshot of an engine: {error}"
        raise DefectError(message) from error
    state = State()
    if kept.account is not None:
        state.take_over(Account.restore(kept.account), Orders(kept.orders))
    state.approvals.extend(kept.approvals)
    state.commands = dict(kept.commands)
    state.agreement = Agreement(kept.alike, kept.differences)
    for name in _PLAIN:
        setattr(state, name, getattr(kept, name))
    return state
