"""The trades of a backtest as a table for spreadsheets and scripts."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from tidegate.feeds.aside import written_aside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_FIRST: Final = (
    "pair", "open_date", "close_date", "is_short", "enter_tag", "exit_reason", "open_rate",
    "close_rate", "amount", "stake_amount", "profit_ratio", "profit_abs", "leverage", "fee_open",
    "fee_close", "fees_paid", "slippage_paid", "trade_duration", "min_rate", "max_rate",
    "initial_stop_loss_abs", "stop_loss_abs", "dubious", "open_timestamp", "close_timestamp",
)  # fmt: skip


def write_trades_csv(path: Path, trades: Sequence[Mapping[str, object]]) -> None:
    """Write one line a trade under a heading of field names; what is None is left empty.

    The known fields come first and always; others follow in the order they appear.
    """
    more = dict.fromkeys(name for trade in trades for name in trade if name not in _FIRST)
    with written_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, fieldnames=[*_FIRST, *more], restval="", lineterminator="\n")
        rows.writeheader()
        rows.writerows(trades)
