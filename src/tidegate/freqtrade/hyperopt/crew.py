"""Who runs the epochs: this process alone, or several that share what was loaded."""

from __future__ import annotations

import multiprocessing
import signal
from typing import TYPE_CHECKING, Any, Final, Protocol

from tidegate.errors import Code, InputError, OptionError
from tidegate.freqtrade.hyperopt.epoch import Bench
from tidegate.freqtrade.hyperopt.memory import Memory
from tidegate.freqtrade.quiet import heard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from tidegate.freqtrade.hyperopt.epoch import Epoch
    from tidegate.freqtrade.hyperopt.recipe import Recipe

_ANSWERS: Final = ("code", "where", "expected", "found", "remedy")


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
    """Processes that each run one epoch of a batch.

    Each begins anew and loads its own candles: a fork would be quicker to start, and would
    copy the locks that threads of this process may hold at that moment.
    """

    def __init__(self, recipe: Recipe, number: int) -> None:
        """Start `number` processes that follow a recipe."""
        context: Any = multiprocessing.get_context("spawn")
        self._ends: list[Connection] = []
        self._processes = []
        for _ in range(number):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there, recipe), daemon=True)
            process.start()
            there.close()
            self._ends.append(here)
            self._processes.append(process)
        self._busy: list[Connection] = []

    def begin(self, asked: Sequence[dict[str, Any]], best: float) -> None:
        """Give each process its epoch."""
        self._busy = self._ends[: len(asked)]
        for end, params in zip(self._busy, asked, strict=True):
            try:
                end.send((params, best))
            except OSError as error:
                raise _gone() from error

    def epochs(self) -> list[Epoch]:
        """Wait for the batch; what a process could not do is raised here."""
        return [self._answer(end) for end in self._busy]

    def dismiss(self) -> None:
        """End the processes, whatever they are at."""
        for process in self._processes:
            process.terminate()
        for process, end in zip(self._processes, self._ends, strict=True):
            process.join()
            end.close()

    def _answer(self, end: Connection) -> Epoch:
        try:
            answer = end.recv()
        except (EOFError, OSError) as error:
            raise _gone() from error
        if isinstance(answer, _Refused):
            raise answer.error()
        if isinstance(answer, BaseException):
            raise answer
        found: Epoch = answer
        return found


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
            answer = _answers_to(recipe)
        except InputError as error:
            refused = _Refused(error)
            answer = lambda _params, _best: refused  # noqa: E731 - the same to every question
        while True:
            try:
                params, best = end.recv()
            except EOFError:
                return
            end.send(answer(params, best))


def _answers_to(recipe: Recipe) -> Callable[[dict[str, Any], float], object]:
    """Return what runs an epoch, over a laboratory made by the recipe."""
    laboratory = recipe.laboratory()
    laboratory.prepare()
    bench = Bench(laboratory)
    memory = Memory(laboratory.backtesting.strategy)

    def answer(params: dict[str, Any], best: float) -> object:
        memory.restore()
        try:
            return bench.run(params, best)
        except InputError as error:
            return _Refused(error)

    return answer
