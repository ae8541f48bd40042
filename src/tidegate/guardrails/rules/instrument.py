"""Trade only what it is known how to trade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.refusal import Reason
from tidegate.guardrails.wording import UNKNOWN, quoted
from tidegate.model import ZERO

if TYPE_CHECKING:
    from decimal import Decimal

    from tidegate.guardrails.review import Review
    from tidegate.model import Instrument


def judge(review: Review) -> Reason | None:
    """Ask for the instrument of the signal's own pair, with steps and sizes that are numbers."""
    instrument = review.market.instrument
    if instrument is None or not _is_sound(instrument):
        return Reason.UNKNOWN_INSTRUMENT
    return None if str(instrument.pair) == review.signal.pair else Reason.UNKNOWN_INSTRUMENT


def shown(review: Review) -> tuple[str, str]:
    """Return the pair asked for and what there is."""
    instrument = review.market.instrument
    if instrument is None:
        there = UNKNOWN
    elif not _is_sound(instrument):
        there = f"{instrument.pair} with steps or sizes that are no numbers"
    else:
        there = str(instrument.pair)
    return quoted(review.signal.pair), there


def _is_sound(instrument: Instrument) -> bool:
    """Return whether each number is finite and at least 0; a NaN is neither above nor below."""
    return (
        _is_size(instrument.price_step)
        and _is_size(instrument.amount_step)
        and _is_size(instrument.min_amount)
        and _is_size(instrument.min_cost)
        and _is_size(instrument.taker_fee)
        and _is_size(instrument.most_leverage)
    )


def _is_size(value: Decimal) -> bool:
    return value.is_finite() and value >= ZERO


INSTRUMENT = Guardrail(
    name="instrument",
    sentence="The exchange's steps, sizes and fees for the pair are known.",
    reasons=(Reason.UNKNOWN_INSTRUMENT,),
    judge=judge,
    shown=shown,
)
