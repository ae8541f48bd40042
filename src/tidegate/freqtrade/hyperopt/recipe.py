"""How to make a laboratory: from what the command line said, here or in another process."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freqtrade.enums import RunMode

from tidegate.freqtrade.configuration import load_configuration
from tidegate.freqtrade.hyperopt.laboratory import Laboratory
from tidegate.freqtrade.hyperopt.outcome import SwiftBacktesting
from tidegate.freqtrade.markets import offered

if TYPE_CHECKING:
    from freqtrade.exchange import Exchange
    from freqtrade.optimize.backtesting import Backtesting

    from tidegate.freqtrade.configuration import Options
    from tidegate.freqtrade.hyperopt.laboratory import Program


def swift(config: dict[str, Any], exchange: Exchange) -> Backtesting:
    """Return Freqtrade's backtest with the compiled loop in it."""
    return SwiftBacktesting(config, exchange)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was asked for, where markets come from, and which program runs an epoch."""

    options: Options
    markets: str
    program: Program

    def laboratory(self) -> Laboratory:
        """Read the configuration, and load the strategy and the loss."""
        config = load_configuration(self.options, runmode=RunMode.HYPEROPT)
        with closing(offered(config, self.markets)) as exchange:
            # what a search asks of it is known by now: no connection is needed any more
            return Laboratory(config, exchange, self.program)
