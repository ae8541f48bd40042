"""Freqtrade's configuration, read by Freqtrade itself and made ready for a backtest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from freqtrade.configuration import TimeRange, validate_config_consistency
from freqtrade.configuration.configuration import Configuration
from freqtrade.constants import UNLIMITED_STAKE_AMOUNT
from freqtrade.enums import RunMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.util import get_dry_run_wallet

from tidegate.errors import Code, OptionError
from tidegate.freqtrade.configuration_errors import refused
from tidegate.freqtrade.data_folder import data_folder
from tidegate.freqtrade.defaults import complete, start
from tidegate.freqtrade.freqai import needs_freqai
from tidegate.freqtrade.options import Options
from tidegate.freqtrade.quiet import heard

__all__ = ["Options", "load_configuration"]


def load_configuration(options: Options, *, runmode: RunMode | str) -> dict[str, Any]:
    """Return Freqtrade's configuration object, ready for `Backtesting(config)`.

    `runmode` is one of Freqtrade's, or its name: "backtest", "hyperopt".

    Files, the files that they add, environment variables, defaults and checks are
    Freqtrade's. Without a file the rest is filled in so that a strategy and a data folder
    are enough. Nothing is printed, nothing is written.
    """
    if options.freqaimodel:
        raise needs_freqai(where="--freqaimodel", found=f'"{options.freqaimodel}"')
    _require_folders(options)
    with heard():
        try:
            config: dict[str, Any] = _Quiet(options, RunMode(runmode)).get_config()
            config["dry_run"] = True
            if config.get("freqai", {}).get("enabled", False):
                raise needs_freqai(where="freqai.enabled of the configuration", found="true")
            _require_strategy(config)
            TimeRange.parse_timerange(config.get("timerange"))
            if not options.files():
                complete(config, options)
            validate_config_consistency(config, preliminary=True)
        except (FreqtradeException, OSError, ValueError) as error:
            raise refused(error, options) from error
        _require_wallet(config)
    _settle_files(config, options)
    return config


class _Quiet(Configuration):
    """Freqtrade's own reader, which neither sets up a log nor makes folders."""

    def __init__(self, options: Options, runmode: RunMode) -> None:
        super().__init__(options.arguments(), runmode)
        self._options = options

    def _process_logging_options(self, config: dict[str, Any]) -> None:
        config["verbosity"] = 0
        config["print_colorized"] = True
        if self._options.margin_mode:  # the reader takes no notice of this one
            config["margin_mode"] = self._options.margin_mode
        if not self._options.files():
            start(config, self._options)

    def _process_datadir_options(self, config: dict[str, Any]) -> None:
        if self._options.exchange:
            config["exchange"]["name"] = self._options.exchange
        config["exchange"].setdefault("pair_whitelist", [])
        userdir = self._options.user_data_dir or config.get("user_data_dir") or "user_data"
        config["user_data_dir"] = Path(userdir).absolute()
        config["datadir"] = data_folder(
            self._options.datadir, config["user_data_dir"], config["exchange"]["name"]
        )
        folder = self._options.exportdirectory or config.get("exportdirectory")
        config["exportdirectory"] = Path(folder or config["user_data_dir"] / "backtest_results")
        config["exportfilename"] = None


def _settle_files(config: dict[str, Any], options: Options) -> None:
    """Write result files, and take over earlier results, only where somebody has said so."""
    written = config["original_config"]
    standard = "trades" if options.exportdirectory else "none"
    config["export"] = options.export or written.get("export") or standard
    config["backtest_cache"] = options.backtest_cache or written.get("backtest_cache") or "none"


def _require_strategy(config: dict[str, Any]) -> None:
    if not config.get("strategy") and not config.get("strategy_list"):
        raise OptionError(
            Code.UNKNOWN_STRATEGY,
            "no strategy is named",
            where="STRATEGY",
            expected="the name of a strategy",
            found="none on the command line, none in the configuration",
            remedy="name one, or several with --strategy-list",
        )


def _require_folders(options: Options) -> None:
    """Refuse folders that are named and not there; Freqtrade would make some of them."""
    named = {"--userdir": options.user_data_dir, "--strategy-path": options.strategy_path}
    for option, folder in named.items():
        if folder is not None and not folder.is_dir():
            raise OptionError(
                Code.BAD_OPTION,
                f"there is no folder {folder}",
                where=option,
                expected="a folder",
                found=f"nothing at {folder.absolute()}",
                remedy="check the path",
            )


def _require_wallet(config: dict[str, Any]) -> None:
    wallet = get_dry_run_wallet(config) * config["tradable_balance_ratio"]
    stake = config["stake_amount"]
    if stake != UNLIMITED_STAKE_AMOUNT and stake > wallet:
        currency = config["stake_currency"]
        raise OptionError(
            Code.STAKE_OVER_WALLET,
            "the stake is larger than what the wallet may spend",
            where="--stake-amount, or stake_amount of the configuration",
            expected=f"at most {wallet:.10g} {currency}: {config['tradable_balance_ratio']:.0%} "
            f"of a wallet of {get_dry_run_wallet(config):.10g}",
            found=f"{stake:.10g} {currency}",
            remedy="lower the stake, or raise --dry-run-wallet",
        )
