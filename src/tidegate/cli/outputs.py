"""The files a command is to write, looked at before the work that fills them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping


def required(outputs: Mapping[str, Path | None]) -> dict[str, Path]:
    """Return where each option's file will lie, links followed, or say why it cannot.

    A file is moved into place, which would put an ordinary file where a device or a pipe
    was: those are refused, as are folders and one name for two files.
    """
    found: dict[str, Path] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        place = Path(os.path.realpath(path))
        try:
            fault = _fault(place)
        except OSError as error:  # a name too long, a circle of links
            raise _unusable(option, path, error.strerror or str(error)) from error
        if fault is not None:
            raise _unusable(option, path, fault)
        if place in found.values():
            raise _named_twice(option, path)
        found[option] = place
    return found


def require_folder(option: str, folder: Path) -> None:
    """Refuse a folder that files cannot be written into; it may have to be made."""
    fault: str | None = None
    above = next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.exists()
    )
    if not above.is_dir():
        fault = f"{above}, which is a file and no folder"
    elif not os.access(above, os.W_OK | os.X_OK):
        fault = f"{above}, which may not be written to"
    if fault is not None:
        raise OptionError(
            Code.NOT_WRITABLE,
            f"{option} cannot be written",
            where=f"{option} {folder}",
            expected="a folder that can be written to",
            found=fault,
            remedy="choose another, or mend its permissions",
        )


def _fault(place: Path) -> str | None:
    """Return what makes a place unfit for a file; None where it is fit."""
    if place.is_symlink():
        place.stat()
    if place.is_dir():
        return "a folder"
    if place.exists() and not place.is_file():
        return "a device or a pipe, not a file"
    above = next(folder for folder in place.parents if folder.exists())
    if not above.is_dir():
        return f"{above}, which is a file and no folder"
    if not os.access(above, os.W_OK | os.X_OK):
        return f"{above}, which may not be written to"
    return None


def _unusable(option: str, path: Path, found: str) -> OptionError:
    return OptionError(
        Code.NOT_WRITABLE,
        f"{option} cannot be written",
        where=f"{option} {path}",
        expected="a file name in a folder that can be written to",
        found=found,
        remedy="choose another name, or mend the permissions of the folder",
    )


def _named_twice(option: str, path: Path) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        "two files are to have one name",
        where=f"{option} {path}",
        expected="another name for each file",
        found=f"{path} twice",
        remedy="give each its own name",
    )
