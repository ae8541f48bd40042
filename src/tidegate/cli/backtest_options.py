"""A backtest's options, from text to a request; each mistake named with its option."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tidegate.errors import Code, OptionError, one_of
from tidegate.feeds import TimeRange
from tidegate.research.backtest import Request, require_affordable
from tidegate.research.realism import PROFILES, Slippage

if TYPE_CHECKING:
    from typing import Literal

    from tidegate.cli.subject import Subject

_UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class _Allowed:
    """The numbers that an option takes: above 0 up to `most`, and 0 itself with `zero`."""

    words: str
    most: float
    zero: bool = False


WALLET = _Allowed("a balance above 0, like 1000", most=1e15)
STAKE = _Allowed('an amount above 0, or "unlimited"', most=1e15)
SLOTS = _Allowed("a whole number above 0, or unlimited", most=1e6)
FEE = _Allowed("a fraction from 0 to 0.1, like 0.001 for 0.1 % a side", most=0.1, zero=True)


def asked(  # noqa: PLR0913 - the options of the command
    on: Subject,
    *,
    timerange: str | None,
    wallet: str,
    stake: str | None,
    max_open_trades: str | None,
    fee: str | None,
    slippage: str | None,
    realism: str,
    gaps: str | None,
) -> Request:
    """Read the options, and refuse what cannot be meant."""
    request = Request(
        strategy=on.strategy,
        pairs=on.pairs,
        currency=on.currency,
        timeframe=on.timeframe,
        datadir=on.datadir,
        timerange=TimeRange.parse(timerange),
        wallet=number_of("--wallet", wallet, WALLET),
        stake=None if stake in (None, _UNLIMITED) else _stake(stake),
        share_equally=stake == _UNLIMITED,
        max_open_trades=_slots(max_open_trades, len(on.pairs)),
        realism=one_among("--realism", realism, list(PROFILES)),
        fee=None if fee is None else _fee(fee),
        slippage=None if slippage is None else Slippage.parse(slippage),
        gaps=_gaps(gaps),
    )
    require_affordable(request)
    return request


def _stake(text: str) -> float:
    return number_of("--stake", text, STAKE)


def _fee(text: str) -> float:
    return number_of("--fee", text, FEE)


def _slots(text: str | None, pairs: int) -> int | None:
    """Return how many positions may be open; without a limit, one for each pair."""
    if text is None:
        return None
    if text in ("-1", _UNLIMITED):
        return pairs
    return whole("--max-open-trades", text)


def whole(option: str, text: str) -> int:
    """Read a whole number above 0, or say that it has to be one."""
    number = number_of(option, text, SLOTS)
    if number != int(number):
        raise _unusable(option, text, SLOTS.words)
    return int(number)


def _gaps(text: str | None) -> Literal["refuse", "fill"] | None:
    if text is None:
        return None
    return "fill" if one_among("--gaps", text, ["refuse", "fill"]) == "fill" else "refuse"


def number_of(option: str, text: str, allowed: _Allowed) -> float:
    """Read a number, or say which ones there are."""
    try:
        number = float(text)
    except ValueError:
        raise _unusable(option, text, allowed.words) from None
    if allowed.most < number < math.inf:
        raise _unusable(option, text, f"at most {allowed.most:,.16g}")
    if not (0.0 < number < math.inf or (allowed.zero and number == 0.0)):
        raise _unusable(option, text, allowed.words)
    return number


def _unusable(option: str, text: str, expected: str) -> OptionError:
    return OptionError(
        Code.OUT_OF_RANGE,
        f'{option} cannot be "{text}"',
        where=option,
        expected=expected,
        found=f'"{text}"',
        remedy=f"give {option} {expected}",
    )


def one_among(option: str, text: str, choices: list[str]) -> str:
    """Return a word that is one of the choices, or say which there are."""
    if text not in choices:
        raise OptionError(
            Code.BAD_OPTION,
            f'{option} cannot be "{text}"',
            where=option,
            expected=" or ".join(choices),
            found=f'"{text}"',
            remedy=one_of(text, choices, otherwise=f"choose {' or '.join(choices)}"),
        )
    return text
