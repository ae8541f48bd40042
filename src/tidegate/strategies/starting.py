"""A first file for a strategy of one's own."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from tidegate.errors import Code, OptionError, one_of
from tidegate.strategies.catalogue import BUILT_IN, SCHEMA_FILE, folded
from tidegate.strategies.schema import schema_text, strategy_schema

if TYPE_CHECKING:
    from pathlib import Path


def start(name: str, template: str, path: Path) -> None:
    """Write a definition made from a built-in one, and the schema beside it for editors."""
    raw = json.loads(_template(template).read_text(encoding="utf-8"))
    if path.exists():
        raise OptionError(
            Code.FILE_EXISTS,
            f"there is a file {path.name} already",
            where=str(path),
            expected="a name that is free",
            found=f"{path.stat().st_size} bytes",
            remedy="choose another name, or give another file with --out",
        )
    schema = path.parent / SCHEMA_FILE
    if not schema.exists() or _is_ours(schema):
        write_text(schema, schema_text())
    made = {
        "$schema": f"./{SCHEMA_FILE}",
        "name": name,
        "version": "0.1.0",
        "description": f"Started from {template}. {raw['description']}",
    }
    made |= {key: value for key, value in raw.items() if key not in made}
    write_text(path, json.dumps(made, indent=2, ensure_ascii=False) + "\n")


def _template(name: str) -> Path:
    known = {path.stem: path for path in sorted(BUILT_IN.glob("*.json"))}
    for stem, path in known.items():
        if folded(stem) == folded(name):
            return path
    raise OptionError(
        Code.UNKNOWN_STRATEGY,
        f'there is no template "{name}"',
        where="--template",
        expected=f"one of {', '.join(known)}",
        found=f'"{name}"',
        remedy=one_of(name, known, otherwise="choose one of them"),
    )


def _is_ours(schema: Path) -> bool:
    """Tell whether a file is an earlier schema of ours, which may be replaced."""
    try:
        raw = json.loads(schema.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(raw, dict) and raw.get("$id") == strategy_schema()["$id"]


def write_text(path: Path, text: str) -> None:
    """Write a file to the side and move it into place; what is no file is not replaced."""
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
            aside.write_text(text, encoding="utf-8")
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
            remedy="choose another folder",
        ) from error
