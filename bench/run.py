"""`make bench`: the same candles and the same strategy, given to Tidegate and to its peers.

Everything is measured in one go on one machine and compared as ratios. Each line says
how many trades stand behind it: a simulation that trades nothing is fast for nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
HOUSE = HERE.parent
OURS = HOUSE / ".venv/bin/python"
TIDEGATE = HOUSE / ".venv/bin/tidegate"
PEERS = HOUSE / ".venv-peers/bin/python"
MARKET = HOUSE / ".bench"
COINS = [f"C{i:02d}" for i in range(80)]
ONE = ["BTC/USDT"]
RUNS = 7


def main() -> None:
    """Make the candles if they are not there, run everyone, print the tables."""
    make_candles()
    minute = MARKET / "BTC_USDT-1m.feather"
    many = [f"{coin}/USDT" for coin in COINS]

    section("One pair, one year of 1m candles")
    ours = tidegate("1m", ONE)
    freqtrade = peer("run_freqtrade.py", str(MARKET), "1m", *ONE)
    vectorbt = peer("run_vectorbt.py", str(minute))
    backtesting = peer("run_backtesting.py", str(minute))
    heading()
    line("Tidegate", ours, ours)
    line("Freqtrade 2026.9", freqtrade, ours)
    line("vectorbt 1.2 (warm)", vectorbt, ours)
    line("backtesting.py 0.6.6", backtesting, ours)
    print(f"  trades of Tidegate and Freqtrade: {agreement(ours, freqtrade)}")
    goal("simulate at most 8 ms", f"{ours['seconds']['simulate'] * 1e3:.2f} ms")
    goal("at most 1/300 of Freqtrade", f"1/{whole(freqtrade) / whole(ours):.0f}")
    goal("below vectorbt warm", f"{whole(ours):.3f} s against {whole(vectorbt):.3f} s")

    section("Whole process, from the command line")
    first, second = processes()
    goal("first run ever, compiling included, at most 15 s", f"{first:.1f} s")
    goal("second run at most 1.5 s", f"{second:.2f} s (vectorbt fresh {vectorbt['fresh']:.1f} s)")

    section("20 pairs, one year of 5m candles, one wallet")
    ours = tidegate("5m", many[:20])
    freqtrade = peer("run_freqtrade.py", str(MARKET), "5m", *many[:20])
    heading()
    line("Tidegate", ours, ours)
    line("Freqtrade 2026.9", freqtrade, ours)
    print(f"  trades of Tidegate and Freqtrade: {agreement(ours, freqtrade)}")
    goal("load + indicators + simulate at most 0.6 s", f"{whole(ours):.3f} s")
    goal("peak memory at most 500 MB", f"{peak_memory(many[:20]):.0f} MB")

    section("Cost by number of pairs, one year of 5m candles each")
    print(f"  {'pairs':>6} {'rows':>11} {'trades':>8} {'seconds':>8} {'ns a row':>9}")
    for count in (1, 5, 20, 80):
        run = tidegate("5m", many[:count])
        seconds = whole(run)
        print(
            f"  {count:>6} {run['rows']:>11,} {run['trades']:>8,} {seconds:>8.3f} "
            f"{seconds / run['rows'] * 1e9:>9.1f}"
        )

    for part in ("freqtrade_strategies.py", "hyperopt.py", "engine.py", "paper.py"):
        subprocess.run([str(OURS), str(HERE / part)], check=True)


def make_candles() -> None:
    """Make the bench's market once; seeds are fixed, so it is the same everywhere."""
    for pairs, timeframe in ((ONE, "1m"), ([f"{coin}/USDT" for coin in COINS], "5m")):
        name = f"{pairs[-1].replace('/', '_')}-{timeframe}.feather"
        if not (MARKET / name).exists():
            command = [str(TIDEGATE), "data", "generate", "--datadir", str(MARKET), "--overwrite"]
            options = ["--days", "366", "--seed", "1", "--timeframes", timeframe, "--pairs", *pairs]
            subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)


def tidegate(timeframe: str, pairs: list[str]) -> dict[str, Any]:
    """Run Tidegate in a process of its own."""
    script = str(HERE / "run_tidegate.py")
    return answer([str(OURS), script, str(MARKET), timeframe, str(RUNS), *pairs])


def peer(script: str, *arguments: str) -> dict[str, Any]:
    """Run a peer in the peers' environment."""
    return answer([str(PEERS), "-W", "ignore", str(HERE / "peers" / script), *arguments])


def answer(command: list[str]) -> dict[str, Any]:
    """Return the JSON of a command's last line."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[1:3]} failed:\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def processes() -> tuple[float, float]:
    """Return the seconds of a first run that has to compile, and the median of later ones."""
    command = [str(TIDEGATE), "backtest", str(HERE / "ema_rsi.json"), "--datadir", str(MARKET)]
    command += ["--timeframe", "1m", "--pairs", *ONE]
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "TIDEGATE_CACHE_DIR": cache}
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            times.append(time.perf_counter() - started)
    return times[0], median(times[1:])


def peak_memory(pairs: list[str]) -> float:
    """Return the peak memory of one backtest from the command line, in MB."""
    command = [str(TIDEGATE), "backtest", str(HERE / "ema_rsi.json"), "--datadir", str(MARKET)]
    measured = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
        "stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", measured, *command, "--pairs", *pairs],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.split()[-1])


def agreement(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Compare two lists of trades, field by field."""
    if len(ours["list"]) != len(theirs["list"]):
        return f"DIFFERENT: {len(ours['list'])} and {len(theirs['list'])}"
    for number, (own, other) in enumerate(zip(ours["list"], theirs["list"], strict=True)):
        if own != other:
            return f"DIFFERENT from trade {number} on: {own} and {other}"
    return f"all {len(ours['list']):,} equal (pair, times, rates, profit)"


def whole(run: dict[str, Any]) -> float:
    """Return the seconds of all parts together."""
    return float(sum(run["seconds"].values()))


def section(title: str) -> None:
    """Begin a part of the table."""
    print(f"\n{title}", flush=True)


def heading() -> None:
    """Name the columns."""
    names = ("load", "indicators", "simulate", "all", "times ours")
    print(f"  {'':<22} {'trades':>8} " + " ".join(f"{name:>11}" for name in names))


def line(name: str, run: dict[str, Any], ours: dict[str, Any]) -> None:
    """Print one program's seconds."""
    parts = [run["seconds"].get(part) for part in ("load", "indicators", "simulate")]
    cells = [f"{part:>11.4f}" if part is not None else f"{'–':>11}" for part in parts]
    cells += [f"{whole(run):>11.4f}", f"{whole(run) / whole(ours):>11.1f}"]
    print(f"  {name:<22} {run['trades']:>8,} " + " ".join(cells), flush=True)


def goal(wanted: str, seen: str) -> None:
    """Print a figure beside what was wanted of it."""
    print(f"  {wanted}: {seen}", flush=True)


if __name__ == "__main__":
    main()
