"""Each guardrail just inside its limit, at it, and just beyond it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace as changed
from tests.guardrails.asking import (
    BTC,
    ETH,
    LIMITS,
    NOON,
    SECOND,
    SOL,
    D,
    ask,
    holding,
    market,
    outcome,
    signal,
    standing,
    traded,
)

from tidegate.guardrails import (
    GUARDRAILS,
    INCIDENTS,
    SENTENCES,
    Limits,
    Market,
    Reason,
    Refused,
    Standing,
)
from tidegate.model import Direction, TradingState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from tidegate.model import Signal


@dataclass(frozen=True, kw_only=True)
class Row:
    reason: Reason | None
    asked: Signal = field(default_factory=signal)
    where: Standing = field(default_factory=standing)
    what: Market = field(default_factory=market)
    limits: Limits = LIMITS
    proposed: Decimal | None = None
    observed: str | None = None
    limit: str | None = None

    def __str__(self) -> str:
        return "passes" if self.reason is None else str(self.reason)


def passes(**given: Any) -> Row:  # noqa: ANN401 - the fields of a row
    return Row(reason=None, **given)


def refused(reason: Reason, observed: str, limit: str, **given: Any) -> Row:  # noqa: ANN401
    return Row(reason=reason, observed=observed, limit=limit, **given)


def made(seconds_ago: float) -> Signal:
    return signal(made_ns=NOON - int(seconds_ago * SECOND))


def priced(seconds_ago: float) -> Market:
    return market(price_ns=NOON - int(seconds_ago * SECOND))


def fallen(to: str, **highs: str) -> Standing:
    """Return an account that is worth so much now, and was worth more before."""
    start = dict.fromkeys(("peak", "week_start", "day_start"), D(to))
    return standing(equity=D(to), **(start | {name: D(high) for name, high in highs.items()}))


def exposed(btc: str = "0", eth: str = "0", sol: str = "0") -> Standing:
    held = {BTC: D(btc), ETH: D(eth), SOL: D(sol)}
    return standing(exposure={pair: value for pair, value in held.items() if value})


def limit_at(price: str) -> Signal:
    return signal(price=D(price))


def alike(eth: float, sol: float) -> Market:
    return market(correlations={ETH: eth, SOL: sol})


FORM = (
    passes(),
    refused(Reason.UNKNOWN_ACCOUNT, "'other'", "'paper'", asked=signal(account="other")),
    refused(Reason.UNKNOWN_ACCOUNT, "'paper'", "'paper', unknown", where=standing(known=False)),
    refused(Reason.UNKNOWN_INSTRUMENT, f"'{BTC}'", "not known", what=market(instrument=None)),
    refused(Reason.UNKNOWN_INSTRUMENT, f"'{ETH}'", BTC, asked=signal(pair=ETH)),
    refused(
        Reason.UNKNOWN_INSTRUMENT,
        f"'{BTC}'",
        f"{BTC} with steps or sizes that are no numbers",
        what=traded(amount_step=D("NaN")),
    ),
    refused(
        Reason.DUPLICATE,
        "'strategy:17'",
        "each signal once",
        where=standing(seen=frozenset({"strategy:17"})),
    ),
    passes(where=standing(seen=frozenset({"strategy:1", "redis:17"}))),
    passes(where=holding()),
    refused(
        Reason.WRONG_POSITION,
        f"long '{BTC}'",
        f"short {BTC}",
        where=holding(direction=Direction.SHORT),
    ),
    refused(Reason.WRONG_POSITION, f"long '{BTC}'", f"long {ETH}", where=holding(pair=ETH)),
    refused(Reason.WRONG_POSITION, f"long '{BTC}'", "nothing", where=standing(is_new=False)),
)

MOMENT = (
    refused(Reason.BREAKER, "maintenance", "off", where=standing(breaker="maintenance")),
    refused(Reason.LATCHED, "daily-loss", "active", where=standing(latched="daily-loss")),
    refused(Reason.HALTED, "halted", "active", where=standing(state=TradingState.HALTED)),
    refused(Reason.REDUCING, "reducing", "active", where=standing(state=TradingState.REDUCING)),
    refused(Reason.HALTED, "running", "active", where=standing(state="running")),
    passes(asked=signal(expires_ns=NOON)),
    refused(
        Reason.EXPIRED,
        "2024-01-09T12:00:00Z",
        "until 2024-01-09T11:59:59.999999Z",
        asked=signal(made_ns=NOON - 2, expires_ns=NOON - 1),
    ),
    passes(asked=made(60)),
    refused(
        Reason.STALE_SIGNAL,
        "60.000000001 s old",
        "60 s",
        asked=signal(made_ns=NOON - 60 * SECOND - 1),
    ),
    passes(asked=made(-2)),
    refused(
        Reason.FUTURE_SIGNAL,
        "2.000000001 s ahead",
        "2 s",
        asked=signal(made_ns=NOON + 2 * SECOND + 1),
    ),
    refused(Reason.UNKNOWN_PRICE, "not known", "above 0", what=market(price=None)),
    refused(Reason.UNKNOWN_PRICE, "NaN", "above 0", what=market(price=D("NaN"))),
    refused(Reason.UNKNOWN_PRICE, "0", "above 0", what=market(price=D(0)), asked=limit_at("100")),
    passes(what=priced(120)),
    refused(
        Reason.STALE_PRICE,
        "120.000000001 s old",
        "120 s",
        what=market(price_ns=NOON - 120 * SECOND - 1),
    ),
    passes(what=priced(-120)),
    refused(Reason.STALE_PRICE, "-121 s old", "120 s", what=priced(-121)),
    passes(where=standing(unresolved=frozenset({ETH}))),
    refused(
        Reason.UNRESOLVED, f"{BTC}, {ETH}", f"not {BTC}", where=standing(unresolved={BTC, ETH})
    ),
    passes(where=standing(differing=frozenset({ETH}))),
    refused(
        Reason.BOOKS_DIFFER, f"{BTC}, {ETH}", f"not {BTC}", where=standing(differing={BTC, ETH})
    ),
    refused(Reason.UNKNOWN_EQUITY, "not known", "known", where=standing(equity=None)),
    refused(Reason.UNKNOWN_EQUITY, "NaN", "known", where=standing(equity=D("NaN"))),
    refused(Reason.UNKNOWN_EQUITY, "10000", "known", where=standing(free=D("NaN"))),
)

LOSSES = (
    passes(where=fallen("8000.01", peak="10000")),
    refused(Reason.DRAWDOWN, "20 %", "20 %", where=fallen("8000", peak="10000")),
    refused(Reason.DRAWDOWN, "20.0001 %", "20 %", where=fallen("7999.99", peak="10000")),
    passes(where=fallen("9000.01", week_start="10000")),
    refused(Reason.WEEKLY_DRAWDOWN, "10 %", "10 %", where=fallen("9000", week_start="10000")),
    passes(where=fallen("9500.01", day_start="10000")),
    refused(Reason.DAILY_DRAWDOWN, "5 %", "5 %", where=fallen("9500", day_start="10000")),
    passes(where=fallen("10000", day_start="9000", week_start="9000")),
    passes(where=standing(profit_today=D("-299.99"))),
    refused(Reason.DAILY_LOSS, "3 %", "3 %", where=standing(profit_today=D(-300))),
    passes(where=standing(profit_today=D(5000))),
    passes(where=standing(losses_in_row=4)),
    refused(Reason.LOSING_STREAK, "5 in a row", "5", where=standing(losses_in_row=5)),
)

PACE = (
    passes(where=standing(approvals_ns=[NOON - SECOND, *[NOON - 1] * 4])),
    refused(
        Reason.ORDER_RATE,
        "5 within a second",
        "5",
        where=standing(approvals_ns=[NOON - SECOND + 1, *[NOON - 1] * 4]),
    ),
    passes(where=standing(last_exit_ns={BTC: NOON - 300 * SECOND})),
    refused(
        Reason.COOLDOWN,
        "299.999999999 s ago",
        "300 s",
        where=standing(last_exit_ns={BTC: NOON - 300 * SECOND + 1}),
    ),
    passes(where=standing(last_exit_ns={ETH: NOON})),
    passes(where=holding(last_exit_ns={BTC: NOON})),
    passes(where=standing(last_stop_ns={BTC: NOON - 3600 * SECOND})),
    refused(
        Reason.STOP_COOLDOWN,
        "3599 s ago",
        "3600 s",
        where=standing(last_stop_ns={BTC: NOON - 3599 * SECOND}),
    ),
    passes(where=standing(entries_today=19)),
    refused(Reason.TRADES_PER_DAY, "20 today", "20", where=standing(entries_today=20)),
    passes(where=holding(entries_today=20)),
    passes(where=standing(positions=4)),
    refused(Reason.POSITIONS, "5 open", "5", where=standing(positions=5)),
    passes(where=holding(positions=5)),
)

MARKETS = (
    passes(asked=signal(direction=Direction.SHORT)),
    refused(
        Reason.SHORTING,
        "short",
        "long",
        asked=signal(direction=Direction.SHORT),
        what=traded(can_short=False),
    ),
    passes(asked=signal(leverage=D(3))),
    refused(Reason.LEVERAGE, "3.01", "3", asked=signal(leverage=D("3.01"))),
    refused(
        Reason.LEVERAGE,
        "2.5",
        "2",
        asked=signal(leverage=D("2.5")),
        what=traded(most_leverage=D(2)),
    ),
    passes(what=market(volatility=0.25)),
    refused(Reason.VOLATILITY, "0.2501", "0.25", what=market(volatility=0.2501)),
    refused(Reason.UNKNOWN_VOLATILITY, "not known", "0.25", what=market(volatility=None)),
    refused(Reason.UNKNOWN_VOLATILITY, "nan", "0.25", what=market(volatility=float("nan"))),
    passes(what=market(volatility=None), limits=replace(LIMITS, max_volatility=None)),
    passes(what=market(volume=D(1_000_000))),
    refused(Reason.VOLUME, "999999.99", "at least 1000000", what=market(volume=D("999999.99"))),
    refused(Reason.UNKNOWN_VOLUME, "not known", "at least 1000000", what=market(volume=None)),
    passes(what=market(volume=None), limits=replace(LIMITS, min_volume=None)),
)

UNSIZED = signal(amount=None)
WANTED = "a decimal number above 0"

SIZES = (
    passes(asked=UNSIZED, proposed=D(1)),
    refused(Reason.NO_SIZE, "not known", WANTED, asked=UNSIZED),
    refused(Reason.NO_SIZE, "0", WANTED, asked=UNSIZED, proposed=D(0)),
    refused(Reason.NO_SIZE, "NaN", WANTED, asked=UNSIZED, proposed=D("NaN")),
    passes(asked=limit_at("100.01")),
    refused(Reason.PRICE_STEP, "100.011", "multiples of 0.01", asked=limit_at("100.011")),
    passes(asked=limit_at("100.011"), what=traded(price_step=D(0))),
    passes(asked=signal(amount=D("1.001"))),
    refused(Reason.AMOUNT_STEP, "1.0011", "multiples of 0.001", asked=signal(amount=D("1.0011"))),
    passes(asked=signal(amount=D("0.05"))),
    refused(
        Reason.LEAST_AMOUNT,
        "0.009",
        "at least 0.01",
        asked=signal(amount=D("0.009")),
        what=traded(min_cost=D(0)),
    ),
    refused(Reason.LEAST_COST, "4.9", "at least 5", asked=signal(amount=D("0.049"))),
    passes(asked=limit_at("105")),
    refused(Reason.PRICE_COLLAR, "5.01 %", "5 %", asked=limit_at("105.01")),
    passes(asked=limit_at("95")),
    refused(Reason.PRICE_COLLAR, "5.01 %", "5 %", asked=limit_at("94.99")),
    passes(asked=signal(amount=D(10))),
    refused(Reason.ORDER_NOTIONAL, "1000.1", "1000", asked=signal(amount=D("10.001"))),
    passes(where=standing(free=D("200.1"))),
    refused(Reason.BALANCE, "100.1 needed", "100.09 free", where=standing(free=D("200.09"))),
    passes(asked=signal(leverage=D(2)), where=standing(free=D("150.1"))),
    refused(
        Reason.BALANCE,
        "50.1 needed",
        "50.09 free",
        asked=signal(leverage=D(2)),
        where=standing(free=D("150.09")),
    ),
    passes(where=exposed(btc="2400")),
    refused(Reason.MARKET_EXPOSURE, "25.0001 %", "25 %", where=exposed(btc="2400.01")),
    passes(where=exposed(eth="5000", sol="4900"), what=alike(0.1, -0.1)),
    refused(
        Reason.TOTAL_EXPOSURE,
        "100.01 %",
        "100 %",
        where=exposed(eth="5000", sol="4901"),
        what=alike(0.1, -0.1),
    ),
    passes(where=exposed(eth="7400")),
    refused(Reason.CORRELATED_EXPOSURE, "75.0001 %", "75 %", where=exposed(eth="7400.01")),
    passes(where=exposed(eth="7000", sol="800"), what=alike(1.0, 0.5)),
    refused(
        Reason.CORRELATED_EXPOSURE,
        "75.1 %",
        "75 %",
        where=exposed(eth="7000", sol="820"),
        what=alike(1.0, -0.5),
    ),
)  # fmt: skip

ROWS = (*FORM, *MOMENT, *LOSSES, *PACE, *MARKETS, *SIZES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_signal_comes_up_to_a_limit_and_not_beyond_it(row: Row) -> None:
    result = ask(row.asked, row.where, row.what, limits=row.limits, proposed=row.proposed)
    assert outcome(result) == row.reason
    if isinstance(result, Refused):
        assert (result.observed, result.limit) == (row.observed, row.limit)
        assert result.sentence == SENTENCES[result.reason]
        assert result.incident is (result.reason in INCIDENTS)
        assert result.signal is row.asked


def test_the_table_has_every_reason_but_those_with_a_file_of_their_own() -> None:
    elsewhere = {*(Reason.MALFORMED, Reason.NOTHING_TO_REDUCE, Reason.DUST, Reason.OUTSIDE_HOURS)}
    assert {row.reason for row in ROWS} - {None} == set(Reason) - elsewhere


def _orders() -> Iterator[tuple[int, Reason]]:
    yield from ((place, reason) for place, rail in enumerate(GUARDRAILS) for reason in rail.reasons)


def test_every_reason_belongs_to_one_guardrail_and_has_its_words() -> None:
    reasons = [reason for _, reason in _orders()]
    assert sorted(reasons) == sorted(Reason)
    assert set(SENTENCES) == set(Reason)
    assert len({rail.name for rail in GUARDRAILS}) == len(GUARDRAILS)


def test_the_first_of_two_refusals_counts() -> None:
    both = standing(breaker="maintenance", positions=99, equity=None)
    assert outcome(ask(where=both)) == Reason.BREAKER
    assert outcome(ask(signal(amount=D("NaN")), both)) == Reason.MALFORMED


def test_a_short_below_the_market_is_judged_at_the_better_price_it_gets() -> None:
    short = signal(direction=Direction.SHORT, price=D(96), amount=D("10.001"))
    assert outcome(ask(short)) == Reason.ORDER_NOTIONAL
    assert outcome(ask(changed(short, amount=D(10)))) is None
    assert outcome(ask(changed(short, direction=Direction.LONG))) is None


def test_the_widest_limits_pass_what_is_well_formed_and_known() -> None:
    wide = Limits.widest()
    worse = standing(
        equity=D(1), free=D(-5), peak=D(10_000), losses_in_row=99, positions=99,
        profit_today=D(-9000), exposure={BTC: D(10**9)}, last_exit_ns={BTC: NOON + SECOND},
        approvals_ns=[NOON] * 50,
    )  # fmt: skip
    huge = signal(amount=D(10**9), made_ns=NOON - 10**6 * SECOND, price=D(1))
    assert outcome(ask(huge, worse, market(volume=None, volatility=None), limits=wide)) is None
    assert outcome(ask(huge, standing(equity=None), limits=wide)) == Reason.UNKNOWN_EQUITY
    assert outcome(ask(huge, standing(breaker="on"), limits=wide)) == Reason.BREAKER
    assert outcome(ask(what=market(price=None), limits=wide)) == Reason.UNKNOWN_PRICE
    assert outcome(ask(signal(amount=D("NaN")), limits=wide)) == Reason.MALFORMED
