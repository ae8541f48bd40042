"""The `tidegate keys` commands. No secret is an option: options stay in the shell's history."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tidegate.cli.terminal import out

if TYPE_CHECKING:
    from tidegate.model.credentials import Credentials
    from tidegate.ops.keys import KeyRing
    from tidegate.venues.venue import Venue

app = typer.Typer(
    no_args_is_help=True,
    help="Keep the keys to venues, encrypted under a passphrase.",
)

_PASSPHRASE = "TIDEGATE_PASSPHRASE"  # noqa: S105 (where it stands, not what it is)
_NEW_PASSPHRASE = "TIDEGATE_NEW_PASSPHRASE"  # noqa: S105 (as above)
_KEY, _SECRET, _THIRD = "TIDEGATE_KEY", "TIDEGATE_SECRET", "TIDEGATE_KEY_PASSPHRASE"

File = Annotated[Path, typer.Option("--file", help="Where the keys are kept.")]
DEFAULT = Path("user_data/keys.json")
Url = Annotated[
    str | None, typer.Option(help="Of a venue on this machine, as `tidegate exchange` prints it.")
]
Check = Annotated[
    bool,
    typer.Option("--check/--no-check", help="Ask the venue whether it may trade, not withdraw."),
]
Name = Annotated[str, typer.Argument(help="What you call the key.")]


@app.command()
def add(
    name: Name,
    venue: Annotated[str, typer.Option(help="binance, okx, coinbase or dydx.")] = "binance",
    check: Check = True,
    url: Url = None,
    file: File = DEFAULT,
) -> None:
    """Keep a key. It is asked for without being shown, or read from TIDEGATE_KEY and _SECRET."""
    from tidegate.errors import Code, OptionError
    from tidegate.ops.keys import KeyRing
    from tidegate.venues.table import venue_called

    found, ring = venue_called(venue), KeyRing(file)
    if any(one.name == name for one in ring.listed()):
        raise OptionError(
            Code.BAD_OPTION,
            f'there is a key "{name}" already',
            where=str(file),
            expected="a name that is not taken",
            found=f'"{name}"',
            remedy=f"`tidegate keys rotate {name}` puts another key in its place",
        )
    _put(ring, name, found, url, check=check)
    _say(f'kept key "{name}" for {venue} in {file}')


@app.command()
def rotate(
    name: Name,
    check: Check = True,
    url: Url = None,
    file: File = DEFAULT,
) -> None:
    """Put a new key in the place of one. The old one stays until the new one was found fit."""
    from tidegate.ops.keys import KeyRing
    from tidegate.venues.table import venue_called

    ring = KeyRing(file)
    ring.open(name, passphrase_of(ring))
    (kept,) = (one for one in ring.listed() if one.name == name)
    _put(ring, name, venue_called(kept.venue), url, check=check)
    _say(f'key "{name}" is another now; take the old one away at {kept.venue}')


@app.command()
def check(name: Name, url: Url = None, file: File = DEFAULT) -> None:
    """Ask the venue of a key whether it may trade, and may not withdraw."""
    from tidegate.brokers.rights import require_fit
    from tidegate.ops.keys import KeyRing
    from tidegate.venues.table import venue_called

    ring = KeyRing(file)
    credentials = ring.open(name, passphrase_of(ring))
    (kept,) = (one for one in ring.listed() if one.name == name)
    venue = venue_called(kept.venue)
    require_fit(venue, credentials, url=url)
    if venue.wallet:
        _say(f'wallet "{name}" is opened by its key, which may do all that its owner may')
    else:
        _say(f'key "{name}" may trade, and may not withdraw')


@app.command("list")
def list_(file: File = DEFAULT) -> None:
    """Show which keys there are: names, venues and days, never a secret."""
    from tidegate.guardrails.wording import instant
    from tidegate.ops.keys import KeyRing

    keys = KeyRing(file).listed()
    if not keys:
        _say(f"no keys in {file}")
    for one in keys:
        _say(f"{one.name}  {one.venue}  since {instant(one.added_ns)}")


@app.command()
def remove(name: Name, file: File = DEFAULT) -> None:
    """Forget a key. Take it away at the venue too."""
    from tidegate.ops.keys import KeyRing

    KeyRing(file).remove(name)
    _say(f'key "{name}" is forgotten')


@app.command()
def passphrase(file: File = DEFAULT) -> None:
    """Lock every key under another passphrase."""
    from tidegate.ops.keys import KeyRing

    ring = KeyRing(file)
    old = passphrase_of(ring)
    new = _asked(_NEW_PASSPHRASE, "new passphrase", twice=True)
    _say(f"locked anew: {ring.change_passphrase(old, new)}")


def _put(ring: KeyRing, name: str, venue: Venue, url: str | None, *, check: bool) -> None:
    from tidegate.brokers.rights import require_fit
    from tidegate.venues.wallets import require_here

    require_here(venue, url)
    opened_with = passphrase_of(ring)
    credentials = _credentials(venue)
    if check:
        require_fit(venue, credentials, url=url)
    ring.put(name, venue.name, credentials, opened_with, time.time_ns())


def _credentials(venue: Venue) -> Credentials:
    from tidegate.model.credentials import Credentials

    key, secret = ("wallet's address", "private key") if venue.wallet else ("key", "secret")
    return Credentials(
        key=_asked(_KEY, key),
        secret=_asked(_SECRET, secret).replace("\\n", "\n"),
        passphrase=_asked(_THIRD, "the key's own passphrase") if venue.wants_passphrase else "",
    )


def passphrase_of(ring: KeyRing) -> str:
    """Return what a file of keys is locked with: from the environment, or typed."""
    return _asked(_PASSPHRASE, "passphrase", twice=not ring.listed())


def _asked(variable: str, what: str, *, twice: bool = False) -> str:
    """Return a secret: from the environment, or typed without being shown."""
    from tidegate.errors import Code, ConfigError

    found = os.environ.get(variable)
    if found is None and sys.stdin.isatty():
        found = typer.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
    if not found:
        raise ConfigError(
            Code.KEYS_LOCKED,
            f"no {what} was given",
            where=variable,
            expected=f"the {what}, in that variable or typed at a terminal",
            found="nothing",
            remedy=f"set {variable}, or run the command in a terminal",
        )
    return str(found)


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)
