"""What callbacks are shown: the same, argument by argument, as the real Freqtrade shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from freqtrade.optimize.backtesting import Backtesting
from tests.freqtrade_callbacks.strategies.witness import COLUMNS, FIGURES
from tests.parity.cases import COARSE, CONTRACTS, FUTURES, OPTIONS, SPOT
from tests.parity.markets import write
from tests.parity.running import Case, Played, play

from tidegate.freqtrade.backtesting import CompiledBacktesting

if TYPE_CHECKING:
    from tests.parity.markets import Market

STRATEGIES: Final = Path(__file__).parent / "strategies"
CASES: Final = (
    ("Witness", SPOT, "plain"),
    ("Witness", FUTURES, "plain"),
    ("Witness", FUTURES, "cross"),
    ("Witness", COARSE, "minutes"),
    ("Witness", CONTRACTS, "stacking"),
    ("Witness", SPOT, "stacking"),
    ("Witness", SPOT, "two currencies"),
    ("GuardedWitness", SPOT, "guards"),
    ("GuardedWitness", FUTURES, "guards, minutes"),
)


def _short(market: Market) -> Market:
    return replace(market, name=f"short {market.name}", days=0.6, restless=0.004)


def _seen(program: type[Backtesting], case: Case, folder: Path) -> Played:
    data = folder / "data"
    if not data.exists():
        write(case.market, data)
    return play(program, case, data=data, strategies=STRATEGIES, scratch=folder)


@pytest.mark.parametrize(("strategy", "market", "options"), CASES)
def test_every_callback_is_shown_what_freqtrade_shows(
    strategy: str, market: Market, options: str, tmp_path: Path
) -> None:
    case = Case(strategy=strategy, market=_short(market), options=OPTIONS[options])
    real = _seen(Backtesting, case, tmp_path)
    ours = _seen(CompiledBacktesting, case, tmp_path)
    for number, (theirs, own) in enumerate(zip(real.seen, ours.seen, strict=False)):
        assert own == theirs, f"call {number}"
    assert len(ours.seen) == len(real.seen)
    assert ours.program.path.loop == "walk"
    assert ours.program.callback_errors == []
    assert len(real.content["results"]) > 10


def test_the_witness_looks_at_every_attribute_of_a_trade_and_an_order() -> None:
    assert {"open_rate", "stop_loss", "open_date", "date_entry_fill_utc", "sell_reason"} <= set(
        FIGURES
    )
    assert {"ft_order_tag", "safe_cost", "stake_amount_filled"} <= set(COLUMNS)
    assert len(FIGURES) > 75
