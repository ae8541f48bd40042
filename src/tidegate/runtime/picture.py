"""What is shown of a trading process at one moment: plain values that nothing changes any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShown:
    """What a pair trades at, and where it closed before."""

    pair: str
    price: Decimal | None
    """None: nothing was heard yet."""
    closes: tuple[float, ...]
    """Of the latest candles, the oldest first."""

    @property
    def change(self) -> float | None:
        """How far the price is from the oldest of the closes, a fraction; None: nobody knows."""
        if self.price is None or not self.closes or not self.closes[0] > 0:
            return None
        return float(self.price) / self.closes[0] - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalShown:
    """What a strategy wished for, and what the gate said."""

    time_ns: int
    strategy: str
    pair: str
    wish: str
    """What would be done: buy, sell, short, cover."""
    passed: bool
    guardrail: str = ""
    """The reason of a refusal, by its stable name."""
    words: str = ""
    """The same as a sentence, with what was observed and the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShown:
    """Where an order stands."""

    time_ns: int
    pair: str
    side: str
    amount: Decimal
    price: Decimal
    """What it filled at on average; its own price as long as nothing did."""
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionShown:
    """What is held, and what it would bring now."""

    strategy: str
    pair: str
    direction: str
    amount: Decimal
    average: Decimal
    price: Decimal | None
    profit: Decimal | None
    """Before the fee of selling; None: there is no price."""
    ratio: float | None
    """The same as a fraction of what was put in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitShown:
    """How much of a limit is used."""

    name: str
    used: str
    limit: str
    share: float | None
    """Used of the limit, 0 to 1 and beyond; None: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that a screen shows."""

    account: str
    currency: str
    where: str
    """Whose prices, and whose money."""
    trading: str
    why: str
    """What keeps it from trading freely; empty: nothing does."""
    time_ns: int
    """How far candles have come."""
    equity: Decimal | None
    """None: a position has no price."""
    deposits: Decimal
    curve: tuple[float, ...]
    """Equity over time, the oldest first."""
    realised: Decimal
    """Gained by what was sold again, all fees paid."""
    passed: int
    """Signals that the gate has let through since somebody watched."""
    refused: int
    pairs: tuple[PairShown, ...]
    signals: tuple[SignalShown, ...]
    """The newest first, as the next two."""
    orders: tuple[OrderShown, ...]
    positions: tuple[PositionShown, ...]
    limits: tuple[LimitShown, ...]
    news: str
    """What last happened to the process itself."""

    @property
    def gain(self) -> float | None:
        """What was gained on what was put in, a fraction; None: nobody knows."""
        if self.equity is None or self.deposits <= 0:
            return None
        return float(self.equity / self.deposits) - 1
