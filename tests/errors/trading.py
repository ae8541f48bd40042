"""Configurations for trading that cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.errors.provocation import Provocation

from tidegate.errors import Code
from tidegate.runtime.example import example_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def configured(
    code: Code, says: str, change: Callable[[dict[str, Any]], object], *words: str
) -> Provocation:
    """Trade by the example, changed."""

    def make(desk: Path) -> tuple[object, ...]:
        document = json.loads(example_text())
        change(document)
        (desk / "trade.json").write_text(json.dumps(document), encoding="utf-8")
        return words or ("trade", "-c", "trade.json")

    return Provocation(code, says, make)


def twice(document: dict[str, Any]) -> None:
    """Name a strategy a second time."""
    document["strategies"] *= 2


TRADING = (
    configured(Code.BAD_SETTING, "two strategies are called", twice),
    configured(
        Code.BAD_SETTING, "account.wallet", lambda document: document["account"].update(wallet=0)
    ),
    configured(
        Code.MISSING_FIELD,
        '"max_positions": 5',
        lambda document: document["limits"].pop("max_positions"),
    ),
    configured(
        Code.UNKNOWN_FIELD, 'did you mean "limits"?', lambda document: document.update(limit=1)
    ),
    configured(
        Code.UNKNOWN_STRATEGY,
        'did you mean "ema-crossover"?',
        lambda document: document["strategies"][0].update(strategy="ema-crosover"),
    ),
)
