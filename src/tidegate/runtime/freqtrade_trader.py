"""One strategy written for Freqtrade trading: Freqtrade's own code decides, the engine places."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from tidegate.engine.events import Kept
from tidegate.engine.keeper import WalkKeeper
from tidegate.errors import DefectError
from tidegate.model import Timeframe
from tidegate.runtime.kept_walk import FREQTRADES as KIND
from tidegate.runtime.kept_walk import require_fit, require_kind, without_history
from tidegate.runtime.recorded_feed import Feed, Wanted
from tidegate.runtime.shown_rows import shown
from tidegate.strategies import OwnLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tidegate.engine.driver import Driver
    from tidegate.engine.ports import CandleBroker
    from tidegate.freqtrade.paper import Paper
    from tidegate.freqtrade.paper_analysis import Analysis
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.kernel.walk.run import Walk

_VERSION: Final = 1
_MOST_CLOSED: Final = 2_000
_PACKED: Final = 3  # how hard to press: this is quick, and leaves a tenth


class FreqtradeFeed(Feed):
    """The candles that Freqtrade has read."""

    def __init__(self, paper: Paper, *, grows: bool) -> None:
        """Show what is known of a strategy's candles. `grows`: files are followed."""
        wanted = Wanted(
            pairs=tuple(paper.pairs),
            timeframe=Timeframe.parse(paper.timeframe),
            others=(),
            warmup=paper.startup,
        )
        super().__init__(wanted)
        self._paper, self._grows = paper, grows
        self._start_ns = paper.known.start_ns
        self.since_ns = 0
        """From when on candles have not been acted on."""
        self._show()

    def _files(self) -> Iterator[Path]:
        return self._paper.files()

    def _show(self) -> None:
        self._base |= self._paper.known.candles
        self._others = {pair: {} for pair in self.wanted.pairs}

    def read(self) -> None:
        """Have Freqtrade read its files, and the strategy look at what is new in them."""
        self._marks = self._look()
        self._paper.look_again(self.since_ns)
        self._show()

    def start_ns(self) -> int:
        """Return when the first candle closes that the strategy may decide on."""
        return self._start_ns

    def end_ns(self) -> int:
        """Return when the last candle closes: of any pair in a replay, of all where files grow."""
        return super().end_ns() if self._grows else self._paper.known.end_ns


