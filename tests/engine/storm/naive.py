"""The account once more, folded from the journal's facts in the plainest way.

Nothing of the engine or the ledger is used here but their nouns: every figure that the gate is
shown is worked out anew, so that a verdict can be foretold and compared.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final

from tests.engine.storm.market import ACCOUNT, INSTRUMENTS, SECOND

from tidegate.engine import facts
from tidegate.guardrails import Market, Standing
from tidegate.model import Direction, Effect, Fill, Order, OrderKind, OrderState, OrderUpdate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.engine.events import Price
    from tidegate.guardrails import Limits
    from tidegate.model import Signal, TradingState

D = Decimal
ZERO: Final = D(0)
DAY: Final = 86_400 * SECOND
PLACES: Final = D("0.00000001")
WIDE: Final = Context(prec=200)
OVER: Final = {OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED}
STOPS: Final = {"stop_loss", "trailing_stop_loss", "stoploss_on_exchange", "liquidation"}


@dataclass
class Placed:
    order: Order
    state: OrderState = OrderState.APPROVED
    filled: Decimal = ZERO
    fills: set[str] = field(default_factory=set)
    leaving: bool = False

    @property
    def left(self) -> Decimal:
        return ZERO if self.state in OVER else self.order.amount - self.filled

    @property
    def is_increase(self) -> bool:
        return self.order.effect is Effect.INCREASE


@dataclass
class Held:
    pair: str
    direction: Direction
    leverage: Decimal
    amount: Decimal = ZERO
    cost: Decimal = ZERO
    bought: list[tuple[Decimal, Decimal]] = field(default_factory=list)
    """What is left of each purchase, and its price; oldest first."""
    flows: Decimal = ZERO
    """Paid in and out with fees and funding: what it has earned once nothing is held."""

    @property
    def sign(self) -> int:
        return 1 if self.direction is Direction.LONG else -1

    def take(self, amount: Decimal, *, fifo: bool) -> Decimal:
        """Take some out, and return what it had cost."""
        cost = self.cost * amount / self.amount
        if fifo:
            cost, left = ZERO, amount
            while left:
                there, price = self.bought.pop(0)
                part = min(there, left)
                cost += part * price
                left -= part
                if there > part:
                    self.bought.insert(0, (there - part, price))
        self.cost -= cost
        self.amount -= amount
        return cost


class Naive:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.told: dict[str, Price] = {}
        self.breaker = ""
        self.orders: dict[str, Placed] = {}
        self.live: dict[str, Placed] = {}
        self.held: dict[str, Held] = {}
        self.cash = ZERO
        self.ordered: set[str] = set()
        """Signals that became orders: they are never dealt with again."""
        self.denied: dict[str, int] = {}
        """Signals that were refused, and their end: they may be forgotten a day after it."""
        self.cut: set[str] = set()
        """Positions of which an increase was cancelled: a fill of it may still be heard of."""
        self.latest_ns = 0
        self.approvals: list[int] = []
        self.gains: list[tuple[int, Decimal]] = []
        """Since a latch was last lifted: (day, gain)."""
        self.openings: dict[int, int] = defaultdict(int)
        self.day = -1
        self.losses = 0
        self.exits: dict[str, int] = {}
        self.stops: dict[str, int] = {}
        self.peak = self.day_start = self.week_start = ZERO
        self.sampled_day = self.sampled_week = -1
        self.state: TradingState | str = "halted"
        self.flatten = False
        self.latched = ""
        self.fifo = False
        self.fresh = False
        """Whether the marks begin anew: a latch was just lifted."""
        self.trades = 0
        self.deposits = ZERO
        self.dust: dict[str, Decimal] = defaultdict(lambda: ZERO)
        self.differing: set[str] = set()

    # facts

    def fold(self, fact: Any, time_ns: int) -> None:  # noqa: ANN401 - one of the facts
        self.latest_ns = max(self.latest_ns, time_ns)
        with localcontext(WIDE):
            self._fold(fact, time_ns)

    def _fold(self, fact: Any, time_ns: int) -> None:  # noqa: ANN401, C901, PLR0912 - a case a fact
        match fact:
            case facts.Opened():
                self.fifo = fact.accounting == "fifo"
            case facts.Approval():
                self._approved(fact.order, time_ns)
            case facts.Denied():
                until = max(fact.expires_ns, self.denied.get(fact.signal, 0))
                self.denied[fact.signal] = until
            case Fill():
                self._filled(fact)
            case OrderUpdate():
                self._updated(fact)
            case facts.TakenBack():
                self.orders[fact.order].leaving = True
            case facts.Deposited():
                self._deposited(fact.amount)
            case facts.Funded():
                self._funded(fact, time_ns)
            case facts.Swept():
                self._swept(fact, time_ns)
            case facts.PairsHalted():
                self.differing.update(fact.pairs)
            case facts.PairsLifted():
                self.differing.clear()
                self.dust.clear()
            case facts.Sampled():
                self._sampled(fact, time_ns)
            case facts.Switched():
                self.state, self.flatten = fact.state, fact.flatten
            case facts.Commanded():
                self.fresh = False  # what was not known then keeps its old marks
            case facts.Latched():
                self._latched(fact)
            case _:
                pass

    def _approved(self, order: Order, time_ns: int) -> None:
        assert order.id not in self.orders, "a client id is used twice"
        self.orders[order.id] = self.live[order.id] = Placed(order)
        self.ordered.add(order.signal)
        self.approvals.append(time_ns)

    def _updated(self, said: OrderUpdate) -> None:
        placed = self.orders[said.order]
        placed.state = said.state
        if said.state is OrderState.CANCELLED and placed.is_increase:
            self.cut.add(placed.order.position)
        self._put_aside(said.order)

    def _put_aside(self, order: str) -> None:
        if self.orders[order].state in OVER:
            self.live.pop(order, None)

    def _filled(self, fill: Fill) -> None:
        placed = self.orders[fill.order]
        order = placed.order
        assert fill.id not in placed.fills, "a fill is booked twice"
        placed.fills.add(fill.id)
        placed.filled += fill.amount
        assert placed.filled <= order.amount, "more was filled than was ordered"
        if placed.filled == order.amount:
            placed.state = OrderState.FILLED
        elif placed.state in {OrderState.APPROVED, OrderState.UNRESOLVED}:
            placed.state = OrderState.OPEN
        self._put_aside(fill.order)
        day, value = fill.time_ns // DAY, fill.amount * fill.price
        self.day = max(self.day, day)
        held = self.held.get(order.position)
        if order.effect is Effect.INCREASE:
            if held is None:
                held = Held(order.pair, order.direction, order.leverage)
                self.held[order.position] = held
                self.openings[day] += 1
            held.amount += fill.amount
            held.cost += value
            held.bought.append((fill.amount, fill.price))
            gain = -fill.fee
        else:
            assert held is not None, "what is not held is sold"
            assert fill.amount <= held.amount, "more is sold than is held"
            cost = held.take(fill.amount, fifo=self.fifo)
            gain = held.sign * (value - cost) - fill.fee
        assert (held.pair, held.direction) == (order.pair, order.direction)
        assert held.leverage == order.leverage or order.effect is Effect.REDUCE
        paid = value if order.side == "buy" else -value
        self.cash -= paid + fill.fee
        held.flows -= paid + fill.fee
        self.gains.append((day, gain))
        if not held.amount:
            self._ended(order.position, order.tag, fill.time_ns)

    def is_dust(self, position: str) -> bool:
        """Tell whether what is left of a position can never be sold."""
        held = self.held[position]
        waits = any(placed.order.position == position for placed in self.live.values())
        little = held.amount < INSTRUMENTS[held.pair].amount_step
        return little and held.direction is Direction.LONG and not waits

    def _swept(self, fact: facts.Swept, time_ns: int) -> None:
        assert self.is_dust(fact.position), "what can be sold is given up"
        held = self.held[fact.position]
        assert fact.amount == held.amount
        self.dust[held.pair.partition("/")[0]] += held.amount
        self.gains.append((time_ns // DAY, -held.cost))
        self.day = max(self.day, time_ns // DAY)
        self._ended(fact.position, fact.reason, time_ns)

    def _ended(self, position: str, tag: str, time_ns: int) -> None:
        held = self.held.pop(position)
        self.trades += 1
        self.losses = self.losses + 1 if held.flows < 0 else 0
        self.exits[held.pair] = max(time_ns, self.exits.get(held.pair, 0))
        if tag in STOPS:
            self.stops[held.pair] = max(time_ns, self.stops.get(held.pair, 0))

    def _deposited(self, amount: Decimal) -> None:
        self.cash += amount
        self.deposits += amount
        self.peak += amount
        self.day_start += amount
        self.week_start += amount

    def _funded(self, fact: facts.Funded, time_ns: int) -> None:
        held = self.held[fact.position]
        self.cash -= fact.amount
        held.flows -= fact.amount
        self.gains.append((time_ns // DAY, -fact.amount))
        self.day = max(self.day, time_ns // DAY)

    def _latched(self, fact: facts.Latched) -> None:
        self.latched = fact.reason
        if not fact.reason:
            self.gains.clear()
            self.losses = 0
            self.fresh = True

    def _sampled(self, fact: facts.Sampled, time_ns: int) -> None:
        worth = self.equity()
        assert worth is not None, "an account of unknown worth was sampled"
        worth = worth.quantize(PLACES)
        assert fact.equity == worth, f"equity {fact.equity} is {worth}"
        day, week = time_ns // DAY, (time_ns // DAY + 3) // 7
        if self.fresh:
            self.peak = self.day_start = self.week_start = worth
        self.fresh = False
        self.peak = max(self.peak, worth)
        if self.sampled_day < 0 or day > self.sampled_day:
            self.day_start = worth
        if self.sampled_week < 0 or week > self.sampled_week:
            self.week_start = worth
        self.sampled_day, self.sampled_week = day, week
        marks = (self.peak, self.day_start, self.week_start)
        assert marks == (fact.peak, fact.day_start, fact.week_start), "a mark was moved"

    # what is told and not kept

    def price(self, price: Price) -> None:
        if not price.price.is_finite() or price.price <= 0:
            self.told.pop(price.pair, None)
            return
        known = self.told.get(price.pair)
        late = known is not None and 0 < known.time_ns - price.time_ns <= 60 * SECOND
        if not late:
            self.told[price.pair] = price

    # figures

    def at(self, pair: str) -> Decimal | None:
        told = self.told.get(pair)
        return None if told is None else told.price

    def equity(self) -> Decimal | None:
        total = self.cash
        for held in self.held.values():
            price = self.at(held.pair)
            if price is None:
                return None
            total += held.sign * held.amount * price
        return total

    def balance(self) -> Decimal:
        return self.cash + sum((held.sign * held.cost for held in self.held.values()), ZERO)

    def waiting(self, position: str = "") -> Iterator[Placed]:
        """Return the increases that may still be filled."""
        for placed in self.live.values():
            if placed.is_increase and position in {"", placed.order.position}:
                yield placed

    def free(self) -> Decimal:
        total = self.balance()
        for held in self.held.values():
            total -= held.cost / held.leverage
        for placed in self.waiting():
            order, price = placed.order, placed.order.price
            if order.kind is OrderKind.MARKET or order.direction is Direction.SHORT:
                price = max(price, self.at(order.pair) or ZERO)
            value = placed.left * price
            total -= value / order.leverage + value * INSTRUMENTS[order.pair].taker_fee
        return total

    def exposure(self) -> dict[str, Decimal]:
        total: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for held in self.held.values():
            price = self.at(held.pair)
            total[held.pair] += held.cost if price is None else held.amount * price
        for placed in self.waiting():
            order = placed.order
            price = max(order.price, self.at(order.pair) or ZERO)
            total[order.pair] += placed.left * price
        return dict(total)

    def profit_today(self, now_ns: int) -> Decimal:
        if now_ns // DAY > self.day:
            return ZERO
        return sum((gain for day, gain in self.gains if day == self.day), ZERO)

    def offered(self, position: str) -> Decimal:
        return sum(
            (
                placed.left
                for placed in self.live.values()
                if not placed.is_increase and placed.order.position == position
            ),
            ZERO,
        )

    def standing(self, now_ns: int, wish: Signal) -> Standing:
        """Return all that the gate should be shown of the account."""
        position: object = wish.position
        name = position if isinstance(position, str) else ""
        signal = f"{wish.source}:{wish.id}"
        end_ns = self.denied.get(signal, -1)
        known = signal in self.ordered or end_ns >= self.latest_ns - DAY
        held = self.held.get(name)
        own = list(self.waiting(name)) if name else []
        opening = {placed.order.position for placed in self.waiting()} - self.held.keys()
        subject: Held | Order | None = own[0].order if held is None and own else held
        direction = None if subject is None else subject.direction
        if subject is not None and wish.effect is Effect.INCREASE:
            direction = direction if subject.leverage == wish.leverage else None
        rate = self.limits.max_orders_per_second
        crowded = len(self.approvals) >= rate and now_ns - self.approvals[-rate] < SECOND
        return Standing(
            account=ACCOUNT,
            known=True,
            state=self.state,  # type: ignore[arg-type] # until the first switch it is a word
            latched=self.latched,
            breaker=self.breaker,
            equity=self.equity(),
            free=self.free(),
            peak=self.peak,
            day_start=self.day_start,
            week_start=self.week_start,
            profit_today=self.profit_today(now_ns),
            losses_in_row=self.losses,
            entries_today=(self.openings[self.day] if now_ns // DAY <= self.day else 0)
            + len(opening),
            positions=len(self.held) + len(opening),
            is_new=subject is None,
            held=ZERO if held is None else held.amount,
            offered=self.offered(name),
            pair="" if subject is None else subject.pair,
            direction=direction,
            exposure=self.exposure(),
            unresolved={
                placed.order.pair
                for placed in self.live.values()
                if placed.state is OrderState.UNRESOLVED
            },
            differing=self.differing,
            last_exit_ns=self.exits,
            last_stop_ns=self.stops,
            approvals_ns=[now_ns] * rate if crowded else [],
            seen={signal} if known else (),
        )

    def market(self, pair: object) -> Market:
        told = self.told.get(pair) if isinstance(pair, str) else None
        instrument = INSTRUMENTS.get(pair) if isinstance(pair, str) else None
        if instrument is not None and instrument.pair.quote != "USDT":
            instrument = None
        return Market(
            instrument=instrument,
            price=None if told is None else told.price,
            price_ns=0 if told is None else told.time_ns,
            volatility=None if told is None else told.volatility,
            volume=None if told is None else told.volume,
            correlations={} if told is None else told.correlations,
        )

    def must_stop(self, now_ns: int) -> bool:
        """Tell whether a limit of the whole account is reached."""
        with localcontext(WIDE):
            worth = self.equity()
            limits = self.limits
            lost = -self.profit_today(now_ns)
            if lost > 0 and lost >= self.day_start * limits.max_daily_loss:
                return True
            if self.losses >= limits.max_losses_in_row:
                return True
            falls = (
                (self.peak, limits.max_drawdown),
                (self.week_start, limits.max_weekly_drawdown),
                (self.day_start, limits.max_daily_drawdown),
            )
            return worth is not None and any(
                worth < high and worth <= high * (1 - most) for high, most in falls
            )
