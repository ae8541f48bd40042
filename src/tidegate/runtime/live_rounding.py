"""Amounts and prices brought to an exchange's steps for a walk that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import DefectError
from tidegate.kernel.walk.asking import (
    ROUND_AMOUNT,
    ROUND_DOWN,
    ROUND_NEAREST,
    ROUND_PRICE,
    ROUND_UP,
)
from tidegate.kernel.walk.layout import ANY_PRICE, ASK
from tidegate.model import EXACT, down, exact_decimal, up

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from tidegate.model import Instrument

_MOST_DIGITS: Final = 22
_ANSWERED: Final = 0


def digits_of(step: Decimal) -> int:
    """Return the decimals that a step stands for; `ASK` where it is no power of ten."""
    if not step:
        return ANY_PRICE
    sign, digits, exponent = step.normalize(EXACT).as_tuple()
    plain = digits == (1,) and isinstance(exponent, int) and -_MOST_DIGITS < exponent <= 0
    return -int(exponent) if plain and not sign else ASK


class Rounding:
    """Answers a walk's questions about steps that decimals do not tell."""

    def __init__(self, memory: Any, instruments: Sequence[Instrument]) -> None:  # noqa: ANN401 - structures of `layout`
        """Answer in the mail of a walk, whose pairs have these instruments."""
        self._mail, self._instruments = memory.mail, instruments

    def __call__(self, code: int) -> int:
        """Answer one question."""
        mail = self._mail
        instrument = self._instruments[mail.pair]
        asked = exact_decimal(mail.proposed)
        if code == ROUND_AMOUNT:
            mail.number = float(down(asked, instrument.amount_step))
        elif code == ROUND_PRICE:
            mail.number = float(_rounded(asked, instrument.price_step, mail.flag))
        else:
            message = f"a plan's walk asks question {code}"
            raise DefectError(message)
        return _ANSWERED


def _rounded(price: Decimal, step: Decimal, way: int) -> Decimal:
    if way == ROUND_UP:
        return up(price, step)
    if way == ROUND_DOWN:
        return down(price, step)
    assert way == ROUND_NEAREST  # noqa: S101 - there is no fourth
    below = down(price, step)
    half = EXACT.multiply(step, _HALF)
    return below if EXACT.subtract(price, below) < half else up(price, step)


_HALF: Final = exact_decimal(0.5)
