"""What Freqtrade does not accept of a configuration, with the file and the line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import rapidjson
from freqtrade.configuration.load_config import CONFIG_PARSE_MODE

from tidegate.errors import Code, OptionError, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.freqtrade.options import Options

__all__ = ["refused"]

_OFFSET: Final = re.compile(r"Parse error at offset (\d+): (.+)")
_DEEPEST: Final = 6
"""Files that add files, as far as Freqtrade follows them."""
_STANDARD_INPUT: Final = "-"


def refused(error: Exception, options: Options) -> OptionError:
    """Return our error for one that came up while a configuration was read."""
    words = str(error) or type(error).__name__
    if "timerange" in words:
        return _bad_timerange(words, options)
    if 'Exchange "' in words and "not known" in words:
        return _unknown_exchange(words, options)
    for file in _all_files(options.files()):
        fault = _fault_of(file)
        if fault is not None:
            return fault
    return OptionError(
        Code.BAD_CONFIGURATION,
        "Freqtrade does not accept this configuration",
        where=", ".join(map(str, options.files())) or "the options and the environment",
        expected="a configuration that `freqtrade backtesting` accepts",
        found=words.partition("\n")[0],
        remedy="change what it names; FREQTRADE__ variables of the environment count too",
    )


def _bad_timerange(words: str, options: Options) -> OptionError:
    return OptionError(
        Code.BAD_TIMERANGE,
        f'"{options.timerange}" is not a time range',
        where="--timerange",
        expected="two days with a dash between, either left out if you like",
        found=words,
        remedy="write 20240101-20240201, 20240101- or -20240201",
    )


def _unknown_exchange(words: str, options: Options) -> OptionError:
    import ccxt  # noqa: PLC0415 - slow to import, and needed for this message alone

    name = words.split('"')[1]
    return OptionError(
        Code.BAD_OPTION,
        f'there is no exchange "{name}"',
        where="--exchange" if options.exchange else "exchange.name of the configuration",
        expected="an exchange that ccxt knows, like binance",
        found=f'"{name}"',
        remedy=one_of(
            name,
            ccxt.exchanges,
            otherwise="name one; the data folder may be any, with --datadir",
        ),
    )


def _all_files(files: tuple[Path, ...], depth: int = 0) -> Iterator[Path]:
    """Give each configuration file and those that it adds, as far as they can be read."""
    for file in (one for one in files if str(one) != _STANDARD_INPUT):
        yield file
        added = _added(file) if depth < _DEEPEST else ()
        yield from _all_files(tuple(file.resolve().parent / name for name in added), depth + 1)


def _added(file: Path) -> tuple[str, ...]:
    try:
        content = rapidjson.loads(_text(file), parse_mode=CONFIG_PARSE_MODE)
    except (OSError, ValueError):
        return ()
    names = content.get("add_config_files", ()) if isinstance(content, dict) else ()
    return tuple(str(name) for name in names)


def _fault_of(file: Path) -> OptionError | None:
    """Return what is wrong with a file as a file; None where it is JSON."""
    try:
        rapidjson.loads(_text(file), parse_mode=CONFIG_PARSE_MODE)
    except OSError as error:
        return OptionError(
            Code.BAD_CONFIGURATION,
            f"the configuration file {file} cannot be read",
            where=f"{file}",
            expected="a file in Freqtrade's JSON",
            found=error.strerror or str(error),
            remedy="check the path; a file that is added stands relative to the one that adds it",
        )
    except ValueError as error:
        return _not_json(file, str(error))
    return None


def _not_json(file: Path, words: str) -> OptionError:
    found = _OFFSET.search(words)
    before = _text(file)[: int(found[1])] if found else ""
    place = f", line {before.count(chr(10)) + 1}" if found else ""
    return OptionError(
        Code.BAD_CONFIGURATION,
        f"the configuration file {file} is not JSON",
        where=f"{file}{place}",
        expected="Freqtrade's JSON, in which comments and a last comma may stand",
        found=found[2] if found else words,
        remedy="mend that line",
    )


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
