"""Paper trading of many strategies in one process: its memory, and what a candle costs it.

Called by `bench/run.py`. A real `tidegate trade` follows candle files to which a minute is added
every second or so; what it uses is read from `/proc`, so this one is for Linux.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tidegate.feeds import path_of, read, write
from tidegate.guardrails import Limits
from tidegate.guardrails.reading import written
from tidegate.model import DAY_NS, Timeframe
from tidegate.registry import Reader, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.model import Candles

HERE: Final = Path(__file__).parent
TIDEGATE: Final = HERE.parent / ".venv/bin/tidegate"
MINUTE: Final = Timeframe.parse("1m")
PAIRS: Final = tuple(f"C{n:02d}/USDT" for n in range(20))
STRATEGIES: Final = 50
WARMUP: Final = 60
HISTORY: Final = DAY_NS // MINUTE.ns + 2 * WARMUP
"""Candles that are there at the start: all the gate's figures are known at their end."""
MINUTES: Final = 20
EVERY_S: Final = 1.5
IDLE_S: Final = 10.0
PATIENCE_S: Final = 300.0
AT_REST_S: Final = 0.5
"""Of CPU in two seconds: less than this is a process that waits."""
LIMITS: Final = replace(
    Limits.safe(),
    max_positions=500,
    max_trades_per_day=10**9,
    max_orders_per_second=1000,
    max_losses_in_row=10**9,
    max_daily_drawdown=Decimal(1),
    max_weekly_drawdown=Decimal(1),
    max_drawdown=Decimal(1),
    max_daily_loss=Decimal(1),
    cooldown_s=0,
    stop_cooldown_s=0,
    max_volatility=1.0,
    min_volume=Decimal(1),
)
"""All guardrails as they are in use, all figures asked for; only what counts or waits is wide."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used so far."""

    cpu_s: float
    peak_mb: float


def main() -> None:
    """Measure, and print each figure beside what was wanted of it."""
    print(
        f"\nPaper trading: {STRATEGIES} strategies on {len(PAIRS)} pairs, 1m candles, one process",
        flush=True,
    )
    base = HERE.parent / ".bench"
    market = made(base / "paper")
    with tempfile.TemporaryDirectory(dir=base) as name:
        folder = Path(name)
        show(folder, market, HISTORY)
        (folder / "trade.json").write_text(json.dumps(configuration(folder)), encoding="utf-8")
        with trading(folder) as process:
            print(
                f"  caught up with {HISTORY:,} candles: {settle(process):.0f} s of CPU", flush=True
            )
            idle = during(process, lambda: time.sleep(IDLE_S)) / IDLE_S
            used = during(process, lambda: grow(folder, market))
            peak = usage(process).peak_mb
        reached(folder, market)
        closed = trades(folder)
    waited = MINUTES * EVERY_S
    minute = (used - idle * waited) / MINUTES + idle * 60
    print(f"  memory below 1 GB: {peak:,.0f} MB at its most")
    print(f"  below 10 % of a core: {minute / 60:.1%}, {minute * 1000:.0f} ms a minute of candles")
    print(f"  nearly nothing between candles: {idle:.2%} of a core")
    print(f"  trades closed meanwhile: {closed:,}", flush=True)


def made(folder: Path) -> dict[str, Candles]:
    """Return the candles of all pairs, made once."""
    if not path_of(folder, PAIRS[-1], MINUTE).exists():
        command = [str(TIDEGATE), "data", "generate", "--datadir", str(folder), "--overwrite"]
        options = ["--days", "2", "--seed", "1", "--timeframes", "1m", "--pairs", *PAIRS]
        subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    return {pair: read(path_of(folder, pair, MINUTE), pair, MINUTE) for pair in PAIRS}


