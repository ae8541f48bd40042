"""The settings that stand in the environment, under the names that operators know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from tidegate.errors import Code, LimitError
from tidegate.guardrails.bounds import BOUNDS, Bound
from tidegate.guardrails.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.guardrails.limits import Limits

_Number = TypeVar("_Number", int, Decimal)

_STATE_DIR: Final = "user_data/state"
_BREAKER: Final = "circuit_breaker.json"
_YES: Final = {"1", "true", "yes", "on"}
_NO: Final = {"0", "false", "no", "off", ""}
_SHARE: Final = Bound(most=Decimal(1), above=True, fraction=True)
_BACKTESTS: Final = Bound(least=Decimal(1), most=Decimal(10_000), whole=True)
_TTL: Final = Bound(least=Decimal(1), most=Decimal(31_536_000), whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSettings:
    """What the environment says of risk; None: it says nothing, and the configuration counts."""

    state_dir: Path = Path(_STATE_DIR)
    breaker_file: Path = Path(_STATE_DIR) / _BREAKER
    allow_when_breaker: bool = False
    """Whether trading goes on although the breaker is on."""
    max_concurrent_backtests: int = 2
    concurrency_ttl_s: int = 900
    """After so long without a sign of life a backtest's slot is free."""
    max_backtest_drawdown: Decimal | None = None
    live_max_positions: int | None = None
    live_max_market_exposure: Decimal | None = None
    database: Path | None = None

    def within(self, limits: Limits) -> Limits:
        """Return an account's limits, tightened: the environment never loosens one."""
        positions, exposure = self.live_max_positions, self.live_max_market_exposure
        return replace(
            limits,
            max_positions=_tighter(limits.max_positions, positions),
            max_market_exposure=_tighter(limits.max_market_exposure, exposure),
        )

    def within_backtest(self, limits: Limits) -> Limits:
        """Return the limits of a backtest, tightened in the same way."""
        most = _tighter(limits.max_drawdown, self.max_backtest_drawdown)
        return replace(limits, max_drawdown=most)


def read_environment(environment: Mapping[str, str]) -> RiskSettings:
    """Read the settings; one that cannot be is an error, never passed over."""
    given = {name: text.strip() for name, text in environment.items() if name.startswith("RISK_")}
    state_dir = Path(given.get("RISK_STATE_DIR") or _STATE_DIR)
    file, database = given.get("RISK_CIRCUIT_BREAKER_FILE"), given.get("RISK_DB_PATH")
    usual = RiskSettings()
    backtests = _number(given, "RISK_MAX_CONCURRENT_BACKTESTS", _BACKTESTS)
    ttl_s = _number(given, "RISK_CONCURRENCY_TTL_SEC", _TTL)
    drawdown = _number(given, "RISK_MAX_BACKTEST_DRAWDOWN_PCT", _SHARE)
    positions = _number(given, "RISK_LIVE_MAX_CONCURRENT_TRADES", BOUNDS["max_positions"])
    exposure = _number(given, "RISK_LIVE_MAX_PER_MARKET_EXPOSURE_PCT", _SHARE)
    return RiskSettings(
        state_dir=state_dir,
        breaker_file=Path(file) if file else state_dir / _BREAKER,
        allow_when_breaker=_switch(given, "RISK_ALLOW_WHEN_CB"),
        max_concurrent_backtests=int(backtests or usual.max_concurrent_backtests),
        concurrency_ttl_s=int(ttl_s or usual.concurrency_ttl_s),
        max_backtest_drawdown=drawdown,
        live_max_positions=None if positions is None else int(positions),
        live_max_market_exposure=exposure,
        database=Path(database) if database else None,
    )


def _tighter(own: _Number, environment: _Number | None) -> _Number:
    return own if environment is None else min(own, environment)


def _number(given: Mapping[str, str], name: str, bound: Bound) -> Decimal | None:
    text = given.get(name)
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if bound.holds(value):
        return value
    raise LimitError(
        Code.OUT_OF_RANGE,
        f"{name} cannot be {quoted(text)}",
        where=f"the environment, {name}",
        expected=bound.expected,
        found=quoted(text),
        remedy=bound.remedy(value, "nothing, which is the default,"),
    )


def _switch(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "")
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise LimitError(
        Code.OUT_OF_RANGE,
        f"{name} cannot be {quoted(text)}",
        where=f"the environment, {name}",
        expected="1 or 0",
        found=quoted(text),
        remedy="write 0 if in doubt",
    )
