from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tidegate.errors import Code, LimitError
from tidegate.guardrails import Limits
from tidegate.guardrails.environment import RiskSettings, read_environment

SAFE = Limits.safe()


def test_an_empty_environment_has_the_defaults() -> None:
    settings = read_environment({"HOME": "nobody", "RISK_DB_PATH": " "})
    assert settings == RiskSettings()
    assert settings.breaker_file == Path("user_data/state/circuit_breaker.json")
    assert settings.max_concurrent_backtests == 2
    assert settings.concurrency_ttl_s == 900
    assert settings.within(SAFE) == SAFE
    assert settings.within_backtest(SAFE) == SAFE


def test_every_name_is_read() -> None:
    assert read_environment(
        {
            "RISK_CIRCUIT_BREAKER_FILE": "state/breaker.json",
            "RISK_ALLOW_WHEN_CB": "1",
            "RISK_MAX_CONCURRENT_BACKTESTS": "3",
            "RISK_CONCURRENCY_TTL_SEC": "60",
            "RISK_MAX_BACKTEST_DRAWDOWN_PCT": "0.15",
            "RISK_LIVE_MAX_CONCURRENT_TRADES": "4",
            "RISK_LIVE_MAX_PER_MARKET_EXPOSURE_PCT": "0.1",
            "RISK_DB_PATH": "state/tidegate.sqlite",
            "RISK_STATE_DIR": "state",
        }
    ) == RiskSettings(
        state_dir=Path("state"),
        breaker_file=Path("state/breaker.json"),
        allow_when_breaker=True,
        max_concurrent_backtests=3,
        concurrency_ttl_s=60,
        max_backtest_drawdown=Decimal("0.15"),
        live_max_positions=4,
        live_max_market_exposure=Decimal("0.1"),
        database=Path("state/tidegate.sqlite"),
    )


def test_the_breaker_is_in_the_folder_of_states() -> None:
    settings = read_environment({"RISK_STATE_DIR": "elsewhere"})
    assert settings.breaker_file == Path("elsewhere/circuit_breaker.json")


@pytest.mark.parametrize(
    ("text", "allowed"), [("0", False), ("", False), ("no", False), ("1", True), ("True", True)]
)
def test_the_switch_is_read(text: str, allowed: bool) -> None:  # noqa: FBT001
    assert read_environment({"RISK_ALLOW_WHEN_CB": text}).allow_when_breaker is allowed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("RISK_ALLOW_WHEN_CB", "maybe"),
        ("RISK_MAX_CONCURRENT_BACKTESTS", "0"),
        ("RISK_MAX_CONCURRENT_BACKTESTS", "two"),
        ("RISK_CONCURRENCY_TTL_SEC", "1.5"),
        ("RISK_MAX_BACKTEST_DRAWDOWN_PCT", "-0.2"),
        ("RISK_MAX_BACKTEST_DRAWDOWN_PCT", "nan"),
        ("RISK_LIVE_MAX_CONCURRENT_TRADES", "inf"),
        ("RISK_LIVE_MAX_CONCURRENT_TRADES", "0"),
        ("RISK_LIVE_MAX_PER_MARKET_EXPOSURE_PCT", "0"),
    ],
)
def test_a_setting_that_cannot_be_is_an_error(name: str, text: str) -> None:
    with pytest.raises(LimitError, match=name) as error:
        read_environment({name: text})
    assert error.value.code is Code.OUT_OF_RANGE
    assert error.value.where == f"the environment, {name}"


@pytest.mark.parametrize(
    "name", ["RISK_MAX_BACKTEST_DRAWDOWN_PCT", "RISK_LIVE_MAX_PER_MARKET_EXPOSURE_PCT"]
)
def test_a_percentage_is_put_right(name: str) -> None:
    with pytest.raises(LimitError) as error:
        read_environment({name: "25"})
    assert error.value.remedy == "shares are fractions: write 0.25 for 25 %"


def test_the_environment_tightens_limits_and_never_loosens_them() -> None:
    tight = RiskSettings(live_max_positions=2, live_max_market_exposure=Decimal("0.1"))
    assert tight.within(SAFE) == replace(SAFE, max_positions=2, max_market_exposure=Decimal("0.1"))
    loose = RiskSettings(live_max_positions=99, live_max_market_exposure=Decimal(1))
    assert loose.within(SAFE) == SAFE


def test_a_backtest_falls_no_further_than_the_environment_says() -> None:
    tight = RiskSettings(max_backtest_drawdown=Decimal("0.1"))
    assert tight.within_backtest(SAFE).max_drawdown == Decimal("0.1")
    loose = RiskSettings(max_backtest_drawdown=Decimal("0.5"))
    assert loose.within_backtest(SAFE) == SAFE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("RISK_MAX_CONCURRENT_BACKTESTS", "1"),
        ("RISK_MAX_CONCURRENT_BACKTESTS", "10000"),
        ("RISK_CONCURRENCY_TTL_SEC", "1"),
        ("RISK_MAX_BACKTEST_DRAWDOWN_PCT", "1"),
        ("RISK_LIVE_MAX_PER_MARKET_EXPOSURE_PCT", "1"),
        ("RISK_LIVE_MAX_CONCURRENT_TRADES", "1"),
    ],
)
def test_a_setting_comes_up_to_its_edge(name: str, text: str) -> None:
    assert read_environment({name: text}) != RiskSettings()
