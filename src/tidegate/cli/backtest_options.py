"""A backtest's options, from text to a request; each mistake named with its option."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tidegate.errors import Code, OptionError, one_of
from tidegate.feeds import TimeRange
from tidegate.research.backtest import Request, require_affordable
from tidegate.research.realism import PROFILES, Slippage

if TYPE_CHECKING:
    from typing import Literal

    from tidegate.cli.subject import Subject

_MOST_FEE = 0.1
_UNLIMITED = "unlimited"
_SLOTS = "a whole number above 0, or unlimited"


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
        wallet=_number("--wallet", wallet, 0.0, 1e15, "a balance above 0, like 1000"),
        stake=None if stake in (None, _UNLIMITED) else _stake(stake),
        share_equally=stake == _UNLIMITED,
        max_open_trades=_slots(max_open_trades),
        realism=_one_of("--realism", realism, list(PROFILES)),
        fee=None if fee is None else _fee(fee),
        slippage=None if slippage is None else Slippage.parse(slippage),
        gaps=_gaps(gaps),
    )
    require_affordable(request)
    return request


def _stake(text: str) -> float:
    return _number("--stake", text, 0.0, 1e15, 'an amount above 0, or "unlimited"')


def _fee(text: str) -> float:
    expected = f"a fraction from 0 to {_MOST_FEE:g}, like 0.001 for 0.1 % a side"
    return 0.0 if text.strip() in ("0", "0.0") else _number("--fee", text, 0.0, _MOST_FEE, expected)


def _slots(text: str | None) -> int | None:
    if text is None or text in ("-1", _UNLIMITED):
        return None
    number = _number("--max-open-trades", text, 0.0, 1e6, _SLOTS)
    if number != int(number):
        option = "--max-open-trades"
        raise _unusable(option, text, _SLOTS)
    return int(number)


def _gaps(text: str | None) -> Literal["refuse", "fill"] | None:
    if text is None:
        return None
    return "fill" if _one_of("--gaps", text, ["refuse", "fill"]) == "fill" else "refuse"


def _number(option: str, text: str, above: float, most: float, expected: str) -> float:
    """Read a number above `above`, `most` at the most."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not above < number <= most:
        raise _unusable(option, text, expected)
    return number


def _unusable(option: str, text: str, expected: str) -> OptionError:
    return OptionError(
        Code.OUT_OF_RANGE,
        f"{option} cannot be {text}",
        where=option,
        expected=expected,
        found=f'"{text}"',
        remedy=f"give {option} {expected}",
    )


def _one_of(option: str, text: str, choices: list[str]) -> str:
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
