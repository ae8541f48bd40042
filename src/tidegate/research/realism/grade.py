"""How realistic a run was, as a grade with its reasons and what would raise it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_LETTERS: Final = ((0.9, "A"), (0.75, "B"), (0.6, "C"), (0.4, "D"), (0.0, "E"))
_ENOUGH_TRADES: Final = 100
_LARGE_SHARE: Final = 0.10
_SMALL_SHARE: Final = 0.01
_MANY_DUBIOUS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the grade looks at."""

    fee: float
    slippage: str
    gap_stops: bool
    made: bool
    filled: int
    candles: int
    trades: int
    dubious: int
    shorts: int
    largest_share: float | None
    """Largest entry as a share of its candle's volume, infinite where nothing else was
    traded; None: no trades."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the grade."""

    name: str
    points: float
    of: float
    why: str
    raises: str = ""
    """What would earn the missing points."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A letter, and the findings it is made of."""

    letter: str
    score: float
    findings: tuple[Finding, ...]

    def as_document(self) -> dict[str, object]:
        """Return the grade as plain values, gains largest first."""
        whole = sum(finding.of for finding in self.findings)
        gains = sorted((f for f in self.findings if f.raises), key=lambda f: f.points - f.of)
        return {
            "letter": self.letter,
            "score": round(self.score, 4),
            "findings": [
                {"name": f.name, "points": f.points, "of": f.of, "why": f.why}
                for f in self.findings
            ],
            "raises": [
                {"what": f.raises, "gain": round((f.of - f.points) / whole, 4)} for f in gains
            ],
        }


def grade(seen: Circumstances) -> Grade:
    """Grade a run."""
    findings = (
        _prices(seen),
        _fees(seen),
        _slippage(seen),
        _size(seen),
        _stops(seen),
        _order_of_events(seen),
        _gaps(seen),
        _funding(seen),
        _evidence(seen),
    )
    score = sum(f.points for f in findings) / sum(f.of for f in findings)
    letter = next(letter for least, letter in _LETTERS if score >= least)
    return Grade(letter, score, findings)


def _prices(seen: Circumstances) -> Finding:
    if seen.made:
        return Finding(
            "Prices", 0, 20, "the market is made, not recorded", "test on recorded candles"
        )
    return Finding("Prices", 20, 20, "recorded candles")


def _fees(seen: Circumstances) -> Finding:
    if seen.fee <= 0.0:
        return Finding("Fees", 0, 15, "trading was free", "give your venue's fee with --fee")
    return Finding("Fees", 15, 15, f"{seen.fee:.3%} a side")


def _slippage(seen: Circumstances) -> Finding:
    if seen.slippage == "none":
        return Finding(
            "Slippage", 0, 15, "orders filled at the price they saw", "use --slippage volume"
        )
    if seen.slippage == "constant":
        return Finding(
            "Slippage",
            10,
            15,
            "the same in calm and storm, for small orders and large",
            "use --slippage volume, which knows both",
        )
    points = 15 if seen.slippage == "volume" else 13
    raises = "" if points == 15 else "use --slippage volume, which knows the order's size"  # noqa: PLR2004 - all of them
    return Finding("Slippage", points, 15, f"estimated by the {seen.slippage} model", raises)


def _size(seen: Circumstances) -> Finding:
    share = seen.largest_share
    if share is None:
        return Finding("Order size", 10, 10, "no orders")
    if share <= _SMALL_SHARE:
        return Finding("Order size", 10, 10, f"at most {share:.2%} of a candle's volume")
    remedy = "stake less, or trade longer candles or busier pairs"
    if math.isinf(share):
        why = "some orders filled in candles that traded nothing"
        return Finding("Order size", 0, 10, why, remedy)
    points = 5 if share <= _LARGE_SHARE else 0
    return Finding("Order size", points, 10, f"up to {share:.1%} of a candle's volume", remedy)


def _stops(seen: Circumstances) -> Finding:
    if seen.gap_stops:
        return Finding("Stops", 10, 10, "jumped stops fill at the open")
    return Finding("Stops", 0, 10, "jumped stops fill at the stop", "leave out --realism freqtrade")


def _order_of_events(seen: Circumstances) -> Finding:
    if not seen.trades:
        return Finding("Within candles", 10, 10, "no trades")
    share = seen.dubious / seen.trades
    why = f"{share:.1%} of trades ended in a candle that held more than one exit"
    if not seen.dubious:
        return Finding("Within candles", 10, 10, "no trade hung on the order of events in a candle")
    points = 7 if share <= _MANY_DUBIOUS else 2
    return Finding("Within candles", points, 10, why, "trade shorter candles, or set exits apart")


def _gaps(seen: Circumstances) -> Finding:
    if not seen.filled:
        return Finding("Gaps", 5, 5, "no candle was missing")
    share = seen.filled / seen.candles
    return Finding(
        "Gaps", 2, 5, f"{share:.2%} of the candles were missing", "download what is missing"
    )


def _funding(seen: Circumstances) -> Finding:
    if not seen.shorts:
        return Finding("Shorts", 5, 5, "none")
    return Finding(
        "Shorts", 0, 5, "borrowing and funding were free", "none here yet: allow for it yourself"
    )


def _evidence(seen: Circumstances) -> Finding:
    if seen.trades >= _ENOUGH_TRADES:
        return Finding("Evidence", 10, 10, f"{seen.trades:,} trades")
    points = round(10 * seen.trades / _ENOUGH_TRADES)
    return Finding(
        "Evidence", points, 10, f"{seen.trades} trades", "test more pairs or a longer time"
    )
