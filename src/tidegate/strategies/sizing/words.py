"""A proposal's arithmetic in words and numbers, for people to check."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

from tidegate.model.money import EXACT, ONE, exact_decimal
from tidegate.model.rules import SizingKind
from tidegate.strategies.sizing.footing import Cap

if TYPE_CHECKING:
    from tidegate.strategies.sizing.proposal import Proposal

_DIGITS: Final = Context(prec=10)


def amount_words(value: Decimal) -> str:
    """Write a number with at most ten digits, thousands apart, without zeros at its end."""
    text = f"{_DIGITS.plus(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_words(ratio: Decimal) -> str:
    """Write a fraction as a percentage."""
    return f"{amount_words(EXACT.multiply(ratio, Decimal(100)))} %"


def working_lines(of: Proposal) -> list[str]:
    """Return each step from the equity to the amount, or to where it came to nothing."""
    if not of.granted:
        return [*_account(of), *(_wanted(of) if of.wanted or of.kelly == 0.0 else ()), of.reason]
    lines = [*_account(of), *_wanted(of), *_limits(of), *_divided(of), *_bought(of)]
    return [*lines, of.reason] if of.reason else lines


def _account(of: Proposal) -> list[str]:
    footing, quote = of.footing, of.footing.instrument.pair.currency
    line = f"equity {amount_words(footing.equity)} {quote}"
    if footing.tied:
        line += f", of which {amount_words(footing.free)} are free"
    return [line]


def _wanted(of: Proposal) -> list[str]:
    footing, sizing = of.footing, of.sizing
    equity, value = amount_words(footing.equity), exact_decimal(sizing.value)
    result = f"= {amount_words(of.wanted)}"
    match sizing.kind:
        case SizingKind.FIXED:
            return [f"stake {amount_words(value)}, as it is fixed"]
        case SizingKind.PERCENT_OF_EQUITY:
            return [f"stake {percent_words(value)} of {equity} {result}"]
        case SizingKind.PERCENT_RISK | SizingKind.ATR:
            return _risked(of, equity, value, result)
        case SizingKind.KELLY:
            return _kelly(of, equity, value, result)
        case _:
            return [f"stake {equity} in {footing.slots} equal parts {result}"]


def _risked(of: Proposal, equity: str, value: Decimal, result: str) -> list[str]:
    footing = of.footing
    is_stop = of.sizing.kind is SizingKind.PERCENT_RISK
    ratio = exact_decimal((footing.stop_ratio if is_stop else footing.move_ratio) or 0.0)
    what = "stop" if is_stop else "usual move"
    risked = EXACT.multiply(footing.equity, value)
    lines = [
        f"risk {percent_words(value)} of {equity} = {amount_words(risked)}",
        f"the {what} is {percent_words(ratio)} from the price",
    ]
    if footing.leverage == ONE:
        return [*lines, f"stake {amount_words(risked)} / {percent_words(ratio)} {result}"]
    times = amount_words(footing.leverage)
    divided = f"{amount_words(risked)} / ({percent_words(ratio)} × {times})"
    return [*lines, f"stake {divided} {result}, the rest is borrowed"]


def _kelly(of: Proposal, equity: str, value: Decimal, result: str) -> list[str]:
    if of.kelly is None:
        fallback = percent_words(exact_decimal(of.sizing.fallback))
        return [f"too few trades for Kelly: stake {fallback} of {equity} {result}"]
    ratios = of.footing.ratios[-of.sizing.window :]
    wins = [ratio for ratio in ratios if ratio > 0.0]
    losses = [-ratio for ratio in ratios if ratio < 0.0]
    share = Decimal(len(wins)) / Decimal(len(wins) + len(losses))
    payoff = exact_decimal((sum(wins) / len(wins)) / (sum(losses) / len(losses)))
    won, odds = percent_words(share), amount_words(payoff)
    counted = f"{len(wins)} wins, {len(losses)} losses: {won} won, a win is {odds} times a loss"
    formula = f"Kelly {won} - {percent_words(ONE - share)} / {odds}"
    if not of.kelly:
        return [counted, f"{formula} is not above 0"]
    fraction = exact_decimal(of.kelly)
    staked = percent_words(EXACT.multiply(value, fraction))
    return [
        counted,
        f"{formula} = {percent_words(fraction)}",
        f"stake {percent_words(value)} of that: {staked} of {equity} {result}",
    ]


def _limits(of: Proposal) -> list[str]:
    if of.capped_by is None:
        return []
    given = amount_words(EXACT.multiply(of.granted, of.divided_by))
    if of.capped_by is Cap.SHARE:
        cap = percent_words(exact_decimal(of.sizing.cap))
        return [f"at most {cap} of equity: {given}"]
    return [f"at most what may be staked: {given}"]


def _divided(of: Proposal) -> list[str]:
    held = of.footing.held
    if held is None:
        return []
    parts = ["1"]
    for one in held:
        share = EXACT.divide(one.notional, of.footing.equity)
        parts.append(f"{amount_words(one.weight)} × {percent_words(share)} ({one.pair})")
    return [
        f"divide by {' + '.join(parts)} = {amount_words(of.divided_by)}",
        f"stake {amount_words(of.granted)}",
    ]


def _bought(of: Proposal) -> list[str]:
    footing, base = of.footing, of.footing.instrument.pair.base
    notional = EXACT.multiply(of.granted, footing.leverage)
    lines = []
    if footing.leverage != ONE:
        times = amount_words(footing.leverage)
        lines.append(f"position {amount_words(of.granted)} × {times} = {amount_words(notional)}")
    exact = amount_words(EXACT.divide(notional, footing.price))
    line = f"amount {amount_words(notional)} / {amount_words(footing.price)} = {exact} {base}"
    step = footing.instrument.amount_step
    if of.amount and step:
        line += f", in steps of {amount_words(step)}: {amount_words(of.amount)}"
    return [*lines, line]
