"""What the gate looks at: where an account stands, what is known of a market, what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from tidegate.model import ZERO, OrderKind

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping, Sequence
    from decimal import Decimal

    from tidegate.guardrails.limits import Limits
    from tidegate.model import Direction, Instrument, Signal, TradingState


class Standing(msgspec.Struct, kw_only=True, gc=False):
    """Where an account stands at the moment of a review; money in its quote currency."""

    account: str
    known: bool
    """Whether there is such an account and its figures can be relied on."""
    state: TradingState
    latched: str
    """Why a limit has stopped trading; empty: none has."""
    breaker: str
    """Why the breaker is on; empty: it is off."""
    equity: Decimal | None
    """None: a position is held whose price is not known."""
    free: Decimal
    """What is neither tied in positions nor kept for open increases."""
    peak: Decimal
    """The highest equity so far."""
    day_start: Decimal
    """Equity when the UTC day began."""
    week_start: Decimal
    """Equity when the ISO week began."""
    profit_today: Decimal
    """Realised since the UTC day began, net of fees."""
    losses_in_row: int
    entries_today: int
    positions: int
    """Held or being opened, those of unresolved orders included."""
    is_new: bool
    """Whether the signal's position holds nothing and has no open increase."""
    held: Decimal
    """Of the signal's position, base currency."""
    offered: Decimal
    """Of it, how much stands in open reducing orders."""
    pair: str = ""
    """What the signal's position is of; empty: it holds nothing and has no open increase."""
    direction: Direction | None = None
    """Which way the signal's position earns; None: as above."""
    exposure: Mapping[str, Decimal]
    """Notional by pair at present prices, open increases included."""
    unresolved: Collection[str]
    """Pairs in which an order is unresolved."""
    differing: Collection[str] = ()
    """Pairs whose books do not agree with the venue's."""
    last_exit_ns: Mapping[str, int]
    last_stop_ns: Mapping[str, int]
    approvals_ns: Sequence[int]
    """When the latest orders were approved, oldest first."""
    seen: Container[str]
    """`source:id` of every signal that was dealt with."""


class Market(msgspec.Struct, kw_only=True, gc=False):
    """What is known of one pair at the moment of a review; what is not known is None."""

    instrument: Instrument | None
    price: Decimal | None
    price_ns: int
    volatility: float | None
    """Standard deviation of returns, a fraction."""
    volume: Decimal | None
    """Traded in the last 24 hours, quote currency."""
    correlations: Mapping[str, float]
    """With other pairs; one that is missing is not known and counts as 1."""

    @property
    def amount_step(self) -> Decimal:
        """What amounts are multiples of; 0: of anything, or it is not known."""
        step = ZERO if self.instrument is None else self.instrument.amount_step
        return step if step.is_finite() and step > ZERO else ZERO


class Review(msgspec.Struct, gc=False):
    """One signal before the gate; the fields after `proposed` are set once they are known."""

    signal: Signal
    standing: Standing
    market: Market
    limits: Limits
    now_ns: int
    proposed: Decimal | None = None
    kind: OrderKind = OrderKind.MARKET
    amount: Decimal = ZERO
    price: Decimal = ZERO
    """The order's own: its limit, or the market's."""
    cost: Decimal = ZERO
    """The amount at the order's own price."""
    notional: Decimal = ZERO
    """The amount at the worst price it can trade at."""
    exposed: Decimal = ZERO
    """The notional of the account, this order included."""
    market_price: Decimal = ZERO
    equity: Decimal = ZERO
    instrument: Instrument = cast("Instrument", None)
    """Set before any guardrail looks at it."""
