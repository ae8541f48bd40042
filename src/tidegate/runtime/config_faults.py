"""What can be wrong about a configuration whose parts are right each by itself."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError
from tidegate.runtime.live_faults import live_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.runtime.config import TradeConfig


def faults_of(config: TradeConfig) -> Iterator[ConfigError]:
    """Return what is wrong, first things first."""
    yield from _capital_faults(config)
    yield from _name_faults(config)
    yield from _source_faults(config)
    yield from _speed_faults(config)
    yield from live_faults(config)


def _capital_faults(config: TradeConfig) -> Iterator[ConfigError]:
    given = sum((part.capital for part in config.strategies if part.capital), Decimal(0))
    wallet = config.account.wallet
    left_out = any(part.capital is None for part in config.strategies)
    if given > wallet or (left_out and given == wallet):
        yield ConfigError(
            Code.BAD_SETTING,
            "the strategies are given more than there is",
            where=f"{config.file}: strategies, capital",
            expected=f"at most {wallet} {config.account.currency} in all"
            + (", with something left for the strategies that name none" if left_out else ""),
            found=f"{given} {config.account.currency}",
            remedy="give them less, or raise account.wallet",
        )


def _name_faults(config: TradeConfig) -> Iterator[ConfigError]:
    names = [part.name or part.strategy for part in config.strategies]
    for name in names:
        if names.count(name) > 1:
            yield same_name(config, name, names.count(name))


def same_name(config: TradeConfig, name: str, count: int = 2) -> ConfigError:
    """Return the error for strategies that could not be told apart."""
    return ConfigError(
        Code.BAD_SETTING,
        f'two strategies are called "{name}"',
        where=f"{config.file}: strategies, name",
        expected="a name for each, since their positions are told apart by it",
        found=f"{count} of that name",
        remedy='add "name" to one of them',
    )


_FOLLOWED: Final = {"files": "files that are followed", "live": "live candles"}
_BEGINS: Final = {
    "replay": "a replay begins where its candles do",
    "live": "what trades live begins now",
}


def _source_faults(config: TradeConfig) -> Iterator[ConfigError]:
    """Return what is wrong about whose candles they are."""
    candles, live = config.candles, config.candles.source == "live"
    said = candles.model_fields_set
    if not live and "datadir" not in said:
        yield ConfigError(
            Code.MISSING_FIELD,
            '"datadir" is missing',
            where=f"{config.file}: candles.datadir",
            expected="the folder of the candle files",
            found="nothing",
            remedy='add "datadir"; `tidegate trade --example` prints a whole file',
        )
    for name in ("datadir",) if live else ("exchange", "url"):
        if name in said:
            yield ConfigError(
                Code.BAD_SETTING,
                f'"{name}" means nothing with "source": "{candles.source}"',
                where=f"{config.file}: candles.{name}",
                expected='exchange and url with "source": "live", datadir with the others',
                found=str(getattr(candles, name)),
                remedy="take it out",
            )


def _speed_faults(config: TradeConfig) -> Iterator[ConfigError]:
    candles = config.candles
    for name, given in (("timerange", candles.timerange), ("speed", candles.speed or None)):
        if candles.source != "replay" and given is not None:
            yield ConfigError(
                Code.BAD_SETTING,
                f"{_FOLLOWED[candles.source]} have no {name}",
                where=f"{config.file}: candles.{name}",
                expected=f'{name} only with "source": "replay"',
                found=str(given),
                remedy=f'take {name} out, or write "source": "replay"',
            )
    if candles.source != "files" and candles.begin is not None:
        yield ConfigError(
            Code.BAD_SETTING,
            _BEGINS[candles.source],
            where=f"{config.file}: candles.begin",
            expected='begin only with "source": "files"',
            found=candles.begin,
            remedy="take begin out, or name a timerange",
        )
