"""The search: ask, run, tell, write down; in Freqtrade's order, so to the same end."""

from __future__ import annotations

import gc
import math
import os
import random
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from freqtrade.optimize.hyperopt.hyperopt_optimizer import INITIAL_POINTS

from tidegate.freqtrade.hyperopt.asking import Asking
from tidegate.freqtrade.hyperopt.crew import Alone, Workers
from tidegate.freqtrade.hyperopt.epoch import Bench
from tidegate.freqtrade.hyperopt.export import export_best
from tidegate.freqtrade.hyperopt.found import Found, Place
from tidegate.freqtrade.hyperopt.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

    from tidegate.freqtrade.hyperopt.crew import Crew
    from tidegate.freqtrade.hyperopt.epoch import Epoch
    from tidegate.freqtrade.hyperopt.laboratory import Laboratory
    from tidegate.freqtrade.hyperopt.recipe import Recipe

    Tell = Callable[[Epoch, Place], None]

_WORST_BEST = 100
"""What a loss has to be below to be called best, as in Freqtrade."""


def search(laboratory: Laboratory, recipe: Recipe, tell: Tell) -> Found:
    """Run the epochs that the configuration asks for; `tell` hears of each once it is written.

    Ctrl-C ends the search and keeps what is done.
    """
    config = laboratory.config
    seed = config.get("hyperopt_random_state") or random.randint(1, 2**16 - 1)  # noqa: S311 - no secret
    asking = Asking(laboratory, seed)
    folder = config["user_data_dir"] / "hyperopt_results"
    with Record(folder, laboratory.get_strategy_name()) as record:
        run = _Run(laboratory, asking, record, tell)
        interrupted = stopped_early = False
        try:
            with _settled(), _interruptible() as run.interrupted:
                stopped_early = run.all(recipe, config)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            run.write_down()
    exported = export_best(laboratory, run.best[0]) if run.best else None
    return Found(
        path=record.path,
        saved=record.saved,
        skipped=asking.skipped,
        best=run.best,
        interrupted=interrupted,
        stopped_early=stopped_early,
        seed=seed,
        exported=exported,
    )


def jobs_of(config: Mapping[str, Any]) -> int:
    """Return how many processes run epochs: -1 is one for each core, -2 one fewer, and so on."""
    asked = int(config.get("hyperopt_jobs", -1))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return asked if asked > 0 else max((cores or 1) + 1 + asked, 1)


@contextmanager
def _settled() -> Iterator[None]:
    """Take what is loaded out of the collector's sight: it stays, and every look at it costs."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Tell whether Ctrl-C was pressed, which is not always heard.

    An interrupt that comes while compiled code is about to call Python is printed and lost;
    so it is noted as well, and looked at between two epochs.
    """
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.default_int_handler(number, frame)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


class _Run:
    """The state of a search: what is best, and what is still to be written."""

    def __init__(self, laboratory: Laboratory, asking: Asking, record: Record, tell: Tell) -> None:
        self._laboratory = laboratory
        self._asking = asking
        self._record = record
        self._tell = tell
        self._pending: list[tuple[Epoch, Place]] = []
        self.best: tuple[Epoch, Place] | None = None
        self.interrupted: Callable[[], bool] = lambda: False

    def all(self, recipe: Recipe, config: Mapping[str, Any]) -> bool:
        """Run all epochs, in batches of one for each process; tell whether it stopped early."""
        total, jobs, done = config["epochs"], jobs_of(config), 0
        alone = Alone(Bench(self._laboratory))
        crew: Crew = alone if jobs == 1 else Workers(self._laboratory, recipe, jobs - 1)
        try:
            if self._laboratory.analyze_per_epoch:  # as Freqtrade does, whose workers share caches
                self._batch(alone, 1, 1)
                done = 1
            for batch in range(math.ceil((total - done) / jobs)):
                first = done + batch * jobs + 1
                self._batch(crew, min(jobs, total - first + 1), first)
                if self._asking.exhausted:
                    return True
        finally:
            crew.dismiss()
        return False

    def write_down(self) -> None:
        """Write what has come in since the last time, and tell of it."""
        while self._pending:
            epoch, place = self._pending.pop(0)
            self._record.add(epoch, place)
            self._tell(epoch, place)

    def _batch(self, crew: Crew, number: int, first: int) -> None:
        if self.interrupted():
            raise KeyboardInterrupt
        trials = self._asking.ask(number)
        crew.begin([trial.params for trial in trials], self._limit)
        self.write_down()  # while others work
        epochs = crew.epochs()
        for trial, epoch in zip(trials, epochs, strict=True):
            self._asking.tell(trial, epoch.loss)
        for number_here, epoch in enumerate(epochs, first):
            place = Place(
                number=number_here,
                is_initial_point=number_here <= INITIAL_POINTS,
                is_best=bool(epoch.loss < self._limit),
            )
            if place.is_best:
                self.best = (epoch, place)
            self._pending.append((epoch, place))

    @property
    def _limit(self) -> float:
        return self.best[0].loss if self.best else _WORST_BEST
