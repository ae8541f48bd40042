"""What stands in for a configuration file, so that a strategy and a data folder are enough."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from freqtrade.constants import UNLIMITED_STAKE_AMOUNT

from tidegate.errors import Code, OptionError
from tidegate.freqtrade.data_folder import pairs_there
from tidegate.freqtrade.strategy_errors import loaded

if TYPE_CHECKING:
    from tidegate.freqtrade.options import Options

__all__ = ["complete", "start"]

EXCHANGE: Final = "binance"
"""Where neither the environment nor the command line names one: whose fees and steps are taken."""


def start(config: dict[str, Any], options: Options) -> None:
    """Put in what a file would have said; what the environment said stays."""
    for part in (config, config["original_config"]):
        part.setdefault("stake_amount", UNLIMITED_STAKE_AMOUNT)
        part.setdefault("pairlists", [{"method": "StaticPairList"}])
        for side in ("entry_pricing", "exit_pricing"):
            part.setdefault(
                side, {"price_side": "same", "use_order_book": True, "order_book_top": 1}
            )
        if not part["exchange"].get("name"):
            part["exchange"]["name"] = options.exchange or EXCHANGE
        if (options.trading_mode or part.get("trading_mode")) == "futures":
            part.setdefault("margin_mode", "isolated")


def complete(config: dict[str, Any], options: Options) -> None:
    """Fill in the pairs, their currency, and how many positions may be open.

    What a strategy says of these comes first, so it is loaded by itself before. Freqtrade
    would refuse an unlimited stake with unlimited positions: it becomes one for each pair.
    """
    trials = []
    for name in config.get("strategy_list") or [config["strategy"]]:
        trial = deepcopy(config) | {"strategy": name}
        loaded(trial)
        trials.append(trial)
    timeframe = next((trial["timeframe"] for trial in trials if trial.get("timeframe")), None)
    if timeframe and all(trial.get("timeframe") == timeframe for trial in trials):
        config["timeframe"] = timeframe  # Freqtrade takes none from the strategies of a list
    names = list(options.pairs) or pairs_there(config, timeframe)
    currency = config["stake_currency"] or _currency(names)
    for part in (config, config["original_config"]):
        part["stake_currency"] = currency
        part["exchange"]["pair_whitelist"] = names
    config["pairs"] = names
    unlimited = config["stake_amount"] == UNLIMITED_STAKE_AMOUNT
    if unlimited and "max_open_trades" not in config:
        own = min(trial["max_open_trades"] for trial in trials)
        if own == float("inf"):
            config["max_open_trades"] = len(names)


def _currency(names: list[str]) -> str:
    currencies = {name.partition("/")[2].partition(":")[0]: name for name in names}
    if len(currencies) == 1:
        return next(iter(currencies))
    raise OptionError(
        Code.MIXED_CURRENCIES,
        "pairs that share a wallet must be paid in one currency",
        where="--pairs",
        expected="pairs of one quote currency",
        found=", ".join(f"{pair} in {currency}" for currency, pair in currencies.items()),
        remedy="run each currency's pairs by themselves, named with --pairs",
    )
