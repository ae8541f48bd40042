"""Numbers made small: whole ticks, differences, byte planes, deflate, base64.

A column of integers is written as its zigzag code (0, -1, 1, -2 become 0, 1, 2, 3), least
significant bytes of all rows first, then the next bytes, four in all. The upper planes of
small numbers are zeros, which deflate to nothing. The browser undoes each step.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from tidegate.errors import DefectError

if TYPE_CHECKING:
    from tidegate.model import Candles, Floats, Ints
    from tidegate.research.report.chart import ChartData

_LARGEST: Final = 2**30  # ticks; leaves room for a difference in 32 bits
_FINEST: Final = 1e-6  # of the lowest price: beyond that nobody can see a tick on a chart
_MOST_DECIMALS: Final = 12
_FEWEST_DECIMALS: Final = -9  # prices in the billions, counted in tens or hundreds
_GLANCE: Final = 1000  # prices that mostly settle whether all are whole ticks
_VOLUME_STEPS: Final = 100  # codes for each factor of e: one percent apart
_OVERLAY_SHARE: Final = 0.9
_OVERLAY_BAND: Final = 0.25
_OVERLAY_STEP: Final = 1e-5  # of its usual size: a fifth of a pixel on a tight chart
_PANE_STEP: Final = 2e-4  # of its largest size


def pack_json(value: object) -> str:
    """Return a JSON value as base64 of its deflated text."""
    return _deflate(as_json(value).encode())


def as_json(value: object) -> str:
    """Return compact JSON, or refuse what JSON cannot say (NaN, infinity)."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        message = f"the report's document is not JSON: {error}"
        raise DefectError(message) from error


def pack_chart(chart: ChartData) -> tuple[dict[str, object], str]:
    """Return the description of a packed chart, and its numbers as base64."""
    candles = chart.candles
    decimals = price_decimals(candles)
    planes, unit = _candle_planes(candles, decimals)
    indicators: list[dict[str, object]] = []
    for name, column in chart.indicators.items():
        overlay = lies_over_price(column, candles)
        digits = _indicator_decimals(column, overlay=overlay)
        planes += _indicator_planes(column, digits)
        indicators.append({"name": name, "overlay": overlay, "decimals": digits})
    head: dict[str, object] = {
        "pair": candles.pair,
        "timeframe": candles.timeframe.name,
        "minutes": candles.timeframe.minutes,
        "rows": len(candles),
        "start_s": int(candles.time[0]) // 10**9 if len(candles) else 0,
        "decimals": decimals,
        "volume_unit": unit,
        "indicators": indicators,
        "origin": candles.origin,
    }
    return head, _deflate(b"".join(planes))


def price_decimals(candles: Candles) -> int:
    """Return how many decimals the prices have, as far as a chart can show them.

    Negative where every price is a multiple of ten, or too large for ticks of one.
    """
    prices = np.concatenate((candles.open, candles.high, candles.low, candles.close))
    prices = np.abs(prices[prices != 0])
    if not len(prices):
        return 0
    lowest, highest = float(prices.min()), float(prices.max())
    for decimals in range(_FEWEST_DECIMALS, _MOST_DECIMALS + 1):
        scale = 10.0**decimals
        if highest * scale * 10 >= _LARGEST or 1 / scale <= lowest * _FINEST:
            return decimals
        if _whole(prices[:_GLANCE] * scale) and _whole(prices * scale):
            return decimals
    return _MOST_DECIMALS


def lies_over_price(column: Floats, candles: Candles) -> bool:
    """Return whether an indicator is of the size of the price, and is drawn over it."""
    known = np.isfinite(column)
    if not known.any():
        return True
    values, low, high = column[known], candles.low[known], candles.high[known]
    inside = (values >= low * (1 - _OVERLAY_BAND)) & (values <= high * (1 + _OVERLAY_BAND))
    return bool(inside.mean() >= _OVERLAY_SHARE)


def _whole(ticks: Floats) -> bool:
    near = np.rint(ticks)
    return bool(np.all((near >= 1) & (np.abs(ticks - near) <= 1e-9 * ticks)))


def _candle_planes(candles: Candles, decimals: int) -> tuple[list[bytes], float]:
    scale = 10.0**decimals
    opens, highs, lows, closes = (
        np.rint(prices * scale).astype(np.int64)
        for prices in (candles.open, candles.high, candles.low, candles.close)
    )
    before = np.r_[0, closes[:-1]] if len(closes) else closes
    steps = np.diff(candles.time, prepend=candles.time[:1]) // candles.timeframe.ns
    volume, unit = _volume_codes(candles.volume)
    columns = (
        steps,
        opens - before,
        highs - np.maximum(opens, closes),
        np.minimum(opens, closes) - lows,
        closes - opens,
        volume,
    )
    return [_planes(column) for column in columns], unit


def _volume_codes(volume: Floats) -> tuple[Ints, float]:
    """Return volumes on a logarithmic scale (0: none; k: unit * e^((k-1)/100)), and its unit."""
    traded = np.isfinite(volume) & (volume > 0)
    unit = float(volume[traded].min()) if traded.any() else 1.0
    codes = np.zeros(len(volume), dtype=np.int64)
    codes[traded] = 1 + np.rint(np.log(volume[traded] / unit) * _VOLUME_STEPS).astype(np.int64)
    return codes, unit


def _indicator_planes(column: Floats, decimals: int) -> list[bytes]:
    """Return the differences between known values, and one byte a row that says which are known."""
    ticks = np.rint(np.where(np.isfinite(column), column, 0.0) * 10.0**decimals)
    known = np.isfinite(column) & (np.abs(ticks) < _LARGEST)
    row = np.maximum.accumulate(np.where(known, np.arange(len(column)), -1))
    held = np.where(row >= 0, ticks[row], 0.0).astype(np.int64)
    return [_planes(np.diff(held, prepend=0)), known.astype(np.uint8).tobytes()]


def _indicator_decimals(column: Floats, *, overlay: bool) -> int:
    known = np.abs(column[np.isfinite(column)])
    size = float(np.median(known) if overlay else known.max()) if len(known) else 0.0
    if size == 0.0:
        return 0
    step = size * (_OVERLAY_STEP if overlay else _PANE_STEP)
    return min(math.ceil(-math.log10(step)), _MOST_DECIMALS)


def _planes(column: Ints) -> bytes:
    if len(column) and max(int(column.max()), -int(column.min())) >= 2**31:
        message = "a chart column does not fit in 32 bits"
        raise DefectError(message)
    code = ((column << 1) ^ (column >> 63)).astype("<u4")
    return code.view(np.uint8).reshape(-1, 4).T.tobytes()


def _deflate(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 6)).decode("ascii")
