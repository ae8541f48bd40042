"""Random reviews: a comfortable one, with one or two things brought to the edge of a limit."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.guardrails.asking import (
    BTC,
    ETH,
    INSTRUMENT,
    LIMITS,
    NOON,
    SECOND,
    SOL,
    D,
    market,
    signal,
    standing,
)  # fmt: skip

from tidegate.model import Direction, Effect, Pair, TradingState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from tidegate.guardrails import Limits, Market, Standing
    from tidegate.model import Signal

NAN, INFINITE = D("NaN"), D("Infinity")
TINY = D("1E-8")
EITHER = (True, False)


@dataclass
class Scene:
    """What is changed of the comfortable review."""

    rng: random.Random
    signal: dict[str, Any] = field(default_factory=dict)
    standing: dict[str, Any] = field(default_factory=dict)
    market: dict[str, Any] = field(default_factory=dict)
    instrument: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    proposed: Any = None
    now: int = NOON

    def near(self, value: Decimal, step: Decimal = TINY) -> Decimal:
        """Return a value at an edge, just beside it, or well away."""
        return value + self.rng.choice((-1, 0, 0, 1)) * step * self.rng.choice((1, 1, 100))

    def count(self, value: int) -> int:
        return value + self.rng.choice((-1, 0, 1))

    def time(self, value: int) -> int:
        return value + self.rng.choice((-SECOND, -1, 0, 1, SECOND))

    def any(self, *values: Any) -> Any:  # noqa: ANN401 - whatever is put in
        return self.rng.choice(values)


@dataclass(frozen=True)
class Case:
    signal: Signal
    standing: Standing
    market: Market
    limits: Limits
    proposed: Decimal | None
    now: int


def names(scene: Scene) -> None:
    name = scene.any("id", "source", "account", "strategy", "pair", "position")
    scene.signal[name] = scene.any("", None, 7, "a\nb", "x" * 255, "x" * 256, "a:b", "\ud800", "é")


def notes(scene: Scene) -> None:
    name = scene.any("tag", "correlation")
    scene.signal[name] = scene.any(
        "", None, 7, "a\nb", "x" * 255, "x" * 256, "a\0b", "\ud800", "\udfff", "é"
    )


def kinds(scene: Scene) -> None:
    scene.signal[scene.any("direction", "effect")] = scene.any("long", "reduce", None, 1)


def numbers(scene: Scene) -> None:
    name = scene.any("amount", "price", "leverage")
    scene.signal[name] = scene.any(
        NAN, D("sNaN"), INFINITE, -INFINITE, D(0), D(-1), 1, 1.0, *EITHER, "1", float("nan"),
        D("1E+20"), D("1.01E+20"), D("1E-20"), D("9E-21"), D("1E+999999"), D("0.99"), D(1),
    )  # fmt: skip


def times(scene: Scene) -> None:
    scene.signal[scene.any("made_ns", "expires_ns")] = scene.any(
        -1, 0, None, 1.5, *EITHER, "now", 2**63, 2**63 - 1, 10**400, NOON - 1, NOON, NOON + 1
    )


def accounts(scene: Scene) -> None:
    scene.standing["account"] = scene.any("paper", "live", "")
    scene.standing["known"] = scene.any(*EITHER, *EITHER, *EITHER[:1])


def instruments(scene: Scene) -> None:
    if scene.rng.random() < 0.3:
        scene.market["instrument"] = None
    elif scene.rng.random() < 0.4:
        scene.instrument["pair"] = Pair.parse(ETH)
    else:
        name = scene.any(
            "price_step", "amount_step", "min_amount", "min_cost", "taker_fee", "most_leverage"
        )
        scene.instrument[name] = scene.any(NAN, INFINITE, D(-1), D(0), D(1))


def duplicates(scene: Scene) -> None:
    scene.standing["seen"] = frozenset(scene.any(["strategy:17"], ["strategy:18"], ["redis:17"]))


def mistaken(scene: Scene) -> None:
    """A position that may be another one than the signal means."""
    scene.standing["held"] = scene.any(D(0), D(1))
    scene.standing["is_new"] = scene.any(*EITHER)
    scene.standing["pair"] = scene.any(BTC, BTC, ETH, "")
    scene.standing["direction"] = scene.any(Direction.LONG, Direction.LONG, Direction.SHORT, None)
    scene.signal["effect"] = scene.any(Effect.INCREASE, Effect.REDUCE)


def adding(scene: Scene) -> None:
    """A position that is held and added to."""
    scene.standing |= {"is_new": False, "held": D(1), "pair": BTC, "direction": Direction.LONG}


def reducing(scene: Scene) -> None:
    scene.standing |= {"is_new": False, "pair": BTC, "direction": Direction.LONG}
    scene.standing["held"] = scene.any(D(0), D(1), D("2.00000001"), D(50))
    scene.standing["offered"] = scene.any(D(0), D(1), D("2.00000001"), D(49))
    scene.signal["effect"] = Effect.REDUCE
    scene.signal["amount"] = scene.any(None, D(1), D("0.00000001"), D(51))


def switches(scene: Scene) -> None:
    name = scene.any("breaker", "latched", "state")
    scene.standing[name] = scene.any(*TradingState) if name == "state" else scene.any("", "tripped")


def signal_ages(scene: Scene) -> None:
    age = scene.any(LIMITS.max_signal_age_s, -LIMITS.max_clock_skew_s) * SECOND
    scene.signal["made_ns"] = scene.time(NOON - age)


def expiries(scene: Scene) -> None:
    scene.signal |= {"made_ns": NOON - 2 * SECOND, "expires_ns": scene.time(NOON)}


def prices(scene: Scene) -> None:
    scene.market["price"] = scene.any(None, NAN, INFINITE, D(0), D(-1), D(1), D(100))
    scene.signal["price"] = scene.any(None, D(100))


def price_ages(scene: Scene) -> None:
    age = scene.any(LIMITS.max_price_age_s, -LIMITS.max_price_age_s) * SECOND
    scene.market["price_ns"] = scene.time(NOON - age)


def differing(scene: Scene) -> None:
    scene.standing["differing"] = frozenset(scene.any([BTC], [ETH], [ETH, BTC]))


def unresolved(scene: Scene) -> None:
    scene.standing["unresolved"] = frozenset(scene.any([BTC], [ETH], [ETH, BTC]))


def equities(scene: Scene) -> None:
    scene.standing[scene.any("equity", "free")] = scene.any(NAN, INFINITE, D(0), D(-5), D(10_000))
    if scene.rng.random() < 0.3:
        scene.standing["equity"] = None


def falls(scene: Scene) -> None:
    name, high, low = scene.any(
        ("peak", 10_000, 8_000), ("week_start", 10_000, 9_000), ("day_start", 10_000, 9_500)
    )
    worth = scene.near(D(low))
    scene.standing |= dict.fromkeys(("day_start", "week_start", "peak"), worth)
    scene.standing |= {"equity": worth, name: D(high)}


def broke(scene: Scene) -> None:
    worth = scene.any(D(0), D(-1), D(1))
    scene.standing |= dict.fromkeys(("day_start", "week_start", "peak", "equity"), worth)
    scene.standing["profit_today"] = scene.any(D(0), D(1), D(-1))
    scene.standing[scene.any("day_start", "week_start", "peak")] = scene.any(D(0), D(-1), worth)


def losses(scene: Scene) -> None:
    scene.standing["profit_today"] = scene.near(scene.any(D(-300), D(0), D(300)))
    scene.standing["losses_in_row"] = scene.count(LIMITS.max_losses_in_row)


def rates(scene: Scene) -> None:
    number = scene.count(LIMITS.max_orders_per_second)
    oldest = scene.time(NOON - SECOND)
    recent = sorted(scene.rng.randint(NOON - SECOND // 2, NOON) for _ in range(number - 1))
    scene.standing["approvals_ns"] = [NOON - 9 * SECOND, oldest, *recent][scene.any(0, 1) :]


def hours(scene: Scene) -> None:
    midnight = NOON - 12 * 3600 * SECOND
    days = scene.any(0, 0, 1, 3, 4, 5)
    minute = scene.any(8 * 60, 20 * 60, 12 * 60, 0)
    scene.now = scene.time(midnight + (days * 1440 + minute) * 60 * SECOND)
    scene.signal |= {"made_ns": scene.now, "expires_ns": scene.now + SECOND}
    scene.market["price_ns"] = scene.now


def rests(scene: Scene) -> None:
    name, rest = scene.any(
        ("last_exit_ns", LIMITS.cooldown_s), ("last_stop_ns", LIMITS.stop_cooldown_s)
    )
    scene.standing[name] = {scene.any(BTC, BTC, ETH): scene.time(NOON - rest * SECOND)}
    if scene.rng.random() < 0.2:
        scene.limits |= {"cooldown_s": 0, "stop_cooldown_s": 0}
        scene.standing[name] = {BTC: NOON + SECOND}


def counts(scene: Scene) -> None:
    scene.standing["entries_today"] = scene.any(0, scene.count(LIMITS.max_trades_per_day))
    scene.standing["positions"] = scene.any(0, scene.count(LIMITS.max_positions))


def shorts(scene: Scene) -> None:
    scene.signal["direction"] = Direction.SHORT
    scene.instrument["can_short"] = scene.any(*EITHER)
    scene.signal["price"] = scene.any(None, D(96), D(104))


def leverages(scene: Scene) -> None:
    scene.signal["leverage"] = scene.any(D(1), D(2), scene.near(D(3)), D("5.5"))
    scene.instrument["most_leverage"] = scene.any(D(2), D(5))


def filters(scene: Scene) -> None:
    scene.market["volatility"] = scene.any(
        None, 0.25, 0.2500001, 0.2499999, float("nan"), float("inf"), 0.0
    )
    scene.market["volume"] = scene.any(None, NAN, INFINITE, scene.near(D(1_000_000)))
    scene.limits |= scene.any({}, {}, {}, {"max_volatility": None}, {"min_volume": None})


def proposals(scene: Scene) -> None:
    scene.signal["amount"] = None
    scene.proposed = scene.any(
        None, NAN, INFINITE, D(0), D(-1), D(1), D("1E+21"), 1, D("1E-20"), D("1E+20")
    )


def steps(scene: Scene) -> None:
    scene.signal["amount"] = scene.any(D("1.001"), D("1.0005"), D("0.01"), D("0.009"))
    scene.signal["price"] = scene.any(None, D("100.01"), D("100.005"))
    scene.instrument |= scene.any({}, {"amount_step": D(0)}, {"price_step": D(0)})


def least(scene: Scene) -> None:
    scene.instrument |= {"amount_step": D(0), "price_step": D(0)}
    scene.signal["amount"] = scene.near(scene.any(D("0.01"), D("0.05")))
    scene.instrument["min_amount"] = scene.any(D("0.01"), D(0))
    scene.signal["price"] = scene.any(None, D(101))


def collars(scene: Scene) -> None:
    scene.instrument["price_step"] = D(0)
    scene.signal["price"] = scene.near(scene.any(D(95), D(105)))


def notionals(scene: Scene) -> None:
    scene.instrument["amount_step"] = D(0)
    scene.signal["amount"] = scene.near(D(10))


def balances(scene: Scene) -> None:
    leverage = scene.any(D(1), D(2))
    scene.signal["leverage"] = leverage
    scene.standing["free"] = scene.near(D(100) / leverage + D("0.1") + D(100))


def exposures(scene: Scene) -> None:
    own, other, third = scene.any(
        (2400, 0, 0), (0, 7400, 0), (0, 3700, 3700), (0, 9900, 0), (100, 4000, 5800), (0, 14_800, 0)
    )
    held = {BTC: D(own), ETH: D(other), SOL: D(third)}
    edge = scene.any(BTC, ETH, SOL)
    held[edge] = max(scene.near(held[edge]), D(0))
    scene.standing["exposure"] = {pair: value for pair, value in held.items() if value}
    scene.market["correlations"] = {
        pair: scene.any(1.0, 1.0, -1.0, 0.5, -0.5, 0.0, 2.0, -2.0, float("nan"), 0.75)
        for pair in (BTC, ETH, SOL)
        if scene.rng.random() < 0.8
    }
    if scene.rng.random() < 0.3:
        held = {ETH: scene.near(D(7400)), SOL: D(2400)}
        scene.standing["exposure"], scene.market["correlations"] = held, {ETH: 1.0, SOL: 0.0}
    scene.limits |= scene.any({}, {"max_total_exposure": D(2)})


SITUATIONS: Sequence[Callable[[Scene], None]] = (
    names, notes, kinds, numbers, times, accounts, instruments, duplicates, mistaken, adding,
    reducing, switches, signal_ages, expiries, prices, price_ages, unresolved, differing,
    equities, falls, broke, losses, rates, hours, rests, counts, shorts, leverages, filters,
    proposals, steps, least, collars, notionals, balances, exposures,
)  # fmt: skip


def case(rng: random.Random) -> Case:
    """Return a random review: mostly one thing at an edge, sometimes two or three."""
    scene = Scene(rng)
    for situation in rng.sample(SITUATIONS, rng.choice((0, 1, 1, 1, 1, 2, 2, 3))):
        situation(scene)
    instrument = replace(INSTRUMENT, **scene.instrument)
    return Case(
        signal(**scene.signal),
        standing(**scene.standing),
        market(**({"instrument": instrument} | scene.market)),
        replace(LIMITS, **scene.limits) if scene.limits else LIMITS,
        scene.proposed,
        scene.now,
    )


def cases(seed: int, count: int) -> list[Case]:
    rng = random.Random(seed)  # noqa: S311 - chance for a test, not a secret
    return [case(rng) for _ in range(count)]
