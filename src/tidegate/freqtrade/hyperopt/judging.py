"""Which loss judges the epochs, and what it has to be given for that."""

from __future__ import annotations

import dis
import inspect
import re
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from freqtrade.constants import HYPEROPT_LOSS_BUILTIN, USERPATH_HYPEROPTS
from freqtrade.exceptions import OperationalException
from freqtrade.resolvers.hyperopt_resolver import HyperOptLossResolver

import freqtrade
from tidegate.errors import Code, DefinitionError, OptionError, one_of
from tidegate.freqtrade.hyperopt.losses import BUILT_IN, CHECKED
from tidegate.freqtrade.strategy_errors import place_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from tidegate.freqtrade.hyperopt.losses import Case

_FREQTRADES: Final = Path(inspect.getfile(HyperOptLossResolver)).resolve().parents[1] / "optimize"
_GIVEN: Final = (
    "results",
    "trade_count",
    "min_date",
    "max_date",
    "config",
    "processed",
    "backtest_stats",
    "starting_balance",
)
_LOOKS_AROUND: Final = {"locals", "vars", "eval", "exec"}
_SETTING_UP: Final = {"MAKE_CELL", "COPY_FREE_VARS"}


@dataclass(frozen=True)
class Judge:
    """A loss: one of our own over columns, or the user's function over what it reads."""

    name: str
    swift: Callable[[Case], float] | None
    function: Callable[..., float]
    reads: frozenset[str]
    """Names of the arguments of `function` that it can look at."""

    def failed(self, error: Exception) -> DefinitionError:
        """Return the error for a loss that raised another."""
        code = getattr(self.function, "__code__", None)
        folders = [] if code is None else [Path(code.co_filename).resolve().parent]
        return DefinitionError(
            Code.PLUGIN_FAILED,
            f"loss {self.name} failed: {error}",
            where=place_in(error, folders) or self.name,
            expected="code that returns a number",
            found=f"{type(error).__name__}: {error}",
            remedy="mend that line",
        )


def judge_of(config: dict[str, Any]) -> Judge:
    """Return the loss that `config` names, loaded as Freqtrade loads it."""
    name = config.get("hyperopt_loss")
    if not name:
        raise _unknown(found="none", remedy="add --hyperopt-loss SharpeHyperOptLoss, for example")
    try:
        loss = HyperOptLossResolver.load_hyperoptloss(config)
    except OperationalException as error:
        _require_sound(config, name)
        otherwise = "take one of these, or check the file it is in"
        remedy = one_of(name, HYPEROPT_LOSS_BUILTIN, otherwise=otherwise)
        raise _unknown(found=f'"{name}"', remedy=remedy) from error
    function = loss.hyperopt_loss_function
    written = getattr(function, "__code__", None)
    own = written is not None and Path(written.co_filename).resolve().is_relative_to(_FREQTRADES)
    swift = BUILT_IN.get(name) if own and freqtrade.__version__ == CHECKED else None
    return Judge(name, swift, function, reads_of(function))


def reads_of(function: Callable[..., float]) -> frozenset[str]:
    """Return which of Freqtrade's arguments a loss can see: named ones, or all through **kwargs."""
    code = getattr(function, "__code__", None)
    if code is None or hasattr(function, "__wrapped__") or _LOOKS_AROUND & {*code.co_names}:
        return frozenset(_GIVEN)  # whatever is behind it may look at anything
    parameters = inspect.signature(function).parameters
    named = {name for name in parameters if name in _GIVEN}
    others = [name for name, one in parameters.items() if one.kind is one.VAR_KEYWORD]
    return frozenset(_GIVEN if others and _touches(code, others[0]) else named)


def _touches(code: CodeType, name: str) -> bool:
    """Tell whether code ever takes up its argument `name`."""
    return any(
        name in (step.argval if isinstance(step.argval, tuple) else (step.argval,))
        for step in dis.get_instructions(code)
        if step.opname not in _SETTING_UP
    )


def _require_sound(config: dict[str, Any], name: str) -> None:
    """Refuse a file of the user's that holds the loss and cannot be loaded."""
    folders = [Path(config["user_data_dir"]) / USERPATH_HYPEROPTS]
    if config.get("hyperopt_path"):
        folders.append(Path(config["hyperopt_path"]))
    for path in (path for folder in folders for path in sorted(folder.glob("*.py"))):
        if not re.search(rf"^class\s+{re.escape(name)}\b", path.read_text(), re.MULTILINE):
            continue
        try:
            runpy.run_path(str(path))
        except Exception as error:
            raise DefinitionError(
                Code.PLUGIN_FAILED,
                f"loading {path.name} failed: {error}",
                where=place_in(error, [path.parent.resolve()]) or str(path),
                expected="code that runs to its end",
                found=f"{type(error).__name__}: {error}",
                remedy="mend that line",
            ) from error


def _unknown(*, found: str, remedy: str) -> OptionError:
    return OptionError(
        Code.UNKNOWN_LOSS,
        "there is no such loss function",
        where="--hyperopt-loss",
        expected=", ".join(HYPEROPT_LOSS_BUILTIN)
        + "; or a class of your own in a file of user_data/hyperopts or --hyperopt-path",
        found=found,
        remedy=remedy,
    )
