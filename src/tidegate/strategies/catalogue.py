"""Finding a strategy by what a user calls it."""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from tidegate.errors import Code, DefinitionError, OptionError, one_of
from tidegate.model import Rules
from tidegate.strategies.declared import DeclaredStrategy
from tidegate.strategies.plugins import load, user_code
from tidegate.strategies.strategy import Strategy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUILT_IN: Final = Path(__file__).parent / "builtin"
USER_FOLDER: Final = Path("user_data/strategies")
SCHEMA_FILE: Final = "strategy.schema.json"

Kind = Literal["built in", "json", "python"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A strategy that can be asked for by name."""

    name: str
    kind: Kind
    path: Path
    description: str


def resolve(name: str, *, paths: Sequence[Path] = (), where: str = "STRATEGY") -> Strategy:
    """Return the strategy of that name, or say which there are.

    A built-in name in any case, the path of a definition (.json), `file.py:Class`, or
    the name of one in the folders given or in user_data/strategies.
    """
    stem, _, class_name = name.rpartition(":")
    if stem.endswith(".py"):
        return _from_python(Path(stem), class_name, where)
    if name.endswith(".py"):
        return _from_python(Path(name), None, where)
    if name.endswith(".json"):
        return DeclaredStrategy.read(_existing(Path(name), where))
    _require_folders(paths)
    known = listing(paths)
    for listed in known:
        if folded(name) in (folded(listed.name), folded(listed.path.stem)):
            if listed.kind == "python":
                return _from_python(listed.path, listed.name, where)
            return DeclaredStrategy.read(listed.path)
    names = [listed.name for listed in known]
    raise OptionError(
        Code.UNKNOWN_STRATEGY,
        f'no strategy is called "{name}"',
        where=where,
        expected=f"one of {', '.join(names)}; a path ending in .json; or file.py:Class",
        found=f'"{name}"',
        remedy=one_of(name, names, otherwise="see `tidegate strategy list`"),
    )


def listing(paths: Sequence[Path] = ()) -> list[Listed]:
    """Return every strategy that can be asked for by name; no user's code is run for it."""
    found = [_described(path, "built in") for path in sorted(BUILT_IN.glob("*.json"))]
    for folder in dict.fromkeys((*paths, USER_FOLDER)):
        definitions = (p for p in sorted(folder.glob("*.json")) if _may_be_definition(p))
        found += [_described(path, "json") for path in definitions]
        for path in sorted(folder.glob("*.py")):
            found += _python_classes(path)
    return found


def _may_be_definition(path: Path) -> bool:
    """Leave out our schema, and the parameters that Freqtrade keeps beside its strategies."""
    if path.name == SCHEMA_FILE:
        return False
    try:
        return '"ft_stratparam_v"' not in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True  # named, with the reason, where strategies are listed


def _described(path: Path, kind: Kind) -> Listed:
    """Read no more of a definition than its name and description."""
    name, description = path.stem, ""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        description = f"cannot be read: {error}"
    else:
        if isinstance(raw, dict):
            name = str(raw.get("name", name))
            description = str(raw.get("description", ""))
    return Listed(name=name, kind=kind, path=path, description=description)


def _python_classes(path: Path) -> list[Listed]:
    """Find strategy classes by reading the text."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return []
    return [
        Listed(
            name=node.name,
            kind="python",
            path=path,
            description=(ast.get_docstring(node) or "").partition("\n")[0],
        )
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any(_is_strategy(base) for base in node.bases)
    ]


def _is_strategy(base: ast.expr) -> bool:
    return (isinstance(base, ast.Name) and base.id == "Strategy") or (
        isinstance(base, ast.Attribute) and base.attr == "Strategy"
    )


def folded(name: str) -> str:
    """Return a name without case, blanks and dashes, to compare by."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _existing(path: Path, where: str) -> Path:
    if path.is_file():
        return path
    beside = [str(other) for other in path.parent.glob(f"*{path.suffix}")]
    raise OptionError(
        Code.UNKNOWN_STRATEGY,
        f"there is no file {path}",
        where=where,
        expected="a strategy definition (.json) or a Python file with a strategy",
        found=f"nothing at {path.absolute()}",
        remedy=one_of(str(path), beside, otherwise="check the path"),
    )


def _require_folders(paths: Sequence[Path]) -> None:
    missing = [path for path in paths if not path.is_dir()]
    if missing:
        raise OptionError(
            Code.BAD_OPTION,
            f"there is no folder {missing[0]}",
            where="--strategy-path",
            expected="a folder of strategies",
            found=f"nothing at {missing[0].resolve()}",
            remedy="check the path",
        )


def _from_python(path: Path, class_name: str | None, where: str) -> Strategy:
    path = _existing(path, where).resolve()
    module = load(path, where=where)
    classes = {
        name: found
        for name, found in vars(module).items()
        if inspect.isclass(found)
        and issubclass(found, Strategy)
        and found.__module__ == module.__name__
    }
    if class_name is None and len(classes) == 1:
        class_name = next(iter(classes))
    if class_name not in classes:
        raise OptionError(
            Code.UNKNOWN_STRATEGY,
            f"{path.name} has no strategy {class_name}"
            if class_name
            else f"{path.name} has {len(classes)} strategies",
            where=where,
            expected=f"{path.name}:Class, with one of {', '.join(_names(classes))}",
            found=f'"{class_name}"' if class_name else "no class named",
            remedy=one_of(
                class_name or "", classes, otherwise="name a class that inherits from Strategy"
            ),
        )
    return _made(classes[class_name], path)


def _names(classes: dict[str, type[Strategy]]) -> Iterator[str]:
    yield from classes or ("(the file has no class that inherits from Strategy)",)


def _made(found: type[Strategy], path: Path) -> Strategy:
    if inspect.isabstract(found):
        raise DefinitionError(
            Code.STRATEGY_FAILED,
            f"{found.__name__} does not say when to trade",
            where=str(path),
            expected="a method signals(self, frame)",
            found=f"{found.__name__} without it",
            remedy="write the method; see docs/strategies.md",
        )
    with user_code(path, f"strategy {found.__name__}", Code.STRATEGY_FAILED):
        strategy = found()
        _require_words(strategy)
        return strategy


def _require_words(strategy: Strategy) -> None:
    """Refuse attributes of the wrong type, which would otherwise fail far from where they stand."""
    wanted = {"name": str, "version": str, "description": str, "rules": Rules}
    for attribute, kind in wanted.items():
        value = getattr(strategy, attribute)
        if not isinstance(value, kind):
            message = f"{attribute} must be {kind.__name__}, not {value!r}"
            raise TypeError(message)
    pairs: object = strategy.pairs
    if not isinstance(pairs, (list, tuple)) or not all(isinstance(p, str) for p in pairs):
        message = f"pairs must be a list of pairs like 'BTC/USDT', not {pairs!r}"
        raise TypeError(message)
    startup: Any = strategy.startup_candles
    if startup is not None and (not isinstance(startup, int) or startup < 0):
        message = f"startup_candles must be a whole number from 0 on, not {startup!r}"
        raise TypeError(message)
