"""Strategies that bring limits along: the account they trade in is held to them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import Code, ConfigError
from tidegate.guardrails import Limits
from tidegate.guardrails.reading import NAMES
from tidegate.model import exact_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.runtime.config import TradeConfig
    from tidegate.strategies import OwnLimits


def tightened(limits: Limits, own: OwnLimits) -> Limits:
    """Return an account's limits as tight as its strategy asks: it never loosens one."""
    values = {name: getattr(limits, name) for name in NAMES}
    if own.max_daily_trades is not None:
        values["max_trades_per_day"] = min(limits.max_trades_per_day, own.max_daily_trades)
    if own.max_drawdown is not None:
        values["max_drawdown"] = min(limits.max_drawdown, exact_decimal(own.max_drawdown))
    return Limits(**values)


def limits_of(config: TradeConfig, brought: Sequence[tuple[str, OwnLimits]]) -> Limits:
    """Return what an account is held to, its strategies' own limits included.

    `brought` names each strategy and its limits. The gate counts trades and falls for an account
    as a whole, so a strategy that brings limits has to be alone in it.
    """
    limits: Limits = config.limits
    if not any(own for _, own in brought):
        return limits
    if len(brought) > 1:
        raise _not_alone(config, brought)
    return tightened(limits, brought[0][1])


def _not_alone(config: TradeConfig, brought: Sequence[tuple[str, OwnLimits]]) -> ConfigError:
    name = next(name for name, own in brought if own)
    return ConfigError(
        Code.BAD_SETTING,
        f'"{name}" brings limits of its own, and would impose them on the strategies beside it',
        where=f"{config.file}: strategies",
        expected="a strategy with max_daily_trades or max_drawdown_percent alone in its account",
        found=f"{len(brought)} strategies: {', '.join(name for name, _ in brought)}",
        remedy=f'trade "{name}" in an account of its own, or take the limits out of it and set '
        "max_trades_per_day and max_drawdown under limits, for all of them together",
    )
