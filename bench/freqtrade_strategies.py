"""Strategies written for Freqtrade, in Freqtrade and in Tidegate: the same files, the same trades.

Part of `make bench`; by itself: `.venv/bin/python bench/freqtrade_strategies.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOUSE = HERE.parent
OURS = HOUSE / ".venv/bin/python"
TIDEGATE = HOUSE / ".venv/bin/tidegate"
MARKET = HOUSE / ".bench"
ONE = ["BTC/USDT"]
COINS = [f"C{i:02d}/USDT" for i in range(20)]
FEW = COINS[:3]
RUNS = 5
PARTS = ("load", "indicators", "signals", "simulate")


@dataclass(frozen=True, slots=True)
class Case:
    """One strategy over one stretch of one market."""

    title: str
    strategy: str
    timeframe: str
    timerange: str
    pairs: list[str]


NONE_MINUTE = Case("no callbacks, 1 pair, 1 year of 1m", "EmaRsi", "1m", "", ONE)
NONE_MANY = Case("no callbacks, 20 pairs, 1 year of 5m", "EmaRsi", "5m", "", COINS)
SILENT = Case("no callbacks, 1 pair, 4 months of 1m", "Held", "1m", "20240101-20240501", ONE)
EVERY = Case(
    "stop and exit asked every candle, 1 pair, 4 months of 1m", "EveryCandle", "1m",
    "20240101-20240501", ONE,
)  # fmt: skip
EVENTS = Case("event callbacks only, 1 pair, 1 year of 1m", "Events", "1m", "", ONE)
HEAVY = Case(
    "a heavy real-shaped one, 3 pairs, 1 month of 5m", "Heavy", "5m", "20240301-20240401", FEW
)


def main() -> None:
    """Run every case in both programs and print the table."""
    make_candles()
    print("\nStrategies of Freqtrade's kind, in Freqtrade 2026.9 and in Tidegate", flush=True)
    minute = compared(NONE_MINUTE)
    goal("at least 60 times", f"{times(minute):.0f} times")
    goal("simulate alone at least 500 times", f"{times(minute, 'simulate'):.0f} times")
    many = compared(NONE_MANY)
    goal("at least 45 times", f"{times(many):.0f} times")
    goal("simulate alone at least 500 times", f"{times(many, 'simulate'):.0f} times")
    every = compared(EVERY)
    goal("at least 15 times", f"{times(every):.0f} times")
    silent = answer("tidegate", SILENT, RUNS)
    ours, theirs = every
    own = (ours["seconds"]["simulate"] - silent["seconds"]["simulate"]) / ours["calls"] * 1e6
    other = theirs["seconds"]["simulate"] / theirs["calls"] * 1e6
    goal(
        "a callback call at most 5 µs beyond the walk",
        f"{own:.1f} µs, the strategy's own line included (Freqtrade {other:.0f} µs with its walk)",
    )
    events = compared(EVENTS)
    goal("at least 40 times", f"{times(events):.0f} times")
    heavy = compared(HEAVY, runs=1)
    goal("(no goal: most of it is the strategy's own)", f"{times(heavy):.1f} times")


def make_candles() -> None:
    """Make the market once; seeds are fixed, so it is the same everywhere."""
    for pairs, timeframes in ((ONE, ["1m"]), (COINS, ["5m"]), (FEW, ["1h", "4h"])):
        wanted = [f"{pair.replace('/', '_')}-{t}.feather" for pair in pairs for t in timeframes]
        if not all((MARKET / name).exists() for name in wanted):
            command = [str(TIDEGATE), "data", "generate", "--datadir", str(MARKET), "--overwrite"]
            options = ["--days", "366", "--seed", "1", "--timeframes", *timeframes]
            subprocess.run(
                [*command, *options, "--pairs", *pairs], check=True, stdout=subprocess.DEVNULL
            )


def compared(case: Case, runs: int = RUNS) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a case in both programs and print their lines."""
    ours = answer("tidegate", case, runs)
    theirs = answer("freqtrade", case, 1)
    print(f"\n  {case.title}")
    names = (*PARTS, "all", "times ours")
    print(f"  {'':<18} {'trades':>8} " + " ".join(f"{name:>11}" for name in names))
    for name, run in (("Tidegate", ours), ("Freqtrade 2026.9", theirs)):
        cells = [f"{run['seconds'][part]:>11.4f}" for part in PARTS]
        cells += [f"{whole(run):>11.4f}", f"{whole(run) / whole(ours):>11.1f}"]
        print(f"  {name:<18} {run['trades']:>8,} " + " ".join(cells))
    print(f"    loop: {ours['path']}; trades: {agreement(ours, theirs)}", flush=True)
    return ours, theirs


def answer(program: str, case: Case, runs: int) -> dict[str, Any]:
    """Return what a program says of a case, from a process of its own."""
    subject = [str(MARKET), case.strategy, case.timeframe, case.timerange]
    script = str(HERE / "run_strategy.py")
    command = [str(OURS), script, program, str(runs), *subject, *case.pairs]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{case.strategy} in {program} failed:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def agreement(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Compare two lists of trades, every field and every order."""
    for number, (own, other) in enumerate(zip(ours["list"], theirs["list"], strict=False)):
        if own != other:
            return f"DIFFERENT from trade {number} on: {own} and {other}"
    if len(ours["list"]) != len(theirs["list"]):
        return f"DIFFERENT: {ours['trades']} and {theirs['trades']}"
    calls = f", {ours['calls']:,} calls each" if ours["calls"] else ""
    if ours["calls"] != theirs["calls"]:
        calls = f", but {ours['calls']:,} and {theirs['calls']:,} calls"
    return f"all {ours['trades']:,} equal, orders and final balance too{calls}"


def whole(run: dict[str, Any]) -> float:
    """Return the seconds of all parts together."""
    return float(sum(run["seconds"].values()))


def times(both: tuple[dict[str, Any], dict[str, Any]], part: str | None = None) -> float:
    """Return how many times as long Freqtrade took, in all or in one part."""
    ours, theirs = both
    if part is None:
        return whole(theirs) / whole(ours)
    return float(theirs["seconds"][part] / ours["seconds"][part])


def goal(wanted: str, seen: str) -> None:
    """Print a figure beside what was wanted of it."""
    print(f"    {wanted}: {seen}", flush=True)


if __name__ == "__main__":
    main()
