"""From a file to a definition of the right shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import ValidationError

from tidegate.errors import Code, DefinitionError
from tidegate.strategies.definition.faults import Faults
from tidegate.strategies.definition.root import Definition

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A definition, and where it came from."""

    definition: Definition
    raw: dict[str, Any]
    """As it was written."""
    origin: str
    """The name of its file, for messages."""
    folder: Path | None
    """What the files it names are relative to."""

    def faults(self) -> Faults:
        """Return a place to note what is wrong with it."""
        return Faults(self.origin, self.raw, {})


def read_document(path: Path) -> Document:
    """Read a definition from a file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise DefinitionError(
            Code.NOT_JSON,
            f"{path.name} cannot be read: {reason}",
            where=str(path),
            expected="a readable file of JSON text",
            found=str(reason),
            remedy="check the path and the permissions"
            if isinstance(error, OSError)
            else "save it as UTF-8",
        ) from error
    return parse_document(text, origin=path.name, folder=path.parent)


def parse_document(text: str, *, origin: str, folder: Path | None = None) -> Document:
    """Read a definition from JSON text."""
    return document(_load(text, origin), origin=origin, folder=folder)


def document(raw: object, *, origin: str, folder: Path | None = None) -> Document:
    """Read a definition from what JSON text says."""
    if not isinstance(raw, dict):
        raise DefinitionError(
            Code.WRONG_TYPE,
            "a strategy definition is an object",
            where=f"{origin}#",
            expected="an object in braces, with a name and entry_conditions",
            found=f"a {type(raw).__name__}",
            remedy="see `tidegate strategy new NAME` for a start",
        )
    parts: dict[int, Any] = {}
    try:
        definition = Definition.model_validate(raw, context=parts)
    except ValidationError as error:
        faults = Faults(origin, raw, parts)
        faults.add_shapes(error.errors(include_url=False))
        raise faults.first() from error
    return Document(definition=definition, raw=raw, origin=origin, folder=folder)


def _load(text: str, origin: str) -> object:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise DefinitionError(
                Code.NOT_JSON,
                f'"{twice}" stands twice in one object',
                where=origin,
                expected="each name once",
                found=f'"{twice}" {names.count(twice)} times',
                remedy="rename or take out one of them",
            )
        return fields

    def not_a_number(word: str) -> NoReturn:
        raise DefinitionError(
            Code.NOT_JSON,
            f"{word} is not a number in JSON",
            where=origin,
            expected="a finite number",
            found=word,
            remedy="write a number, or leave the field out",
        )

    try:
        value: object = json.loads(text, object_pairs_hook=unique, parse_constant=not_a_number)
    except json.JSONDecodeError as error:
        lines = text.splitlines()
        line = lines[error.lineno - 1].strip() if error.lineno <= len(lines) else ""
        raise DefinitionError(
            Code.NOT_JSON,
            f"{origin} is not JSON",
            where=f"{origin}, line {error.lineno}, column {error.colno}",
            expected=_json_hope(error.msg),
            found=f"{line!r}" if line else "the end of the file",
            remedy=_json_remedy(error, line),
        ) from error
    except ValueError as error:  # a number of more digits than Python reads
        raise DefinitionError(
            Code.NOT_JSON,
            f"{origin} holds a number that is too long",
            where=origin,
            expected="numbers that mean something",
            found=str(error),
            remedy="shorten the number",
        ) from error
    except RecursionError as error:
        raise DefinitionError(
            Code.NOT_JSON,
            f"{origin} is nested too deeply",
            where=origin,
            expected="a few levels of braces",
            found="more levels than can be read",
            remedy="check the brackets",
        ) from error
    return value


def _json_hope(message: str) -> str:
    return message[0].lower() + message[1:] if message.startswith("Expecting") else message


def _json_remedy(error: json.JSONDecodeError, line: str) -> str:
    if not error.doc.strip():
        return "the file is empty: start with `tidegate strategy new NAME`"
    if line.startswith(("//", "#")):
        return 'JSON has no comments: put it into "description"'
    before = error.doc[: error.pos].rstrip()
    if "Illegal trailing comma" in error.msg or before.endswith(","):
        return "take away the comma before the closing bracket"
    if error.doc[error.pos : error.pos + 1] == "'":
        return "use double quotes"
    return "check commas, quotes and brackets around there"
