"""The `tidegate data` commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tidegate.cli.data_download import download
from tidegate.cli.spaced_lists import SpacedLists, split
from tidegate.cli.terminal import err, out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.cli.data_words import Sighting
    from tidegate.feeds import CandleFile, Change
    from tidegate.model import Candles, Timeframe

app = typer.Typer(
    no_args_is_help=True, help="Make, download, list, check, repair and convert candles."
)
app.command(cls=SpacedLists)(download)

_ROOT = Path("user_data/data")
_SIM = _ROOT / "sim"
_PAIRS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT", "DOGE/USDT")
_TIMEFRAMES = ("5m",)
_START = "20240101"
_DAYS = 365
_UNSOUND = 1

Pairs = Annotated[
    list[str] | None,
    typer.Option("--pairs", "-p", help="Pairs, like BTC/USDT ETH/USDT.", show_default=False),
]
Timeframes = Annotated[
    list[str] | None,
    typer.Option("--timeframes", "-t", help="Timeframes, like 5m 1h.", show_default=False),
]
Datadir = Annotated[
    Path, typer.Option("--datadir", "-d", help="Folder of candle files, as Freqtrade lays it out.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command(cls=SpacedLists)
def generate(  # noqa: PLR0913 (each is an option of the command)
    *,
    pairs: Pairs = None,
    timeframes: Timeframes = None,
    start: Annotated[str | None, typer.Option(help=f"First day ({_START}).")] = None,
    days: Annotated[int | None, typer.Option(min=1, help=f"How many days ({_DAYS}).")] = None,
    timerange: Annotated[
        str | None, typer.Option(help="Instead of start and days, like 20240101-20240401.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed is another market.")] = 7,
    datadir: Annotated[
        Path | None, typer.Option("--datadir", "-d", help=f"Where to write ({_SIM}).")
    ] = None,
    exchange: Annotated[
        str | None, typer.Option(help=f"Write to {_ROOT}/EXCHANGE instead.")
    ] = None,
    gaps: Annotated[int, typer.Option(min=0, help="Holes to leave in each pair.")] = 0,
    overwrite: Overwrite = False,
) -> None:
    """Make a market to try things on: seeded, moody, and labelled as made."""
    from rich.progress import track

    from tidegate.cli.data_words import Sighting
    from tidegate.feeds import CandleFile, path_of, write
    from tidegate.feeds.aside import require_free
    from tidegate.feeds.synthetic import MarketSpec, generate_all

    lengths = _timeframes(timeframes or _TIMEFRAMES)
    finest = min(lengths)
    opening, stop = _span(timerange, start, days, finest)
    spec = MarketSpec(
        pairs=tuple(_pairs(pairs or _PAIRS)),
        timeframe=finest,
        start_ns=opening,
        candles=(stop - opening) // finest.ns + 1,
        seed=seed,
        gaps=gaps,
    )
    folder = _folder(datadir, exchange)
    if not overwrite:
        require_free(path_of(folder, pair, length) for pair in spec.pairs for length in lengths)
    made = []
    for frames in track(
        generate_all(spec, lengths),
        "making a market",
        total=len(spec.pairs),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ):
        for candles in frames:
            path = path_of(folder, candles.pair, candles.timeframe)
            write(path, candles)
            file = CandleFile(candles.pair, candles.timeframe, path)
            made.append(Sighting.of(file, candles))
    _show(made)
    _say(f"{len(made)} files in {folder}")


@app.command("list", cls=SpacedLists)
def list_(
    pairs: Pairs = None,
    timeframes: Timeframes = None,
    datadir: Datadir = _SIM,
    as_json: AsJson = False,
) -> None:
    """Show which candles there are, from when to when, and whether they are sound."""
    from tidegate.cli.data_words import look

    sightings = [look(file)[0] for file in _chosen(datadir, pairs, timeframes)]
    if as_json:
        _say_json([seen.as_dict() for seen in sightings])
    else:
        _show(sightings)


@app.command(cls=SpacedLists)
def check(
    pairs: Pairs = None,
    timeframes: Timeframes = None,
    datadir: Datadir = _SIM,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what is not sound; the old file is kept.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look for gaps, duplicates, disorder and impossible candles; exit with 1 if there are any."""
    from tidegate.cli.data_words import changes_as_dicts, lines_of, look, mended_lines

    unsound = 0
    report = []
    for file in _chosen(datadir, pairs, timeframes):
        seen, candles = look(file)
        lines, entry = lines_of(seen), seen.as_dict()
        if repair and candles is not None and not seen.sound:
            mended = _mend(file, candles)
            if isinstance(mended, str):
                lines.append(f"  repair   not possible: {mended}")
                entry["not_repaired"] = mended
            else:
                changes, kept, seen = mended
                lines += mended_lines(changes, kept)
                entry |= {"changes": changes_as_dicts(changes), "kept": str(kept)}
                entry["sound_now"] = seen.sound
        unsound += not seen.sound
        report.append(entry)
        if not as_json:
            _say("\n".join(lines))
    if as_json:
        _say_json(report)
    if unsound:
        raise typer.Exit(_UNSOUND)


