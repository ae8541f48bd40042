"""What the `tidegate data` commands know of a file, and how they say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

from tidegate.errors import CandleError
from tidegate.feeds import CandleFile, inspect, is_sound, read
from tidegate.feeds.files import RECORDED
from tidegate.feeds.instants import day, iso

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tidegate.feeds import Change, Finding
    from tidegate.model import Candles


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What there is to say of one candle file."""

    file: CandleFile
    candles: int = 0
    first_ns: int | None = None
    last_ns: int | None = None
    origin: str = ""
    findings: tuple[Finding, ...] = ()
    unreadable: CandleError | None = None

    @classmethod
    def of(cls, file: CandleFile, candles: Candles) -> Sighting:
        """Inspect candles that were read from, or written to, a file."""
        return cls(
            file=file,
            candles=len(candles),
            first_ns=int(candles.time[0]) if len(candles) else None,
            last_ns=int(candles.time[-1]) if len(candles) else None,
            origin=candles.origin,
            findings=tuple(inspect(candles)),
        )

    @property
    def sound(self) -> bool:
        """Whether the file can be backtested on."""
        return self.unreadable is None and self.candles > 0 and is_sound(list(self.findings))

    @property
    def state(self) -> str:
        """The soundness in a few words."""
        if self.unreadable is not None:
            return "unreadable"
        if not self.candles:
            return "empty"
        return ", ".join(f"{found.kind} {found.count:,}" for found in self.findings) or "sound"

    def as_dict(self) -> dict[str, Any]:
        """Return the sighting as JSON knows it; times in ISO 8601, UTC."""
        return {
            "pair": self.file.pair,
            "timeframe": str(self.file.timeframe),
            "file": str(self.file.path),
            "candles": self.candles,
            "from": None if self.first_ns is None else iso(self.first_ns),
            "to": None if self.last_ns is None else iso(self.last_ns),
            "origin": self.origin or None,
            "sound": self.sound,
            "unreadable": None if self.unreadable is None else self.unreadable.problem,
            "findings": [
                {
                    "kind": found.kind,
                    "severity": found.severity,
                    "count": found.count,
                    "row": found.row,
                    "time": iso(found.time_ns),
                    "sentence": found.sentence,
                }
                for found in self.findings
            ],
        }


def look(file: CandleFile) -> tuple[Sighting, Candles | None]:
    """Read and inspect a file; one that cannot be read is a sighting too."""
    try:
        candles = read(file.path, file.pair, file.timeframe)
    except CandleError as error:
        return Sighting(file=file, unreadable=error), None
    return Sighting.of(file, candles), candles


def table_of(sightings: Iterable[Sighting]) -> Table:
    """Return one row for each file."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("pair", no_wrap=True)
    table.add_column("tf", no_wrap=True)
    table.add_column("from", no_wrap=True)
    table.add_column("to", no_wrap=True)
    table.add_column("candles", justify="right", no_wrap=True)
    table.add_column("origin", no_wrap=True)
    table.add_column("state")
    for seen in sightings:
        table.add_row(
            seen.file.pair,
            str(seen.file.timeframe),
            *("" if ns is None else day(ns) for ns in (seen.first_ns, seen.last_ns)),
            f"{seen.candles:,}",
            "" if seen.unreadable else seen.origin if seen.origin == RECORDED else "made",
            seen.state,
            style=None if seen.sound else "yellow",
        )
    return table


def makings_of(sightings: Iterable[Sighting]) -> list[str]:
    """Return how the made candles among them were made, each way once."""
    origins = {seen.origin for seen in sightings} - {"", RECORDED}
    return [f"{origin}: no such price was ever traded" for origin in sorted(origins)]


def lines_of(seen: Sighting) -> list[str]:
    """Return the findings in sentences, a line each."""
    head = f"{seen.file.pair} {seen.file.timeframe}: "
    if seen.unreadable is not None:
        return [f"{head}unreadable", f"  error    {seen.unreadable.problem}: {seen.file.path}"]
    if not seen.candles:
        return [f"{head}empty", f"  error    the file holds no candles: {seen.file.path}"]
    verdict = "sound" if seen.sound else "not sound"
    return [
        f"{head}{verdict}, {seen.candles:,} candles",
        *(f"  {found.severity:<8} {found.sentence}" for found in seen.findings),
    ]


def changes_as_dicts(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Return what a repair did as JSON knows it, with the time of every candle touched."""
    return [
        {
            "step": change.step,
            "count": change.count,
            "reason": change.reason,
            "times": [iso(time) for time in change.times],
        }
        for change in changes
    ]


def mended_lines(changes: Iterable[Change], kept: Path) -> list[str]:
    """Return what a repair did in sentences, a line each."""
    return [
        *(f"  repair   {change.sentence}" for change in changes),
        f"  repair   the file as it was is kept as {kept.name}",
    ]
