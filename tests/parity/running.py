"""Running one of the two programs over one case, and keeping what it gave."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freqtrade.enums import RunMode
from freqtrade.optimize.optimize_reports import generate_backtest_stats
from freqtrade.resolvers import ExchangeResolver
from tests.parity.markets import Market, offline

if TYPE_CHECKING:
    from pathlib import Path

    from freqtrade.optimize.backtesting import Backtesting

PRICING = {"price_side": "same", "use_order_book": True, "order_book_top": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One strategy on one market with some options of Freqtrade's configuration.

    An option that is None is left out of the configuration.
    """

    strategy: str
    market: Market
    options: dict[str, Any] = field(default_factory=dict)
    about: str = ""
    """What to say of it where the programs differ."""

    def __str__(self) -> str:
        """Return the name of the test."""
        return f"{self.strategy}-{self.market.name}" + "".join(
            f"-{key}={value}" for key, value in self.options.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a program gave, and what it showed to the strategy on the way."""

    content: dict[str, Any]
    seen: list[tuple[object, ...]]
    stats: dict[str, Any]
    program: Any


def play(
    program: type[Backtesting],
    case: Case,
    *,
    data: Path,
    strategies: Path,
    scratch: Path,
    figures: bool = False,
) -> Played:
    """Run a program as its own command would, from the files to the trades.

    The figures take longer than all the rest; without them they are left empty.
    """
    config = configuration(case, data=data, strategies=strategies, scratch=scratch)
    with warnings.catch_warnings():
        # What Freqtrade's own lines are warned of is not ours to mend.
        warnings.filterwarnings("ignore", module=r"freqtrade\.")
        return _played(program, case, config, figures=figures)


def _played(
    program: type[Backtesting], case: Case, config: dict[str, Any], *, figures: bool
) -> Played:
    with offline(case.market):
        exchange = ExchangeResolver.load_exchange(config, load_leverage_tiers=True)
    try:
        run = program(config, exchange)
        run.progress = None
        strategy = run.strategylist[0]
        loaded, timerange = run.load_bt_data()
        first, last = run.backtest_one_strategy(strategy, loaded, timerange)
        contents = run.all_bt_content
        content = contents[strategy.get_strategy_name()]
        stats = {}
        if figures:
            stats = generate_backtest_stats(loaded, contents, min_date=first, max_date=last)
    finally:
        program.cleanup()
        exchange.close()
    return Played(
        content=dict(content), seen=getattr(strategy, "seen", []), stats=stats, program=run
    )


def configuration(case: Case, *, data: Path, strategies: Path, scratch: Path) -> dict[str, Any]:
    """Return what Freqtrade's own configuration files would come to."""
    futures = case.market.futures
    config: dict[str, Any] = {
        "runmode": RunMode.BACKTEST,
        "dry_run": True,
        "dry_run_wallet": 1000,
        "stake_currency": "USDT",
        "stake_amount": "unlimited",
        "max_open_trades": 3,
        "tradable_balance_ratio": 0.99,
        "amend_last_stake_amount": False,
        "last_stake_amount_min_ratio": 0.5,
        "fee": 0.001,
        "trading_mode": "futures" if futures else "spot",
        "margin_mode": "isolated" if futures else "",
        "exchange": {
            "name": "binance",
            "key": "",
            "secret": "",
            "pair_whitelist": case.market.pairs,
            "pair_blacklist": [],
        },
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": dict(PRICING),
        "exit_pricing": dict(PRICING),
        "user_data_dir": scratch,
        "datadir": data,
        "export": "none",
        "dataformat_ohlcv": "feather",
        "dataformat_trades": "feather",
        "strategy": case.strategy,
        "strategy_path": str(strategies),
        "recursive_strategy_search": False,
        "backtest_cache": "none",
        "enable_protections": False,
        "internals": {},
        "initial_state": "running",
        "original_config": {},
        "config_files": [],
        "position_stacking": False,
        "verbosity": 0,
        "backtest_breakdown": [],
    }
    config.update(case.options)
    return {key: value for key, value in config.items() if value is not None}
