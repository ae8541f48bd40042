"""Whose strategy a name means: one of Tidegate's own, or a class written for Freqtrade.

Nothing of the user's is run for it, and Freqtrade need not be installed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError, one_of
from tidegate.freqtrade.availability import is_there, require_freqtrade
from tidegate.freqtrade.strategy_files import files_with, names_in, strategies_in
from tidegate.strategies.catalogue import folded, listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tidegate.freqtrade.options import Options
    from tidegate.strategies.catalogue import Listed

__all__ = ["freqtrades"]

_OWN: Final = "strategies"
"""The folder of strategies in the folder of the user's data."""


def freqtrades(name: str, options: Options, folders: Sequence[Path]) -> Options | None:
    """Return the options with the strategy in its place; None for one of Tidegate's own.

    `name` is a class, a path to a file, or file.py:Class; `folders` are those of the
    command line. A name that both sides know is refused, and so is one that neither does.
    """
    stem, _, class_name = name.rpartition(":")
    if stem.endswith(".py") or name.endswith(".py"):
        file, wanted = (Path(stem), class_name) if stem.endswith(".py") else (Path(name), None)
        return _in_file(file, wanted, options)
    if name.endswith(".json"):
        return None
    if not all(folder.is_dir() for folder in folders):
        return None  # which Tidegate's own search refuses with a word
    mine = _own(name, folders)
    searched = _searched(options, folders, read=bool(options.config))
    theirs = files_with(name, searched)
    if mine is None and not theirs and not options.config and is_there():
        # Nobody else knows the name: now the configuration that lies about is worth reading.
        searched = _searched(options, folders, read=bool(options.files()))
        theirs = files_with(name, searched)
    if mine is not None and theirs:
        raise _ambiguous(name, mine, theirs[0])
    if mine is not None:
        return None
    if theirs:
        return replace(options, strategy=name, strategy_path=theirs[0].parent)
    raise _unknown(name, folders, searched)


def _own(name: str, folders: Sequence[Path]) -> Listed | None:
    names = folded(name)
    return next(
        (one for one in listing(folders) if names in (folded(one.name), folded(one.path.stem))),
        None,
    )


def _in_file(file: Path, wanted: str | None, options: Options) -> Options | None:
    """Take a file's only strategy, or the one that is named; the file may be Tidegate's."""
    found = [one.name for one in strategies_in(file)]
    if wanted is None and len(found) == 1:
        wanted = found[0]
    if wanted is None:
        if not found:
            return None
        raise _which(file, found)
    holders = files_with(wanted, [file.parent])
    here = [path for path in holders if path.resolve() == file.resolve()]
    if not here:
        return None
    if holders[0] != here[0]:
        # Freqtrade looks for a class by its name, and takes the first file that has it.
        raise _twice(wanted, here[0], holders[0])
    return replace(options, strategy=wanted, strategy_path=file.parent)


def _searched(options: Options, folders: Sequence[Path], *, read: bool) -> list[Path]:
    """Return the folders in which Freqtrade would look, the configuration's if it is `read`."""
    configured = _configured(options) if read else {}
    userdir = options.user_data_dir or configured.get("user_data_dir") or options.userdir()
    own = Path(userdir) / _OWN
    found = [*folders]
    if not folders and configured.get("strategy_path"):
        found.append(Path(configured["strategy_path"]))
    if options.recursive_strategy_search or configured.get("recursive_strategy_search"):
        found += [Path(folder) for folder, _, _ in os.walk(own)]
    return [*found, own]


def _configured(options: Options) -> dict[str, str]:
    """Return what the configuration says of folders; what is wrong with it is said later."""
    require_freqtrade()
    from freqtrade.configuration.environment_vars import environment_vars_to_dict  # noqa: PLC0415 - only where it is there
    from freqtrade.configuration.load_config import load_from_files  # noqa: PLC0415 - as above

    from tidegate.freqtrade.configuration_errors import refused  # noqa: PLC0415 - as above

    try:
        content = load_from_files([str(path) for path in options.files()])
    except Exception as error:
        raise refused(error, options) from error
    return {**content, **environment_vars_to_dict()}


def _ambiguous(name: str, mine: Listed, theirs: Path) -> OptionError:
    own = str(mine.path) if mine.kind != "built in" else f'the built-in "{mine.name}"'
    say = f'"{mine.name}"' if mine.name != name else str(mine.path)
    return OptionError(
        Code.AMBIGUOUS_STRATEGY,
        f'two strategies are called "{name}"',
        where="STRATEGY",
        expected="one of them",
        found=f"{own}, and class {name} for Freqtrade in {theirs}",
        remedy=f"write {theirs}:{name} for Freqtrade's, or {say} for Tidegate's",
    )


def _which(file: Path, found: Sequence[str]) -> OptionError:
    return OptionError(
        Code.AMBIGUOUS_STRATEGY,
        f"{file.name} has {len(found)} strategies",
        where="STRATEGY",
        expected=f"{file}:Class, with one of {', '.join(found)}",
        found="no class named",
        remedy=f"write {file}:{found[0]}, for example",
    )


def _twice(name: str, here: Path, other: Path) -> OptionError:
    return OptionError(
        Code.AMBIGUOUS_STRATEGY,
        f"two files of one folder have a class {name}",
        where="STRATEGY",
        expected="one file with that class; Freqtrade takes the first",
        found=f"{other} and {here}",
        remedy="give one class another name, or move its file to a folder of its own",
    )


def _unknown(name: str, folders: Sequence[Path], searched: Sequence[Path]) -> OptionError:
    names = list(dict.fromkeys((*(one.name for one in listing(folders)), *names_in(searched))))
    return OptionError(
        Code.UNKNOWN_STRATEGY,
        f'no strategy is called "{name}"',
        where="STRATEGY",
        expected=f"one of {', '.join(names)}; a path ending in .json; or file.py:Class",
        found=f'"{name}"',
        remedy=one_of(name, names, otherwise="see `tidegate strategy list`"),
    )
