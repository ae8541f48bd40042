"""From a configuration's words to a Freqtrade strategy that can be carried through time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tidegate.errors import Code, ConfigError
from tidegate.freqtrade.availability import require_freqtrade
from tidegate.freqtrade.options import Options
from tidegate.freqtrade.recognition import freqtrades
from tidegate.runtime.freqtrade_trader import FreqtradeTrader
from tidegate.runtime.part_pairs import no_pairs, pairs_in

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from tidegate.runtime.config import StrategyPart, TradeConfig

_OF_BACKTESTS = ("timeframe_detail", "available_capital", "enable_dynamic_pairlist")
"""Settings of Freqtrade's that would not mean what they say here, and what it trades without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyNamed(Options):
    """Options that take no notice of configuration files which nobody has named."""

    def files(self) -> tuple[Path, ...]:
        """Return the configuration files that are named."""
        return self.config


def written_for_freqtrade(part: StrategyPart) -> Options | None:
    """Return where a strategy for Freqtrade is to be found; None for one of Tidegate's own."""
    named = () if part.freqtrade is None else (part.freqtrade,)
    return freqtrades(part.strategy, OnlyNamed(config=named), part.strategy_path)


def freqtrade_trader(
    part: StrategyPart, options: Options, share: Decimal, config: TradeConfig
) -> FreqtradeTrader:
    """Return what carries a Freqtrade strategy, its candles read and analysed."""
    require_freqtrade()
    from tidegate.freqtrade.markets import ASK, offered  # noqa: PLC0415 - only where it is there
    from tidegate.freqtrade.paper import Paper  # noqa: PLC0415 - as above

    settled = _settled(part, options, share, config)
    grows = config.candles.source == "files"
    exchange = offered(settled, part.markets or ASK)
    try:
        paper = Paper(settled, exchange, grows=grows)
    except BaseException:
        exchange.close()
        raise
    return FreqtradeTrader(part.name or paper.name, paper, grows=grows)


def _settled(
    part: StrategyPart, options: Options, share: Decimal, config: TradeConfig
) -> dict[str, Any]:
    """Return Freqtrade's configuration, with what is said beside the strategy in it."""
    from tidegate.freqtrade.configuration import load_configuration  # noqa: PLC0415 - as above

    account, where = config.account, f"{config.file}: strategies, {part.strategy}"
    if part.pairs is None and part.freqtrade is None:
        raise no_pairs(str(options.strategy), account.currency, where)
    options = replace(
        options,
        datadir=config.candles.datadir,
        pairs=pairs_in(account.currency, part.pairs or (), where),
        timeframe=part.timeframe,
        timerange=config.candles.timerange,
        stake_amount=None if part.stake is None else str(part.stake),
        max_open_trades=part.max_open_trades,
        fee=account.fee,
        dry_run_wallet=float(share),
        enable_protections=True,  # where Freqtrade trades, they are always in force
        export="none",
    )
    settled: dict[str, Any] = load_configuration(options, runmode="backtest")
    for name in _OF_BACKTESTS:
        settled.pop(name, None)
    if settled.get("trading_mode") == "futures":
        raise _no_futures(where)
    if settled["stake_currency"] != account.currency:
        raise _other_currency(where, settled["stake_currency"], account.currency)
    return settled


def _no_futures(where: str) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        "futures of a Freqtrade strategy cannot be traded on paper yet",
        where=where,
        expected='"trading_mode": "spot"',
        found='"futures"',
        remedy="trade it in spot, or run it with `tidegate backtest` or `tidegate replay`",
    )


def _other_currency(where: str, found: str, expected: str) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        "the strategy's stakes are not in the account's currency",
        where=f"{where}: stake_currency",
        expected=f'"{expected}", as account.currency has it',
        found=f'"{found}"',
        remedy="change one of the two",
    )
