"""An examination in words and plain data, for a terminal and for a file."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.freqtrade.parity.rules import rule_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tidegate.freqtrade.parity.difference import Difference
    from tidegate.freqtrade.parity.examination import Examination, Seconds

COLUMNS: Final = (
    "pair",
    "open_date",
    "close_date",
    "is_short",
    "open_rate",
    "close_rate",
    "amount",
    "exit_reason",
    "profit_abs",
)
"""What is shown of the trades around a difference."""
_AROUND: Final = 2
_MOST_LISTED: Final = 200


def document(examination: Examination) -> dict[str, Any]:
    """Return the whole of an examination as plain data."""
    theirs, ours = examination.seconds
    return {
        "strategy": examination.strategy,
        "equal": not examination.differences,
        "repeatable": examination.repeatable,
        "trades": {
            "freqtrade": examination.trades,
            "tidegate": len(examination.tidegate["results"]),
        },
        "seconds": {"freqtrade": _seconds(theirs), "tidegate": _seconds(ours)},
        "ratio": theirs.total / ours.total,
        "loop": examination.path.loop,
        "callbacks": list(examination.path.callbacks),
        "why": examination.path.why,
        "differences": len(examination.differences),
        "listed": [_difference(one) for one in examination.differences[:_MOST_LISTED]],
        "around": [
            {"program": program, "number": number, "trade": _plain(trade)}
            for program, number, trade in neighbourhood(examination)
        ],
    }


def _seconds(seconds: Seconds) -> dict[str, float]:
    return {"load": seconds.load, "run": seconds.run, "total": seconds.total}


def _difference(one: Difference) -> dict[str, Any]:
    rule = rule_of(one)
    return {
        "part": str(one.part),
        "trade": one.number,
        "pair": one.pair,
        "time": when(one),
        "field": one.field,
        "freqtrade": _plain(one.freqtrade),
        "tidegate": _plain(one.tidegate),
        "rule": {"name": rule.name, "words": rule.words, "page": rule.page},
    }


def when(difference: Difference) -> str | None:
    """Return the candle at which a difference first shows."""
    if difference.time_ms is None:
        return None
    moment = datetime.fromtimestamp(difference.time_ms / 1000, tz=UTC)
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def neighbourhood(examination: Examination) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Yield the trades around the first difference: program, place from 1, trade."""
    if not examination.differences or examination.differences[0].number is None:
        return
    middle = examination.differences[0].number
    contents = {"freqtrade": examination.freqtrade, "tidegate": examination.tidegate}
    for program, content in contents.items():
        rows: Sequence[dict[str, Any]] = content["results"].to_dict("records")
        for number in range(max(middle - _AROUND, 1), min(middle + _AROUND, len(rows)) + 1):
            yield program, number, {name: rows[number - 1][name] for name in COLUMNS}


def spoken(value: object) -> str:
    """Return a value with every digit it has."""
    if isinstance(value, float | np.floating):
        return repr(float(value))
    return "nothing" if value is None else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a result
    """Return what JSON has a word for; what it has none for, as text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value if isinstance(value, str | int | float | None) else str(value)
