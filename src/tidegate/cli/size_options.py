"""The options of `tidegate size`, from text to numbers; each mistake named with its option."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError
from tidegate.model import ONE, ZERO, Direction, Instrument, Pair
from tidegate.strategies.sizing import Footing, Held

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST: Final = Decimal(10) ** 15
_LEAST: Final = Decimal(10) ** -15
_MOST_LEVERAGE: Final = 1000
_MOST_FEE: Final = Decimal("0.1")
_HUNDRED: Final = Decimal(100)
_HELD_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What somebody thinks of doing, as far as every kind of size has to know."""

    footing: Footing
    direction: Direction
    stop: Decimal | None
    """Price at which it would be given up."""
    fee: Decimal
    """Fraction of the cost, a side."""
    cap: Decimal
    """Largest stake, a fraction of equity."""


def trade(  # noqa: PLR0913 - each is an option of the command
    *,
    equity: str,
    tied: str,
    entry: str,
    stop: str | None,
    short: bool,
    leverage: str,
    fee: str,
    cap: str,
    pair: str,
    amount_step: str,
    min_amount: str,
    min_cost: str,
) -> Trade:
    """Read the options, and refuse what cannot be meant."""
    whole, used = amount("--equity", equity), amount("--tied", tied, zero=True)
    if used > whole:
        raise refused(tied, "--tied", f"at most the equity, {equity}")
    price = amount("--entry", entry)
    direction = Direction.SHORT if short else Direction.LONG
    times = amount("--leverage", leverage)
    if not ONE <= times <= _MOST_LEVERAGE:
        raise refused(leverage, "--leverage", f"from 1 to {_MOST_LEVERAGE}")
    paid = share("--fee", fee, zero=True)
    if paid > _MOST_FEE:
        raise refused(fee, "--fee", "at most 10%")
    instrument = Instrument(
        pair=Pair.parse(pair, where="--pair"),
        price_step=ZERO,
        amount_step=amount("--amount-step", amount_step, zero=True),
        min_amount=amount("--min-amount", min_amount, zero=True),
        min_cost=amount("--min-cost", min_cost, zero=True),
        taker_fee=paid,
    )
    given_up = None if stop is None else _stop(stop, price, direction)
    footing = Footing(
        free=whole - used,
        tied=used,
        price=price,
        instrument=instrument,
        leverage=times,
        stop_ratio=None if given_up is None else float(abs(given_up - price) / price),
    )
    return Trade(
        footing=footing, direction=direction, stop=given_up, fee=paid, cap=share("--cap", cap)
    )


def amount(option: str, text: str, *, zero: bool = False) -> Decimal:
    """Read a number above 0 (with `zero`, 0 too), or say that it has to be one."""
    expected = "a number, 0 or more" if zero else "a number above 0"
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise refused(text, option, f"{expected}, like 1250.5") from None
    if not number.is_finite() or number < 0 or (number == 0 and not zero):
        raise refused(text, option, expected)
    if number and not _LEAST <= number <= _MOST:
        raise refused(text, option, "from 1e-15 to 1e15")
    return number


def share(option: str, text: str, *, zero: bool = False) -> Decimal:
    """Read a share: `1%`, or 0.01; at most all of it. A bare 1 is not guessed at."""
    expected = "a share from 0 to 100%" if zero else "a share above 0, at most 100%"
    is_percent = text.rstrip().endswith("%")
    number = text.rstrip().removesuffix("%").rstrip()
    try:
        found = Decimal(number)
    except InvalidOperation:
        raise refused(text, option, f"{expected}, like 1% or 0.01") from None
    if is_percent:
        found /= _HUNDRED
    elif found.is_finite() and found >= 1:
        raise refused(text, option, f"{expected}, like {number}% or 0.01")
    if not found.is_finite() or not (0 < found <= 1 or (zero and found == 0)):
        raise refused(text, option, expected)
    if found and found < _LEAST:
        raise refused(text, option, "no less than 1e-15")
    return found


def moved(asked: Trade, text: str, multiple: str) -> Trade:
    """Return the trade with the move that its size is to risk, and a stop there if it has none."""
    entry = asked.footing.price
    move = amount("--atr", text) * amount("--multiple", multiple)
    if move >= entry:
        raise refused(
            text, "--atr", f"a range that, {multiple} times over, stays below the entry, {entry}"
        )
    stop = entry - move if asked.direction is Direction.LONG else entry + move
    footing = replace(asked.footing, move_ratio=float(move / entry))
    return replace(asked, footing=footing, stop=stop if asked.stop is None else asked.stop)


def traded(asked: Trade, ratios: Sequence[float]) -> Trade:
    """Return the trade with what earlier ones won and lost."""
    return replace(asked, footing=replace(asked.footing, ratios=ratios))


def holding(asked: Trade, texts: Sequence[str]) -> Trade:
    """Return the trade beside what is held: `PAIR:WORTH:CORRELATION`, ? for one not known."""
    held = tuple(_held(text) for text in texts)
    return replace(asked, footing=replace(asked.footing, held=held))


def _held(text: str) -> Held:
    parts = text.rsplit(":", _HELD_PARTS - 1)
    if len(parts) != _HELD_PARTS:
        raise refused(text, "--held", "PAIR:WORTH:CORRELATION, like ETH/USDT:3000:0.8")
    pair, worth, correlation = parts
    known = None if correlation == "?" else _correlation(text, correlation)
    return Held(
        pair=str(Pair.parse(pair, where="--held")),
        notional=amount("--held", worth),
        correlation=known,
    )


def _correlation(text: str, word: str) -> float:
    expected = "a correlation from -1 to 1, or ? where it is not known"
    try:
        found = float(word)
    except ValueError:
        raise refused(text, "--held", expected) from None
    if not -1.0 <= found <= 1.0:
        raise refused(text, "--held", expected)
    return found


def _stop(text: str, entry: Decimal, direction: Direction) -> Decimal:
    stop = amount("--stop", text)
    if direction is Direction.LONG and stop >= entry:
        raise refused(
            text,
            "--stop",
            f"below the entry, {entry}, for a long (a short is asked for by --short)",
        )
    if direction is Direction.SHORT and stop <= entry:
        raise refused(text, "--stop", f"above the entry, {entry}, for a short")
    return stop


def refused(text: str, option: str, expected: str) -> OptionError:
    """Return the error for an option that cannot be meant."""
    return OptionError(
        Code.OUT_OF_RANGE,
        f'{option} cannot be "{text}"',
        where=option,
        expected=expected,
        found=f'"{text}"',
        remedy=f"give {option} {expected}",
    )
