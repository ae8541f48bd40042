"""Who runs the epochs: this process alone, or several that share what was loaded."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from tidegate.errors import Code, InputError, OptionError
from tidegate.freqtrade.hyperopt.epoch import Bench
from tidegate.freqtrade.hyperopt.memory import Memory
from tidegate.freqtrade.quiet import heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from tidegate.freqtrade.hyperopt.epoch import Epoch
    from tidegate.freqtrade.hyperopt.laboratory import Laboratory
    from tidegate.freqtrade.hyperopt.recipe import Recipe

_ANSWERS: Final = ("code", "where", "expected", "found", "remedy")
_READY: Final = "ready"


class Crew(Protocol):
    """Takes a batch of parameters, and gives their epochs back in the same order."""

    def begin(self, asked: Sequence[dict[str, Any]], best: float) -> None:
        """Start on a batch; trades are kept whole where a loss is below `best`."""
        ...

    def epochs(self) -> list[Epoch]:
        """Return the epochs of the batch once they are done."""
        ...

    def dismiss(self) -> None:
        """Let go of all processes."""
        ...


class Alone:
    """Runs every epoch here, one after another."""

    def __init__(self, bench: Bench) -> None:
        """Take what runs epochs."""
        self._bench = bench
        self._batch: tuple[Sequence[dict[str, Any]], float] = ((), 0.0)

    def begin(self, asked: Sequence[dict[str, Any]], best: float) -> None:
        """Keep the batch until its epochs are wanted."""
        self._batch = (asked, best)

    def epochs(self) -> list[Epoch]:
        """Run the batch."""
        asked, best = self._batch
        return [self._bench.run(params, best) for params in asked]

    def dismiss(self) -> None:
        """Do nothing: nobody was called."""


class Workers:
    """Runs a batch in this process and in others, an epoch each at a time.

    The others begin anew and load their own candles: a fork would be quicker to start, and
    would copy the locks that threads of this process may hold at that moment. Until one is
    ready, its share is done here. Who runs an epoch makes no difference to it: the strategy
    is as it was loaded, each time.
    """

    def __init__(self, laboratory: Laboratory, recipe: Recipe, others: int) -> None:
        """Start `others` processes that follow the recipe of a laboratory prepared here."""
        context: Any = multiprocessing.get_context("spawn")
        self._here = _answers_of(laboratory)
        self._loading: list[Connection] = []
        self._ready: list[Connection] = []
        self._processes = []
        with _deaf():
            for _ in range(others):
                here, there = context.Pipe()
                process = context.Process(target=_work, args=(there, recipe), daemon=True)
                process.start()
                there.close()
                self._loading.append(here)
                self._processes.append(process)
        self._busy: list[Connection] = []
        self._own: tuple[Sequence[dict[str, Any]], float] = ((), 0.0)

    @property
    def ready(self) -> bool:
        """Whether every process has loaded what it needs."""
        self._look()
        return not self._loading

    def begin(self, asked: Sequence[dict[str, Any]], best: float) -> None:
        """Give each process that is ready an epoch, and keep the others' for this one."""
        self._look()
        own = max(len(asked) - len(self._ready), 1)
        self._own = (asked[:own], best)
        self._busy = self._ready[: len(asked) - own]
        for end, params in zip(self._busy, asked[own:], strict=True):
            try:
                end.send((params, best))
            except OSError as error:
                raise _gone() from error

    def epochs(self) -> list[Epoch]:
        """Run this process's share and wait for the rest; what could not be done is raised here."""
        asked, best = self._own
        found = [_epoch(self._here(params, best)) for params in asked]
        return found + [_epoch(_answer(end)) for end in self._busy]

    def dismiss(self) -> None:
        """End the processes, whatever they are at."""
        for process in self._processes:
            process.terminate()
        for process, end in zip(self._processes, [*self._ready, *self._loading], strict=True):
            process.join()
            end.close()

    def _look(self) -> None:
        """Note which processes have become ready."""
        for end in [end for end in self._loading if end.poll()]:
            said = _answer(end)
            if isinstance(said, _Refused):
                raise said.error()
            self._loading.remove(end)
            self._ready.append(end)


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that never hear Ctrl-C, not even before their first line: it is ours."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what becomes of a signal
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _answer(end: Connection) -> object:
    try:
        return end.recv()
    except (EOFError, OSError) as error:
        raise _gone() from error


def _epoch(answer: object) -> Epoch:
    if isinstance(answer, _Refused):
        raise answer.error()
    if isinstance(answer, BaseException):
        raise answer
    return cast("Epoch", answer)


def _gone() -> OptionError:
    """Return the error for a process that has ended from outside, as one does without memory."""
    return OptionError(
        Code.BAD_OPTION,
        "a process of the search was ended from outside",
        where="--job-workers",
        expected="processes that run to the end of the search",
        found="one that is gone, probably for want of memory",
        remedy="take fewer processes, fewer pairs or a shorter --timerange",
    )


class _Refused:
    """An input error on its way between processes, which pickle would not take as it is."""

    def __init__(self, error: InputError) -> None:
        self._kind = type(error)
        self._problem = error.problem
        self._answers = {name: getattr(error, name) for name in _ANSWERS}

    def error(self) -> InputError:
        """Return the error as it was."""
        answers = dict(self._answers)
        return self._kind(answers.pop("code"), self._problem, **answers)


def _work(end: Connection, recipe: Recipe) -> None:
    """Run epochs until this process is ended; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with heard():
        try:
            laboratory = recipe.laboratory()
            laboratory.prepare()
        except InputError as error:
            end.send(_Refused(error))
            return
        answer = _answers_of(laboratory)
        gc.collect()
        gc.freeze()  # what is loaded stays, and every look of the collector at it costs
        end.send(_READY)
        while True:
            try:
                params, best = end.recv()
            except EOFError:
                return
            end.send(answer(params, best))


def _answers_of(laboratory: Laboratory) -> Callable[[dict[str, Any], float], object]:
    """Return what runs an epoch in a laboratory whose strategy is as it was loaded."""
    bench = Bench(laboratory)
    memory = Memory(laboratory.backtesting.strategy)

    def answer(params: dict[str, Any], best: float) -> object:
        memory.restore()
        try:
            return bench.run(params, best)
        except InputError as error:
            return _Refused(error)

    return answer
