"""What a venue lets its pairs be traded in, read out of the markets that ccxt has loaded."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, ConfigError, one_of
from tidegate.model import ZERO, Instrument, Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DECIMAL_PLACES: Final = 2
_TICK_SIZE: Final = 4
"""Two of ccxt's numbers for how a precision is told; all venues of the table tell steps."""
_SPOT: Final = "name a pair without a colon: only spot is traded"
_NO_SPOT: Final = "trade at another venue: only spot is traded, and this one has none"
_ELSEWHERE: Final = "take it out of the strategies, or trade it at another venue"


def instruments_of(
    venue: str,
    markets: Mapping[str, Any],
    mode: int,
    pairs: Iterable[str],
    halted: set[str] | None = None,
) -> dict[str, Instrument]:
    """Return the instruments of some pairs, or refuse the first that cannot be traded there.

    Pairs that cannot be traded for a while are refused too, or put into `halted` where it is given.
    """
    return {pair: _instrument(venue, markets, mode, pair, halted) for pair in pairs}


def steps_of(market: Mapping[str, Any], mode: int) -> tuple[Decimal | None, Decimal | None]:
    """Return the steps of amounts and prices; None: the venue does not tell."""
    told = market.get("precision") or {}
    return _step(told.get("amount"), mode), _step(told.get("price"), mode)


def taker_fee_of(market: Mapping[str, Any]) -> Decimal | None:
    """Return what a trade that is not waited for usually costs, as a fraction of it."""
    return _number(market.get("taker"))


def _instrument(
    venue: str, markets: Mapping[str, Any], mode: int, pair: str, halted: set[str] | None
) -> Instrument:
    """Say nothing that the venue has not: what it leaves open is refused."""
    market = markets.get(pair)
    if market is None:
        traded = [name for name, each in markets.items() if each.get("spot")]
        otherwise = "look at the venue's own list of pairs"
        raise _refused(venue, pair, "no such pair", one_of(pair, traded, otherwise=otherwise))
    if not market.get("spot"):
        found = f"a {market.get('type') or 'pair of another kind'}, not spot"
        has_spot = any(each.get("spot") for each in markets.values())
        raise _refused(venue, pair, found, _SPOT if has_spot else _NO_SPOT)
    if market.get("active") is not True:
        if halted is None:
            raise _refused(venue, pair, "trading in it is halted", _ELSEWHERE)
        halted.add(pair)
    amount_step, price_step = steps_of(market, mode)
    fee = taker_fee_of(market)
    if not amount_step or not price_step or fee is None:
        raise _refused(venue, pair, "no word on its steps, or on its fee", _ELSEWHERE)
    limits = market.get("limits") or {}
    return Instrument(
        pair=Pair.parse(pair),
        price_step=price_step,
        amount_step=amount_step,
        min_amount=_least(limits, "amount") or amount_step,
        min_cost=_least(limits, "cost") or ZERO,
        taker_fee=fee,
    )


def _least(limits: Mapping[str, Any], what: str) -> Decimal | None:
    return _number((limits.get(what) or {}).get("min"))


def _step(told: object, mode: int) -> Decimal | None:
    number = _number(told)
    if number is not None and mode == _TICK_SIZE and number > 0:
        return number
    if number is None or mode != _DECIMAL_PLACES or number != number.to_integral_value():
        return None
    return _number(Decimal(1).scaleb(-int(number)))


def _number(told: object) -> Decimal | None:
    """Return a number without the zeros that a venue pads it with; None for what is none."""
    if told is None or isinstance(told, bool):
        return None
    try:
        number = Decimal(str(told))
    except InvalidOperation:
        return None
    return Decimal(f"{number.normalize():f}") if number.is_finite() else None


def _refused(venue: str, pair: str, found: str, remedy: str) -> ConfigError:
    return ConfigError(
        Code.UNKNOWN_PAIR,
        f"{pair} cannot be traded at {venue}",
        where=f"venue {venue}",
        expected="a spot pair that is traded there now, with its steps and its fee",
        found=found,
        remedy=remedy,
    )
