"""What a command line said about a Freqtrade strategy, under Freqtrade's own names."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a command; None, False or an empty tuple where nothing was said."""

    config: tuple[Path, ...] = ()
    """Left out: user_data/config.json or config.json, as Freqtrade looks for them."""
    strategy: str | None = None
    """The name of a class; `located` has turned a path into one."""
    strategy_path: Path | None = None
    recursive_strategy_search: bool = False
    strategy_list: tuple[str, ...] = ()
    user_data_dir: Path | None = None
    datadir: Path | None = None
    dataformat_ohlcv: str | None = None
    exchange: str | None = None
    trading_mode: str | None = None
    margin_mode: str | None = None
    pairs: tuple[str, ...] = ()
    """Left out: the whitelist of the configuration, or all pairs of the data folder."""
    timeframe: str | None = None
    timeframe_detail: str | None = None
    timerange: str | None = None
    max_open_trades: float | None = None
    """-1 is without limit."""
    stake_amount: str | None = None
    fee: float | None = None
    dry_run_wallet: float | None = None
    position_stacking: bool = False
    enable_protections: bool = False
    enable_dynamic_pairlist: bool = False
    export: str | None = None
    exportdirectory: Path | None = None
    backtest_breakdown: tuple[str, ...] = ()
    backtest_cache: str | None = None
    backtest_notes: str | None = None
    freqaimodel: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    """Any other argument of Freqtrade by the name it has there, such as `epochs`."""

    def files(self) -> tuple[Path, ...]:
        """Return the configuration files that are meant: those named, or the usual one."""
        if self.config:
            return self.config
        usual = (self.userdir() / "config.json", Path("config.json"))
        return tuple(path for path in usual if path.is_file())[:1]

    def userdir(self) -> Path:
        """Return the folder of the user's data as the command line has it."""
        return self.user_data_dir or Path("user_data")

    def arguments(self) -> dict[str, Any]:
        """Return what Freqtrade's own command line would have made of the same words."""
        given = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}
        extra = given.pop("extra")
        nothing = (None, False)  # and not 0.0, which is a fee
        given = {
            name: value
            for name, value in given.items()
            if value != [] and not any(value is one for one in nothing)
        }
        files = [str(path) for path in self.files()]
        return {**given, "config": files, **extra}


def _plain(value: Any) -> Any:  # noqa: ANN401 - the type of any option
    if isinstance(value, Path):
        return str(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
