"""A JSON file that a user wrote, read with words for what is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file says
    """Return what a file says; names that stand twice and NaN are refused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(
            Code.BAD_SETTING,
            f"{path.name} cannot be read: {reason}",
            where=str(path),
            expected="a file of JSON text",
            found=str(reason),
            remedy="check the path and the permissions",
        ) from error
    try:
        return json.loads(text, object_pairs_hook=_unique(path), parse_constant=_no_constant(path))
    except json.JSONDecodeError as error:
        raise ConfigError(
            Code.NOT_JSON,
            f"{path.name} is not JSON",
            where=f"{path}, line {error.lineno}, column {error.colno}",
            expected="JSON text",
            found=error.msg,
            remedy="mend the file at that place",
        ) from error
    except (RecursionError, ValueError) as error:  # nested without end, or thousands of digits
        raise ConfigError(
            Code.NOT_JSON,
            f"{path.name} is JSON that nobody means",
            where=str(path),
            expected="objects a few levels deep, and numbers of a few digits",
            found=str(error),
            remedy="see what has written the file",
        ) from error


def _unique(path: Path) -> Any:  # noqa: ANN401 - a hook of json's
    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ConfigError(
                Code.NOT_JSON,
                f'"{twice}" stands twice in one object',
                where=str(path),
                expected="each name once",
                found=f'"{twice}" {names.count(twice)} times',
                remedy="take one of them out",
            )
        return found

    return fields


def _no_constant(path: Path) -> Any:  # noqa: ANN401 - a hook of json's
    def refuse(word: str) -> NoReturn:
        raise ConfigError(
            Code.NOT_JSON,
            f"{word} is no number in JSON",
            where=str(path),
            expected="a number",
            found=word,
            remedy="write a number",
        )

    return refuse
