"""Files that appear whole or not at all, and never over one that was not to be lost."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tidegate.errors import Code, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """Give a name beside `path` to write to, and move the file into place once it is whole.

    The name does not end like the file's own, so that no listing takes it for one.
    """
    if path.exists() and not path.is_file():
        raise OptionError(
            Code.NOT_WRITABLE,
            "the file cannot be written: there is something else of that name",
            where=str(path),
            expected="a new file, or one to replace",
            found="a folder" if path.is_dir() else "a device or a pipe",
            remedy="choose another name",
        )
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield aside
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise OptionError(
            Code.NOT_WRITABLE,
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            expected="a folder that can be written to",
            found=str(error),
            remedy="choose another folder, or mend the permissions or the disk space of this one",
        ) from error


def kept_aside(path: Path) -> Path:
    """Copy a file to the first free `.bak` name beside it, and return that name."""
    number = 0
    while (kept := path.with_name(f"{path.name}.bak{number or ''}")).exists():
        number += 1
    with written_aside(kept) as aside:
        shutil.copy2(path, aside)
    return kept


def require_free(paths: Iterable[Path]) -> None:
    """Refuse names that are taken."""
    taken = [path for path in paths if path.exists()]
    if taken:
        others = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        raise OptionError(
            Code.FILE_EXISTS,
            "a file of that name is there already",
            where=str(taken[0]),
            expected="no file, or --overwrite",
            found=f"{taken[0].name}{others}",
            remedy="add --overwrite to replace it, or choose another folder",
        )
