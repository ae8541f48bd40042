"""What strategies keep with Freqtrade, found again after a restart on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from tests.freqtrade_callbacks.test_habits import SPOT, STRATEGIES
from tests.parity.markets import write
from tests.parity.papering import Papered, after, begin, closed_trades, never
from tests.parity.running import Case

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["Locks", "Notes", "Refreshes", "Waits", "Borrows", "Scribbles"])
def test_what_is_kept_with_freqtrade_is_there_after_a_restart(name: str, tmp_path: Path) -> None:
    case = Case(strategy=name, market=SPOT, options={"enable_protections": True})
    data = tmp_path / "data"
    write(SPOT, data)
    whole, parts = (Papered(case, data, tmp_path, STRATEGIES) for _ in range(2))
    tables = []
    for account, stops in ((whole, [never]), (parts, [after(17), after(1), after(40), never])):
        for stop in stops:
            with account.trading() as (trading, carrier):
                begin(trading)
                trading.run(stop)
                table = closed_trades(carrier)
        tables.append(table)
    pd.testing.assert_frame_equal(tables[1], tables[0], check_exact=True)
    assert parts.seen == whole.seen
    assert len(tables[0]) + len(whole.seen) > 20
