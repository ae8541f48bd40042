"""A slow backtester in plain Python: every candle of every pair, one after another.

Written from the description of the rules (docs/candle-rules.md and Freqtrade's behaviour),
sharing no line with the compiled loop, so that the two can be held against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.kernel.arithmetic import (
    cut,
    digits_by_candle,
    entry_average,
    nearest,
    stop_at,
    value,
)

from tidegate.model import MINUTE_NS, Exits, Plan, SizingKind

if TYPE_CHECKING:
    from tidegate.kernel import Friction, Simulation

NO_TAG: Final = ""


class Bar(NamedTuple):
    open: float
    high: float
    low: float
    close: float


class Room(NamedTuple):
    """What may be staked now, with so much tied up in positions and so much free beside them."""

    tradable: float
    tied: float
    free: float


@dataclass
class Order:
    price: float
    row: int
    dubious: bool


@dataclass
class Trade:
    pair: int
    side: int
    open_row: int
    digits: int
    entry_price: float
    open_rate: float
    amount: float
    stake: float
    cost: float  # entry value with fee, at the price paid
    open_value: float  # the same at the recorded rate
    stop: float
    stop_ratio: float
    own_target: float | None
    liquidation: float | None
    enter_tag: str
    slippage_paid: float
    fees_paid: float
    first_stop: float = math.nan
    first_ratio: float = math.nan
    moved: bool = False
    highest: float = math.nan
    lowest: float = math.nan
    order: Order | None = None
    reason: str = ""
    close_row: int = -1
    close_rate: float = math.nan
    profit_abs: float = math.nan
    profit_ratio: float = math.nan
    dubious: bool = False


class Lane:
    """One pair's rows without the warm-up, each with the flags of the candle before it."""

    def __init__(self, plan: Plan, friction: Friction, start_ns: int) -> None:
        self.plan = plan
        self.friction = friction
        self.rows = len(plan.candles) - plan.warmup
        opened = int(plan.candles.time[plan.warmup])
        self.first = (opened - start_ns) // plan.candles.timeframe.ns
        self.digits = digits_by_candle(plan.candles)[plan.warmup :]

    def bar(self, row: int) -> Bar:
        candles, i = self.plan.candles, row + self.plan.warmup
        return Bar(*(float(c[i]) for c in (candles.open, candles.high, candles.low, candles.close)))

    def flag(self, name: str, row: int) -> bool:
        """Tell what the candle before this row decided."""
        return bool(getattr(self.plan, name)[row + self.plan.warmup - 1])

    def tag(self, name: str, row: int) -> str:
        codes = getattr(self.plan, name)
        code = -1 if codes is None else int(codes[row + self.plan.warmup - 1])
        return self.plan.tags[code] if code >= 0 else NO_TAG

    def distance(self, name: str, row: int) -> float | None:
        column = getattr(self.plan, name)
        return None if column is None else float(column[row + self.plan.warmup - 1])

    def direction(self, row: int, *, can_short: bool) -> int:
        enter_long, exit_long = self.flag("enter_long", row), self.flag("exit_long", row)
        enter_short, exit_short = self.flag("enter_short", row), self.flag("exit_short", row)
        if enter_long and not exit_long and not (can_short and enter_short):
            return 1
        if can_short and enter_short and not exit_short and not enter_long:
            return -1
        return 0

    def slipped(self, rate: float, row: int, amount: float, *, buying: bool) -> float:
        base, impact = (
            float(column[0] if len(column) == 1 else column[row + self.plan.warmup])
            for column in self.friction
        )
        fraction = min(base + impact * math.sqrt(amount), 0.1)
        return rate * (1.0 + fraction) if buying else rate * (1.0 - fraction)


