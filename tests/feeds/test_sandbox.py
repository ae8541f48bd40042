"""Prices of play money are asked for where play money is traded."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tidegate.feeds.live.streaming import streaming_client
from tidegate.feeds.market_client import Asker
from tidegate.venues.table import BINANCE


class _Nobody:
    """Hears nothing."""

    def candle(self, told: object) -> None:
        raise AssertionError(told)

    def message(self) -> None:
        raise AssertionError

    def garbage(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("sandbox", [False, True])
def test_a_client_of_play_money_knows_no_other_address(*, sandbox: bool) -> None:
    async def spot(client: Any) -> str:  # noqa: ANN401 - ccxt has no types
        await client.close()
        api = client.urls["api"]
        return json.dumps([api["public"], api["private"], api.get("ws", {}).get("spot", "")])

    async def addresses() -> list[str]:
        asker = Asker(BINANCE, sandbox=sandbox)
        stream = streaming_client(BINANCE, None, 1.0, _Nobody(), sandbox=sandbox)
        return [await spot(asker.client), await spot(stream)]

    asked, streamed = asyncio.run(addresses())
    assert asked.count("testnet") == (2 if sandbox else 0), asked
    assert streamed.count("testnet") == (3 if sandbox else 0), streamed