def _mend(file: CandleFile, candles: Candles) -> tuple[list[Change], Path, Sighting] | str:
    """Repair a file and keep the old one beside it, or say why that cannot be."""
    from tidegate.cli.data_words import Sighting
    from tidegate.errors import CandleError
    from tidegate.feeds import repair, write
    from tidegate.feeds.aside import kept_aside

    try:
        mended, changes = repair(candles)
    except CandleError as error:
        return f"{error.problem}; {error.remedy}"
    if not len(mended):
        return "not one candle of it is sound; fetch the file again"
    kept = kept_aside(file.path)
    write(file.path, mended)
    return changes, kept, Sighting.of(file, mended)


@app.command(cls=SpacedLists)
def convert(  # noqa: PLR0913 (each is an option of the command)
    *,
    pairs: Pairs = None,
    timeframes: Timeframes = None,
    datadir: Datadir = _SIM,
    from_format: Annotated[
        str,
        typer.Option("--from", help="Format of the files: feather, parquet, csv, json, json.gz."),
    ] = "feather",
    to_format: Annotated[
        str, typer.Option("--format", "-f", help="Format to write; the same ones.")
    ] = "feather",
    to: Annotated[
        str | None, typer.Option(help="Timeframe to resample to, longer than the files'.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="Read this one file instead, of the one --pairs and --timeframes."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write to (--datadir).")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write candles in another format, or in a longer timeframe, or both."""
    from tidegate.cli.data_convert import Conversion, single_file
    from tidegate.feeds.convert import format_named
    from tidegate.model import Timeframe

    conversion = Conversion(
        folder=output or datadir,
        ending=format_named(to_format, where="--format"),
        timeframe=None if to is None else Timeframe.parse(to, where="--to"),
        overwrite=overwrite,
    )
    sources = (
        _chosen(datadir, pairs, timeframes, format_named(from_format, where="--from"))
        if file is None
        else [single_file(file, _pairs(pairs or ()), _timeframes(timeframes or ()))]
    )
    labels = set()
    for source, target, candles, label_lost in conversion.run(sources):
        _say(f"{source} -> {target}, {candles:,} candles")
        labels.add(label_lost)
    for label in sorted(labels - {""}):
        note = f'note: {to_format} files cannot say that these candles were "{label}"'
        err.print(note, markup=False, highlight=False, soft_wrap=True)


def _chosen(
    datadir: Path,
    pairs: list[str] | None,
    timeframes: list[str] | None,
    ending: str = "feather",
) -> list[CandleFile]:
    from tidegate.feeds.choice import chosen

    return chosen(datadir, _pairs(pairs or ()), _timeframes(timeframes or ()), ending=ending)


def _pairs(values: Iterable[str]) -> list[str]:
    from tidegate.model import Pair

    return [str(Pair.parse(pair)) for pair in split(values)]


def _timeframes(values: Iterable[str]) -> list[Timeframe]:
    from tidegate.model import Timeframe

    return [Timeframe.parse(name, where="--timeframes") for name in split(values)]


def _span(
    timerange: str | None, start: str | None, days: int | None, finest: Timeframe
) -> tuple[int, int]:
    """Return when the first and the last candle of a made market open."""
    from tidegate.errors import Code, OptionError
    from tidegate.feeds import TimeRange
    from tidegate.model import DAY_NS

    if timerange is None:
        day = (start or _START).replace("-", "")
        first = TimeRange.parse(f"{day}-", where="--start").start_ns or 0
        return finest.opening(first), finest.opening(first + (days or _DAYS) * DAY_NS - 1)
    span = TimeRange.parse(timerange)
    if start is None and days is None and span.start_ns is not None and span.stop_ns is not None:
        return finest.opening(span.start_ns), finest.opening(span.stop_ns)
    raise OptionError(
        Code.BAD_TIMERANGE,
        "a made market needs one beginning and one end",
        where="--timerange",
        expected="--timerange START-STOP, or --start and --days, not both",
        found=" ".join(
            f"--{name} {value}"
            for name, value in (("timerange", timerange), ("start", start), ("days", days))
            if value is not None
        ),
        remedy="write --timerange 20240101-20240401, or --start 20240101 --days 90",
    )


def _folder(datadir: Path | None, exchange: str | None) -> Path:
    return datadir or (_ROOT / exchange if exchange else _SIM)


def _show(sightings: list[Sighting]) -> None:
    from tidegate.cli.data_words import makings_of, table_of

    out.print(table_of(sightings))
    for line in makings_of(sightings):
        _say(line)


def _say(text: str) -> None:
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def _say_json(value: list[dict[str, Any]]) -> None:
    _say(json.dumps(value, indent=2))
