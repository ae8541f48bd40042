"""One strategy trading: its decisions as candles close, and its walk that acts on them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tidegate.engine.events import Kept
from tidegate.engine.keeper import ENGINE_BITS, WalkKeeper
from tidegate.errors import DefectError
from tidegate.kernel.walk.layout import PLAN_REASONS
from tidegate.kernel.walk.plans import open_walk, rows_of_plan
from tidegate.kernel.walk.run import Course
from tidegate.model import DAY_NS, SizingKind
from tidegate.runtime.kept_walk import OWN, require_fit, require_kind, without_history
from tidegate.runtime.shown_rows import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tidegate.engine.driver import Driver
    from tidegate.engine.ports import CandleBroker
    from tidegate.kernel import Venue, Wallet
    from tidegate.kernel.walk.rows import PairRows
    from tidegate.kernel.walk.run import Walk
    from tidegate.model import Rules
    from tidegate.research.realism import Slippage
    from tidegate.runtime.recorded_feed import Feed
    from tidegate.strategies import OwnLimits, PairMarket, Strategy

_CENTURY_NS: Final = 36_525 * DAY_NS
_WINDOWS: Final = 4  # how many warm-ups a decision looks back on
_LEAST_WINDOW: Final = 500
_MOST_WALKED: Final = 500
_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A strategy, what it trades, and what it may use."""

    name: str
    strategy: Strategy
    rules: Rules
    wallet: Wallet
    venue: Venue
    slippage: Slippage


