"""The finest candles at which all the charts of a report fit into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.research.report.chart import ChartData, coarser
from tidegate.research.report.packing import pack_chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.model import Timeframe

Packed = tuple[list[dict[str, object]], list[str]]
"""Descriptions of the charts, and their numbers as base64."""


def fit(charts: Sequence[ChartData], budget: int) -> Packed:
    """Pack every chart at one timeframe: the finest that fits in so many bytes, or the coarsest."""
    drawn = [chart for chart in (chart.sound() for chart in charts) if len(chart.candles)]
    if not drawn:
        return [], []
    *finer, coarsest = coarser(max(chart.candles.timeframe for chart in drawn))
    for timeframe in finer:
        packed = _pack(drawn, timeframe, budget)
        if packed is not None:
            return packed
    return _pack(drawn, coarsest, None) or ([], [])


def _pack(charts: Sequence[ChartData], timeframe: Timeframe, budget: int | None) -> Packed | None:
    """Pack all charts at this timeframe; None as soon as they are more than the budget."""
    heads: list[dict[str, object]] = []
    blobs: list[str] = []
    for chart in charts:
        head, blob = pack_chart(chart.at(timeframe))
        tested = chart.candles.timeframe
        heads.append({**head, "tested": {"name": tested.name, "minutes": tested.minutes}})
        blobs.append(blob)
        if budget is not None and sum(map(len, blobs)) > budget:
            return None
    return heads, blobs
