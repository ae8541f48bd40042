"""Signals for the storm: mostly sensible, some mistaken, a few nonsense."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace
from tests.engine.storm.market import ACCOUNT, INSTRUMENTS, PAIRS, PRICES, SECOND, stepped

from tidegate.model import Direction, Effect, Signal

if TYPE_CHECKING:
    from random import Random

    from tests.engine.storm.naive import Naive

D = Decimal
_NONSENSE: Final[dict[str, tuple[Any, ...]]] = {
    "amount": (D("NaN"), D("Infinity"), D(-1), D(0), D("1E+30"), 1.5, "1"),
    "price": (D("sNaN"), D("-Infinity"), D(0), 100, []),
    "pair": (None, "", [], 7, "BTC\n/USDT"),
    "position": (None, "", {}, "p" * 256, "\ud800"),
    "leverage": (D(0), D("0.5"), D("NaN"), 2),
    "id": ("", None, "x" * 300, "a\x00b"),
    "source": ("", "a:b", 4),
    "tag": (None, "t" * 256, "\0"),
    "direction": ("long", "up", None),
    "effect": ("increase", "sell", None),
    "made_ns": (-1, 1.5, None, 2**63, True),
    "expires_ns": (0, "soon", None, 2**70),
    "account": ("", None),
}
NONSENSE: Final = tuple((field, value) for field, values in _NONSENSE.items() for value in values)


class Wishes:
    """Makes signals by chance."""

    def __init__(self, random: Random, prices: dict[str, Decimal]) -> None:
        self.random = random
        self.prices = prices
        self.number = 0
        self.earlier: list[Signal] = []

    def make(self, naive: Naive, now_ns: int) -> Signal:
        random = self.random
        if self.earlier and random.random() < 0.03:
            return self._again(now_ns)
        if naive.held and random.random() < 0.4:
            wish = self._for_held(naive, now_ns)
        else:
            wish = self._new(now_ns)
        if random.random() < 0.16:
            wish = self._mistaken(wish, now_ns)
        if random.random() < 0.02:
            field, value = random.choice(NONSENSE)
            wish = replace(wish, **{field: value})
        if random.random() < 0.1:
            self.earlier.append(wish)
        return wish

    def _again(self, now_ns: int) -> Signal:
        wish = self.random.choice(
            self.earlier[-40:] if self.random.random() < 0.8 else self.earlier
        )
        if self.random.random() < 0.3:
            wish = replace(wish, made_ns=now_ns, expires_ns=now_ns + 30 * SECOND)
        return wish

    def _new(self, now_ns: int) -> Signal:
        random = self.random
        pair = random.choice(tuple(PRICES)[:4])
        direction = Direction.SHORT if random.random() < 0.3 else Direction.LONG
        leverage = D(random.choice((1, 1, 1, 1, 2, 3)))
        return self._signal(
            pair, f"{pair}.{random.randrange(5)}", direction, Effect.INCREASE, leverage, now_ns
        )

    def _for_held(self, naive: Naive, now_ns: int) -> Signal:
        name = self.random.choice(tuple(naive.held))
        held = naive.held[name]
        effect = Effect.REDUCE if self.random.random() < 0.7 else Effect.INCREASE
        wish = self._signal(held.pair, name, held.direction, effect, held.leverage, now_ns)
        if effect is Effect.REDUCE:
            part = self.random.random()
            amount = None if part < 0.5 else stepped(held.amount * D(part), D("0.00000001"))
            wish = replace(wish, amount=amount or None)
            if self.random.random() < 0.6:
                wish = replace(wish, price=None)
        return wish

    def _signal(
        self,
        pair: str,
        position: str,
        direction: Direction,
        effect: Effect,
        leverage: Decimal,
        now_ns: int,
    ) -> Signal:
        random = self.random
        self.number += 1
        instrument = INSTRUMENTS[pair]
        price = self.prices[pair]
        worth = D(random.choice((20, 60, 100, 200, 280, 700)))
        amount = stepped(worth / price, instrument.amount_step)
        limit = None
        if random.random() < 0.4:
            away = D(random.randrange(-60, 61)) / 10_000
            limit = stepped(price * (1 + away), instrument.price_step)
        return Signal(
            id=f"w{self.number}",
            source=random.choice(("strategy", "strategy", "redis", "operator")),
            account=ACCOUNT,
            strategy=random.choice(("trend", "grid")),
            pair=pair,
            position=position,
            direction=direction,
            effect=effect,
            amount=None if random.random() < 0.06 else amount,
            price=limit,
            made_ns=now_ns,
            expires_ns=now_ns + 30 * SECOND,
            leverage=leverage,
            tag="stop_loss" if random.random() < 0.25 else "roi",
            correlation="" if random.random() < 0.5 else f"c{self.number}",
        )

    def _mistaken(self, wish: Signal, now_ns: int) -> Signal:
        random = self.random
        step = INSTRUMENTS[wish.pair].amount_step
        price = self.prices[wish.pair]
        worth = random.choice((D(3), D(5000)))
        changes: tuple[dict[str, Any], ...] = (
            {"pair": random.choice(PAIRS)},
            {"pair": random.choice(("XRP/EUR", "FOO/USDT"))},
            {"account": "other"},
            {"direction": random.choice(tuple(Direction))},
            {"leverage": D(random.choice((2, 3, 6)))},
            {"made_ns": now_ns - random.choice((2, 10, 100)) * SECOND},
            {"made_ns": now_ns + random.choice((1, 3, 60)) * SECOND, "expires_ns": 2**62},
            {"made_ns": now_ns - 50 * SECOND, "expires_ns": now_ns - SECOND},
            {"amount": step},
            {"amount": step * 100 + step / 3},
            {"amount": stepped(worth / price, step) or step},
            {"price": stepped(price * D("1.2"), INSTRUMENTS[wish.pair].price_step)},
            {"price": stepped(price * D("0.9"), INSTRUMENTS[wish.pair].price_step)},
            {"price": price + D("0.00000007")},
            {"effect": Effect.REDUCE, "amount": D(1000)},
            {"effect": Effect.REDUCE, "position": "nobody's"},
        )
        return replace(wish, **random.choice(changes))
