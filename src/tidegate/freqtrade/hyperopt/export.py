"""The best parameters: put beside the strategy for Freqtrade to load, and told in words."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from freqtrade.optimize.hyperopt_tools import HyperoptTools

from tidegate.feeds.aside import written_aside
from tidegate.freqtrade.strategy_errors import users_code

if TYPE_CHECKING:
    from pathlib import Path

    from tidegate.freqtrade.hyperopt.epoch import Epoch
    from tidegate.freqtrade.hyperopt.found import Place
    from tidegate.freqtrade.hyperopt.laboratory import Laboratory


def export_best(laboratory: Laboratory, epoch: Epoch) -> Path | None:
    """Write the parameter file of the strategy, unless that was switched off."""
    config = laboratory.config
    if config.get("disableparamexport", False):
        return None
    name = laboratory.get_strategy_name()
    with users_code(config):
        source: Path | None = HyperoptTools.get_strategy_filename(config, name)
    if source is None:
        return None
    path = source.with_suffix(".json")
    with written_aside(path) as aside:
        HyperoptTools.export_params(_params(epoch), name, aside)
    return path


def told(epoch: Epoch, place: Place, total: int, *, as_json: bool) -> str:
    """Return an epoch's parameters as Freqtrade prints them."""
    said = {
        **_params(epoch),
        "is_initial_point": place.is_initial_point,
        "current_epoch": place.number,
        "results_explanation": epoch.explanation,
        "loss": epoch.loss,
    }
    into = io.StringIO()
    with redirect_stdout(into):
        HyperoptTools.show_epoch_details(said, total, as_json, no_header=as_json)
    return into.getvalue()


def _params(epoch: Epoch) -> dict[str, Any]:
    return {
        "params_details": epoch.params_details,
        "params_not_optimized": epoch.params_not_optimized,
    }
