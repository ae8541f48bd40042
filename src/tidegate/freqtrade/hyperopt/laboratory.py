"""The strategy, its spaces, its candles and its judge, made ready once for all epochs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from freqtrade.constants import HYPEROPT_BUILTIN_SPACE_OPTIONS
from freqtrade.enums import HyperoptState
from freqtrade.exceptions import OperationalException
from freqtrade.optimize.hyperopt.hyperopt_auto import HyperOptAuto
from freqtrade.optimize.hyperopt.hyperopt_optimizer import HyperOptimizer
from freqtrade.optimize.hyperopt_tools import HyperoptStateContainer, HyperoptTools
from freqtrade.util import get_dry_run_wallet

from tidegate.errors import Code, OptionError, one_of
from tidegate.freqtrade.hyperopt.judging import judge_of
from tidegate.freqtrade.hyperopt.metrics import Subject
from tidegate.freqtrade.hyperopt.readiness import make_walk_ready
from tidegate.freqtrade.strategy_errors import users_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from freqtrade.exchange import Exchange
    from freqtrade.optimize.backtesting import Backtesting
    from pandas import DataFrame

    Program = Callable[[dict[str, Any], Exchange], Backtesting]


class Laboratory(HyperOptimizer):
    """Freqtrade's own optimizer, which knows spaces and parameters, around a swift backtest."""

    def __init__(  # a copy of what the base class sets up, but for its pickles and processes
        self, config: dict[str, Any], exchange: Exchange, program: Program
    ) -> None:
        """Load the strategy and the loss; nothing is read of the candles yet."""
        HyperoptStateContainer.set_state(HyperoptState.STARTUP)
        self.config = config
        if HyperoptTools.has_space(config, "sell"):
            config["use_exit_signal"] = True
        self.spaces: dict[str, list[Any]] = {}
        self.dimensions: list[Any] = []
        self.o_dimensions: dict[str, Any] = {}
        self.market_change = 0.0
        self.analyze_per_epoch = config.get("analyze_per_epoch", False)
        self.es_epochs = config.get("early_stop", 0)
        with users_code(config):
            self.backtesting = program(config, exchange)
            self.pairlist = list(self.backtesting.pairlists.whitelist)
            self.custom_hyperopt = HyperOptAuto(config)
            self.backtesting._set_strategy(self.backtesting.strategylist[0])  # noqa: SLF001 - as the base class does
            self.custom_hyperopt.strategy = self.backtesting.strategy
        self.judge = judge_of(config)
        self.data: dict[str, DataFrame] = {}

    def prepare(self) -> None:
        """Lay out the spaces, load the candles and compute the indicators."""
        self._check_spaces()
        make_walk_ready()
        with users_code(self.config):
            try:
                self.init_spaces()
            except OperationalException as error:
                raise self._no_parameters(error) from error
            HyperoptStateContainer.set_state(HyperoptState.DATALOAD)
            data, self.timerange = self.backtesting.load_bt_data()
            if not self.analyze_per_epoch:
                HyperoptStateContainer.set_state(HyperoptState.INDICATORS)
                data = self.advise_and_trim(data)
            self.data = data
        # Freqtrade searches without these, so that nothing asks the exchange in an epoch.
        self.backtesting.exchange.close()
        self.backtesting.pairlists = None

    def frames(self) -> dict[str, DataFrame]:
        """Return the candles of an epoch: frames of its own, over columns that all share.

        pandas copies a column only when an epoch writes to it, so this costs nothing.
        """
        if self.analyze_per_epoch:
            frames: dict[str, DataFrame] = self.advise_and_trim(self.data)
            return frames
        return {pair: frame.copy(deep=False) for pair, frame in self.data.items()}

    @property
    def subject(self) -> Subject:
        """Return what the epochs have in common, once the indicators are there."""
        return Subject(
            strategy=self.get_strategy_name(),
            pairs=self.pairlist,
            start=self.min_date,
            end=self.max_date,
            wallet=get_dry_run_wallet(self.config),
            market_change=self.market_change,
        )

    def _check_spaces(self) -> None:
        own = self.custom_hyperopt.get_available_spaces()
        known = [*HYPEROPT_BUILTIN_SPACE_OPTIONS, *own]
        known = list(dict.fromkeys(known))
        for name in self.config["spaces"]:
            if name not in known:
                raise OptionError(
                    Code.UNKNOWN_SPACE,
                    f'there is no space "{name}"',
                    where="--spaces",
                    expected=", ".join(known),
                    found=f'"{name}"',
                    remedy=one_of(name, known, otherwise="take one of these"),
                )

    def _no_parameters(self, error: OperationalException) -> OptionError:
        empty = re.match(r"The '(\w+)' space is included", str(error))
        own = self.custom_hyperopt.get_available_spaces()
        return OptionError(
            Code.NO_PARAMETERS,
            f"strategy {self.get_strategy_name()} has nothing to search there",
            where="--spaces " + " ".join(self.config["spaces"]),
            expected="a parameter that may be optimised in each space",
            found=(f"none in {empty[1]}" if empty else "none in any of them")
            + f"; parameters in {', '.join(own) or 'no space'}",
            remedy="name other spaces, give the strategy a parameter there, or add "
            "--ignore-missing-spaces",
        )
