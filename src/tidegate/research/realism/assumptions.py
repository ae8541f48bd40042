"""Everything a run took for granted, in the order in which it matters for a trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.research.guardrails import NONE, in_force, own_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.kernel import Venue
    from tidegate.research.guardrails import Guarded
    from tidegate.research.realism.slippage import Slippage


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing taken for granted: its name, what it was, why or when it is wrong."""

    name: str
    value: str
    why: str


def assumptions(
    venue: Venue,
    slippage: Slippage,
    provenance: Sequence[str],
    *,
    shorts: bool,
    filled: int,
    guarded: Guarded | None = None,
) -> list[Assumption]:
    """List what a run assumed; `guarded` is what its orders went through, if anything."""
    listed = [
        Assumption(
            "Signals",
            "decided at a candle's close, acted on at the next open",
            "the candle that decides is over; acting on it sooner would be hindsight",
        ),
        Assumption(
            "Fees",
            f"{venue.fee:.3%} a side",
            "the taker fee of most venues without a discount; --fee sets yours",
        ),
        Assumption("Slippage", str(slippage), slippage.meaning),
        _gaps_over_stops(exact=venue.exact_freqtrade),
        Assumption(
            "Targets",
            "filled at their price once the candle trades beyond it",
            "a resting order; being touched without being filled is not modelled",
        ),
        Assumption(
            "Within a candle",
            "exit signals first, then a stop that has not moved, then targets, then a stop "
            "that has trailed; a trailing stop follows the candle's own extreme",
            "a candle does not tell what came first; trades where it mattered are marked dubious",
        ),
        Assumption(
            "Fills",
            "whole, at once, whatever the size",
            "latency, queues and partial fills are not modelled",
        ),
        Assumption(
            "Tick",
            "one in the last decimal that the pair's prices use, by calendar month",
            "read off the candles, the whole month's included",
        ),
        Assumption(
            "At the end",
            "open positions are closed at the open of the pair's last candle",
            "so that every trade has a result; their reason is force_exit",
        ),
        _guardrails(guarded),
    ]
    if shorts:
        listed.append(
            Assumption(
                "Shorts",
                "unleveraged and isolated, with liquidation, without borrowing or funding costs",
                "funding rates are not among these candles; real shorts pay or earn them",
            )
        )
    if filled:
        listed.append(
            Assumption(
                "Gaps",
                f"{filled:,} missing candles filled with the close before, without volume",
                "indicators and exits see a market that stood still there",
            )
        )
    listed += [Assumption("Other timeframes", line, "") for line in provenance]
    return listed


def _gaps_over_stops(*, exact: bool) -> Assumption:
    if exact:
        return Assumption(
            "Stops",
            "filled at the stop if the candle reaches it, even where it opened beyond",
            "Freqtrade's way; kinder than a market that gaps",
        )
    return Assumption(
        "Stops",
        "filled at the stop, or at the open where the candle opens beyond it",
        "a stop that the market jumps over is filled where the market lands",
    )


def _guardrails(guarded: Guarded | None) -> Assumption:
    if guarded is None:
        return Assumption(
            "Guardrails",
            "none: every order that the strategy wanted was placed",
            "trading has limits, and refuses what is beyond them; --limits safe, widest or a "
            "FILE puts the same guardrails before this run",
        )
    own = ", ".join(f"{name} {value:g}" for name, value in own_words(guarded.own).items())
    asked = [] if own and guarded.asked == NONE else [guarded.asked]
    words = " and ".join([*asked, *([f"the strategy's own ({own})"] if own else [])])
    if not in_force(guarded.limits):
        words += ": all of them, set so wide that only what is unsound is refused"
    return Assumption(
        "Guardrails",
        words,
        "the guardrails that trading has; --limits safe, widest or a FILE sets them",
    )
