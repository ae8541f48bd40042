from __future__ import annotations

from tests.guardrails.asking import LIMITS, NOON, D, holding, market, signal, standing

from tidegate.guardrails import GUARDRAILS, Gate, Market, Standing, Verdict
from tidegate.model import Effect, Signal


def explained(
    asked: Signal | None = None, where: Standing | None = None, what: Market | None = None
) -> dict[str, Verdict]:
    verdicts = Gate(LIMITS).explain(
        asked or signal(), where or standing(), what or market(), proposed=None, now_ns=NOON
    )
    assert [verdict.name for verdict in verdicts] == [rail.name for rail in GUARDRAILS]
    return {verdict.name: verdict for verdict in verdicts}


def _judged(verdicts: dict[str, Verdict]) -> dict[str, bool]:
    return {name: one.passed for name, one in verdicts.items() if one.passed is not None}


def test_a_good_signal_is_explained_by_every_figure_and_its_limit() -> None:
    verdicts = explained()
    assert all(verdict.passed for verdict in verdicts.values())
    assert {name: (one.observed, one.limit) for name, one in verdicts.items()} == {
        "malformed": ("every field", "of its type and range"),
        "account": ("'paper'", "'paper'"),
        "instrument": ("'BTC/USDT'", "BTC/USDT"),
        "duplicate": ("'strategy:17'", "each signal once"),
        "position": ("long 'BTC/USDT'", "nothing"),
        "reduction": ("0 held, 0 offered", "at least 0.001 left"),
        "breaker": ("off", "off"),
        "state": ("active", "active"),
        "stale-signal": ("0 s old", "60 s"),
        "future-signal": ("0 s ahead", "2 s"),
        "price": ("100", "above 0"),
        "stale-price": ("0 s old", "120 s"),
        "unresolved": ("none", "not BTC/USDT"),
        "books": ("none", "not BTC/USDT"),
        "equity": ("10000", "known"),
        "drawdown": ("0 %", "20 %"),
        "weekly-drawdown": ("0 %", "10 %"),
        "daily-drawdown": ("0 %", "5 %"),
        "daily-loss": ("0 %", "3 %"),
        "losing-streak": ("0 in a row", "5"),
        "order-rate": ("0 within a second", "5"),
        "trading-hours": ("Tue 2024-01-09 12:00 UTC", "08:00-20:00 mon,tue,wed,thu,fri UTC"),
        "cooldown": ("never", "300 s"),
        "stop-cooldown": ("never", "3600 s"),
        "trades-per-day": ("0 today", "20"),
        "positions": ("0 open", "5"),
        "shorting": ("long", "long or short"),
        "leverage": ("1", "3"),
        "volatility": ("0.01", "0.25"),
        "volume": ("5000000", "at least 1000000"),
        "size": ("1", "a decimal number above 0"),
        "price-step": ("100", "multiples of 0.01"),
        "amount-step": ("1", "multiples of 0.001"),
        "least-amount": ("1", "at least 0.01"),
        "least-cost": ("100", "at least 5"),
        "price-collar": ("0 %", "5 %"),
        "order-notional": ("100", "1000"),
        "balance": ("100.1 needed", "9900 free"),
        "market-exposure": ("1 %", "25 %"),
        "total-exposure": ("1 %", "100 %"),
        "correlated-exposure": ("1 %", "75 %"),
    }


def test_all_that_speaks_against_a_signal_is_named() -> None:
    verdicts = explained(where=standing(breaker="on", positions=9, free=D(1)))
    against = [name for name, passed in _judged(verdicts).items() if not passed]
    assert against == ["breaker", "positions", "balance"]


def test_what_cannot_be_judged_is_not() -> None:
    blind = explained(what=market(price=None))
    assert blind["price"].passed is False
    assert blind["drawdown"].passed is True
    assert blind["balance"].passed is None
    assert (blind["balance"].observed, blind["balance"].reason) == ("–", None)


def test_a_fall_from_an_equity_that_is_not_known_is_not_known() -> None:
    for equity in (None, D("NaN")):
        verdicts = explained(where=standing(equity=equity))
        assert (verdicts["drawdown"].observed, verdicts["drawdown"].limit) == ("not known", "20 %")
        assert verdicts["equity"].passed is False


def test_what_is_malformed_is_judged_for_nothing_else() -> None:
    assert _judged(explained(signal(amount=D("NaN")))) == {"malformed": False}


def test_what_is_not_known_is_judged_for_its_form_only() -> None:
    form = ["malformed", "account", "instrument", "duplicate", "position", "reduction"]
    assert list(_judged(explained(what=market(instrument=None)))) == form


def test_a_reduction_is_judged_for_its_form_only() -> None:
    verdicts = explained(signal(effect=Effect.REDUCE), holding(breaker="on"))
    assert all(_judged(verdicts).values())
    assert verdicts["breaker"].passed is None
