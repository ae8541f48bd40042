"""A backtest: a strategy over the candles of many pairs that share one wallet."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tidegate.errors import Code, DefectError, OptionError
from tidegate.feeds import History, TimeRange
from tidegate.kernel import Simulation, Wallet, make_ready
from tidegate.model import Sizing, SizingKind
from tidegate.research.realism import PROFILES, Slippage
from tidegate.strategies import PairMarket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tidegate.feeds import Gaps, Loaded
    from tidegate.kernel import Venue
    from tidegate.model import Outcome, Plan, Rules, Timeframe
    from tidegate.strategies import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a backtest is asked to do. Fees are a fraction a side; None means the profile's own."""

    strategy: Strategy
    pairs: Sequence[str]
    currency: str
    timeframe: Timeframe
    datadir: Path
    timerange: TimeRange
    wallet: float = 1000.0
    stake: float | None = None
    """A fixed stake; None: the strategy's own sizing."""
    share_equally: bool = False
    """Whether the wallet is divided by the slots, whatever the strategy's sizing."""
    max_open_trades: int | None = None
    tradable_ratio: float = 0.99
    realism: str = "standard"
    fee: float | None = None
    slippage: Slippage | None = None
    gaps: Gaps | None = None
    runner: Callable[[Simulation], Outcome] | None = None
    """What runs the plans; None: the compiled loop."""
    keep_columns: bool = False
    """Whether plans keep their indicator values, for charts; they take most of the memory."""

    @property
    def venue(self) -> Venue:
        """What is assumed of the market."""
        venue = PROFILES[self.realism].venue
        return venue if self.fee is None else venue._replace(fee=self.fee)

    @property
    def slippage_model(self) -> Slippage:
        """The slippage asked for, or the profile's."""
        return self.slippage or Slippage.parse(PROFILES[self.realism].slippage)

    @property
    def rules(self) -> Rules:
        """The strategy's rules, with the sizing and slots asked for."""
        rules = self.strategy.rules
        if self.stake is not None:
            rules = replace(rules, sizing=Sizing(kind=SizingKind.FIXED, value=self.stake))
        elif self.share_equally:
            rules = replace(rules, sizing=Sizing())
        return rules

    @property
    def slots(self) -> int:
        """How many positions may be open at once."""
        return self.max_open_trades or self.rules.max_open_trades or len(self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """How long each part took."""

    prepare: float
    """Compiling the rules, or loading what was compiled before; once a process."""
    load: float
    indicators: float
    simulate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a request."""

    request: Request
    outcome: Outcome
    plans: Sequence[Plan]
    provenance: Sequence[str]
    filled: int
    """Candles that were missing and filled, over all pairs."""
    seconds: Seconds


def backtest(request: Request, progress: Callable[[str, str], None] | None = None) -> Result:
    """Run a backtest. `progress` is told each stage and what it has reached."""
    require_affordable(request)
    _require_held(request)
    tell = progress or (lambda _stage, _what: None)
    strategy, timeframe = request.strategy, request.timeframe
    others = strategy.others_for(timeframe)
    tell("prepare", "")
    begun = time.perf_counter()
    make_ready()
    started = time.perf_counter()
    warmup = strategy.warmup(timeframe)
    history = History(
        datadir=request.datadir,
        timerange=request.timerange,
        startup=warmup,
        gaps=request.gaps or PROFILES[request.realism].gaps,
    )
    loaded = history.load_all(request.pairs, timeframe, lambda pair: tell("load", pair))
    longer = [_longer(history, base, others) for base in loaded]
    loaded_at = time.perf_counter()
    plans = []
    for base, beside in zip(loaded, longer, strict=True):
        market = PairMarket(
            base=base.candles,
            others={other.candles.timeframe: other.candles for other in beside},
        )
        plan = strategy.plan(market)
        plans.append(plan if request.keep_columns else replace(plan, columns={}))
        tell("indicators", base.candles.pair)
    planned_at = time.perf_counter()
    tell("simulate", "")
    simulation = Simulation(
        plans=plans,
        rules=request.rules,
        currency=request.currency,
        wallet=Wallet(request.wallet, request.tradable_ratio, request.slots),
        venue=request.venue,
        frictions=[request.slippage_model.friction(plan.candles) for plan in plans],
    )
    read = simulation.run().outcome if request.runner is None else _read(request.runner, simulation)
    simulated_at = time.perf_counter()
    return Result(
        request=request,
        outcome=read(),
        plans=plans,
        provenance=_provenance(longer),
        filled=sum(part.filled for part in loaded),
        seconds=Seconds(
            prepare=started - begun,
            load=loaded_at - started,
            indicators=planned_at - loaded_at,
            simulate=simulated_at - planned_at,
        ),
    )


def _read(runner: Callable[[Simulation], Outcome], simulation: Simulation) -> Callable[[], Outcome]:
    """Run plans and return what gives their outcome, as a run of the compiled loop does."""
    outcome = runner(simulation)
    return lambda: outcome


def _longer(history: History, base: Loaded, others: Sequence[Timeframe]) -> list[Loaded]:
    """Load the longer timeframes that a strategy looks at beside its own candles."""
    own = base.candles.timeframe
    return [
        history.other(
            base.candles.pair,
            other,
            base=own,
            startup=-(-history.startup * own.minutes // other.minutes) + 1,
        )
        for other in others
    ]


def _provenance(longer: Sequence[Sequence[Loaded]]) -> list[str]:
    """Say once for each longer timeframe how its candles were come by."""
    lines = []
    for other in (other for beside in longer for other in beside):
        resampled = other.provenance.startswith("resampled")
        how = other.provenance if resampled else "read from their own files"
        lines.append(f"{other.candles.timeframe} candles {how}")
    return list(dict.fromkeys(lines))


def _require_held(request: Request) -> None:
    """Refuse to run a strategy that brings limits along without what would hold it to them."""
    if request.strategy.limits and request.runner is None:
        message = (
            f"{request.strategy.name} brings limits of its own, and the compiled loop knows none: "
            "give the request a runner, as runtime.replay does"
        )
        raise DefectError(message)


def require_affordable(request: Request) -> None:
    """Refuse a fixed stake that the wallet can never pay."""
    sizing = request.rules.sizing
    tradable = request.wallet * request.tradable_ratio
    if sizing.kind is SizingKind.FIXED and sizing.value > tradable:
        where = (
            "--stake" if request.stake is not None else f"{request.strategy.name}: position size"
        )
        raise OptionError(
            Code.STAKE_OVER_WALLET,
            "the stake is larger than what the wallet may spend",
            where=where,
            expected=f"at most {tradable:g} {request.currency}: "
            f"{request.tradable_ratio:.0%} of a wallet of {request.wallet:g}",
            found=f"{sizing.value:g} {request.currency}",
            remedy="lower the stake, or raise --wallet",
        )
