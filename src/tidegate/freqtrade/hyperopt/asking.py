"""Which parameters to try next: Freqtrade's sampler, asked in Freqtrade's order.

The same seed gives Freqtrade's own sequence. What Freqtrade compares with every earlier
epoch, to leave out what was tried before, is looked up here.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.trial import TrialState

from tidegate.freqtrade.strategy_errors import users_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.distributions import BaseDistribution
    from optuna.trial import Trial

    from tidegate.freqtrade.hyperopt.laboratory import Laboratory


class Asking:
    """Gives sets of parameters out, and takes their losses in."""

    def __init__(self, laboratory: Laboratory, seed: int) -> None:
        """Make the study that the strategy's `generate_estimator`, or Freqtrade, asks for."""
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        with users_code(laboratory.config), warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            self._study = laboratory.get_optimizer(seed)
        self._patience = laboratory if laboratory.es_epochs > 0 else None
        self._dimensions: dict[str, BaseDistribution] = laboratory.o_dimensions
        self._told: set[frozenset[Any]] = set()
        self._unhashable: list[dict[str, Any]] = []
        self.skipped = 0
        """How many epochs were left out, as their parameters had been tried before."""

    def ask(self, number: int) -> list[Trial]:
        """Return up to `number` sets that were not tried before.

        Two that are alike in one batch spoil all of it, and only the first draw of a
        repetition is looked at: Freqtrade does so, and its sequence hangs on it.
        """
        first = [self._draw() for _ in range(number)]
        alike = _alike(first)
        fresh = [trial for trial in first if not alike and not self._known(trial)]
        for _ in range(2 * number):
            if len(fresh) >= number:
                break
            trial = self._draw()
            if not self._known(trial) and not _alike(fresh):
                fresh.append(trial)
        self.skipped += number - len(fresh)
        return fresh

    def tell(self, trial: Trial, loss: float) -> None:
        """Take in what came of a set; one whose loss is no number may be tried again."""
        if self._study.tell(trial, loss).state != TrialState.COMPLETE:
            return
        params = trial.params
        key = _key(params)
        if key is None:
            self._unhashable.append(params)
        else:
            self._told.add(key)

    @property
    def exhausted(self) -> bool:
        """Whether the best has stood for as many epochs as --early-stop allows."""
        return self._patience is not None and self._patience.es_terminator.should_terminate(
            self._study
        )

    def _draw(self) -> Trial:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trial: Trial = self._study.ask(self._dimensions)
            return trial

    def _known(self, trial: Trial) -> bool:
        params = trial.params
        key = _key(params)
        return params in self._unhashable if key is None else key in self._told


def _alike(trials: Sequence[Trial]) -> bool:
    """Tell whether two of these have the same parameters."""
    seen: list[dict[str, Any]] = []
    for trial in trials:
        params = trial.params
        if params in seen:
            return True
        seen.append(params)
    return False


def _key(params: dict[str, Any]) -> frozenset[Any] | None:
    """Return what equal parameters have in common, or None where a choice cannot be hashed."""
    try:
        return frozenset(params.items())
    except TypeError:
        return None
