"""Two results of one backtest, held side by side: the first difference in time comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.freqtrade.parity.difference import Difference, Part, same
from tidegate.freqtrade.parity.records import of_locks, of_wallets
from tidegate.freqtrade.parity.trades import of_trades

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Content = Mapping[str, Any]

COUNTERS: Final = (
    "rejected_signals",
    "timedout_entry_orders",
    "timedout_exit_orders",
    "canceled_trade_entries",
    "canceled_entry_orders",
    "replaced_entry_orders",
)
# Freqtrade puts the clock of the machine here.
_OF_THE_CLOCK: Final = frozenset(
    {
        "backtest_run_start_ts",
        "backtest_run_end_ts",
        "backtest_start_time",
        "backtest_end_time",
        "run_id",
    }
)


def compare(freqtrade: Content, tidegate: Content) -> list[Difference]:
    """Return every difference of two backtest contents, the first in time first.

    A content is what `Backtesting.backtest()` returns. What has no time comes last.
    """
    found = [
        *of_trades(freqtrade["results"], tidegate["results"]),
        *of_locks(freqtrade["locks"], tidegate["locks"]),
        *of_wallets(freqtrade["wallet_summary"], tidegate["wallet_summary"]),
    ]
    found.sort(key=lambda one: one.time_ms if one.time_ms is not None else 1 << 62)
    found.extend(
        _plain(Part.COUNTER, name, freqtrade[name], tidegate[name])
        for name in COUNTERS
        if not same(freqtrade[name], tidegate[name])
    )
    one, other = float(freqtrade["final_balance"]), float(tidegate["final_balance"])
    if not same(one, other):
        found.append(_plain(Part.BALANCE, "final_balance", one, other))
    return found


def compare_figures(freqtrade: Content, tidegate: Content) -> list[Difference]:
    """Return the differences of two strategies' statistics, by their path."""
    return [
        _plain(Part.FIGURE, path, one, other)
        for path, one, other in _leaves("", freqtrade, tidegate)
    ]


def _leaves(path: str, one: object, other: object) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            if key not in _OF_THE_CLOCK:
                yield from _leaves(f"{path}.{key}".lstrip("."), one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (mine, yours) in enumerate(zip(one, other, strict=True)):
            yield from _leaves(f"{path}[{place}]", mine, yours)
    elif not same(one, other):
        yield path, one, other


def _plain(part: Part, field: str, one: object, other: object) -> Difference:
    return Difference(part=part, field=field, freqtrade=one, tidegate=other)
