"""What came of a comparison of books, and how an operator is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from tidegate.ledger.reconciliation import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One comparison, as far as it has come."""

    findings: tuple[Finding, ...] = ()
    """What differs and was not mended."""
    mended: tuple[str, ...] = ()
    halted: tuple[str, ...] = ()
    """Pairs in which nothing new is traded, whenever they were halted."""
    accepted: bool = False
    """Whether an operator took the venue's side."""
    trouble: str = ""
    """Why the venue's books could not be read."""
    is_known: bool = False
    """Whether it has come to its end."""

    @property
    def is_alike(self) -> bool:
        """Whether both books say the same."""
        return self.is_known and not self.findings and not self.trouble

    @property
    def words(self) -> str:
        """What an operator is told."""
        if self.trouble:
            return f"the books could not be read: {self.trouble}"
        parts = [f"mended: {words}" for words in self.mended]
        parts += [f"{one.kind}: {one.words}" for one in self.findings]
        head = "the books agree"
        if self.findings:
            head = f"the books differ in {len(self.findings)}"
        if self.accepted:
            head += "; the venue's side is taken from now on, and all pairs may be traded again"
        elif self.halted:
            head += f"; nothing new is traded in {', '.join(self.halted)} until that is accepted"
        return "; ".join((head, *parts))


def unread(words: str) -> ConfigError:
    """Return the error for books that the exchange does not tell."""
    return ConfigError(
        Code.VENUE_SILENT,
        "the books of the exchange cannot be read",
        where="its balances, orders and trades",
        expected="an answer that makes sense",
        found=words,
        remedy="look whether the exchange is up, and try again",
    )
