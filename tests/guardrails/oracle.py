"""The limits once more, in fractions and in the plainest words, to hold the gate against.

Nothing of the gate is used here but its nouns.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tidegate.model import Direction, Effect, TradingState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tidegate.guardrails import Limits, Market, Standing
    from tidegate.model import Instrument, Signal

SECOND = 10**9
BROKEN = ("\0", "\ud800", "\udfff")
DAY = 86_400 * SECOND


def verdict(
    signal: Signal,
    standing: Standing,
    market: Market,
    limits: Limits,
    proposed: Decimal | None,
    now_ns: int,
) -> str | Fraction:
    """Return the reason of the refusal, or the amount that is to be approved."""
    for reason, refused in _form(signal, standing, market):
        if refused:
            return reason
    if signal.effect is Effect.REDUCE:
        left = Fraction(standing.held) - Fraction(standing.offered)
        amount = left if signal.amount is None else min(left, Fraction(signal.amount))
        if amount <= 0:
            return "nothing-to-reduce"
        assert market.instrument is not None
        step = Fraction(market.instrument.amount_step)
        return (amount if not step else step * (amount // step)) or "dust"
    assert market.instrument is not None
    for reason, refused in _moment(signal, standing, market, limits, proposed, now_ns):
        if refused:
            return reason
    chosen = proposed if signal.amount is None else signal.amount
    assert chosen is not None
    amount = Fraction(chosen)
    for reason, refused in _size(signal, standing, market, limits, amount):
        if refused:
            return reason
    return amount


def _form(signal: Signal, standing: Standing, market: Market) -> Iterator[tuple[str, bool]]:
    yield "malformed", not _is_well_formed(signal)
    yield "unknown-account", not standing.known or standing.account != signal.account
    instrument = market.instrument
    yield "unknown-instrument", instrument is None or not _is_sound(instrument, signal.pair)
    yield "duplicate", f"{signal.source}:{signal.id}" in standing.seen
    named = bool(standing.held) or not standing.is_new
    same = standing.pair == signal.pair and standing.direction == signal.direction
    yield "wrong-position", named and not same


def _is_well_formed(signal: Any) -> bool:  # noqa: ANN401 - its fields may be anything
    names = [signal.id, signal.source, signal.account, signal.strategy, signal.pair]
    names.append(signal.position)
    return (
        all(isinstance(name, str) and 1 <= len(name) <= 255 for name in names)
        and all(name.isprintable() for name in names)
        and ":" not in signal.source
        and all(isinstance(note, str) and len(note) < 256 for note in (signal.tag,))
        and isinstance(signal.correlation, str)
        and len(signal.correlation) < 256
        and not any(letter in signal.tag + signal.correlation for letter in BROKEN)
        and type(signal.direction) is Direction
        and type(signal.effect) is Effect
        and (signal.amount is None or _is_quantity(signal.amount))
        and (signal.price is None or _is_quantity(signal.price))
        and _is_quantity(signal.leverage)
        and signal.leverage >= 1
        and all(type(time) is int for time in (signal.made_ns, signal.expires_ns))
        and 0 <= signal.made_ns <= signal.expires_ns <= 2**63 - 1
    )


def _is_quantity(value: object) -> bool:
    return (
        isinstance(value, Decimal)
        and value.is_finite()
        and Fraction(1, 10**20) <= Fraction(value) <= 10**20
    )


def _is_sound(instrument: Instrument, pair: str) -> bool:
    numbers = [instrument.price_step, instrument.amount_step, instrument.min_amount]
    numbers += [instrument.min_cost, instrument.taker_fee, instrument.most_leverage]
    finite = all(number.is_finite() and Fraction(number) >= 0 for number in numbers)
    return finite and f"{instrument.pair.base}/{instrument.pair.quote}" == pair


def _moment(
    signal: Signal,
    standing: Standing,
    market: Market,
    limits: Limits,
    proposed: Decimal | None,
    now_ns: int,
) -> Iterator[tuple[str, bool]]:
    yield "breaker", standing.breaker != ""
    yield "latched", standing.latched != ""
    yield "halted", standing.state not in {TradingState.ACTIVE, TradingState.REDUCING}
    yield "reducing", standing.state == TradingState.REDUCING
    yield "expired", signal.expires_ns < now_ns
    yield "stale-signal", signal.made_ns < now_ns - limits.max_signal_age_s * SECOND
    yield "future-signal", signal.made_ns > now_ns + limits.max_clock_skew_s * SECOND
    price = market.price
    yield "unknown-price", price is None or not price.is_finite() or price <= 0
    old = limits.max_price_age_s * SECOND
    yield "stale-price", not now_ns - old <= market.price_ns <= now_ns + old
    yield "unresolved", any(pair == signal.pair for pair in standing.unresolved)
    yield "books-differ", any(pair == signal.pair for pair in standing.differing)
    equity = standing.equity
    known = equity is not None and equity.is_finite() and standing.free.is_finite()
    yield "unknown-equity", not known
    assert equity is not None
    worth = Fraction(equity)
    for reason, high, most in (
        ("drawdown", standing.peak, limits.max_drawdown),
        ("weekly-drawdown", standing.week_start, limits.max_weekly_drawdown),
        ("daily-drawdown", standing.day_start, limits.max_daily_drawdown),
    ):
        yield reason, worth < high and worth <= Fraction(high) * (1 - Fraction(most))
    lost, most = -Fraction(standing.profit_today), limits.max_daily_loss
    yield "daily-loss", lost > 0 and lost >= Fraction(standing.day_start) * Fraction(most)
    yield "losing-streak", standing.losses_in_row >= limits.max_losses_in_row
    lately = [one for one in standing.approvals_ns if one > now_ns - SECOND]
    yield "order-rate", len(lately) >= limits.max_orders_per_second
    yield "outside-hours", not _is_open(limits, now_ns)
    yield "cooldown", _rests(standing, standing.last_exit_ns, signal, limits.cooldown_s, now_ns)
    stop_s = limits.stop_cooldown_s
    yield "stop-cooldown", _rests(standing, standing.last_stop_ns, signal, stop_s, now_ns)
    new = standing.is_new
    yield "trades-per-day", new and standing.entries_today + 1 > limits.max_trades_per_day
    yield "positions", new and standing.positions + 1 > limits.max_positions
    instrument = market.instrument
    assert instrument is not None
    yield "shorting", signal.direction == Direction.SHORT and not instrument.can_short
    leverage = signal.leverage
    yield "leverage", leverage > limits.max_leverage or leverage > instrument.most_leverage
    yield from _filters(market, limits)
    yield "no-size", signal.amount is None and not _is_quantity(proposed)


def _filters(market: Market, limits: Limits) -> Iterator[tuple[str, bool]]:
    calm, moves = limits.max_volatility, market.volatility
    if calm is not None:
        finite = moves is not None and abs(moves) < float("inf")
        yield "unknown-volatility", not finite
        assert moves is not None
        yield "volatility", moves > calm
    least, volume = limits.min_volume, market.volume
    if least is not None:
        yield "unknown-volume", volume is None or not volume.is_finite()
        assert volume is not None
        yield "volume", Fraction(volume) < Fraction(least)


def _is_open(limits: Limits, now_ns: int) -> bool:
    """Know windows of UTC that do not pass midnight: other hours have tests of their own."""
    hours = limits.trading_hours
    if hours is None:
        return True
    days, within = divmod(now_ns, DAY)
    weekday, minute = (days + 3) % 7, within / (60 * SECOND)
    return any(one.start <= minute < one.end and weekday in one.weekdays for one in hours.windows)


def _rests(
    standing: Standing,
    last: Mapping[str, int],
    signal: Signal,
    rest_s: int,
    now_ns: int,
) -> bool:
    since = [time for pair, time in last.items() if pair == signal.pair]
    return standing.is_new and rest_s > 0 and any(now_ns < time + rest_s * SECOND for time in since)


def _size(
    signal: Signal, standing: Standing, market: Market, limits: Limits, amount: Fraction
) -> Iterator[tuple[str, bool]]:
    instrument, worth = market.instrument, Fraction(standing.equity or 0)
    assert instrument is not None
    assert market.price is not None
    here = Fraction(market.price)
    price = here if signal.price is None else Fraction(signal.price)
    worst = max(price, here) if signal.direction == Direction.SHORT else price
    notional = amount * worst
    if instrument.price_step and signal.price is not None:
        yield "price-step", (price / Fraction(instrument.price_step)).denominator != 1
    if instrument.amount_step:
        yield "amount-step", (amount / Fraction(instrument.amount_step)).denominator != 1
    yield "least-amount", amount < Fraction(instrument.min_amount)
    yield "least-cost", amount * price < Fraction(instrument.min_cost)
    yield "price-collar", abs(price / here - 1) > Fraction(limits.max_price_distance)
    yield "order-notional", notional > Fraction(limits.max_order_notional)
    needed = notional / Fraction(signal.leverage) + notional * Fraction(instrument.taker_fee)
    reserve = worth * Fraction(limits.balance_reserve)
    yield "balance", Fraction(standing.free) - needed < reserve
    held = {pair: Fraction(value) for pair, value in standing.exposure.items()}
    held[signal.pair] = held.get(signal.pair, Fraction(0)) + notional
    yield "market-exposure", held[signal.pair] > worth * Fraction(limits.max_market_exposure)
    yield "total-exposure", sum(held.values()) > worth * Fraction(limits.max_total_exposure)
    alike = Fraction(0)
    for pair, value in held.items():
        correlation = market.correlations.get(pair, 1.0)
        known = pair != signal.pair and -1 <= correlation <= 1
        alike += value * (abs(Fraction(correlation)) if known else 1)
    yield "correlated-exposure", alike > worth * Fraction(limits.max_correlated_exposure)
