"""Several processes at one breaker, for real."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tidegate.guardrails.breaker import status

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from tidegate.guardrails.breaker import disable, enable, status
path, name = Path(sys.argv[1]), sys.argv[2]
now = 1_767_225_600_000_000_000
for number in range(40):
    state = enable(path, f"{name} {number}" + "." * (number * 7), None, now + number)
    assert state.active
    seen = status(path)
    assert not seen.damage, seen
    if number % 10 == 9:
        disable(path, now + number)
print("done")
"""

READER = """
import sys
from pathlib import Path
from tidegate.guardrails.breaker import BreakerWatch
watch, looks, seen = BreakerWatch(Path(sys.argv[1])), 0, set()
while not Path(sys.argv[2]).exists():
    words = watch.look(1_767_225_600_000_000_000)
    assert "damaged" not in words, words
    seen.add(words)
    looks += 1
assert looks > 10
print("done")
"""


def _start(code: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.Popen(  # noqa: S603 - ourselves
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _ended(process: subprocess.Popen[str]) -> None:
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out.strip(), err) == (0, "done", "")


def test_many_writers_and_a_reader_never_see_half_a_file(tmp_path: Path) -> None:
    path, over = tmp_path / "state" / "breaker.json", tmp_path / "over"
    reader = _start(READER, path, over)
    writers = [_start(WRITER, path, name) for name in ("one", "two", "three")]
    for writer in writers:
        _ended(writer)
    over.touch()
    _ended(reader)
    assert not status(path).damage
    assert [one.name for one in path.parent.glob("*.part")] == []


HOLDER = """
import sys
from pathlib import Path
from tidegate.guardrails.breaker import BacktestSlots
slots = BacktestSlots(Path(sys.argv[1]), most=2, ttl_s=900)
slot = slots.take(sys.argv[2], 0)
print("taken" if slot else "full", flush=True)
sys.stdin.read()
"""


def test_a_killed_owners_place_is_free_at_once(tmp_path: Path) -> None:
    def hold(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", HOLDER, str(tmp_path / "slots"), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def word(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        return process.stdout.readline().strip()

    held = [hold("one"), hold("two")]
    try:
        assert [word(process) for process in held] == ["taken", "taken"]
        third = hold("three")
        held.append(third)
        assert word(third) == "full"
        held[0].kill()
        held[0].wait()
        fourth = hold("four")
        held.append(fourth)
        assert word(fourth) == "taken"
    finally:
        for process in held:
            process.kill()
            process.communicate()
