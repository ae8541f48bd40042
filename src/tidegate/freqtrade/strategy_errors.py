"""What the user's strategy raises, or Freqtrade on its behalf, as one message with its place."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from freqtrade.exceptions import FreqtradeException
from freqtrade.resolvers import StrategyResolver

from tidegate.errors import Code, DefinitionError, InputError
from tidegate.freqtrade import strategy_loading as loading
from tidegate.freqtrade.strategy_files import Written, files_with
from tidegate.freqtrade.strategy_words import Case, explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from freqtrade.strategy.interface import IStrategy

__all__ = ["loaded", "place_in", "users_code"]

_NOT_LOADED: Final = "Impossible to load Strategy"


@contextmanager
def users_code(config: dict[str, Any], name: str | None = None) -> Iterator[None]:
    """Run Freqtrade and the strategy in it; whatever is raised ends as one message.

    `name` is the strategy at work where a configuration lists several.
    """
    try:
        yield
    except InputError:
        raise
    except (Exception, SystemExit) as error:  # a strategy may not end the program either
        raise _refused(error, config, name or config.get("strategy") or "") from error


def loaded(config: dict[str, Any]) -> IStrategy:
    """Return the strategy of a configuration, as Freqtrade makes it."""
    with users_code(config):
        strategy: IStrategy = StrategyResolver.load_strategy(config)
    return strategy


def _refused(error: BaseException, config: dict[str, Any], name: str) -> InputError:
    if isinstance(error, FreqtradeException) and str(error).startswith(_NOT_LOADED):
        name = str(error).split("'")[1]
        if not files_with(name, loading.search_folders(config)):
            return loading.not_found(config, name)
        try:
            loading.import_again(config, name)
        except (Exception, SystemExit) as reason:  # noqa: BLE001 - the user's may raise anything
            return _failed(reason, config, name)
    case = Case(error, config, _written(config, name), _place(error, config), _pair(error))
    return explained(case) or _failed(error, config, name)


def _failed(error: BaseException, config: dict[str, Any], name: str) -> DefinitionError:
    """Return the error for user's code that raised something."""
    cause = error.__cause__ if isinstance(error, FreqtradeException) else None
    reason = cause or error
    place = _place(reason, config)
    pair = _pair(reason) or _pair(error)
    missing = isinstance(reason, ImportError)
    return DefinitionError(
        Code.PLUGIN_FAILED if missing or isinstance(reason, SyntaxError) else Code.STRATEGY_FAILED,
        f"strategy {name} failed{f' on {pair}' if pair else ''}: {str(reason) or 'without a word'}",
        where=place or _written(config, name).place(),
        expected="code that runs to its end",
        found=f"{type(reason).__name__}: {reason}",
        remedy=_remedy(reason, place),
    )


def _remedy(reason: BaseException, place: str | None) -> str:
    if isinstance(reason, ModuleNotFoundError):
        return f"install {reason.name}, or take the import out"
    return "mend that line" if place else "mend the code"


def _written(config: dict[str, Any], name: str) -> Written:
    files = files_with(name, loading.search_folders(config))
    return Written(name, files[0] if files else None)


def _place(error: BaseException, config: dict[str, Any]) -> str | None:
    """Return the last line of the user's files that was running: file:line."""
    return place_in(error, loading.search_folders(config))


def place_in(error: BaseException, folders: list[Path]) -> str | None:
    """Return file:line of the last of the user's lines that an error came through."""
    if isinstance(error, SyntaxError) and error.filename and _below(error.filename, folders):
        return f"{error.filename}:{error.lineno}"
    seen: BaseException | None = error
    while seen is not None:
        frames = reversed(traceback.extract_tb(seen.__traceback__))
        found = next((frame for frame in frames if _below(frame.filename, folders)), None)
        if found is not None:
            return f"{found.filename}:{found.lineno}"
        seen = seen.__cause__ or seen.__context__
    return None


def _below(filename: str, folders: list[Path]) -> bool:
    if filename.startswith("<"):
        return False
    path = Path(filename).resolve()
    return "site-packages" not in path.parts and any(f in path.parents for f in folders)


def _pair(error: BaseException) -> str | None:
    """Return the pair that Freqtrade was working on when an error was raised."""
    found = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        found = _pair_of(frame) or found
    return found


def _pair_of(frame: FrameType) -> str | None:
    if not str(frame.f_globals.get("__name__", "")).startswith(("freqtrade.", "tidegate.")):
        return None
    metadata = frame.f_locals.get("metadata")
    pair = metadata.get("pair") if isinstance(metadata, dict) else frame.f_locals.get("pair")
    return pair if isinstance(pair, str) else None
