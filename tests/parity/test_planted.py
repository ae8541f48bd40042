"""A small bug in any rule is noticed: each is planted in a copy of the program, and judged."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.parity.bugs import BUGS, Bug

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
SOUND = "FixedStop/spot/fixed stake"
"""A case that none of the bugs which are planted together can touch."""
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
TOGETHER = [bug for bug in BUGS if bug.apart]


def _judged(folder: Path, bugs: Sequence[Bug], cases: Sequence[str]) -> dict[str, Any]:
    """Run cases with a copy that has the bugs; the copy compiles for itself."""
    copy = folder / "src" / "tidegate"
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "tidegate", copy, ignore=leave)
    for bug in bugs:
        path = copy / bug.file
        path.write_text(_planted(bug, path.read_text(encoding="utf-8")), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own judge
        [sys.executable, ROOT / "tests" / "parity" / "judging.py", *cases],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder / "src"), str(ROOT)]),
            "TIDEGATE_CACHE_DIR": str(folder / "cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert Path(found["tidegate"]).parent == copy
    judged: dict[str, Any] = found["cases"]
    return judged


def _planted(bug: Bug, text: str) -> str:
    assert text.count(bug.right) == 1, f"{bug.file} has no single place for: {bug.rule}"
    return text.replace(bug.right, bug.wrong)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.rule)
def test_a_bug_has_one_place_to_be_planted_in(bug: Bug) -> None:
    path = ROOT / "src" / "tidegate" / bug.file
    compile(_planted(bug, path.read_text(encoding="utf-8")), str(path), "exec")


def test_bugs_that_keep_apart_are_each_noticed_by_their_own_case(tmp_path: Path) -> None:
    cases = [bug.case for bug in TOGETHER]
    assert len(set(cases)) == len(cases)
    judged = _judged(tmp_path, TOGETHER, [SOUND, *cases])
    assert judged[SOUND]["differences"] == 0
    assert judged[SOUND]["trades"] > 0
    unnoticed = [bug.rule for bug in TOGETHER if not judged[bug.case]["differences"]]
    assert unnoticed == []


if SOAK:  # each of them is compiled for, which takes half a minute

    @pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.rule)
    def test_a_bug_is_noticed(bug: Bug, tmp_path: Path) -> None:
        judged = _judged(tmp_path, [bug], [bug.case])
        assert judged[bug.case]["differences"] > 0
