"""A small made market in files, a configuration over it, and peers of what is outside."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tidegate.feeds import path_of, write
from tidegate.feeds.synthetic import MarketSpec, generate
from tidegate.guardrails.bounds import BOUNDS
from tidegate.model import Timeframe
from tidegate.registry import Owner, open_database
from tidegate.runtime.config import read_config
from tidegate.runtime.jobs import traders_of
from tidegate.runtime.trading import Outside, Trading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tidegate.engine.entry import Entry
    from tidegate.engine.ports import Journal, Record
    from tidegate.model import Candles

WIDE = {
    **{name: float(bound.most) for name, bound in BOUNDS.items() if not bound.optional},
    **{name: int(bound.most) for name, bound in BOUNDS.items() if bound.whole},
    "balance_reserve": 0,
    "cooldown_s": 0,
    "stop_cooldown_s": 0,
    "flatten_on_trip": False,
    "trading_hours": None,
    "max_volatility": None,
    "min_volume": None,
}
"""As wide as a file may have them."""
PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")


class StillClock:
    """Time that stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.time_ns = 1_700_000_000 * 10**9

    def now_ns(self) -> int:
        return self.time_ns

    def sleep(self, seconds: float) -> None:
        self.time_ns += int(seconds * 1e9)


class CalmBreaker:
    """A breaker that nobody has switched on, until somebody does."""

    def __init__(self) -> None:
        self.reason = ""

    def look(self, _now_ns: int) -> str:
        return self.reason


@dataclass
class World:
    """Where things lie."""

    folder: Path
    clock: StillClock = field(default_factory=StillClock)
    breaker: CalmBreaker = field(default_factory=CalmBreaker)
    told: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def config(self, **changes: object) -> Path:
        """Write a configuration: one strategy over three pairs, limits as wide as they go."""
        document: dict[str, object] = {
            "account": {"wallet": "10000"},
            "database": "tidegate.sqlite",
            "limits": WIDE,
            "candles": {"source": "replay", "datadir": "data"},
            "strategies": [
                {"strategy": "ema-crossover", "pairs": list(PAIRS), "timeframe": "5m"},
            ],
        }
        document.update(changes)
        path = self.folder / "trade.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    @contextmanager
    def trading(
        self, path: Path, around: Callable[[Journal], Journal] = lambda journal: journal
    ) -> Iterator[Trading]:
        """Open the database and set a process up, as the command does.

        `around` may put something between the engine and its journal.
        """
        config = read_config(path)
        with open_database(config.database) as database:
            owner = Owner(pid=1, host="here", since_ns=0)
            with database.journal(config.account.name, owner) as journal:
                outside = Outside(
                    journal=around(journal),
                    inbox=database.inbox(config.account.name),
                    breaker=self.breaker,
                    trip=self._trip,
                    clock=self.clock,
                    tell=lambda event, figures: self.told.append((event, figures)),
                )
                with ExitStack() as stack:
                    traders = traders_of(config)
                    for trader in traders:
                        stack.callback(trader.leave)
                    yield Trading(config, traders, outside)

    def _trip(self, reason: str) -> None:
        self.breaker.reason = reason


class CrashError(Exception):
    """The process is gone."""


class CrashingJournal:
    """Passes everything on, and is gone at a given append: before it, or after."""

    def __init__(self, journal: Journal, at: int, *, after: bool) -> None:
        self._journal, self._left, self._after = journal, at, after

    def append(self, entries: Sequence[Entry], records: Sequence[Record]) -> int:
        self._left -= 1
        if self._left < 0 or (not self._left and not self._after):
            raise CrashError
        last = self._journal.append(entries, records)
        if not self._left:
            raise CrashError
        return last

    def read_from(self, seq: int) -> Iterator[tuple[int, Entry]]:
        return self._journal.read_from(seq)

    def snapshot(self) -> tuple[int, bytes] | None:
        return self._journal.snapshot()

    def keep_snapshot(self, seq: int, body: bytes) -> None:
        self._journal.keep_snapshot(seq, body)


def made(folder: Path, days: int = 6, seed: int = 5) -> list[Candles]:
    """Write a few days of a made market."""
    spec = MarketSpec(
        pairs=PAIRS,
        timeframe=Timeframe.parse("5m"),
        start_ns=1_706_400_000 * 10**9,
        candles=days * 288,
        seed=seed,
    )
    candles = list(generate(spec))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for each in candles:
        write(path_of(folder / "data", each.pair, each.timeframe), each)
    return candles


def after(closes: int) -> Callable[[], bool]:
    """Return what asks to stop after so many looks."""
    left = closes

    def stopped() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    return stopped
