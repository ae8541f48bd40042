"""The trades as a table."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tidegate.research.report import write_trades_csv

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_trades_keep_their_figures_to_the_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    trades = [
        {"pair": "BTC/USDT", "profit_abs": 0.1 + 0.2, "enter_tag": 'a "b", c', "extra": 7},
        {"pair": "ETH/USDT", "profit_abs": -1e-9, "enter_tag": None, "is_short": True},
    ]
    write_trades_csv(path, trades)
    first, second = read(path)
    assert float(first["profit_abs"]) == 0.1 + 0.2
    assert first["enter_tag"] == 'a "b", c'
    assert (first["extra"], second["extra"]) == ("7", "")
    assert float(second["profit_abs"]) == -1e-9
    assert (second["enter_tag"], second["is_short"]) == ("", "True")


def test_no_trades_are_a_heading_alone(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    write_trades_csv(path, [])
    assert read(path) == []
    assert path.read_text().startswith("pair,open_date,close_date,")
