"""Every figure of an epoch, against Freqtrade's own over the same trades."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from freqtrade.constants import HYPEROPT_LOSS_BUILTIN
from freqtrade.optimize.optimize_reports import generate_strategy_stats
from freqtrade.resolvers.hyperopt_resolver import HyperOptLossResolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidegate.freqtrade.hyperopt.closed import closed_of
from tidegate.freqtrade.hyperopt.lines import Tables
from tidegate.freqtrade.hyperopt.losses import BUILT_IN, Case
from tidegate.freqtrade.hyperopt.metrics import metrics_of

from .test_same_as_freqtrade import require_equal
from .trades import CONFIG, PAIRS, WALLET, content, frames, subject

if TYPE_CHECKING:
    from pandas import DataFrame

# Freqtrade needs half a second for what is compared.
FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
DAYS = st.sampled_from([0, 1, 17, 40])


def ours(trades: DataFrame, days: int) -> Case:
    about = subject(days)
    tables = Tables(closed_of(trades), about.account, PAIRS)
    return Case(about, tables, metrics_of(about, tables, content(trades)))


def theirs(trades: DataFrame, days: int) -> dict[str, Any]:
    about = subject(days)
    stats: dict[str, Any] = generate_strategy_stats(
        PAIRS, "Made", content(trades), about.start, about.end, market_change=0.1, is_hyperopt=True
    )
    return stats


@FEW
@given(trades=frames(), days=DAYS)
def test_every_figure_is_freqtrades(trades: DataFrame, days: int) -> None:
    own, other = ours(trades, days).metrics, theirs(trades, days)
    require_equal({**own, "trades": []}, other | {"trades": []}, "")
    assert list(own) == list(other)


@pytest.fixture(scope="module")
def losses() -> dict[str, Any]:
    """Load Freqtrade's own losses."""
    nowhere = {"user_data_dir": Path("nowhere")}
    return {
        name: HyperOptLossResolver.load_hyperoptloss(CONFIG | nowhere | {"hyperopt_loss": name})
        for name in BUILT_IN
    }


def test_every_loss_of_freqtrade_is_there() -> None:
    assert {*HYPEROPT_LOSS_BUILTIN} <= {*BUILT_IN}


@FEW
@given(trades=frames(), days=DAYS)
def test_every_loss_is_freqtrades(losses: dict[str, Any], trades: DataFrame, days: int) -> None:
    case = ours(trades, days)
    for name, loss in losses.items():
        with np.errstate(all="ignore"):  # Freqtrade divides by a drawdown of zero
            other = loss.hyperopt_loss_function(
                results=trades.copy(),
                trade_count=len(trades),
                min_date=case.subject.start,
                max_date=case.subject.end,
                config=CONFIG,
                processed={},
                backtest_stats=case.metrics,  # just shown to be Freqtrade's
                starting_balance=WALLET,
            )
        own = BUILT_IN[name](case)
        assert own == other or (math.isnan(own) and math.isnan(other)), name
