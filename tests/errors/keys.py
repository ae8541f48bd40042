"""Keys to venues, and venues, that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.errors.provocation import Provocation

from tidegate.errors import Code
from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing

if TYPE_CHECKING:
    from pathlib import Path

NOBODY_THERE = "http://127.0.0.1:1"


def asked(code: Code, says: str, *words: str, locked_with: str = "") -> Provocation:
    """Give a command, in a folder with a key where a passphrase is named."""

    def make(desk: Path) -> tuple[object, ...]:
        if locked_with:
            credentials = Credentials(key="k", secret="s")  # noqa: S106 - opens nothing
            ring = KeyRing(desk / "keys.json")
            ring.put("main", "binance", credentials, locked_with, now_ns=0)
        return ("keys", *words)

    return Provocation(code, says, make)


def damaged(code: Code, says: str, content: str) -> Provocation:
    """List the keys of a file that is none."""

    def make(desk: Path) -> tuple[object, ...]:
        (desk / "keys.json").write_text(content, encoding="utf-8")
        return ("keys", "list", "--file", "keys.json")

    return Provocation(code, says, make)


HERE = ("--file", "keys.json")
KEYS = (
    asked(Code.LIVE_MISSING, "pip install 'tidegate[live]'", "add", "main"),
    asked(Code.UNKNOWN_VENUE, 'did you mean "binance"?', "add", "main", "--venue", "binanse"),
    asked(Code.VENUE_SILENT, "ExchangeNotAvailable", "add", "main", "--url", NOBODY_THERE),
    asked(Code.UNFIT_KEY, "its private key can withdraw", "add", "main", "--venue", "dydx"),
    asked(Code.KEYS_LOCKED, "another passphrase", "check", "main", *HERE, locked_with="other"),
    asked(Code.UNKNOWN_KEY, 'did you mean "main"?', "remove", "mian", *HERE, locked_with="other"),
    asked(Code.UNKNOWN_KEY, "a key that was added", "check", "main"),
    asked(Code.BAD_OPTION, "keys rotate main", "add", "main", *HERE, locked_with="the-passphrase"),
    damaged(Code.DAMAGED_KEYS, "missing required field", "{}"),
    damaged(Code.DAMAGED_KEYS, "version 2", '{"salt": "", "proof": "", "version": 2, "keys": []}'),
)
