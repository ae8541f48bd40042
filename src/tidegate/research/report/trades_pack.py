"""Trades column by column, which packs to a fifth of trades row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import DefectError

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Final = (
    "pair", "open_timestamp", "close_timestamp", "open_rate", "close_rate", "amount",
    "stake_amount", "profit_ratio", "profit_abs", "exit_reason", "enter_tag", "is_short",
    "leverage", "fee_open", "fee_close", "trade_duration", "min_rate", "max_rate",
    "initial_stop_loss_abs", "stop_loss_abs", "fees_paid", "slippage_paid", "dubious",
)  # fmt: skip
"""What the page shows or exports of a trade; its dates are made from its timestamps."""

_DIGITS: Final = 10


def trade_columns(document: Mapping[str, object]) -> dict[str, object]:
    """Return the document's trades as {"rows": n, "columns": {field: column}}.

    A column of text is {"names": [...], "codes": [...]}; numbers keep ten digits.
    """
    trades = document.get("trades", [])
    if not isinstance(trades, list):
        message = "the document's trades are not a list"
        raise DefectError(message)
    columns = {name: _column([trade.get(name) for trade in trades]) for name in FIELDS}
    return {"rows": len(trades), "columns": columns}


def _column(values: list[object]) -> object:
    if any(isinstance(value, str) for value in values):
        names = dict.fromkeys(values)
        codes = {name: code for code, name in enumerate(names)}
        return {"names": list(names), "codes": [codes[value] for value in values]}
    return [
        float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value for value in values
    ]
