from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tidegate.guardrails.breaker import BreakerWatch, disable, enable

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_767_225_600_000_000_000
MINUTE = 60_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "breaker.json"


def test_a_change_is_seen_at_the_next_look(path: Path) -> None:
    watch = BreakerWatch(path)
    assert watch.look(NOW) == ""
    enable(path, "one", None, NOW)
    assert watch.look(NOW) == "one"
    disable(path, NOW)
    assert watch.look(NOW) == ""
    path.write_text("{", encoding="utf-8")
    assert "damaged" in watch.look(NOW)
    path.unlink()
    assert watch.look(NOW) == ""


def test_changes_of_the_same_length_in_the_same_instant_are_seen(path: Path) -> None:
    watch = BreakerWatch(path)
    for number in range(200):
        enable(path, f"reason {number:03d}", None, NOW)
        assert watch.look(NOW) == f"reason {number:03d}"


def test_the_end_is_seen_without_a_change(path: Path) -> None:
    watch = BreakerWatch(path)
    enable(path, "news", 5, NOW)
    assert watch.look(NOW + 5 * MINUTE - 1) == "news"
    assert watch.look(NOW + 5 * MINUTE) == ""
    assert watch.look(NOW) == "news"


def test_a_file_that_has_not_changed_is_not_read_again(path: Path) -> None:
    watch = BreakerWatch(path)
    enable(path, "aaa", None, NOW)
    assert watch.look(NOW) == "aaa"
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    with path.open("r+", encoding="utf-8") as file:  # the same file, length and time
        file.write(text.replace("aaa", "bbb"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert watch.look(NOW) == "aaa"
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert watch.look(NOW) == "bbb"


def test_a_place_that_cannot_be_looked_at_is_on(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    watch = BreakerWatch(tmp_path / "state" / "breaker.json")
    assert "it cannot be looked at (Not a directory)" in watch.look(NOW)


def test_a_breaker_that_is_not_heeded_never_stops_trading(path: Path) -> None:
    enable(path, "maintenance", None, NOW)
    assert BreakerWatch(path, heeded=False).look(NOW) == ""
