"""Where Freqtrade looks for a strategy, and why it has found none.

Freqtrade logs what keeps a file from being imported and then says that there is no such
class. Where it says so, the file is imported once more to hear the reason.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from freqtrade.constants import USERPATH_STRATEGIES
from freqtrade.resolvers.iresolver import PathModifier

from tidegate.errors import Code, OptionError, one_of
from tidegate.freqtrade.strategy_files import files_with, names_in

__all__ = ["import_again", "not_found", "search_folders"]


def search_folders(config: dict[str, Any]) -> list[Path]:
    """Return the folders that Freqtrade looks for strategies in, first to last."""
    own = Path(config["user_data_dir"]) / USERPATH_STRATEGIES
    folders = [Path(config["strategy_path"])] if config.get("strategy_path") else []
    if config.get("recursive_strategy_search"):
        below = [Path(folder) for folder, _, _ in os.walk(own)]
        folders += reversed(below)
    return list(dict.fromkeys(folder.resolve() for folder in (*folders, own)))


def import_again(config: dict[str, Any], name: str) -> None:
    """Import the file that should hold a class, and raise what Freqtrade has swallowed."""
    for file in files_with(name, search_folders(config))[:1]:
        path = file.resolve()
        with PathModifier(path.parent):
            spec = importlib.util.spec_from_file_location(path.stem, path)
            if spec is not None and spec.loader is not None:
                spec.loader.exec_module(importlib.util.module_from_spec(spec))


def not_found(config: dict[str, Any], name: str) -> OptionError:
    """Return the error for a class that is in none of the folders."""
    folders = search_folders(config)
    names = names_in(folders)
    return OptionError(
        Code.UNKNOWN_STRATEGY,
        f'no strategy is called "{name}"',
        where=f"STRATEGY, in {', '.join(map(str, folders))}",
        expected=f"one of {', '.join(names)}" if names else "a folder with strategies",
        found=f'"{name}"',
        remedy=one_of(name, names, otherwise="name its folder with --strategy-path"),
    )
