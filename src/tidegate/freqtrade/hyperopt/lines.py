"""The lines of Freqtrade's tables: one for each pair, tag and reason, and the total."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from tidegate.freqtrade.hyperopt.figures import DAYS_A_YEAR, Figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.freqtrade.hyperopt.closed import Closed
    from tidegate.freqtrade.hyperopt.figures import Account
    from tidegate.model.arrays import Bools, Ints

Line = dict[str, Any]


class Tables:
    """All tables of one epoch; the total is counted once and stands at the end of each."""

    def __init__(self, closed: Closed, account: Account, pairs: Sequence[str]) -> None:
        """Take the trades, what to measure them against, and the pairs of the run."""
        self.closed = closed
        self._account = account
        self._pairs = pairs
        self.figures = Figures(closed.profit_abs, closed.closed_ms, account)
        self._total = self._line("TOTAL", None)
        self._empty = self._line(None, np.zeros(0, dtype=np.int64))

    def pairs(self) -> list[Line]:
        """Return a line for each pair of the run, the best first, and the total."""
        lines = [
            {**self._empty, "key": name} if not len(rows) else self._line(name, rows)
            for name, rows in self._by_pair(np.ones(len(self.closed), dtype=np.bool_))
        ]
        return [*_sorted(lines), {**self._total}]

    def left_open(self) -> list[Line]:
        """Return a line for each pair that was closed by force at the end, and their total."""
        closed = self.closed
        if "force_exit" in closed.reasons:
            forced = closed.exit_reason == closed.reasons.index("force_exit")
        else:
            forced = np.zeros(len(closed), dtype=np.bool_)
        lines = [self._line(name, rows) for name, rows in self._by_pair(forced) if len(rows)]
        return [*_sorted(lines), self._line("TOTAL", np.flatnonzero(forced))]

    def enter_tags(self) -> list[Line]:
        """Return a line for each tag that a trade was entered by, and the total."""
        return self._grouped(self.closed.tags, self.closed.enter_tag)

    def exit_reasons(self) -> list[Line]:
        """Return a line for each reason to leave, and the total."""
        return self._grouped(self.closed.reasons, self.closed.exit_reason)

    def both_tags(self) -> list[Line]:
        """Return a line for each tag together with each reason, and the total."""
        closed = self.closed
        pairs = [
            (closed.tags[tag], closed.reasons[reason]) if tag >= 0 <= reason else None
            for tag, reason in zip(
                closed.enter_tag.tolist(), closed.exit_reason.tolist(), strict=True
            )
        ]
        keys = list(dict.fromkeys(pair for pair in pairs if pair is not None))
        places = {key: number for number, key in enumerate(keys)}
        codes = np.array([-1 if pair is None else places[pair] for pair in pairs], dtype=np.int64)
        return self._grouped(keys, codes)

    def _by_pair(self, among: Bools) -> list[tuple[str, Ints]]:
        closed = self.closed
        places = {name: number for number, name in enumerate(closed.names)}
        return [
            (name, np.flatnonzero((closed.pair == places.get(name, -1)) & among))
            for name in self._pairs
        ]

    def _grouped(self, keys: Sequence[Any], codes: Ints) -> list[Line]:
        found = [(key, np.flatnonzero(codes == number)) for number, key in enumerate(keys)]
        found = [(key, rows) for key, rows in found if len(rows)]
        lines = [self._line(key, rows) for key, rows in sorted(found, key=_key_of)]
        return [*_sorted(lines), {**self._total}]

    def _line(self, key: Any, rows: Ints | None) -> Line:  # noqa: ANN401 - a tag may be anything
        closed = self.closed
        if rows is None:
            figures, ratios, minutes = self.figures, closed.profit_ratio, closed.minutes
        else:
            figures = Figures(closed.profit_abs[rows], closed.closed_ms[rows], self._account)
            ratios, minutes = closed.profit_ratio[rows], closed.minutes[rows]
        start = self._account.start
        number = len(figures)
        mean = float(ratios.sum()) / number if number else 0.0
        expectancy, expectancy_ratio = figures.expectancy
        drawdown = figures.drawdown
        total = figures.total
        # numpy rounds otherwise than Python does, and Freqtrade's figures are numpy's here
        return {
            "key": key,
            "trades": number,
            "profit_mean": mean,
            "profit_mean_pct": float(np.round(mean * 100.0, 2)),
            "profit_total_abs": total,
            "profit_total": total / start,
            "profit_total_pct": float(np.round(total / start * 100.0, 2)),
            "duration_avg": (
                str(timedelta(minutes=round(minutes.sum(dtype=np.float64) / number)))
                if number
                else "0:00"
            ),
            "wins": len(figures.gains),
            "draws": number - len(figures.gains) - len(figures.losses),
            "losses": len(figures.losses),
            "winrate": len(figures.gains) / number if number else 0.0,
            "cagr": cagr(self._account.days, start, start + total),
            "expectancy": expectancy,
            "expectancy_ratio": expectancy_ratio,
            "sortino": figures.sortino,
            "sharpe": figures.sharpe,
            "calmar": figures.calmar,
            "sqn": figures.sqn,
            "p_value": figures.p_value,
            "profit_factor": figures.profit_factor,
            "max_drawdown_account": drawdown.share if drawdown else 0.0,
            "max_drawdown_abs": drawdown.fall if drawdown else 0.0,
        }


def cagr(days: int, start: float, final: float) -> float:
    """Return the growth of a year that would bring the same, as a fraction."""
    if final < 0 or start <= 0:
        return 0
    try:
        return float((final / start) ** (1 / (days / DAYS_A_YEAR)) - 1)
    except OverflowError:
        return 0


def _key_of(found: tuple[Any, Ints]) -> Any:  # noqa: ANN401 - a tag may be anything
    return found[0]


def _sorted(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line["profit_total_abs"], reverse=True)
