"""Where machine code is kept, and when it is made anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tidegate

SOURCES = Path(tidegate.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package whose sources may be changed."""
    shutil.copytree(SOURCES, tmp_path / "tidegate", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "tidegate"


def _told(copy: Path, cache: Path, words: str) -> str:
    """Return what a process that runs the copy prints."""
    return subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", words],
        env=os.environ | {"TIDEGATE_CACHE_DIR": str(cache), "PYTHONPATH": str(copy.parent)},
        cwd=copy.parent,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def _folder(copy: Path, cache: Path) -> Path:
    words = "import tidegate; from tidegate.kernel import compiled; print(tidegate.__file__); "
    source, folder = _told(copy, cache, words + "print(compiled.CACHE)").splitlines()
    assert Path(source).parent == copy
    return Path(folder)


def test_a_changed_byte_of_any_rule_moves_the_machine_code(copy: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = _folder(copy, cache)
    assert cache in before.parents
    assert _folder(copy, cache) == before
    rule = copy / "kernel" / "stop.py"
    rule.write_text(rule.read_text().replace("1.0 - abs(ratio)", "1.1 - abs(ratio)"))
    assert _folder(copy, cache) != before


def test_a_change_outside_the_room_leaves_the_machine_code_where_it_is(
    copy: Path, tmp_path: Path
) -> None:
    before = _folder(copy, tmp_path / "cache")
    outside = copy / "errors.py"
    outside.write_text(outside.read_text() + "\n# changed\n")
    assert _folder(copy, tmp_path / "cache") == before


def test_machine_code_is_there_for_the_next_process(copy: Path, tmp_path: Path) -> None:
    words = (
        "from tidegate.kernel import make_ready, needs_compiling; "
        "before = needs_compiling(); make_ready(); print(before, needs_compiling())"
    )
    cache = tmp_path / "cache"
    assert _told(copy, cache, words) == "True False"
    assert _told(copy, cache, words) == "False False"
    assert list(cache.rglob("*.nbc"))
