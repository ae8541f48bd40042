"""Searches of parameters, in Freqtrade and in Tidegate: the same epochs, how many a second.

Part of `make bench`; by itself: `.venv/bin/python bench/hyperopt.py`.
"""

from __future__ import annotations

import json
import os
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


@dataclass(frozen=True, slots=True)
class Case:
    """A search over a year of five-minute candles."""

    title: str
    pairs: list[str]
    epochs: int
    theirs: int
    """Epochs that Freqtrade is given: the first of ours."""


CASES = (
    Case("1 pair, 1 year of 5m", ["C00/USDT"], 1200, 20),
    Case("5 pairs, 1 year of 5m", [f"C{i:02d}/USDT" for i in range(5)], 400, 8),
)


def main() -> None:
    """Run every case in both programs and print the table."""
    make_candles(CASES[-1].pairs)
    print("\nHyperopt, buy and sell spaces, SharpeHyperOptLoss", flush=True)
    for case in CASES:
        compared(case)


def compared(case: Case) -> None:
    """Search in both programs on one core, and with Tidegate on two."""
    one = answer("tidegate", case, case.epochs, 1)
    theirs = answer("freqtrade", case, case.theirs, 1)
    print(f"\n  {case.title}")
    print(
        f"  {'':<26} {'epochs':>7} {'trades':>9} {'ready s':>8} {'ms an epoch':>12} {'a second':>9}"
    )
    line("Tidegate, one process", one)
    line("Freqtrade 2026.9, one", theirs)
    print(f"    epochs: {agreement(one, theirs)}")
    goal("at least 50 times the epochs a second", f"{rate(one) / rate(theirs):.0f} times")
    if (os.cpu_count() or 1) > 1:
        two = answer("tidegate", case, case.epochs, 2)
        line("Tidegate, two processes", two)
        goal("near-linear on two", f"{rate(two) / rate(one):.2f} times one")


def make_candles(pairs: list[str]) -> None:
    """Make the market once; seeds are fixed, so it is the same everywhere."""
    if not all((MARKET / f"{pair.replace('/', '_')}-5m.feather").exists() for pair in pairs):
        command = [str(TIDEGATE), "data", "generate", "--datadir", str(MARKET), "--overwrite"]
        options = ["--days", "366", "--seed", "1", "--timeframes", "5m", "--pairs", *pairs]
        subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)


def answer(program: str, case: Case, epochs: int, jobs: int) -> dict[str, Any]:
    """Return what a program says of a search, from a process of its own."""
    script = str(HERE / "run_search.py")
    subject = [program, str(MARKET), str(epochs), str(jobs), *case.pairs]
    done = subprocess.run(
        [str(OURS), script, *subject], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"the search in {program} failed:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def agreement(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Compare parameters, loss, trades and profit of the epochs that both ran."""
    for number, (own, other) in enumerate(zip(ours["seen"], theirs["seen"], strict=False), 1):
        if own != other:
            return f"DIFFERENT from epoch {number} on: {own} and {other}"
    return f"the first {len(theirs['seen'])} equal (parameters, loss, trades, profit)"


def rate(run: dict[str, Any]) -> float:
    """Return epochs a second, loading left out."""
    return float(len(run["seen"]) / run["epochs"])


def line(name: str, run: dict[str, Any]) -> None:
    """Print one search."""
    trades = sum(epoch[2] for epoch in run["seen"])
    print(
        f"  {name:<26} {len(run['seen']):>7} {trades:>9,} {run['prepare']:>8.2f} "
        f"{1000 / rate(run):>12.2f} {rate(run):>9.2f}",
        flush=True,
    )


def goal(wanted: str, seen: str) -> None:
    """Print a figure beside what was wanted of it."""
    print(f"    {wanted}: {seen}", flush=True)


if __name__ == "__main__":
    main()
