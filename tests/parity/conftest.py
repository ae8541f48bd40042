"""Market files that are written once, and quiet programs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

import pytest
from tests.parity.markets import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.parity.markets import Market


class Folders(Protocol):
    """Give the folder of a market's files."""

    def __call__(self, market: Market) -> Path: ...


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Write each market at its first use."""
    written: dict[Market, Path] = {}

    def folder(market: Market) -> Path:
        if market not in written:
            written[market] = tmp_path_factory.mktemp(market.name)
            write(market, written[market])
        return written[market]

    return folder


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep Freqtrade's log of every trade and every failed callback out of the way."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
