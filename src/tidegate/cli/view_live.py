"""Shows a trading process while it runs: a screen where there is a terminal, lines elsewhere."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Final

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.live import Live

from tidegate.cli.terminal import out
from tidegate.cli.view import screen
from tidegate.cli.view_panels import clock
from tidegate.feeds.aside import written_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tidegate.registry import Database
    from tidegate.runtime.config import TradeConfig
    from tidegate.runtime.desk import Desk
    from tidegate.runtime.live_trading import LiveTrading
    from tidegate.runtime.picture import Picture, SignalShown
    from tidegate.runtime.showing import Watching
    from tidegate.runtime.trading import Trading

_REMEMBERED: Final = 50  # signals of before that are shown again
_EVERY_S: Final = 0.2
_DRAWN: Final = (120, 36)  # columns and lines of a picture
_SVG: Final = re.sub(r"@font-face {{.*?}}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""Without fonts from elsewhere: whoever looks at it asks nobody for anything."""


@contextmanager
def on_screen(
    trading: Desk, watching: Watching, help_lines: tuple[str, ...]
) -> Iterator[Callable[[], None]]:
    """Take the terminal; what is given draws anew, if enough time has passed."""
    drawn = 0.0
    with Live(console=out, screen=True, auto_refresh=False, transient=True) as live:

        def draw() -> None:
            nonlocal drawn
            if time.monotonic() - drawn < _EVERY_S:
                return
            width, height = out.size
            picture = watching.picture(trading)
            live.update(screen(picture, width, height, help_lines), refresh=True)
            drawn = time.monotonic()

        draw()
        yield draw


def run_shown(
    trading: Trading | LiveTrading,
    watching: Watching,
    stopped: Callable[[], bool],
    help_lines: tuple[str, ...],
) -> None:
    """Let it trade until `stopped`, which is asked several times a second, and show it."""
    with on_screen(trading, watching, help_lines) as draw:

        def asked() -> bool:
            draw()
            return stopped()

        trading.run(asked)


def watching_of(
    database: Database, account: str, told: Callable[[SignalShown], None] = lambda _signal: None
) -> Watching:
    """Return who watches an account, and knows what was there before."""
    from tidegate.registry import Reader
    from tidegate.runtime.showing import Watching

    watching = Watching(told)
    if account in database.accounts():
        reader = Reader(database, account)
        kinds = ("approved", "denied")
        found = [each for kind in kinds for each in reader.journal(kind=kind, limit=_REMEMBERED)]
        entries = [entry for _, entry in sorted(found, key=lambda each: each[0])]
        watching.remember(entries, reader.equity())
    return watching


def help_of(config: TradeConfig) -> tuple[str, ...]:
    """Return what may be done while it trades."""
    where = f"--account {config.account.name} --db {config.database}"
    return (
        "Ctrl-C ends it; the same command carries on",
        f"from another terminal: tidegate halt {where}",
        "also start, reduce, flatten, status, orders, journal, breaker",
    )


def write_picture(path: Path, picture: Picture, help_lines: tuple[str, ...]) -> None:
    """Write the screen to a file, as a drawing of letters."""
    width, height = _DRAWN
    page = Console(record=True, file=StringIO(), width=width, height=height, force_terminal=True)
    page.print(screen(picture, width, height, help_lines))
    with written_aside(path) as aside:
        page.save_svg(str(aside), title=picture.account, code_format=_SVG)


def print_signal(signal: SignalShown) -> None:
    """Print one verdict of the gate as a line."""
    verdict = "passed" if signal.passed else f"refused: {signal.guardrail}: {signal.words}"
    words = f"{clock(signal.time_ns)}  {signal.strategy}  {signal.wish} {signal.pair}  {verdict}"
    out.print(words, markup=False, highlight=False, soft_wrap=True)
