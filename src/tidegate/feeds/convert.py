"""Candles out of and into the formats that others write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, OptionError, one_of
from tidegate.feeds import files, json_candles, table_candles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tidegate.model import Candles, Timeframe

    Reader = Callable[[Path, str, Timeframe], Candles]
    Writer = Callable[[Path, Candles], None]

_FORMATS: Final[dict[str, tuple[Reader, Writer]]] = {
    "feather": (files.read, files.write),
    "parquet": (table_candles.read_parquet, table_candles.write_parquet),
    "csv": (table_candles.read_csv, table_candles.write_csv),
    "json": (json_candles.read, json_candles.write),
    "json.gz": (json_candles.read, json_candles.write),
}
FORMATS: Final = tuple(_FORMATS)
"""The formats, each by the ending of its files."""

KEEPS_ORIGIN: Final = frozenset({"feather", "parquet"})
"""The formats that keep the label of made candles."""


def format_named(name: str, *, where: str) -> str:
    """Return the format of that name, or say which there are."""
    if name not in _FORMATS:
        raise OptionError(
            Code.BAD_OPTION,
            f'no format is called "{name}"',
            where=where,
            expected=f"one of {', '.join(FORMATS)}",
            found=f'"{name}"',
            remedy=one_of(name, FORMATS, otherwise="choose one of the formats above"),
        )
    return name


def format_of(path: Path) -> str:
    """Return the format that a file's name says it has."""
    for name in FORMATS:
        if path.name.endswith(f".{name}"):
            return name
    raise OptionError(
        Code.BAD_OPTION,
        "the file's name does not say what format it has",
        where=str(path),
        expected=f"a name that ends in .{', .'.join(FORMATS)}",
        found=f'"{path.name}"',
        remedy="give the file the ending of its format",
    )


def read_any(path: Path, pair: str, timeframe: Timeframe) -> Candles:
    """Read candles of any format, sound or not."""
    reader, _ = _FORMATS[format_of(path)]
    if not path.is_file():
        raise files.absent(path)
    return reader(path, pair, timeframe)


def write_any(path: Path, candles: Candles) -> None:
    """Write candles in the format that the file's name ends in."""
    _, writer = _FORMATS[format_of(path)]
    writer(path, candles)
