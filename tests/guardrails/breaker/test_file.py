from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import Code, LimitError
from tidegate.guardrails.breaker import BreakerState, disable, enable, status
from tidegate.guardrails.breaker.state import parse

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_767_225_600_000_000_000  # 2026-01-01
MINUTE = 60_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "user_data" / "state" / "circuit_breaker.json"


def test_a_file_that_is_not_there_is_off(path: Path) -> None:
    assert status(path) == BreakerState()
    assert not status(path).is_on(NOW)
    assert status(path).why(NOW) == ""


def test_the_breaker_is_on_until_it_is_put_off(path: Path) -> None:
    enable(path, "maintenance", None, NOW)
    assert status(path).why(NOW) == "maintenance"
    assert status(path).is_on(NOW + 10**9 * MINUTE)
    disable(path, NOW + MINUTE)
    assert not status(path).is_on(NOW + MINUTE)


def test_the_breaker_goes_off_by_itself_at_its_end_and_not_before(path: Path) -> None:
    enable(path, "news", 60, NOW)
    assert status(path).is_on(NOW + 60 * MINUTE - 1)
    assert not status(path).is_on(NOW + 60 * MINUTE)


def test_the_file_says_what_was_asked_for(path: Path) -> None:
    enable(path, " exchange – maintenance ", 90, NOW)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "active": True,
        "reason": "exchange – maintenance",
        "since": "2026-01-01T00:00:00Z",
        "until": "2026-01-01T01:30:00Z",
    }
    assert sorted(one.name for one in path.parent.iterdir()) == [
        "circuit_breaker.json",
        "circuit_breaker.json.lock",
    ]


@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        (60, 5, NOW + 60 * MINUTE),
        (5, 60, NOW + 61 * MINUTE),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_a_short_pause_does_not_end_a_long_one(
    path: Path, first: int | None, second: int | None, until: int | None
) -> None:
    enable(path, "first", first, NOW)
    state = enable(path, "second", second, NOW + MINUTE)
    assert state == BreakerState(active=True, reason="second", since_ns=NOW, until_ns=until)
    assert status(path) == state


def test_what_has_ended_does_not_lengthen_what_is_new(path: Path) -> None:
    enable(path, "first", 5, NOW)
    later = NOW + 5 * MINUTE
    assert enable(path, "second", 1, later).until_ns == later + MINUTE
    assert status(path).since_ns == later


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"active": tr',
        "[]",
        "null",
        "true",
        "{}",
        '{"active": 1}',
        '{"active": "false"}',
        '{"active": null}',
        '{"active": true, "reason": 7}',
        '{"active": false, "reason": ["x"]}',
        '{"active": true, "until": "soon"}',
        '{"active": true, "until": 1767225600}',
        '{"active": false, "until": "9999-99-99"}',
        '{"active": false, "since": {}}',
        "[" * 100_000,
        "\0" * 100,
        " " * 70_000,
    ],
)
def test_a_damaged_file_is_on_and_says_why(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    state = status(path)
    assert state.is_on(NOW)
    assert state.why(NOW).startswith("the breaker's file is damaged: ")
    assert state.why(NOW).endswith("; until it is set again, it counts as on")


def test_a_file_in_another_encoding_is_on(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes('{"active": false, "reason": "größer"}'.encode("latin-1"))
    assert "it is not UTF-8 text" in status(path).why(NOW)


def test_a_folder_in_its_place_is_on(path: Path) -> None:
    path.mkdir(parents=True)
    assert "it cannot be read (Is a directory)" in status(path).why(NOW)


@given(raw=st.binary(max_size=60))
def test_no_bytes_at_all_are_an_exception(raw: bytes) -> None:
    state = parse(raw.decode("latin-1"))
    assert state.damage or not state.active


def test_a_damaged_file_is_mended_by_setting_it(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("{", encoding="utf-8")
    enable(path, "checked", 5, NOW)
    assert status(path) == BreakerState(
        active=True, reason="checked", since_ns=NOW, until_ns=NOW + 5 * MINUTE
    )
    path.write_text("{", encoding="utf-8")
    disable(path, NOW)
    assert not status(path).is_on(NOW)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ('{"active": true, "reason": null}', None),
        ('{"active": true, "until": "2026-01-01T00:05:00"}', NOW + 5 * MINUTE),
        ('{"active": true, "until": "2026-01-01T01:05:00+01:00"}', NOW + 5 * MINUTE),
        ('{"active": true, "until": "2026-01-01T00:05Z", "by": "ops"}', NOW + 5 * MINUTE),
        ('\ufeff{"active": true}', None),
    ],
)
def test_a_file_written_by_hand_is_read(path: Path, text: str, until: int | None) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert status(path) == BreakerState(active=True, until_ns=until)
    assert status(path).why(NOW) == "no reason is given"


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 1001])
def test_a_reason_that_says_nothing_is_refused(path: Path, reason: str) -> None:
    with pytest.raises(LimitError) as error:
        enable(path, reason, None, NOW)
    assert error.value.code is Code.OUT_OF_RANGE
    assert not path.exists()


def test_the_longest_reason_and_time_are_taken(path: Path) -> None:
    enable(path, "x" * 1000, 5_270_400, NOW)
    assert status(path).why(NOW + 5_270_400 * MINUTE - 1) == "x" * 1000


def test_a_later_state_has_a_later_time_also_when_the_clock_went_back(path: Path) -> None:
    disable(path, NOW)
    ahead = path.stat().st_mtime_ns + 10**12
    os.utime(path, ns=(ahead, ahead))
    for number in range(1, 4):
        disable(path, NOW)
        assert path.stat().st_mtime_ns == ahead + number


@pytest.mark.parametrize("minutes", [0, -1, 5_270_401])
def test_a_time_that_cannot_be_is_refused(path: Path, minutes: int) -> None:
    with pytest.raises(LimitError) as error:
        enable(path, "x", minutes, NOW)
    assert error.value.where == "--minutes"
    assert not path.exists()


def test_a_file_that_cannot_be_written_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    with pytest.raises(LimitError) as error:
        enable(tmp_path / "state" / "breaker.json", "x", None, NOW)
    assert error.value.code is Code.NOT_WRITABLE
    (tmp_path / "folder").mkdir()
    with pytest.raises(LimitError) as error:
        disable(tmp_path / "folder", NOW)
    assert error.value.code is Code.NOT_WRITABLE
    assert not list(tmp_path.glob("*.part"))


def test_a_lock_that_is_never_given_back_is_one_clear_message(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with FileLock(f"{path}.lock"), pytest.raises(LimitError) as error:
        enable(path, "x", None, NOW, patience_s=0)
    assert "another process has held its lock" in error.value.found