class FreqtradeTrader:
    """Carries a Freqtrade strategy through time, a closed candle at a time."""

    def __init__(self, name: str, paper: Paper, *, grows: bool) -> None:
        """Begin with nothing decided. `grows`: its candle files are followed."""
        self.name = name
        self.paper = paper
        self.can_short = False
        self.limits = OwnLimits()
        self.feed = FreqtradeFeed(paper, grows=grows)
        self.walked_ns = 0
        """Up to when candles have been acted on."""
        self.walk: Walk | None = None
        self.keeper: WalkKeeper | None = None
        self._grows = grows
        self._told: dict[str, int] = {}
        """Up to when the walk has each pair's rows."""
        self._given: Analysis | None = None
        """The latest analysis that it has been given the rows of."""
        self.most_closed = _MOST_CLOSED
        """How many trades that have ended are kept for a restart."""
        self._placed = 0
        """Orders placed by the time that everything was last kept."""

    def begin(
        self, driver: Driver, broker: CandleBroker, clock: Callable[[int], int], body: str | None
    ) -> None:
        """Start to walk where the feed begins, or where it was kept."""
        paper = self.paper
        kept = _read(body, self.name) if body is not None else None
        if kept is not None:
            require_fit(self.name, kept["walk"], paper.pairs, paper.step_ns)
        self.walked_ns = self.feed.begin_ns() if kept is None else kept["walked_ns"]
        self.feed.since_ns = self.walked_ns
        self._told, self._given = dict.fromkeys(paper.pairs, self.walked_ns), None
        keeper = self.keeper = WalkKeeper(driver, broker, self.name, clock)
        with paper.on_stage():
            walk = self.walk = paper.set_out(self.walked_ns, kept)
            if kept is not None:
                walk.load(kept["walk"])
            answers = paper.answer(kept)
            handler = keeper.attach(walk, paper.pairs, paper.tags, answers)
            if kept is not None:
                keeper.take_up(walk)
            walk.begin(handler)

    def close(self, now_ns: int) -> None:
        """Act on the candles that have closed by now."""
        walk, _ = self._begun()
        if now_ns <= self.walked_ns:
            return
        if self._given is not self.paper.known:
            walk.extend([self._later(pair) for pair in self.paper.pairs])
            self._given = self.paper.known
        with self.paper.on_stage():
            finished = walk.advance(now_ns)
        self._raise_failure()
        if not finished:
            message = f"the walk of {self.name} stopped without a reason"
            raise DefectError(message)
        self.walked_ns = self.feed.since_ns = now_ns

    def _later(self, pair: str) -> PairRows:
        """Return the rows of a pair that its walk has not been given; it walks none too soon."""
        since, step = self._told[pair], self.paper.step_ns
        rows = self.paper.rows(pair)
        until = int(rows.time[-1]) + step if len(rows.time) else since
        self._told[pair] = max(since, until)
        return shown(rows, since, self._told[pair], step)

    def _raise_failure(self) -> None:
        failure = self.paper.failure or (self.keeper.failure if self.keeper is not None else None)
        if failure is not None:
            raise failure

    def catch_up(self, until_ns: int) -> None:
        """Act on all candles that closed by a time before a restart; it is in the journal."""
        step = self.paper.step_ns
        last = self.walked_ns + max(until_ns - self.walked_ns, 0) // step * step
        self.close(min(last, self.feed.end_ns()))

    def settle(self, now_ns: int) -> bool:
        """Let the walk know what others have done; tell if all has to be kept now.

        Of files that grow, it has to be wherever there was an order: callbacks may look at a
        clock or a network, and would not say the same again after a crash.
        """
        walk, keeper = self._begun()
        found = False
        if walk.memory.tally.opened:
            with self.paper.on_stage():
                found = keeper.settle(walk, now_ns)
            self._raise_failure()
        return found or (self._grows and keeper.placed != self._placed)

    def kept(self, now_ns: int) -> Kept:
        """Return what has to be known to go on after a restart.

        Trades that have ended are part of it: callbacks and protections look back on them.
        """
        walk, keeper = self._begun()
        with self.paper.on_stage():
            saved, state = walk.save(), self.paper.kept()
        if len(saved["closed"]) > self.most_closed:
            saved = without_history(saved, self.most_closed)
            known = set(saved["positions"]["id"])
            state["custom_data"] = [each for each in state["custom_data"] if each[0] in known]
        state["walk"] = saved
        self._placed = keeper.placed
        body = {
            "version": _VERSION,
            "kind": KIND,
            "walked_ns": self.walked_ns,
            "packed": _packed(state),
        }
        return Kept(strategy=self.name, body=json.dumps(body), time_ns=now_ns)

    def news(self) -> Sequence[str]:
        """Return what its callbacks have raised, and what Freqtrade warns of, each kind once."""
        return self.paper.news()

    def leave(self) -> None:
        """Give Freqtrade's objects back."""
        self.paper.leave()

    def _begun(self) -> tuple[Walk, WalkKeeper]:
        if self.walk is None or self.keeper is None:
            message = f"{self.name} was not begun"
            raise DefectError(message)
        return self.walk, self.keeper


def _packed(state: dict[str, Any]) -> str:
    """Return a state as text: the columns of a thousand trades are much alike."""
    return base64.b64encode(zlib.compress(json.dumps(state).encode(), _PACKED)).decode()


def _read(body: str, name: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(body)
    require_kind(name, KIND, kept)
    if kept.get("version") != _VERSION:
        message = f"a strategy was kept in a way that is not known: version {kept.get('version')}"
        raise DefectError(message)
    return {**kept, **json.loads(zlib.decompress(base64.b64decode(kept["packed"])))}
