"""Freqtrade strategies by their text: which files hold a class, without running any of it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["Found", "Written", "files_with", "names_in", "strategies_in"]


_CLASS: Final = re.compile(r"^class (\w+)\((?:\w+\.)*IStrategy\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A class of a strategy, and the file that it is written in."""

    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class Written:
    """A strategy class and the file it stands in, where that is known."""

    name: str
    file: Path | None

    def place(self, *members: str) -> str:
        """Return file:line of the first of these members that the class has, or of the class."""
        if self.file is None:
            return self.name
        line = _line_of(self.file, self.name, *members)
        return f"{self.file}:{line}" if line else str(self.file)


def files_with(name: str, folders: Sequence[Path]) -> list[Path]:
    """Return the files that define a class of that name for Freqtrade, in Freqtrade's order."""
    found = {
        path.resolve(): path
        for path in _python_files(folders)
        if f"class {name}(" in _text(path) and _may_be_freqtrades(path, name)
    }
    return list(found.values())


def names_in(folders: Sequence[Path]) -> list[str]:
    """Return the names of the strategies that folders hold for Freqtrade."""
    return sorted({one.name for path in _python_files(folders) for one in strategies_in(path)})


def strategies_in(file: Path) -> list[Found]:
    """Return the classes of a file that are Freqtrade strategies, as far as its text says so."""
    tree = _tree(file)
    if tree is None:  # for its fault to be told when it is loaded
        return [Found(name, file) for name in _CLASS.findall(_text(file))]
    known: set[str] = set()
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(
            base == "IStrategy" or base in known for base in _bases(node)
        ):
            known.add(node.name)
            found.append(Found(node.name, file))
    return found


def _line_of(file: Path, class_name: str, *names: str) -> int | None:
    tree = _tree(file)
    nodes = () if tree is None else tree.body
    found = next((n for n in nodes if isinstance(n, ast.ClassDef) and n.name == class_name), None)
    if found is None:
        return None
    for name in names:
        for node in found.body:
            if name in _defined(node):
                return node.lineno
    return found.lineno


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _may_be_freqtrades(path: Path, name: str) -> bool:
    """Say whether a class can be Freqtrade's: any but one of Tidegate's own kind."""
    tree = _tree(path)
    if tree is None:  # it cannot be read; whose it is, its words say
        return "freqtrade" in _text(path)
    nodes = (n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name)
    return any("Strategy" not in _bases(node) for node in nodes)


def _bases(node: ast.ClassDef) -> list[str]:
    names = []
    for base in node.bases:
        if isinstance(base, ast.Attribute):
            names.append(base.attr)
        elif isinstance(base, ast.Name):
            names.append(base.id)
    return names


def _python_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.glob("*.py")) if path.is_file())


def _tree(path: Path) -> ast.Module | None:
    try:
        return ast.parse(_text(path))
    except (SyntaxError, ValueError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
