"""A Freqtrade strategy carried through time: its walk, its callbacks, and what is kept of both."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from freqtrade.data.history import get_datahandler
from freqtrade.enums import CandleType

from tidegate.errors import DefectError
from tidegate.freqtrade.callbacks.paper_provider import PaperView
from tidegate.freqtrade.callbacks.stage import Stage
from tidegate.freqtrade.paper_analysis import PaperBacktesting
from tidegate.freqtrade.quiet import heard, worth_telling
from tidegate.freqtrade.signals import without_rows
from tidegate.freqtrade.strategy_errors import users_code
from tidegate.kernel.walk.run import Course
from tidegate.model import DAY_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from freqtrade.exchange import Exchange

    from tidegate.freqtrade.callbacks import CallbackError, Desk
    from tidegate.freqtrade.paper_analysis import Analysis
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.kernel.walk.run import Walk

__all__ = ["Paper"]

_CENTURY_NS: Final = 36_525 * DAY_NS
_NS: Final = 1_000_000_000
_OF_A_BACKTEST: Final = "Moving start-date by "


class Paper:
    """One strategy. Whatever is done with its walk is done while it is on stage."""

    def __init__(self, config: dict[str, Any], exchange: Exchange, *, grows: bool) -> None:
        """Load a strategy and analyse its candles; `grows`: there will be more of them."""
        self._exchange = exchange
        self._stage = Stage()
        self._desk: Desk | None = None
        self._told: dict[str, None] = {}
        self._new: list[str] = []
        with self.on_stage():
            with users_code(config):
                self._bt = PaperBacktesting(config, exchange, grows=grows)
            self.known: Analysis = self._bt.analyse()
            self._tell(self._bt.remarks)
        self.pairs: list[str] = list(self.known.rows)

    @property
    def name(self) -> str:
        """The name of the strategy's class."""
        return str(self._bt.strategy.get_strategy_name())

    @property
    def strategy(self) -> Any:  # noqa: ANN401 - an IStrategy, which has no types
        """The strategy itself."""
        return self._bt.strategy

    @property
    def fee(self) -> float:
        """Fraction of its cost that an order pays."""
        return float(self._bt.fee)

    @property
    def step_ns(self) -> int:
        """The length of its candles."""
        return int(self._bt.timeframe_secs) * _NS

    @property
    def startup(self) -> int:
        """How many candles it looks back on before it decides."""
        return int(self._bt.required_startup)

    @property
    def timeframe(self) -> str:
        """The name of that length."""
        return str(self._bt.timeframe)

    @property
    def tags(self) -> list[object]:
        """All tags and reasons so far, by their numbers."""
        return self._bt.tags.known

    @property
    def failure(self) -> BaseException | None:
        """What stopped the walk, if it was not the engine."""
        return self._desk.failure if self._desk is not None else None

    @contextmanager
    def on_stage(self) -> Iterator[None]:
        """Have Freqtrade's own lists be this strategy's, and its log heard."""
        with self._stage, heard() as lines:
            yield
        self._tell(worth_telling(lines))

    def look_again(self, since_ns: int) -> None:
        """Read the files that have grown, and have what is new since a time analysed."""
        with self.on_stage():
            self.known = self._bt.analyse(since_ns)

    def rows(self, pair: str) -> PairRows:
        """Return what is known of a pair; none, where its file is gone."""
        return self.known.rows.get(pair) or without_rows(pair)

    def files(self) -> Iterator[Path]:
        """Return the candle files of its pairs, in its own timeframe."""
        handler = get_datahandler(self._bt.config["datadir"], self._bt.config["dataformat_ohlcv"])
        for pair in self.pairs:
            yield handler._pair_data_filename(  # noqa: SLF001 - the only one who knows
                self._bt.config["datadir"], pair, self.timeframe, CandleType.SPOT
            )

    # walking

    def set_out(self, start_ns: int, kept: Mapping[str, Any] | None) -> Walk:
        """Return a walk that begins at a time, with nothing in it yet, numbered as it was kept."""
        bt = self._bt
        if kept is not None:
            self._renumber(kept["tags"])
        step = self.step_ns
        course = Course(
            rows=[without_rows(pair) for pair in self.pairs],
            candle_ns=step,
            start_ns=start_ns,
            end_ns=start_ns + _CENTURY_NS // step * step,
        )
        walk, self._desk = bt.set_out(course, self.pairs, bt.tags.known, PaperView)
        walk.memory.rules.capture = 0  # nobody will draw it
        return walk

    def _renumber(self, tags: list[object]) -> None:
        """Give the tags of all rows the numbers that they had before."""
        new = self._bt.tags.after(tags)
        for rows in self.known.rows.values():
            for codes in (rows.enter_tag, rows.exit_tag):
                codes[:] = new[codes]

    def answer(self, kept: Mapping[str, Any] | None) -> Callable[[int], int]:
        """Begin to answer a walk that has been loaded; returns who hears its questions."""
        desk = self._at_desk()
        desk.begin()
        if kept is not None:
            desk.restore(kept)
        return desk.handler

    def kept(self) -> dict[str, Any]:
        """Return what has to be known to go on, beside the walk."""
        return {"tags": [_written_tag(tag) for tag in self.tags], **self._at_desk().kept()}

    def _at_desk(self) -> Desk:
        if self._desk is None:
            message = f"{self.name} was not begun"
            raise DefectError(message)
        return self._desk

    # what an operator should know

    def news(self) -> Sequence[str]:
        """Return new warnings, and exceptions of callbacks, each kind once."""
        if self._desk is not None:
            self._tell([_words(error) for error in self._desk.errors])
        found, self._new = self._new, []
        return found

    def _tell(self, lines: Sequence[str]) -> None:
        for line in lines:
            if line not in self._told and not line.startswith(_OF_A_BACKTEST):
                self._told[line] = None
                self._new.append(line)

    def leave(self) -> None:
        """Give Freqtrade's objects back, and part with the exchange."""
        with self._stage:
            if self._desk is not None:
                self._desk.end()
        self._exchange.close()


def _words(error: CallbackError) -> str:
    where = f" on {error.pair}" if error.pair else ""
    return f"{error.callback} raised {error.error}; first{where} at {error.time}, in {error.place}"


def _written_tag(tag: object) -> object:
    """Return a tag as JSON has it; what it has no word for is kept as text, as Freqtrade does."""
    return tag if tag is None or isinstance(tag, str | int | float | bool) else str(tag)
