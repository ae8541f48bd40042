"""A command's place among the backtests that may run at once on the machine."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.guardrails.breaker import Slot
    from tidegate.guardrails.environment import RiskSettings

FOLDER: Final = "backtests"
_SIGNS: Final = 3  # of life, in the time after which a place counts as left
_LONGEST_S: Final = 60.0


@contextmanager
def backtest_slot(what: str) -> Iterator[None]:
    """Hold a place while a run goes on, or refuse where as many run as may.

    The breaker does not matter here: a backtest trades nothing.
    """
    from tidegate.guardrails.breaker import BacktestSlots
    from tidegate.guardrails.environment import read_environment

    settings = read_environment(os.environ)
    most, ttl_s = settings.max_concurrent_backtests, settings.concurrency_ttl_s
    folder = places(settings)
    slots = BacktestSlots(folder, most=most, ttl_s=ttl_s)
    now_ns = time.time_ns()
    slot = slots.take(f"{what} (process {os.getpid()})", now_ns)
    if slot is None:
        raise _none_free(folder, slots.holders(now_ns), most)
    with slot, _signs_of_life(slot, min(ttl_s / _SIGNS, _LONGEST_S)):
        yield


@contextmanager
def _signs_of_life(slot: Slot, every_s: float) -> Iterator[None]:
    """Renew a place from time to time, however long the run takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(every_s):
            try:
                slot.renew(time.time_ns())
            except OSError:  # a full disk must not end a run; the lock still says that it is alive
                continue

    thread = threading.Thread(target=renew, name="backtest slot", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def places(settings: RiskSettings) -> Path:
    """Return the folder that all backtests share: the one of state files where one is named.

    Else it is the user's own, so that it does not matter in which folder a command is run, and
    nothing is left there.
    """
    if os.environ.get("RISK_STATE_DIR"):
        return settings.state_dir / FOLDER
    from tidegate.kernel.compiled import CACHE, KEPT

    return (CACHE.parents[1] if KEPT else settings.state_dir) / FOLDER


def _none_free(folder: Path, running: list[str], most: int) -> LimitError:
    return LimitError(
        Code.TOO_MANY_BACKTESTS,
        "as many backtests are running as may at once on this machine",
        where=f"RISK_MAX_CONCURRENT_BACKTESTS, {folder}",
        expected=f"at most {most} at once, this one included",
        found=", ".join(running) or "none that is still running",
        remedy="wait until one of them has ended, or raise RISK_MAX_CONCURRENT_BACKTESTS",
    )
