"""Keys at rest: only the passphrase opens them, and nothing shows them."""

from __future__ import annotations

import json
import pickle
import stat
import traceback
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tidegate.errors import Code, InputError
from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = Credentials(key="the-key-0451", secret="the-secret-0451", passphrase="the-third-0451")  # noqa: S106 - they open nothing
OPEN = "correct horse"
HIDDEN = (KEY.key, KEY.secret, KEY.passphrase, OPEN)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    ring = KeyRing(tmp_path / "state" / "keys.json")
    ring.put("main", "binance", KEY, OPEN, now_ns=1)
    return ring


def refused(what: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as error:
        what()
    shown = "".join(traceback.format_exception(error.value))
    assert not [hidden for hidden in HIDDEN if hidden in shown], "a secret is in a traceback"
    return error.value


def test_a_key_comes_back_with_its_passphrase_and_not_with_another(ring: KeyRing) -> None:
    assert ring.open("main", OPEN) == KEY
    assert refused(lambda: ring.open("main", "wrong horse")).code is Code.KEYS_LOCKED
    assert refused(lambda: ring.open("other", OPEN)).code is Code.UNKNOWN_KEY


def test_the_file_shows_no_secret_and_only_its_owner_can_read_it(ring: KeyRing) -> None:
    text = ring.path.read_text(encoding="utf-8")
    assert not [hidden for hidden in HIDDEN if hidden in text]
    assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600
    left = {path.name for path in ring.path.parent.iterdir()} - {"keys.json", "keys.json.lock"}
    assert left == set()


def test_nothing_that_holds_a_key_shows_it(ring: KeyRing) -> None:
    shown = f"{KEY} {KEY!r} {[KEY]} {ring.listed()} {ring!r}"
    assert not [hidden for hidden in HIDDEN if hidden in shown]
    assert KEY.scrubbed(f"a {KEY.secret} b {KEY.key}") == "a … b …"


def test_a_key_that_was_moved_to_another_name_or_changed_does_not_open(ring: KeyRing) -> None:
    ring.put("other", "okx", KEY, OPEN, now_ns=2)
    document = json.loads(ring.path.read_text(encoding="utf-8"))
    first, second = document["keys"]
    first["locked"], second["locked"] = second["locked"], first["locked"]
    ring.path.write_text(json.dumps(document), encoding="utf-8")
    assert refused(lambda: ring.open("main", OPEN)).code is Code.DAMAGED_KEYS
    first["locked"] = "no base 64"
    ring.path.write_text(json.dumps(document), encoding="utf-8")
    assert refused(lambda: ring.open("main", OPEN)).code is Code.DAMAGED_KEYS


def test_a_key_is_replaced_and_removed_by_its_name(ring: KeyRing) -> None:
    other = Credentials(key="another", secret="secret")  # noqa: S106 - it opens nothing
    assert ring.put("main", "binance", other, OPEN, now_ns=3)
    assert not ring.put("second", "okx", KEY, OPEN, now_ns=4)
    assert ring.open("main", OPEN) == other
    assert [(one.name, one.venue) for one in ring.listed()] == [
        ("main", "binance"),
        ("second", "okx"),
    ]
    ring.remove("main")
    assert [one.name for one in ring.listed()] == ["second"]


def test_a_wrong_passphrase_adds_nothing(ring: KeyRing) -> None:
    before = ring.path.read_bytes()
    put = refused(lambda: ring.put("second", "okx", KEY, "wrong horse", now_ns=4))
    assert put.code is Code.KEYS_LOCKED
    assert ring.path.read_bytes() == before


def test_the_passphrase_can_be_changed(ring: KeyRing) -> None:
    ring.put("second", "okx", KEY, OPEN, now_ns=4)
    assert ring.change_passphrase(OPEN, "battery staple") == 2
    assert ring.open("second", "battery staple") == KEY
    assert refused(lambda: ring.open("main", OPEN)).code is Code.KEYS_LOCKED
    assert refused(lambda: ring.change_passphrase(OPEN, "x")).code is Code.KEYS_LOCKED


def test_a_key_is_bound_to_nothing_that_could_be_guessed_from_the_file(ring: KeyRing) -> None:
    """The same key, locked twice, looks different: nobody sees that it is the same."""
    ring.put("second", "binance", KEY, OPEN, now_ns=1)
    first, second = ring.listed()
    assert first.locked != second.locked
    assert KEY.secret.encode() not in pickle.dumps(ring.listed())


def test_without_a_file_there_are_no_keys_and_no_file_is_made(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    assert ring.listed() == []
    assert refused(lambda: ring.open("main", OPEN)).code is Code.UNKNOWN_KEY
    assert refused(lambda: ring.remove("main")).code is Code.UNKNOWN_KEY
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_keys_that_is_none_is_said_and_not_raised(tmp_path: Path) -> None:
    folder, below = tmp_path / "folder", tmp_path / "file" / "keys.json"
    folder.mkdir()
    below.parent.write_text("a file where a folder should be")
    for path in (folder, below):
        assert refused(KeyRing(path).listed).code is Code.BAD_SETTING
        error = refused(partial(KeyRing(path).put, "main", "binance", KEY, OPEN, 1))
        assert error.code in {Code.BAD_SETTING, Code.NOT_WRITABLE}