def configuration(folder: Path) -> dict[str, Any]:
    """Write strategies that differ from one another, and return what is to be traded."""
    parts = []
    for number in range(STRATEGIES):
        definition = json.loads((HERE / "ema_rsi.json").read_text(encoding="utf-8"))
        definition.pop("$schema")
        definition |= {"name": f"s{number:02d}", "startup_candles": WARMUP, "timeframes": ["1m"]}
        indicators = definition["indicators"]
        indicators["fast"]["period"] = 5 + number % 10
        indicators["slow"]["period"] = 20 + number // 2
        indicators["rsi"]["period"] = 10 + number % 7
        path = folder / f"s{number:02d}.json"
        path.write_text(json.dumps(definition), encoding="utf-8")
        parts.append({"strategy": path.name, "pairs": PAIRS, "timeframe": "1m", "stake": 100})
    return {
        "account": {"wallet": "1000000"},
        "database": "paper.sqlite",
        "limits": written(LIMITS),
        "candles": {"source": "files", "begin": "start", "datadir": "data"},
        "strategies": parts,
    }


def show(folder: Path, market: dict[str, Candles], count: int) -> None:
    """Write files with the first candles of each pair."""
    for pair, candles in market.items():
        path = path_of(folder / "data", pair, MINUTE)
        path.parent.mkdir(exist_ok=True)
        write(path, candles.rows(0, count))


def grow(folder: Path, market: dict[str, Candles]) -> None:
    """Add a minute to each file, again and again."""
    begun = time.monotonic()
    for number in range(1, MINUTES + 1):
        show(folder, market, HISTORY + number)
        time.sleep(max(begun + number * EVERY_S - time.monotonic(), 0.0))


@contextmanager
def trading(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start to trade, and end it as an operator does."""
    command = [str(TIDEGATE), "trade", "-c", "trade.json", "--start"]
    with (
        (folder / "out.txt").open("w", encoding="utf-8") as out,
        subprocess.Popen(command, cwd=folder, text=True, stdout=out, stderr=out) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()
    if process.returncode:
        sys.exit(said(folder))


def settle(process: subprocess.Popen[str]) -> float:
    """Wait until the process has nothing to do any more; the seconds of CPU it took."""
    deadline = time.monotonic() + PATIENCE_S
    before = usage(process).cpu_s
    while time.monotonic() < deadline:
        time.sleep(2.0)
        now = usage(process).cpu_s
        if now - before < AT_REST_S < now:
            return now
        before = now
    sys.exit("the process did not come to rest")


def during(process: subprocess.Popen[str], act: Any) -> float:  # noqa: ANN401 - any function
    """Return the seconds of CPU that a process uses while something goes on."""
    before = usage(process).cpu_s
    act()
    return usage(process).cpu_s - before


def usage(process: subprocess.Popen[str]) -> Usage:
    """Return what a process has used."""
    if process.poll() is not None:
        sys.exit(f"it has ended: {process.returncode}")
    folder = Path(f"/proc/{process.pid}")
    threads = sum(
        int((thread / "schedstat").read_text(encoding="utf-8").split()[0])
        for thread in (folder / "task").iterdir()
    )
    status = (folder / "status").read_text(encoding="utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return Usage(threads / 1e9, int(peak.split()[1]) / 1024)


def reached(folder: Path, market: dict[str, Candles]) -> None:
    """Refuse to report of a process that has not seen every candle."""
    last = int(market[PAIRS[0]].time[HISTORY + MINUTES - 1]) + MINUTE.ns
    wanted = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(last // 10**9))
    if wanted not in said(folder):
        sys.exit(f"the process was to come to {wanted}:\n{said(folder)}")


def said(folder: Path) -> str:
    """Return what the process has said."""
    return (folder / "out.txt").read_text(encoding="utf-8")


def trades(folder: Path) -> int:
    """Return how many trades were closed."""
    with open_database(f"{folder / 'paper.sqlite'}") as database:
        return Reader(database, "paper").status().trades


if __name__ == "__main__":
    main()