@dataclass
class Reference:
    simulation: Simulation
    closed: list[Trade] = field(default_factory=list)
    opened: list[Trade] = field(default_factory=list)
    rejected: int = 0
    unaffordable: int = 0
    timed_out: int = 0
    lost: int = 0
    closed_profit: float = 0.0
    lost_stakes: float = 0.0

    def __post_init__(self) -> None:
        run = self.simulation
        start = min(int(plan.candles.time[plan.warmup]) for plan in run.plans)
        self.lanes = [
            Lane(plan, friction, start)
            for plan, friction in zip(run.plans, run.frictions, strict=True)
        ]
        self.minutes = run.plans[0].candles.timeframe.minutes
        self.end = max(lane.first + lane.rows for lane in self.lanes) - 1

    @property
    def exits(self) -> Exits:
        return self.simulation.rules.exits

    @property
    def exact(self) -> bool:
        return self.simulation.venue.exact_freqtrade

    # the calendar

    def run(self) -> Reference:
        for now in range(1, self.end + 1):
            pairs = [trade.pair for trade in self.opened]
            pairs += [pair for pair in range(len(self.lanes)) if pair not in pairs]
            for pair in pairs:
                row = now - self.lanes[pair].first
                if 1 <= row < self.lanes[pair].rows:
                    self._visit(pair, row, now)
        for trade in sorted(self.opened, key=lambda t: (self.lanes[t.pair].first, t.pair)):
            self._close_at_end(trade)
        return self

    @property
    def final_balance(self) -> float:
        return self.simulation.wallet.start + self.closed_profit - self.lost_stakes

    def _position(self, pair: int) -> Trade | None:
        return next((trade for trade in self.opened if trade.pair == pair), None)

    def _visit(self, pair: int, row: int, now: int) -> None:
        can_short = self.simulation.rules.can_short
        wanted = self.lanes[pair].direction(row, can_short=can_short)
        before = self._position(pair)
        self._body(pair, row, now, wanted)
        turned = before is not None and self._position(pair) is None and before.side != wanted
        if can_short and wanted and turned:
            self._body(pair, row, now, wanted)

    def _body(self, pair: int, row: int, now: int, wanted: int) -> None:
        trade = self._position(pair)
        if trade is not None:
            self._take_back(trade, row)
        elif wanted and now != self.end:
            slots = self.simulation.wallet.max_open_trades
            if slots <= 0 or len(self.opened) < slots:
                trade = self._enter(pair, row, wanted)
                if trade is None:
                    self.unaffordable += 1
                else:
                    self.opened.append(trade)
            else:
                self.rejected += 1
        if trade is not None:
            self._evaluate(trade, row)
            self._fill(trade, row)

    # the way in

    def _enter(self, pair: int, row: int, side: int) -> Trade | None:
        lane, venue = self.lanes[pair], self.simulation.venue
        bar, digits = lane.bar(row), lane.digits[row]
        seen = min(bar.open, bar.high) if side > 0 else max(bar.open, bar.low)
        distance = lane.distance("stop_distance", row)
        if distance is None:
            ratio = self.exits.stop_ratio
        elif not distance > 0.0:
            return None
        else:
            ratio = min(distance / seen, 1.0)
        stake = self._stake(lane, row, seen, ratio)
        amount = cut(stake / seen, venue.amount_digits)
        rate = lane.slipped(seen, row, amount, buying=side > 0)
        amount = cut(stake / rate, venue.amount_digits)
        if amount <= 0.0 or ratio <= 0.0:
            return None
        open_rate = nearest(entry_average(amount, rate), digits) if self.exact else rate
        cost = value(amount, rate, 0.0)
        stop = stop_at(side, open_rate, ratio, digits)
        reward = self.exits.reward_risk
        return Trade(
            pair=pair,
            side=side,
            open_row=row,
            digits=digits,
            entry_price=rate,
            open_rate=open_rate,
            amount=amount,
            stake=cost,
            cost=value(amount, rate, side * venue.fee),
            open_value=value(amount, open_rate, side * venue.fee),
            stop=stop,
            stop_ratio=ratio,
            first_stop=stop,
            first_ratio=ratio,
            own_target=None if reward is None else reward * ratio,
            liquidation=self._liquidation(side, open_rate, cost / amount),
            enter_tag=lane.tag("enter_tag", row),
            slippage_paid=abs(rate - bar.open) * amount,
            fees_paid=rate * amount * venue.fee,
            highest=open_rate,
            lowest=open_rate,
        )

    def _stake(self, lane: Lane, row: int, rate: float, stop_ratio: float) -> float:
        wallet, venue = self.simulation.wallet, self.simulation.venue
        tied = 0.0
        for trade in self.opened:
            tied += trade.stake
        free = wallet.start + self.closed_profit - tied
        room = min((tied + free) * wallet.tradable_ratio - tied, free)
        stake = self._asked(lane, row, rate, stop_ratio, Room(room, tied, free))
        least = max(
            venue.min_cost * min(max(1.05 / (1.0 - 0.05), 1.0), 1.5),
            venue.min_amount * rate * 1.05,
        )
        if stake <= 0.0 or least > room:
            return 0.0
        if stake < least:
            return least if stake * 1.3 >= least else 0.0
        return min(stake, room)

    def _asked(self, lane: Lane, row: int, rate: float, stop_ratio: float, room: Room) -> float:
        sizing, slots = self.simulation.rules.sizing, self.simulation.wallet.max_open_trades
        equity = room.tied + room.free
        if sizing.kind is SizingKind.FIXED:
            asked = sizing.value if sizing.value <= room.tradable else 0.0
        elif sizing.kind is SizingKind.EQUAL_SHARE:
            asked = (room.tradable + room.tied) / slots
        elif sizing.kind is SizingKind.PERCENT_OF_EQUITY:
            asked = equity * sizing.value
        elif sizing.kind is SizingKind.PERCENT_RISK:
            asked = equity * sizing.value / stop_ratio
        elif sizing.kind is SizingKind.ATR:
            move = lane.distance("size_distance", row)
            asked = equity * sizing.value / (move / rate) if move is not None and move > 0 else 0.0
        else:
            kelly = self._kelly()
            asked = equity * (sizing.fallback if kelly is None else kelly * sizing.value)
        return min(asked, equity * sizing.cap, room.tradable)

    def _kelly(self) -> float | None:
        sizing = self.simulation.rules.sizing
        ratios = [trade.profit_ratio for trade in self.closed]
        first = max(len(ratios) - sizing.window, 0)
        # a full window is summed from the place where it was last written
        latest = sorted(range(first, len(ratios)), key=lambda i: i % sizing.window)
        won = lost = 0.0
        wins = losses = 0
        for ratio in (ratios[i] for i in latest):
            if ratio > 0.0:
                wins, won = wins + 1, won + ratio
            elif ratio < 0.0:
                losses, lost = losses + 1, lost - ratio
        if len(latest) < sizing.min_trades or not wins or not losses:
            return None
        share = wins / (wins + losses)
        return max(share - (1.0 - share) / ((won / wins) / (lost / losses)), 0.0)

    def _liquidation(self, side: int, open_rate: float, collateral: float) -> float | None:
        venue = self.simulation.venue
        if side > 0 or venue.maintenance < 0.0:
            return None
        bare = (open_rate + collateral) / (1.0 + venue.maintenance + venue.fee)
        return bare - 0.05 * abs(open_rate - bare)

    # the way out

    def _take_back(self, trade: Trade, row: int) -> None:
        timeout = self.simulation.venue.exit_timeout_ns
        if trade.order is None or timeout < 0:
            return
        if (row - trade.order.row) * self.minutes * MINUTE_NS >= timeout:
            trade.order = None
            self.timed_out += 1

    def _profit(self, trade: Trade, rate: float) -> float:
        closing = value(trade.amount, rate, -trade.side * self.simulation.venue.fee)
        ratio = closing / trade.open_value
        return round(ratio - 1.0 if trade.side > 0 else 1.0 - ratio, 8)

    def _is_hit(self, trade: Trade, bar: Bar, price: float) -> bool:
        return price >= bar.low if trade.side > 0 else price <= bar.high

    def _follow(self, trade: Trade, best_rate: float, best: float) -> None:
        exits = self.exits
        if exits.trailing_only_past_offset and best < exits.trailing_offset:
            return
        ratio = trade.first_ratio
        if exits.trailing_ratio is not None and best > exits.trailing_offset:
            ratio = exits.trailing_ratio
        price = stop_at(trade.side, best_rate, ratio, trade.digits)
        if (price - trade.stop) * trade.side > 0:
            trade.stop, trade.stop_ratio, trade.moved = price, abs(ratio), True

    def _evaluate(self, trade: Trade, row: int) -> None:
        """Follow with the stop, find the exits this candle calls for, and try them in order."""
        bar, bars = self.lanes[trade.pair].bar(row), row - trade.open_row
        best_rate = bar.high if trade.side > 0 else bar.low
        best = self._profit(trade, best_rate)
        trade.highest, trade.lowest = max(trade.highest, bar.high), min(trade.lowest, bar.low)
        stood = trade.stop
        hit_already = self._is_hit(trade, bar, stood)
        if self.exits.trailing and not hit_already:
            self._follow(trade, best_rate, best)
        stopped = self._is_hit(trade, bar, trade.stop)
        target = self._target(trade, row, best)
        jumped = (stood - bar.open) * trade.side >= 0
        doubt = stopped and not jumped and (target is not None or not hit_already)
        candidates: list[tuple[str, float | None, bool]] = []
        signal = self._signal(trade, row, bar)
        if signal:
            candidates.append((signal, bar.open, False))
        if stopped and not trade.moved:
            price = self._stop_price(trade, bar, trade.stop, bars, jumped=jumped)
            candidates.append(("stop_loss", price, doubt))
        elif not stopped and trade.liquidation and self._is_hit(trade, bar, trade.liquidation):
            beyond = trade.liquidation < bar.low
            price = bar.open if beyond else trade.liquidation
            candidates.append(("liquidation", price, doubt))
        if target is not None:
            price_or_veto = self._target_price(trade, bar, *target, bars * self.minutes)
            candidates.append(("roi", price_or_veto, doubt and price_or_veto != bar.open))
        if stopped and trade.moved:
            price = self._stop_price(trade, bar, trade.stop, bars, jumped=jumped)
            candidates.append(("trailing_stop_loss", price, doubt))
        self._try(trade, row, bar, candidates)

    def _try(
        self,
        trade: Trade,
        row: int,
        bar: Bar,
        candidates: list[tuple[str, float | None, bool]],
    ) -> None:
        for reason, price, doubt in candidates:
            if price is None:
                continue
            trade.reason = reason
            if reason == "exit_signal":
                trade.reason = self.lanes[trade.pair].tag("exit_tag", row) or reason
            asked = nearest(price, trade.digits)
            if not self.exact:
                asked = min(max(asked, bar.low), bar.high)
            if trade.order is None or trade.order.price != asked:
                trade.order = Order(asked, row, doubt)
                return

    def _signal(self, trade: Trade, row: int, bar: Bar) -> str:
        lane, exits = self.lanes[trade.pair], self.exits
        side = "long" if trade.side > 0 else "short"
        leave = exits.use_exit_signal and lane.flag(f"exit_{side}", row)
        if leave and not lane.flag(f"enter_{side}", row):
            profit = self._profit(trade, bar.open)
            held_back = exits.exit_profit_only and not profit > exits.exit_profit_offset
            return "" if held_back else "exit_signal"
        if exits.max_bars is not None and row - trade.open_row >= exits.max_bars:
            return "time_exit"
        return ""

    def _target(self, trade: Trade, row: int, best: float) -> tuple[float, int] | None:
        """Return the ratio that this candle has passed and its minute; None if it has not."""
        side = "long" if trade.side > 0 else "short"
        if self.exits.ignore_targets_on_entry_signal and self.lanes[trade.pair].flag(
            f"enter_{side}", row
        ):
            return None
        age = (row - trade.open_row) * self.minutes
        steps = [(minute, ratio) for minute, ratio in self.exits.targets if minute <= age]
        found = max(steps, default=None)
        own = trade.own_target
        if own is not None and (found is None or own < found[1]):
            found = (age, own)
        return (found[1], found[0]) if found is not None and best > found[1] else None

    def _target_price(
        self, trade: Trade, bar: Bar, ratio: float, minute: int, age: int
    ) -> float | None:
        on_candle = minute % self.minutes == 0
        if ratio == -1.0 and on_candle:
            return bar.open
        unit = value(trade.amount, 1.0, -trade.side * self.simulation.venue.fee)
        price = (1.0 + ratio * trade.side) * trade.open_value / unit
        if age > 0 and age == minute and on_candle and (bar.open - price) * trade.side > 0:
            return bar.open
        against = (bar.open - bar.close) * trade.side > 0
        below = (bar.open - trade.open_rate) * trade.side > 0
        if age == 0 and against and below and (price - bar.close) * trade.side > 0:
            return None
        return min(max(price, bar.low), bar.high)

    def _stop_price(self, trade: Trade, bar: Bar, stop: float, bars: int, *, jumped: bool) -> float:
        if jumped and bars > 0 and not self.exact:
            return bar.open
        side, exits = trade.side, self.exits
        if (side > 0 and stop > bar.high) or (side < 0 and stop < bar.low):
            return bar.open
        if not trade.moved or bars > 0:
            return stop
        if exits.trailing_only_past_offset and exits.trailing_ratio:
            worst = bar.open * (
                1.0 + side * abs(exits.trailing_offset) - side * abs(exits.trailing_ratio)
            )
        else:
            worst = bar.open * (1.0 - side * abs(trade.stop_ratio))
        return max(bar.low, worst) if side > 0 else min(bar.high, worst)

    def _fill(self, trade: Trade, row: int) -> None:
        bar, order = self.lanes[trade.pair].bar(row), trade.order
        if order is not None and bar.low <= order.price <= bar.high:
            trade.dubious = order.dubious
            self._close(trade, row, order.price)

    def _close_at_end(self, trade: Trade) -> None:
        lane = self.lanes[trade.pair]
        row = lane.rows - 1
        bar = lane.bar(row)
        price = nearest(bar.open, trade.digits)
        if not self.exact:
            price = min(max(price, bar.low), bar.high)
        if bar.low <= price <= bar.high:
            trade.reason = "force_exit"
            self._close(trade, row, price)
        else:
            self.opened.remove(trade)
            self.lost += 1
            self.lost_stakes += trade.stake

    def _close(self, trade: Trade, row: int, asked: float) -> None:
        lane, fee, side = self.lanes[trade.pair], self.simulation.venue.fee, trade.side
        rate = asked
        if trade.reason != "roi":
            rate = lane.slipped(asked, row, trade.amount, buying=side < 0)
        if side < 0 and not self.exact:
            rate = min(rate, (trade.cost + trade.stake) / (trade.amount * (1.0 + fee)))
        price = entry_average(trade.amount, trade.entry_price) if self.exact else trade.entry_price
        paid = value(trade.amount, price, side * fee)
        got = value(trade.amount, rate, -side * fee)
        trade.profit_abs = round(got - paid if side > 0 else paid - got, 8)
        trade.profit_ratio = trade.profit_abs / trade.cost
        trade.close_row, trade.close_rate = row, rate
        trade.fees_paid += rate * trade.amount * fee
        trade.slippage_paid += abs(rate - asked) * trade.amount
        self.opened.remove(trade)
        self.closed.append(trade)
        self.closed_profit += trade.profit_abs
