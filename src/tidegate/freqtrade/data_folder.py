"""The candle files beside a Freqtrade configuration: where they are, and which are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from freqtrade.data.history.datahandlers import get_datahandler
from freqtrade.enums import CandleType, TradingMode

from tidegate.errors import CandleError, Code
from tidegate.feeds.absence import no_files, no_folder
from tidegate.feeds.instants import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["absent", "available", "data_folder", "pairs_there"]

_NS = 10**9


def data_folder(named: Path | None, userdir: Path, exchange: str) -> Path:
    """Return the folder of candle files; it must be there."""
    folder = named or userdir / "data" / exchange.lower()
    if not folder.is_dir():
        raise no_folder(folder)
    return folder


def available(config: dict[str, Any]) -> list[tuple[str, str, CandleType]]:
    """Return pair, timeframe and kind of each candle file of the trading mode."""
    handler = get_datahandler(config["datadir"], _format(config))
    return [
        (pair, timeframe, kind)
        for pair, timeframe, kind in handler.ohlcv_get_available_data(
            config["datadir"], _mode(config)
        )
    ]


def pairs_there(config: dict[str, Any], timeframe: str | None) -> list[str]:
    """Return the pairs that there are candles of, of that timeframe where one is given."""
    there = available(config)
    kind = CandleType.get_default(_mode(config))
    ours = [one for one in there if one[2] == kind]
    if not ours:
        raise no_files(config["datadir"], _format(config))
    names = sorted({pair for pair, length, _ in ours if timeframe in (None, length)})
    if not names:
        raise absent(config, sorted({pair for pair, _, _ in ours}), str(timeframe), kind)
    return names


def absent(
    config: dict[str, Any],
    pairs: Sequence[str],
    timeframe: str,
    kind: CandleType,
    *,
    where: str | None = None,
) -> CandleError:
    """Return the error for candles that are needed and not there, or not in the time range."""
    there = [one for one in available(config) if one[0] in pairs and one[2] == kind]
    if any(length == timeframe for _, length, _ in there):
        return _outside(config, next(one for one in there if one[1] == timeframe))
    words = f"{timeframe} {kind.value or 'spot'} candles"
    lengths = sorted({length for _, length, _ in there})
    return CandleError(
        Code.NO_CANDLES,
        f"there are no {words} of {', '.join(pairs)}",
        where=where or str(config["datadir"]),
        expected=f"a file of {words} for each pair",
        found=f"{', '.join(lengths)} candles" if lengths else "no file of these pairs",
        remedy=f"freqtrade download-data --exchange {config['exchange']['name']} "
        f"--pairs {' '.join(pairs)} --timeframes {timeframe}"
        + (" --trading-mode futures" if _mode(config) == TradingMode.FUTURES else ""),
    )


def _outside(config: dict[str, Any], one: tuple[str, str, CandleType]) -> CandleError:
    handler = get_datahandler(config["datadir"], _format(config))
    first, last, rows = handler.ohlcv_data_min_max(*one)
    pair, timeframe, _ = one
    return CandleError(
        Code.RANGE_OUTSIDE_DATA if rows else Code.EMPTY_CANDLES,
        f"no {timeframe} candle of {pair} is left to trade on",
        where=str(config["datadir"]),
        expected=f"a range that meets {_spoken(first)} to {_spoken(last)}, and reaches beyond "
        "the strategy's startup candles",
        found=f"--timerange {config.get('timerange') or '(all)'}, {rows:,} candles",
        remedy="choose a range inside the data, or fetch more of it",
    )


def _spoken(moment: Any) -> str:  # noqa: ANN401 - a datetime or a pandas timestamp
    return spoken(int(moment.timestamp()) * _NS)


def _mode(config: dict[str, Any]) -> TradingMode:
    return TradingMode(config.get("trading_mode") or "spot")


def _format(config: dict[str, Any]) -> str:
    return str(config.get("dataformat_ohlcv") or "feather")
