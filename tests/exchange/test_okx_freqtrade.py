"""The real program trades on OKX's dialect as it does on Binance's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.exchange.serving import Exchange, until
from tests.exchange.test_freqtrade import PATIENCE_S, closed_trade, config, running, said

from tidegate.exchange.venue import Kind, Status

if TYPE_CHECKING:
    from pathlib import Path

STOPS = frozenset({Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT})

pytestmark = pytest.mark.xdist_group("freqtrade-exchange")


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_real_bot_enters_and_leaves(tmp_path: Path, *, dry_run: bool) -> None:
    (tmp_path / "user_data" / "strategies").mkdir(parents=True)
    with Exchange(dialect="okx", limited=False) as exchange:
        with running(tmp_path, config(exchange, dry_run=dry_run)) as database:
            trade = until(lambda: closed_trade(database), PATIENCE_S)
        assert trade is not None, said(tmp_path)
        assert trade[3] == "done"
        account = exchange.world.venue.accounts["main"]
        done = [one for one in account.orders.values() if one.status == "FILLED"]
        assert [one.buys for one in done[:2]] == ([] if dry_run else [True, False])


def test_a_stop_on_the_exchange_is_an_algo_order_that_fills(tmp_path: Path) -> None:
    (tmp_path / "user_data" / "strategies").mkdir(parents=True)
    with Exchange(dialect="okx", limited=False) as exchange:
        account = exchange.world.venue.accounts["main"]
        with running(tmp_path, config(exchange, dry_run=False), stops=True) as database:
            stop = until(
                lambda: [one for one in list(account.orders.values()) if one.kind in STOPS],
                PATIENCE_S,
            )
            assert stop, said(tmp_path)
            for pair in ("BTC/USDT", "ETH/USDT"):
                exchange.control("POST", "price", {"pair": pair, "factor": 0.9})
            trade = until(lambda: closed_trade(database), PATIENCE_S)
        assert trade is not None, said(tmp_path)
        assert trade[3] == "stoploss_on_exchange"
        assert stop[0].status is Status.FILLED
