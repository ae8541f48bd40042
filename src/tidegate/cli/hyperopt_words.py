"""A search in words: a bar while it runs, a table of what was best, and what to do with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tidegate.cli.freqtrade_summary import loop_words, show_callback_errors

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from tidegate.freqtrade.hyperopt import Epoch, Found, Laboratory, Place

_SHOWN_AT_MOST = 30
"""Rows of the table of best epochs; all epochs are in the file of results."""


class Watch:
    """Draws the bar, and keeps the rows of the table."""

    def __init__(self, laboratory: Laboratory, err: Console) -> None:
        """Make a bar for the epochs that are to come; only a terminal shows it."""
        self._all = laboratory.config.get("print_all", False)
        self._bar = Progress(
            TextColumn("epochs"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=err,
            transient=True,
            disable=not err.is_terminal,
        )
        self._task = self._bar.add_task("", total=laboratory.config["epochs"])
        self.rows: list[tuple[Place, float, dict[str, Any]]] = []
        self.path: Any = None
        """How the latest epoch was run."""
        self._errors: dict[tuple[str, str, str], Any] = {}
        self.trading = 0
        """How many epochs closed at least one trade."""

    def __enter__(self) -> Self:
        """Draw the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    @property
    def callback_errors(self) -> list[Any]:
        """Return what callbacks raised in all epochs, each kind once, as it first came."""
        return list(self._errors.values())

    def tell(self, epoch: Epoch, place: Place) -> None:
        """Take note of an epoch that is done."""
        self.path = epoch.path
        for error in epoch.callback_errors:
            key = (error.callback, error.error, error.place)
            before = self._errors.get(key, error)
            count = error.count + (before.count if key in self._errors else 0)
            self._errors[key] = replace(before, count=count)
        self.trading += epoch.shown["total_trades"] > 0
        if place.is_best:
            self._bar.update(self._task, description=_best(epoch, place))
        if place.is_best or self._all:
            self.rows.append((place, epoch.loss, epoch.shown))
        self._bar.advance(self._task)


def _best(epoch: Epoch, place: Place) -> str:
    shown = epoch.shown
    return (
        f"best: epoch {place.number}, objective {epoch.loss:.5f}, "
        f"{shown['total_trades']} trades, profit {shown['profit_total']:.2%}"
    )


def show(laboratory: Laboratory, found: Found, watch: Watch, *, out: Console, err: Console) -> None:
    """Say what came of a search: results to `out`, everything else to `err`."""
    from tidegate.freqtrade.hyperopt import told

    config = laboratory.config
    if found.interrupted:
        err.print(f"stopped after {found.saved} of {config['epochs']} epochs; what is done is kept")
    if found.stopped_early:
        err.print(f"stopped early after {found.saved} epochs: nothing better came (--early-stop)")
    if found.skipped:
        err.print(f"{found.skipped} epochs left out: their parameters had been tried before")
    as_json = config.get("print_json", False)
    if watch.rows:
        (err if as_json else out).print(_table(watch.rows, config["stake_currency"]))
    if found.best is None:
        _show_nothing(found, watch, config, err)
    else:
        words = told(*found.best, config["epochs"], as_json=as_json)
        out.print(words, markup=False, highlight=False, soft_wrap=True, end="")
    show_callback_errors(watch.callback_errors)
    if watch.path is not None:
        err.print(loop_words(watch.path), markup=False, highlight=False, soft_wrap=True)
    if found.saved:
        err.print(f"results: {found.path} (seed {found.seed})", soft_wrap=True)
    if found.exported is not None:
        err.print(f"parameters: {found.exported}", soft_wrap=True)


def _show_nothing(found: Found, watch: Watch, config: dict[str, Any], err: Console) -> None:
    if not found.saved:
        err.print("no epoch was finished")
    elif not watch.trading:
        err.print(
            f"none of {found.saved} epochs closed a trade: widen the spaces, "
            "or look at the strategy's entry conditions"
        )
    else:
        err.print(
            f"none of {found.saved} epochs is any good to {config['hyperopt_loss']}: each closed "
            f"fewer than {config['hyperopt_min_trades']} trades (--min-trades), "
            "or its objective is 100 or worse"
        )


def _table(rows: list[tuple[Place, float, dict[str, Any]]], currency: str) -> Table:
    left = len(rows) - _SHOWN_AT_MOST
    title = f"Epochs, each better than all before it{f' (the last {_SHOWN_AT_MOST})' * (left > 0)}"
    if not all(place.is_best for place, _, _ in rows):
        title, left = "Epochs", 0
    table = Table(title=title, title_justify="left")
    for name in ("", "epoch", "objective", "trades", "win/draw/loss", "avg profit"):
        table.add_column(name, justify="right" if name else "left")
    for name in ("profit", f"profit {currency}", "avg duration", "max drawdown"):
        table.add_column(name, justify="right")
    for place, loss, shown in rows[max(left, 0) :]:
        table.add_row(
            ("* " if place.is_initial_point else "") + ("best" if place.is_best else ""),
            str(place.number),
            "–" if loss == 100_000 else f"{loss:,.5f}",  # noqa: PLR2004 - Freqtrade's worst
            f"{shown['total_trades']:,}",
            f"{shown['wins']}/{shown['draws']}/{shown['losses']}",
            f"{shown['profit_mean']:.2%}",
            f"{shown['profit_total']:.2%}",
            f"{shown['profit_total_abs']:,.8g}",
            str(shown["holding_avg"]),
            f"{shown['max_drawdown_account']:.2%}",
        )
    return table
