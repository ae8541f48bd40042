"""What a strategy does, in plain language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.model import SizingKind
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.wording import (
    filters_in_words,
    indicators_in_words,
    percent,
    signal_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.model import Exits, Rules, Timeframe
    from tidegate.strategies.own_limits import OwnLimits
    from tidegate.strategies.strategy import Strategy

_HOUR = 60
_DAY = 1440


def describe(strategy: Strategy, base: Timeframe | None = None) -> str:
    """Explain what the strategy does, on candles of `base` or of its own timeframe."""
    base = base or strategy.timeframe
    lines = [f"{strategy.name} (version {strategy.version})"]
    if strategy.description:
        lines += [*strategy.description.splitlines(), ""]
    lines += _trades(strategy, base)
    if isinstance(strategy, DeclaredStrategy):
        lines += _declared(strategy)
        lines += _stop_by_range(strategy)
    lines += _leaves(strategy.rules.exits, base)
    lines += _stakes(strategy.rules)
    lines += _limits(strategy.limits)
    if base is not None:
        lines += _needs(strategy, base)
    return "\n".join(lines)


def _trades(strategy: Strategy, base: Timeframe | None) -> Iterator[str]:
    pairs = ", ".join(strategy.pairs) or "the pairs it is given"
    candles = f"{base} candles" if base else "candles of the timeframe it is given"
    sides = "long and short" if strategy.rules.can_short else "long only"
    yield f"Trades       {pairs} on {candles}, {sides}."


def _declared(strategy: DeclaredStrategy) -> Iterator[str]:
    definition = strategy.definition
    entries, exits = definition.entry_conditions, definition.exit_conditions
    for words in indicators_in_words(strategy.wired):
        yield f"Watches      {words}"
    for side, verb in (("long", "Buys"), ("short", "Sells short")):
        for words in signal_in_words(getattr(entries, side)):
            yield f"{verb:<12} when {words}."
    for words in filters_in_words(definition.filters):
        yield f"Enters only  {words}."
    if exits.use_exit_signal:
        for side, verb in (("long", "Sells"), ("short", "Buys back")):
            for words in signal_in_words(getattr(exits, side)):
                yield f"{verb:<12} when {words}."


def _stop_by_range(strategy: DeclaredStrategy) -> Iterator[str]:
    stop = strategy.definition.exit_conditions.stop_loss
    if stop is not None and stop.type == "atr":
        on = f" of {stop.timeframe}" if stop.timeframe else ""
        trails = " and follows the best price at that distance" if stop.trailing else ""
        yield (
            f"Stop         {stop.multiple:g} average true ranges ({stop.period} candles{on}) "
            f"from the entry{trails}."
        )


def _leaves(exits: Exits, base: Timeframe | None) -> Iterator[str]:
    if exits.use_exit_signal and exits.exit_profit_only:
        yield f"             ... but only at a profit above {percent(exits.exit_profit_offset)}."
    if not exits.use_exit_signal:
        yield "Exit signals are switched off."
    if exits.stop_ratio < 1.0:
        yield f"Stop         {percent(exits.stop_ratio)} from the entry{_trail(exits)}."
    if exits.targets:
        steps = ", ".join(
            percent(ratio) if minutes == 0 else f"{percent(ratio)} from {_span(minutes)} on"
            for minutes, ratio in exits.targets
        )
        yield f"Target       a profit of {steps}, after fees."
    if exits.reward_risk is not None:
        yield f"Target       {exits.reward_risk:g} times the distance of the stop."
    if exits.max_bars is not None:
        span = f" ({_span(exits.max_bars * base.minutes)})" if base else ""
        yield f"Time exit    after {exits.max_bars} candles{span}."


def _trail(exits: Exits) -> str:
    if not exits.trailing:
        return ""
    offset = percent(exits.trailing_offset)
    if exits.trailing_ratio is not None:
        before = "it stays put" if exits.trailing_only_past_offset else "it follows at that"
        return (
            f"; {before} until the profit passes {offset}, "
            f"then follows {percent(exits.trailing_ratio)} behind the best price"
        )
    if exits.trailing_only_past_offset:
        return f"; once the profit passes {offset} it follows the best price"
    return ", following the best price"


def _stakes(rules: Rules) -> Iterator[str]:
    sizing = rules.sizing
    value = percent(sizing.value)
    words = {
        SizingKind.EQUAL_SHARE: "the wallet in equal parts, one for each open position",
        SizingKind.FIXED: f"{sizing.value:g} in the currency of the wallet",
        SizingKind.PERCENT_OF_EQUITY: f"{value} of equity",
        SizingKind.PERCENT_RISK: f"so much that a stop-out loses {value} of equity",
        SizingKind.ATR: f"so much that the usual move it allows for loses {value} of equity",
        SizingKind.KELLY: f"{value} of the Kelly fraction of the last {sizing.window} trades "
        f"({percent(sizing.fallback)} of equity until {sizing.min_trades} are closed)",
    }[sizing.kind]
    cap = f", at most {percent(sizing.cap)} of equity" if sizing.cap < 1.0 else ""
    yield f"Stake        {words}{cap}."
    if rules.max_open_trades is not None:
        yield f"Positions    at most {rules.max_open_trades} open at once."


def _limits(own: OwnLimits) -> Iterator[str]:
    if own.max_daily_trades is not None:
        yield f"Limits       at most {own.max_daily_trades} positions opened in a UTC day."
    if own.max_drawdown is not None:
        fall = percent(own.max_drawdown)
        yield f"Limits       trading stops at a fall of {fall} from the account's highest equity."


def _needs(strategy: Strategy, base: Timeframe) -> Iterator[str]:
    warmup = strategy.warmup(base)
    yield f"Warm-up      {warmup} candles ({_span(warmup * base.minutes)}) before it trades."
    others = strategy.others_for(base)
    more = f" and {', '.join(map(str, others))}" if others else ""
    yield f"Needs        {base}{more} candles of each pair."


def _span(minutes: int) -> str:
    """Write a length of time in its largest fitting unit."""
    if minutes >= 2 * _DAY:
        return f"{minutes / _DAY:.3g} days"
    return f"{minutes / _HOUR:.3g} hours" if minutes >= 2 * _HOUR else f"{minutes} minutes"