class Trader:
    """Carries a strategy through time, a closed candle at a time."""

    def __init__(self, job: Job, feed: Feed) -> None:
        """Begin with nothing decided."""
        self.job = job
        self.feed = feed
        self._step = feed.wanted.timeframe.ns
        self._tags: list[str] = list(PLAN_REASONS)
        self._told: dict[str, int] = {}
        """Up to when the walk has each pair's rows; it walks none before its time."""
        self._walk: Walk | None = None
        self.keeper: WalkKeeper | None = None
        self.walked_ns = 0
        """Up to when candles have been acted on."""
        self.most_walked = _MOST_WALKED
        """How many candles a walk may have behind it, whose rows it keeps."""

    @property
    def name(self) -> str:
        """What its positions are called by."""
        return self.job.name

    @property
    def can_short(self) -> bool:
        """Whether it sells what it does not have."""
        return self.job.rules.can_short

    @property
    def limits(self) -> OwnLimits:
        """The limits that it brings along."""
        return self.job.strategy.limits

    def begin(
        self, driver: Driver, broker: CandleBroker, clock: Callable[[int], int], body: str | None
    ) -> None:
        """Start to walk where the feed begins, or where it was kept."""
        kept = _read(body, self.name) if body is not None else None
        if kept is not None:
            require_fit(self.name, kept["walk"], self.feed.wanted.pairs, self._step)
        start_ns = self.walked_ns = self.feed.begin_ns() if kept is None else kept["walked_ns"]
        if kept is not None:
            self._tags[:] = kept["tags"]
            self._reach(start_ns)
        self._means, self._begun_ns = (driver, broker, clock), start_ns
        pairs = self.feed.wanted.pairs
        self._told = dict.fromkeys(pairs, start_ns)
        course = Course(
            rows=[self._first(pair, is_new=kept is None) for pair in pairs],
            candle_ns=self._step,
            start_ns=start_ns,
            end_ns=start_ns + _CENTURY_NS // self._step * self._step,
        )
        job = self.job
        walk = self._walk = open_walk(course, job.rules, job.venue, job.wallet)
        walk.memory.rules.callbacks = ENGINE_BITS
        keeper = self.keeper = self._keeper(driver, broker, clock)
        handler = keeper.attach(walk, pairs, self._tags, self._answers(walk))
        if kept is not None:
            walk.load(kept["walk"])
            keeper.take_up(walk)
        walk.begin(handler)

    def _reach(self, since_ns: int) -> None:
        """See that candles are there from a time on."""
        self.feed.reach(since_ns)

    def _first(self, pair: str, *, is_new: bool) -> PairRows:  # noqa: ARG002 - another kind's
        """Return the rows that a walk begins with."""
        return self._later(pair)

    def _keeper(
        self, driver: Driver, broker: CandleBroker, clock: Callable[[int], int]
    ) -> WalkKeeper:
        """Return what stands between the walk and the engine."""
        return WalkKeeper(driver, broker, self.name, clock)

    def _answers(self, walk: Walk) -> Callable[[int], int] | None:  # noqa: ARG002 - another kind's
        """Return what answers the walk's other questions: a plan has none."""
        return None

    def close(self, now_ns: int) -> None:
        """Act on the candles that have closed by now."""
        if now_ns <= self.walked_ns:
            return
        if min(self._told.values(), default=now_ns) < now_ns:
            self._tell(now_ns)
        walk, _ = self._begun()
        self._require(finished=walk.advance(now_ns))
        self.walked_ns = now_ns

    def _require(self, *, finished: bool) -> None:
        """Raise what has stopped the walk, if anything has."""
        _, keeper = self._begun()
        if keeper.failure is not None:
            raise keeper.failure
        if not finished:
            message = f"the walk of {self.job.name} stopped without a reason"
            raise DefectError(message)

    def catch_up(self, until_ns: int) -> None:
        """Act on all candles that closed by a time before a restart; it is in the journal."""
        last = self.walked_ns + max(until_ns - self.walked_ns, 0) // self._step * self._step
        self.close(min(last, self.feed.end_ns()))

    def settle(self, now_ns: int) -> bool:
        """Let the walk know what others have done to its positions; tell if that was anything."""
        walk, keeper = self._begun()
        return keeper.settle(walk, now_ns)

    def kept(self, now_ns: int) -> Kept:
        """Return what has to be known to go on after a restart."""
        walk, _ = self._begun()
        rules = self.job.rules
        looked_back = rules.sizing.window if rules.sizing.kind is SizingKind.KELLY else 0
        body = {
            "version": _VERSION,
            "walked_ns": self.walked_ns,
            "tags": self._tags,
            "walk": without_history(walk.save(), looked_back),
        }
        return Kept(strategy=self.job.name, body=json.dumps(body), time_ns=now_ns)

    def news(self) -> Sequence[str]:
        """Return nothing: a plan does what it says."""
        return ()

    def leave(self) -> None:
        """Follow no candles any more."""
        self.feed.leave()

    def _begun(self) -> tuple[Walk, WalkKeeper]:
        if self._walk is None or self.keeper is None:
            message = f"{self.job.name} was not begun"
            raise DefectError(message)
        return self._walk, self.keeper

    # decisions

    def _tell(self, now_ns: int) -> None:
        """Give the walk all rows that can be made by now."""
        if self.walked_ns - self._begun_ns >= self.most_walked * self._step:
            self._begin_anew()
        walk, _ = self._begun()
        walk.extend(
            [
                self._later(pair)
                if told_ns < now_ns
                else shown(known, told_ns, told_ns, self._step)
                for (pair, told_ns), known in zip(self._told.items(), walk.course.rows, strict=True)
            ]
        )

    def _begin_anew(self) -> None:
        """Go on with a walk that has none of the rows it has walked, as after a restart."""
        self.begin(*self._means, self.kept(self.walked_ns).body)

    def _later(self, pair: str) -> PairRows:
        """Return the rows behind those that the walk was told of.

        Each comes with what the candle before it has decided.
        """
        since = self._told[pair]
        until = self._told[pair] = max(self.feed.available_ns(pair), since)
        return shown(self._make(pair), since, until, self._step)

    def _make(self, pair: str) -> PairRows:
        """Make a plan of all candles that are known, and rows of it.

        What a plan says of a candle it says by that candle and those before it; rows are
        shown no sooner than their candles' time.
        """
        plan = self.job.strategy.plan(self._market(pair))
        plan = replace(plan, columns={}, warmup=0)
        rows = rows_of_plan(plan, self.job.slippage.friction(plan.candles), 0)
        base = len(PLAN_REASONS)
        numbers = np.array([self._number(tag) for tag in plan.tags], dtype=np.int32)

        def renumbered(tags: NDArray[np.int32]) -> NDArray[np.int32]:
            if not len(numbers):
                return tags
            return np.where(tags >= base, numbers[np.maximum(tags - base, 0)], tags)

        return replace(
            rows, enter_tag=renumbered(rows.enter_tag), exit_tag=renumbered(rows.exit_tag)
        )

    def _market(self, pair: str) -> PairMarket:
        """Return what a strategy decides on."""
        until = self.feed.available_ns(pair)
        return self.feed.market(pair, until, most=self._window(until))

    def _window(self, until_ns: int) -> int:
        """Return how many candles are looked back on: what is new, and enough to decide on it."""
        warmup = max(self.feed.wanted.warmup, 1)
        fresh = (until_ns - self.walked_ns) // self._step
        return max(_WINDOWS * warmup, _LEAST_WINDOW) + int(fresh)

    def _number(self, tag: str) -> int:
        """Return a tag's number, which it has had from the first time it occurred."""
        if tag not in self._tags:
            self._tags.append(tag)
        return self._tags.index(tag)


def _read(body: str, name: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(body)
    require_kind(name, OWN, kept)
    if kept.get("version") != _VERSION:
        message = f"a strategy was kept in a way that is not known: version {kept.get('version')}"
        raise DefectError(message)
    return kept
