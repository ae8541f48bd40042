"""`tidegate keys` against a venue that tells what its keys may do."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.exchange.serving import Exchange

from tidegate.exchange.dydx import Dydx
from tidegate.ops.keys import KeyRing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Done, FrontDoor

SECRET = "simsecret"  # noqa: S105 - it opens nothing but a simulation
HIDDEN = (SECRET, "correct horse", "battery staple")


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with Exchange() as exchange:
        yield exchange


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIDEGATE_PASSPHRASE", "correct horse")
    monkeypatch.setenv("TIDEGATE_NEW_PASSPHRASE", "battery staple")
    monkeypatch.setenv("TIDEGATE_KEY", "simkey")
    monkeypatch.setenv("TIDEGATE_SECRET", SECRET)
    return tmp_path / "keys.json"


def said(done: Done) -> str:
    text = done.out + done.err
    assert not [hidden for hidden in HIDDEN if hidden in text], "a secret is shown"
    return text


def test_a_key_is_kept_shown_checked_changed_and_forgotten(
    exchange: Exchange, file: Path, tidegate: FrontDoor
) -> None:
    here, there = ("--file", file), ("--url", exchange.url)
    assert 'kept key "main" for binance' in said(tidegate("keys", "add", "main", *there, *here))
    assert "main  binance  since 20" in said(tidegate("keys", "list", *here))
    assert "may not withdraw" in said(tidegate("keys", "check", "main", *there, *here))
    assert "is another now" in said(tidegate("keys", "rotate", "main", *there, *here))
    assert "locked anew: 1" in said(tidegate("keys", "passphrase", *here))
    assert KeyRing(file).open("main", "battery staple").secret == SECRET
    assert "is forgotten" in said(tidegate("keys", "remove", "main", *here))
    assert "no keys in" in said(tidegate("keys", "list", *here))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("simowner", "it may withdraw"),
        ("simreader", "it may not trade"),
        ("nobody", "AuthenticationError"),
    ],
)
def test_a_key_with_wrong_rights_is_not_kept(
    exchange: Exchange,
    file: Path,
    tidegate: FrontDoor,
    monkeypatch: pytest.MonkeyPatch,
    *,
    key: str,
    why: str,
) -> None:
    monkeypatch.setenv("TIDEGATE_KEY", key)
    done = tidegate("keys", "add", "main", "--url", exchange.url, "--file", file)
    assert done.code == 2
    assert f"found     {why}" in said(done)
    assert "unfit-key" in done.err
    assert not file.exists()


def test_the_old_key_stays_where_the_new_one_is_not_fit(
    exchange: Exchange, file: Path, tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidegate("keys", "add", "main", "--no-check", "--file", file)
    before = file.read_bytes()
    monkeypatch.setenv("TIDEGATE_KEY", "simowner")
    assert tidegate("keys", "rotate", "main", "--url", exchange.url, "--file", file).code == 2
    assert file.read_bytes() == before


def test_without_a_terminal_and_without_the_variable_nothing_is_asked(
    file: Path, tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIDEGATE_SECRET")
    done = tidegate("keys", "add", "main", "--no-check", "--file", file)
    assert done.code == 2
    assert "set TIDEGATE_SECRET" in said(done)


def test_a_wallet_is_kept_for_a_venue_of_this_machine_and_no_other(
    file: Path, tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Exchange(dialect="dydx") as exchange:
        speaks = exchange.server.dialect
        assert isinstance(speaks, Dydx)
        wallet = next(iter(speaks.wallets.values()))
        monkeypatch.setenv("TIDEGATE_KEY", wallet.address)
        monkeypatch.setenv("TIDEGATE_SECRET", wallet.secret)
        words = ("keys", "add", "main", "--venue", "dydx", "--file", file)
        for refused in (tidegate(*words), tidegate(*words, "--no-check")):
            assert refused.code == 2
            assert "cannot be limited" in said(refused)
            assert wallet.secret not in refused.out + refused.err
        there = ("--url", exchange.url)
        assert 'kept key "main" for dydx' in said(tidegate(*words, *there))
        checked = tidegate("keys", "check", "main", "--file", file, *there)
        assert "may do all that its owner may" in said(checked)
        assert tidegate("keys", "check", "main", "--file", file).code == 2
        monkeypatch.setenv("TIDEGATE_SECRET", SECRET)
        done = tidegate("keys", "rotate", "main", "--file", file, *there)
        assert "the private key of another address, or none" in said(done)


def test_help_loads_neither_ccxt_nor_what_encrypts() -> None:
    code = (
        "import sys, tidegate.cli.app, tidegate.brokers.live, tidegate.ops.keys\n"
        "print({'ccxt', 'cryptography'} & set(sys.modules))"
    )
    words = [sys.executable, "-c", code]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    assert said.strip() == "set()"
