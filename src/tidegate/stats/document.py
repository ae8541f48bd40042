"""Metrics as plain dictionaries, lists, numbers and texts, ready for JSON: no NaN, no infinity."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.stats.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidegate.model.arrays import Floats
    from tidegate.stats.breakdown import Row
    from tidegate.stats.curve import Curve
    from tidegate.stats.decline import Drawdown
    from tidegate.stats.monte_carlo import Bands, MonteCarlo
    from tidegate.stats.monthly import Year
    from tidegate.stats.summary import Metrics

_SECOND_NS: Final = 1_000_000_000
_PLACES: Final = 8
_PERCENTILES: Final = ("p5", "p25", "p50", "p75", "p95")


def as_document(metrics: Metrics) -> dict[str, object]:
    """Lay the metrics out as docs/metrics.md describes; every null has its reason beside it."""
    values, reasons = _apart(metrics.figures)
    return {
        "currency": metrics.currency,
        "metrics": values,
        "undefined": reasons,
        "breakdowns": {
            name: [_row(row) for row in rows] for name, rows in metrics.breakdowns.items()
        },
        "drawdowns": [_drawdown(one) for one in metrics.drawdowns],
        "monthly": [_year(year) for year in metrics.monthly],
        "distribution": {
            "edges": list(metrics.distribution.edges),
            "counts": list(metrics.distribution.counts),
            "below": metrics.distribution.below,
            "above": metrics.distribution.above,
        },
        "monte_carlo": _monte_carlo(metrics.monte_carlo),
        "equity": _curve(metrics.curve),
    }


def _apart(figures: Mapping[str, Figure]) -> tuple[dict[str, float | None], dict[str, str]]:
    """Return the values by name, and the reasons of those that have none."""
    values = {name: figure.value for name, figure in figures.items()}
    reasons = {name: figure.why for name, figure in figures.items() if figure.why is not None}
    return values, reasons


def _row(row: Row) -> dict[str, object]:
    """Lay out one row of a breakdown."""
    laid: dict[str, object] = {}
    reasons: dict[str, str] = {}
    for field in fields(row):
        content = getattr(row, field.name)
        name = "return" if field.name == "month_return" else field.name
        if isinstance(content, Figure):
            laid[name] = content.value
            if content.why is not None:
                reasons[name] = content.why
        elif content is not None:
            laid[name] = content
    return laid | {"undefined": reasons}


def _drawdown(one: Drawdown) -> dict[str, object]:
    """Lay out one drawdown, its times in ISO-8601."""
    return {
        "start": _instant(one.start_ns),
        "trough": _instant(one.trough_ns),
        "recovery": None if one.recovery_ns is None else _instant(one.recovery_ns),
        "depth": one.depth,
        "depth_abs": one.depth_abs,
        "length_s": one.length_ns / _SECOND_NS,
        "to_trough_s": (one.trough_ns - one.start_ns) / _SECOND_NS,
    }


def _year(year: Year) -> dict[str, object]:
    """Lay out one row of the heat map."""
    names = [str(month) for month in range(1, len(year.months) + 1)]
    values, reasons = _apart(dict(zip(names, year.months, strict=True)) | {"return": year.total})
    total = values.pop("return")
    return {
        "year": year.year,
        "return": total,
        "months": list(values.values()),
        "undefined": reasons,
    }


def _monte_carlo(drawn: MonteCarlo) -> dict[str, object]:
    """Lay out the resampling; without paths every part of it is null or empty."""
    spread = drawn.spread
    return {
        "paths": drawn.paths,
        "seed": drawn.seed,
        "basis": str(drawn.basis),
        "undefined": drawn.why,
        "final_balance": asdict(spread.final_balance) if spread else None,
        "max_drawdown": asdict(spread.max_drawdown) if spread else None,
        "max_drawdown_shuffled": asdict(spread.max_drawdown_shuffled) if spread else None,
        "probability_of_loss": spread.probability_of_loss if spread else None,
        "probability_of_drawdown": [
            {"beyond": depth, "probability": probability}
            for depth, probability in (spread.probability_of_drawdown if spread else ())
        ],
        "fan": _fan(spread.fan.trade, spread.fan.bands) if spread else _fan((), ()),
    }


def _fan(trade: Sequence[int], bands: Sequence[Bands]) -> dict[str, object]:
    """Lay out the bands as one list a percentile."""
    lines: dict[str, object] = {
        name: [round(float(getattr(band, name)), _PLACES) for band in bands]
        for name in _PERCENTILES
    }
    return {"trade": list(trade), **lines}


def _curve(curve: Curve) -> dict[str, object]:
    """Lay out the equity curve, its times in seconds since 1970-01-01 UTC."""
    return {
        "time_s": (curve.time_ns // _SECOND_NS).tolist(),
        "equity": _numbers(curve.equity),
        "hold": _numbers(curve.hold),
        "drawdown": _numbers(curve.drawdown),
        "exposure": _numbers(curve.exposure),
    }


def _numbers(values: Floats) -> list[float | None]:
    """Return the values rounded, None where there is none."""
    rounded = np.round(values, _PLACES).tolist()
    return [value if np.isfinite(value) else None for value in rounded]


def _instant(time_ns: int) -> str:
    """Return a time as ISO-8601, to the second, UTC."""
    return str(np.datetime_as_string(np.datetime64(time_ns, "ns"), unit="s")) + "Z"
