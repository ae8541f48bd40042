"""The `tidegate replay` command: a backtest's options, and the engine that trades on paper."""

from __future__ import annotations

import inspect
from typing import Any

from tidegate.cli.backtest import backtest
from tidegate.cli.through import NONE


def replay(**options: Any) -> None:  # noqa: ANN401 - the options of `backtest`, whatever they are
    """Run recorded candles through engine, gate, journal and simulated broker: paper's own path."""
    if options["limits"] in (None, NONE):
        options["limits"] = "widest"
    backtest(**options)


# Typer reads a command's options from its signature: it is the backtest's, name for name.
_LIKE = inspect.signature(backtest, eval_str=True)
replay.__signature__ = _LIKE  # type: ignore[attr-defined]  # a function may have one of its own
replay.__annotations__ = {name: one.annotation for name, one in _LIKE.parameters.items()}
