"""A venue written plainly: decimals, lists, and everything looked for anew each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from tidegate.exchange.venue import Kind, Life, NewOrder, Prevention, Reason, Status

D = Decimal
EIGHT = D("0.00000001")
TICK, LOT, LEAST_COST = D("0.01"), D("0.001"), D(5)
FEE = D("0.001")
ZERO = D(0)
STOPS = {Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT, Kind.TAKE_PROFIT, Kind.TAKE_PROFIT_LIMIT}
WITH_PRICE = {Kind.LIMIT, Kind.LIMIT_MAKER, Kind.STOP_LOSS_LIMIT, Kind.TAKE_PROFIT_LIMIT}


@dataclass(eq=False)
class Plain:
    owner: str
    new: NewOrder
    age: int
    amount: Decimal
    left: Decimal
    quote: Decimal = ZERO
    status: Status = Status.NEW
    waits_for_stop: bool = False
    in_book: bool = False
    in_book_since: int = 0

    @property
    def price(self) -> Decimal:
        return self.new.price * TICK

    @property
    def stop(self) -> Decimal:
        return self.new.stop * TICK


@dataclass
class PlainVenue:
    base: dict[str, Decimal]
    money: dict[str, Decimal]
    orders: list[Plain] = field(default_factory=list)
    trades: list[tuple[Decimal, Decimal, str, str]] = field(default_factory=list)
    last: Decimal = ZERO
    fees: dict[str, Decimal] = field(default_factory=lambda: {"base": D(0), "money": D(0)})
    arrivals: int = 0

    # what is free

    def locked(self, owner: str, asset: str) -> Decimal:
        total = D(0)
        for one in self.orders:
            if one.owner != owner or one.status not in {Status.NEW, Status.PARTIALLY_FILLED}:
                continue
            if one.new.buys and asset == "money":
                total += (one.price or one.stop) * one.left
            if not one.new.buys and asset == "base":
                total += one.left
        return total

    def free(self, owner: str, asset: str) -> Decimal:
        has = self.base if asset == "base" else self.money
        return has[owner] - self.locked(owner, asset)

    # the book

    def waiting(self, *, buys: bool) -> list[Plain]:
        there = [one for one in self.orders if one.in_book and one.new.buys == buys]
        sign = -1 if buys else 1
        return sorted(there, key=lambda one: (sign * one.price, one.in_book_since))

    def crossing(self, new: NewOrder, price: Decimal) -> list[Plain]:
        others = self.waiting(buys=not new.buys)
        if not price:
            return others
        return [one for one in others if (one.price <= price if new.buys else one.price >= price)]

    # what may be asked

    def refusal(self, owner: str, new: NewOrder) -> Reason | None:  # noqa: PLR0911 - a plain list of reasons
        amount, price = new.lots * LOT, new.price * TICK
        stop = new.stop * TICK
        if new.kind in WITH_PRICE and self.last and not self.last / 5 <= price <= self.last * 5:
            return Reason.PERCENT_PRICE
        usual = price or stop or self.last
        if usual and usual * amount < LEAST_COST:
            return Reason.NOTIONAL
        for one in self.orders:
            alive = one.status in {Status.NEW, Status.PARTIALLY_FILLED}
            if alive and one.owner == owner and one.new.client_id == new.client_id:
                return Reason.DUPLICATE
        if new.kind in STOPS and self.last and self.reached(new):
            return Reason.WOULD_TRIGGER
        if new.kind is Kind.LIMIT_MAKER and self.crossing(new, price):
            return Reason.WOULD_TAKE
        if new.kind is Kind.MARKET:
            if not self.waiting(buys=not new.buys):
                return Reason.NO_LIQUIDITY
            needed = self.cost(amount) if new.buys else amount
        else:
            needed = (price or stop) * amount if new.buys else amount
        if self.free(owner, "money" if new.buys else "base") < needed:
            return Reason.BALANCE
        return None

    def cost(self, amount: Decimal) -> Decimal:
        total = D(0)
        for one in self.waiting(buys=False):
            part = min(amount, one.left)
            total += part * one.price
            amount -= part
        return total

    def reached(self, new: NewOrder) -> bool:
        loses = new.kind in {Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT}
        stop = new.stop * TICK
        return self.last >= stop if new.buys == loses else self.last <= stop

    def submit(self, owner: str, new: NewOrder) -> Plain | Reason:
        reason = self.refusal(owner, new)
        if reason is not None:
            return reason
        amount = new.lots * LOT
        order = Plain(owner, new, len(self.orders), amount, amount)
        self.orders.append(order)
        if new.kind in STOPS:
            order.waits_for_stop = True
        else:
            self.work(order)
        return order

    def work(self, order: Plain) -> None:
        new = order.new
        price = order.price
        others = self.crossing(new, price)
        if new.life is Life.FOK and not self.enough(order, others):
            order.status = Status.EXPIRED
        else:
            self.match(order, others)
        if order.left and order.status in {Status.NEW, Status.PARTIALLY_FILLED}:
            if new.kind in WITH_PRICE and new.life is Life.GTC:
                self.arrivals += 1
                order.in_book, order.in_book_since = True, self.arrivals
            else:
                order.status = Status.EXPIRED
        self.trigger()

    def enough(self, order: Plain, others: list[Plain]) -> bool:
        """Whether others fill all of it, before it meets an own order that ends it."""
        mode, met = order.new.prevention, D(0)
        for other in others:
            own = other.owner == order.owner and mode is not Prevention.NONE
            if own and mode is not Prevention.EXPIRE_MAKER:
                break
            met += D(0) if own else other.left
            if met >= order.left:
                return True
        return False

    def match(self, order: Plain, others: list[Plain]) -> None:
        for other in others:
            if not order.left:
                return
            mode = order.new.prevention
            if other.owner == order.owner and mode is not Prevention.NONE:
                if mode is not Prevention.EXPIRE_TAKER:
                    other.status, other.in_book = Status.EXPIRED_IN_MATCH, False
                if mode is not Prevention.EXPIRE_MAKER:
                    order.status = Status.EXPIRED_IN_MATCH
                    return
                continue
            amount = min(order.left, other.left)
            market = order.new.kind in {Kind.MARKET, Kind.STOP_LOSS, Kind.TAKE_PROFIT}
            if market and order.new.buys:
                held = self.free(order.owner, "money") + self.own_lock(order)
                amount = min(amount, held / other.price // LOT * LOT)
            if not amount:
                return
            self.trade(order, other, amount)

    def own_lock(self, order: Plain) -> Decimal:
        """What the order itself counts as locking, although it does not any more."""
        return (order.price or order.stop) * order.left

    def trade(self, order: Plain, other: Plain, amount: Decimal) -> None:
        buyer, seller = (order, other) if order.new.buys else (other, order)
        cost = amount * other.price
        base_fee = (amount * FEE).quantize(EIGHT, ROUND_DOWN)
        money_fee = (cost * FEE).quantize(EIGHT, ROUND_DOWN)
        self.base[buyer.owner] += amount - base_fee
        self.base[seller.owner] -= amount
        self.money[buyer.owner] -= cost
        self.money[seller.owner] += cost - money_fee
        self.fees["base"] += base_fee
        self.fees["money"] += money_fee
        for one in (order, other):
            one.left -= amount
            one.quote += cost
            one.status = Status.PARTIALLY_FILLED if one.left else Status.FILLED
            if not one.left:
                one.in_book = False
        self.last = other.price
        self.trades.append((other.price, amount, buyer.owner, seller.owner))

    def trigger(self) -> None:
        while self.last:
            due = [one for one in self.orders if one.waits_for_stop and self.reached(one.new)]
            due = [one for one in due if one.status is Status.NEW]
            if not due:
                return

            def rank(one: Plain) -> tuple[int, Decimal, int]:
                loses = one.new.kind in {Kind.STOP_LOSS, Kind.STOP_LOSS_LIMIT}
                rising = one.new.buys == loses
                return (0 if rising else 1, one.stop if rising else -one.stop, one.age)

            first = min(due, key=rank)
            first.waits_for_stop = False
            self.work(first)

    def cancel(self, order: Plain) -> bool:
        if order.status not in {Status.NEW, Status.PARTIALLY_FILLED}:
            return False
        order.status, order.in_book = Status.CANCELED, False
        return True
