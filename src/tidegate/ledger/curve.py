"""How far an account's equity is below what it was: a fold over samples, nothing kept of them."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 - msgspec reads the types of fields
from typing import TYPE_CHECKING, Any

import msgspec

from tidegate.ledger.exact import exactly
from tidegate.ledger.tally import day_of, week_of
from tidegate.ledger.written import plain, read
from tidegate.model.money import EXACT, ZERO, money

if TYPE_CHECKING:
    from tidegate.model.records import EquityRecord


class Curve(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Equity's high, falls, and where its day and week began. Currency of the account, 8 places.

    Everything is None or 0 before the first sample.
    """

    time_ns: int | None = None
    """Of the latest sample."""
    equity: Decimal | None = None
    """The latest."""
    peak: Decimal | None = None
    peak_ns: int | None = None
    worst: Decimal = ZERO
    """Largest of (high - equity) / high so far, a fraction."""
    worst_abs: Decimal = ZERO
    """Largest of high - equity so far."""
    worst_ns: int | None = None
    """When the largest fraction was reached."""
    day: int | None = None
    day_start: Decimal | None = None
    """Equity at the last sample before the UTC day began; on the first day, at the first one."""
    week: int | None = None
    week_start: Decimal | None = None
    """The same for the ISO week."""

    @exactly
    def note(self, sample: EquityRecord) -> None:
        """Take in a sample, as they come."""
        equity = sample.equity
        before = equity if self.equity is None else self.equity
        day, week = day_of(sample.time_ns), week_of(sample.time_ns)
        if self.day is None or day > self.day:
            self.day, self.day_start = day, before
        if self.week is None or week > self.week:
            self.week, self.week_start = week, before
        self.time_ns, self.equity = sample.time_ns, equity
        if self.peak is None or equity >= self.peak:
            self.peak, self.peak_ns = equity, sample.time_ns
        fall = self.drawdown()
        if fall is not None and fall > self.worst:
            self.worst, self.worst_ns = fall, sample.time_ns
        self.worst_abs = max(self.worst_abs, self.peak - equity)

    @exactly
    def transfer(self, amount: Decimal) -> None:
        """Let a deposit (negative: withdrawal) be neither a gain nor a fall.

        What equity is measured against grows or shrinks as equity itself does, so that each
        fraction stays what it was.
        """
        before = self.equity
        if before is None:
            return
        after = money(before + amount)

        def scaled(reference: Decimal | None) -> Decimal | None:
            if reference is None or before <= 0 or after <= 0:
                return after
            return money(EXACT.divide(EXACT.multiply(reference, after), before))

        self.equity = after
        self.peak = scaled(self.peak)
        self.day_start, self.week_start = scaled(self.day_start), scaled(self.week_start)

    @exactly
    def drawdown(self) -> Decimal | None:
        """Return (high - equity) / high of now, 8 places; None where there was no high above 0."""
        if self.peak is None or self.equity is None or self.peak <= 0:
            return None
        return money(EXACT.divide(self.peak - self.equity, self.peak))

    def snapshot(self) -> dict[str, Any]:
        """Return all of it as plain JSON: decimals are text."""
        written: dict[str, Any] = plain(self)
        return written

    @classmethod
    def restore(cls, written: object) -> Curve:
        """Return the curve of a snapshot; unknown and missing fields are refused."""
        return read(cls, written, "equity curve")
