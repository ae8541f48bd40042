"""An account as one would write it without a thought for speed: fractions, and every fact kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass
class Held:
    """One position's facts since it was opened."""

    sign: int
    """1 for a long, -1 for a short."""
    pair: str
    leverage: Fraction
    lots: list[list[Fraction]] = field(default_factory=list)
    """(amount, price), oldest first."""

    @property
    def amount(self) -> Fraction:
        return sum((amount for amount, _ in self.lots), Fraction(0))

    @property
    def cost(self) -> Fraction:
        return sum((amount * price for amount, price in self.lots), Fraction(0))

    def take(self, amount: Fraction, *, fifo: bool) -> Fraction:
        """Take an amount out and return what it had cost."""
        before = self.cost
        if fifo:
            while amount:
                part = min(amount, self.lots[0][0])
                self.lots[0][0] -= part
                amount -= part
                self.lots = [lot for lot in self.lots if lot[0]]
        else:
            kept = 1 - amount / self.amount
            self.lots = [[held * kept, price] for held, price in self.lots if kept]
        return before - self.cost


@dataclass
class Naive:
    """The whole account."""

    fifo: bool
    cash: Fraction = Fraction(0)
    """Everything that came in less everything that went out, with positions at their cost."""
    held: dict[str, Held] = field(default_factory=dict)

    def put(self, name: str, empty: Held, amount: Fraction, price: Fraction, fee: Fraction) -> None:
        self.held.setdefault(name, empty).lots.append([amount, price])
        self.cash -= fee

    def take(self, name: str, amount: Fraction, price: Fraction, fee: Fraction) -> None:
        position = self.held[name]
        cost = position.take(amount, fifo=self.fifo)
        self.cash += position.sign * (amount * price - cost) - fee
        if not position.amount:
            del self.held[name]

    def sweep(self, name: str) -> None:
        position = self.held.pop(name)
        self.cash -= position.sign * position.cost

    def worth(self, prices: dict[str, Fraction]) -> Fraction:
        return self.cash + sum(
            one.sign * (one.amount * prices[one.pair] - one.cost) for one in self.held.values()
        )

    @property
    def tied(self) -> Fraction:
        return sum((one.cost / one.leverage for one in self.held.values()), Fraction(0))
