"""Options of commands that run Freqtrade strategies, under the names they have there."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

PANEL = "Freqtrade strategies"


class DataFormat(StrEnum):
    """How Freqtrade keeps candles."""

    JSON = "json"
    JSONGZ = "jsongz"
    FEATHER = "feather"
    PARQUET = "parquet"


class TradingMode(StrEnum):
    """What is traded."""

    SPOT = "spot"
    FUTURES = "futures"


class MarginMode(StrEnum):
    """What stands behind a levered position."""

    ISOLATED = "isolated"
    CROSS = "cross"


class Export(StrEnum):
    """What Freqtrade's result files hold."""

    NONE = "none"
    TRADES = "trades"
    SIGNALS = "signals"


class Breakdown(StrEnum):
    """Periods that results are also shown by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    WEEKDAY = "weekday"


class Cache(StrEnum):
    """How old a result may be that is taken over."""

    NONE = "none"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


ConfigFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--config",
        "-c",
        help="Freqtrade's configuration; again for more, later ones count. Left out: "
        "user_data/config.json or config.json, where there is one.",
        rich_help_panel=PANEL,
    ),
]
Userdir = Annotated[
    Path | None,
    typer.Option(
        "--userdir",
        "--user-data-dir",
        help="Folder of strategies, data and results; left out: user_data.",
        rich_help_panel=PANEL,
    ),
]
Recursive = Annotated[
    bool,
    typer.Option(
        "--recursive-strategy-search",
        help="Look for strategies in the folders below, too.",
        rich_help_panel=PANEL,
    ),
]
StrategyNamed = Annotated[
    str | None,
    typer.Option("--strategy", "-s", help="STRATEGY, as Freqtrade has it.", rich_help_panel=PANEL),
]
StrategyList = Annotated[
    list[str] | None,
    typer.Option(
        "--strategy-list",
        help="Several strategies, one after another, and how they compare.",
        rich_help_panel=PANEL,
    ),
]
TimeframeDetail = Annotated[
    str | None,
    typer.Option(help="Shorter candles to look inside with.", rich_help_panel=PANEL),
]
DataFormatOhlcv = Annotated[
    DataFormat | None,
    typer.Option("--data-format-ohlcv", help="How candles are kept.", rich_help_panel=PANEL),
]
Trading = Annotated[
    TradingMode | None,
    typer.Option("--trading-mode", help="What is traded.", rich_help_panel=PANEL),
]
Margin = Annotated[
    MarginMode | None,
    typer.Option("--margin-mode", help="Margin of futures.", rich_help_panel=PANEL),
]
PositionStacking = Annotated[
    bool,
    typer.Option(
        "--enable-position-stacking",
        "--eps",
        help="Allow several positions of one pair at once.",
        rich_help_panel=PANEL,
    ),
]
Protections = Annotated[
    bool,
    typer.Option(
        "--enable-protections",
        "--enableprotections",
        help="Obey the strategy's protections.",
        rich_help_panel=PANEL,
    ),
]
DynamicPairlist = Annotated[
    bool,
    typer.Option(
        "--enable-dynamic-pairlist",
        help="Ask the pair lists again at every candle.",
        rich_help_panel=PANEL,
    ),
]
ExportKind = Annotated[
    Export | None,
    typer.Option(
        "--export", help="Write Freqtrade's own result files, too.", rich_help_panel=PANEL
    ),
]
ExportDirectory = Annotated[
    Path | None,
    typer.Option(
        "--backtest-directory",
        "--export-directory",
        help="Folder of Freqtrade's result files; left out: user_data/backtest_results.",
        rich_help_panel=PANEL,
    ),
]
ExportFilename = Annotated[
    Path | None,
    typer.Option(
        "--backtest-filename",
        "--export-filename",
        help="A folder, as --backtest-directory; Freqtrade takes no file names any more.",
        rich_help_panel=PANEL,
    ),
]
BreakdownBy = Annotated[
    list[Breakdown] | None,
    typer.Option("--breakdown", help="Show results by these periods.", rich_help_panel=PANEL),
]
CacheAge = Annotated[
    Cache | None,
    typer.Option("--cache", help="Take over a result no older than that.", rich_help_panel=PANEL),
]
Notes = Annotated[
    str | None,
    typer.Option("--notes", help="Kept with Freqtrade's result files.", rich_help_panel=PANEL),
]
FreqaiModel = Annotated[
    str | None,
    typer.Option("--freqaimodel", help="Refused: FreqAI is not run.", rich_help_panel=PANEL),
]
MarketsSource = Annotated[
    str | None,
    typer.Option(
        "--markets",
        metavar="[ask|assumed|FILE]",
        help="What the exchange trades: ask it (kept for a day), assume steps of 1e-8 and a "
        "fee of 0.1 %, or a file of ccxt's markets.",
        rich_help_panel=PANEL,
    ),
]
