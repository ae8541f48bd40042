"""The house keeps its own rules: names, sizes, words, and documents that match the command."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.main

import tidegate
from tidegate.cli.app import app
from tidegate.strategies.declared import DeclaredStrategy

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
ROOMS = sorted(
    room.name for room in pkgutil.walk_packages(tidegate.__path__, prefix="tidegate.") if room.ispkg
)
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 400, 800, 60
# Written apart, so that this file may be searched like any other.
FORBIDDEN = [
    first + second
    for first, second in (
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("../sha", "red"),
        ("py", "pi.org"),
        ("pythonho", "sted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("crates", ".io"),
        ("proxy.gol", "ang.org"),
    )
]
TEMPORARY = "/t" + "mp/"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tracked() -> list[Path]:
    """Return every file of the project that is text, as git knows them."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git here to say which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def _commands() -> dict[str, list[list[str]]]:
    """Return the names of each option of each command, as the program has them."""
    found: dict[str, list[list[str]]] = {}

    def walk(command: object, words: str) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            params = [p for p in getattr(command, "params", ()) if p.param_type_name == "option"]
            names = [[*param.opts, *param.secondary_opts] for param in params]
            found[words] = [one for one in names if "--help" not in one]
            return
        for name, one in inner.items():
            walk(one, f"{words} {name}")

    walk(typer.main.get_command(app), "tidegate")
    return found


COMMANDS = _commands()


# names and sizes


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_public_names_exist_and_are_in_order(room: str) -> None:
    module = importlib.import_module(room)
    names = getattr(module, "__all__", None)
    if names is None:
        # A room without a list has nothing of its own to give.
        assert not [name for name in vars(module) if not name.startswith("_")] or not any(
            getattr(thing, "__module__", "") == room for thing in vars(module).values()
        )
        return
    assert [name for name in names if not hasattr(module, name)] == []
    kinds = [(0 if name.isupper() else 1 if name[:1].isupper() else 2, name) for name in names]
    assert kinds == sorted(kinds)
    assert len(set(names)) == len(names)


def test_the_rooms_are_found() -> None:
    assert {"tidegate.model", "tidegate.kernel", "tidegate.cli", "tidegate.stats"} <= set(ROOMS)
    assert not {"utils", "common", "helpers", "core"} & {room.split(".")[-1] for room in ROOMS}


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_source_file_is_longer_than_the_wall(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_no_test_file_is_longer_than_its_wall(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_TEST


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_function_is_longer_than_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = {
        node.name: length
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := _length(node)) > LONGEST_FUNCTION
    }
    assert long == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a body; a command's signature is a table of its options."""
    last = function.body[-1].end_lineno
    assert last is not None
    return last - function.body[0].lineno + 1


# words


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_file_speaks_of_the_machine_it_was_made_on(word: str) -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in _tracked()}
    assert [_name(path) for path, text in texts.items() if word in text] == []


def test_nothing_but_tests_names_the_folder_for_temporary_files() -> None:
    for path in _tracked():
        if ROOT / "tests" not in path.parents:
            assert TEMPORARY not in path.read_text(encoding="utf-8", errors="replace"), path


# documents


def test_the_commands_are_found() -> None:
    assert {"tidegate backtest", "tidegate data generate", "tidegate strategy new"} <= set(COMMANDS)
    assert {"--json", "--html", "--csv", "--stake"} <= _options("tidegate backtest")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_and_each_of_its_options_are_documented(command: str) -> None:
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]
    told = "\n".join(text for text in pages if command in text)
    assert told, f"no page of docs/ speaks of `{command}`"
    missing = [names for names in COMMANDS[command] if not any(_told(told, n) for n in names)]
    assert missing == []


def _told(text: str, option: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) is not None


def _options(command: str) -> set[str]:
    return {name for names in COMMANDS[command] for name in names}


def _shown(page: Path) -> Iterator[list[str]]:
    """Return every command line that a page shows, as words."""
    for line in page.read_text(encoding="utf-8").splitlines():
        found = re.match(r"(?:\$ |    )?(tidegate [a-z].*)$", line)
        if found is not None and line[0] in "$ ":
            yield shlex.split(found[1], comments=True)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_command_lines_of_a_page_can_be_typed(page: Path) -> None:
    for words in _shown(page):
        command = next(
            (" ".join(words[:n]) for n in (3, 2) if " ".join(words[:n]) in COMMANDS), None
        )
        assert command is not None, words
        options = {word.split("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert options <= _options(command), words


def test_command_lines_are_found() -> None:
    assert len(list(_shown(ROOT / "README.md"))) >= 5
    assert len(list(_shown(ROOT / "docs" / "backtesting.md"))) >= 7


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_targets_that_a_page_names_are_in_the_makefile(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = re.findall(r"(?:`|\$ )make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    assert set(named) <= targets


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_definition_in_the_readme_is_one() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```json\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert shown
    for text in shown:
        strategy = DeclaredStrategy.of(json.loads(text), origin="README.md")
        assert strategy.name
