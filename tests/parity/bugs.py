"""Bugs to plant: one small change to one rule each, and a case that has to notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bug:
    """A change to one line of a file below `src/tidegate`, and the case that is about it."""

    rule: str
    file: str
    right: str
    wrong: str
    case: str
    """Animal, market and options, as `cases.named` reads them."""
    apart: bool = False
    """Whether only the cases about this rule can notice, so that it goes with others like it."""


BUGS: Final = (
    Bug(
        "a fixed stop stands a cent off",
        "kernel/walk/stops.py",
        "rate * (1.0 - distance) if",
        "rate * (1.0 - distance) + 0.01 if",
        "FixedStop/spot/plain",
    ),
    Bug(
        "a trailing stop keeps a hair more distance",
        "kernel/walk/stops.py",
        "ratio = r.trailing_ratio\n",
        "ratio = r.trailing_ratio + 1e-5\n",
        "TrailingOffset/spot/plain",
        apart=True,
    ),
    Bug(
        "a custom stop is a hair off",
        "kernel/walk/stops.py",
        "            ratio = own\n",
        "            ratio = own * (1.0 + 1e-5)\n",
        "CustomStop/spot/plain",
        apart=True,
    ),
    Bug(
        "after a fill the stop hangs on another price",
        "kernel/walk/fills.py",
        "move_stop(w, i, now, order.price, order.price, profit, True)",
        "move_stop(w, i, now, order.price, order.price + 0.01, profit, True)",
        "CustomStopAfterFill/spot/plain",
        apart=True,
    ),
    Bug(
        "the pessimistic price of an entry candle is a hair off",
        "kernel/walk/leaving.py",
        "1.0 + p.side * abs(r.trailing_offset)",
        "1.00001 + p.side * abs(r.trailing_offset)",
        "TrailingWaits/spot/plain",
        apart=True,
    ),
    Bug(
        "a step of the target table comes a minute late",
        "kernel/walk/targets.py",
        "w.roi_minutes[k] <= minutes",
        "w.roi_minutes[k] < minutes",
        "RoiTable/spot/plain",
        apart=True,
    ),
    Bug(
        "a target brings a cent more",
        "kernel/walk/worth.py",
        "(wanted * p.open_value - at_nothing) / per_unit",
        "(wanted * p.open_value - at_nothing) / per_unit + 0.01",
        "RoiTable/spot/plain",
    ),
    Bug(
        "custom_roi counts where it asks for more",
        "kernel/walk/targets.py",
        "own < ratio",
        "own > ratio",
        "CustomRoi/spot/plain",
        apart=True,
    ),
    Bug(
        "a signal needs a little more profit",
        "kernel/walk/leaving.py",
        "profit > r.exit_profit_offset",
        "profit > r.exit_profit_offset + 1e-3",
        "ProfitAboveOffset/spot/plain",
        apart=True,
    ),
    Bug(
        "contradicting signals do not cancel out",
        "kernel/walk/visiting.py",
        "bits & (ENTER_LONG | EXIT_LONG) == ENTER_LONG else 0",
        "bits & ENTER_LONG else 0",
        "EntryAgainstExit/spot/plain",
    ),
    Bug(
        "an exit signal counts against an entry signal",
        "kernel/walk/leaving.py",
        "if leaving and not entering:",
        "if leaving:",
        "EntryAgainstExit/spot/plain",
    ),
    Bug(
        "a refused exit ends the candle",
        "kernel/walk/leaving.py",
        "if o == NO_ORDER and calls.target:",
        "if calls.signal == UNSET and o == NO_ORDER and calls.target:",
        "ConfirmExit/spot/plain",
        apart=True,
    ),
    Bug(
        "an asked exit price is kept a cent above the low",
        "kernel/walk/leaving.py",
        "else max(rate, row.low)\n\n\n@compiled\ndef _confirmed",
        "else max(rate, row.low + 0.01)\n\n\n@compiled\ndef _confirmed",
        "ExitPrice/spot/plain",
    ),
    Bug(
        "an entry may cost a cent more than the high",
        "kernel/walk/entering.py",
        "min(price, row.high) if",
        "min(price, row.high + 0.01) if",
        "EntryPrice/spot/plain",
        apart=True,
    ),
    Bug(
        "an order fills only strictly within its candle",
        "kernel/walk/fills.py",
        "low <= price <= high",
        "low < price <= high",
        "RoiLeavesBetween/spot/plain",
    ),
    Bug(
        "a price is cut instead of rounded",
        "kernel/walk/rounding.py",
        "return nearest(price, digits)",
        "return down(price, digits)",
        "RoiTable/spot/plain",
    ),
    Bug(
        "an amount is rounded instead of cut",
        "kernel/walk/rounding.py",
        "return down(amount, digits)",
        "return nearest(amount, digits)",
        "FixedStop/coarse/plain",
    ),
    Bug(
        "an equal share is a hair less",
        "kernel/walk/wallet.py",
        "min((left + tied) / r.slots, left)",
        "min((left + tied) / r.slots, left) * (1.0 - 1e-9)",
        "FixedStop/spot/plain",
    ),
    Bug(
        "the tradable balance is a cent more",
        "kernel/walk/wallet.py",
        "(tied + t.free) * r.tradable_ratio",
        "(tied + t.free) * r.tradable_ratio + 0.01",
        "FixedStop/spot/half the balance",
    ),
    Bug(
        "a small stake is not lifted as far",
        "kernel/walk/wallet.py",
        "_MOST_LIFT = 1.3",
        "_MOST_LIFT = 1.2",
        "CustomStake/coarse/plain",
        apart=True,
    ),
    Bug(
        "leverage starts a little above one",
        "kernel/walk/entering.py",
        "max(leverage, 1.0)",
        "max(leverage, 1.01)",
        "Leveraged/futures/plain",
    ),
    Bug(
        "one slot too many",
        "kernel/walk/visiting.py",
        "t.opened >= r.slots",
        "t.opened > r.slots",
        "FixedStop/spot/plain",
    ),
    Bug(
        "a position is not reversed at once",
        "kernel/walk/visiting.py",
        "ended not in (0, side)",
        "ended not in (0, side, -side)",
        "EntryAgainstExit/futures/plain",
    ),
    Bug(
        "a profit is a hundred-millionth off",
        "kernel/walk/account.py",
        "return signed8(closed - opened if p.side > 0",
        "return signed8(closed - opened + 1e-8 if p.side > 0",
        "FixedStop/spot/plain",
    ),
    Bug(
        "an average is a cent off",
        "kernel/walk/account.py",
        "price_nearest(w, p.pair, rate, p.digits, p.step)",
        "price_nearest(w, p.pair, rate + 0.01, p.digits, p.step)",
        "AddsAndExits/spot/plain",
    ),
    Bug(
        "the highest price is a cent off",
        "kernel/walk/leaving.py",
        "p.max_rate = max(row.high,",
        "p.max_rate = max(row.high - 0.01,",
        "FixedStop/spot/plain",
    ),
    Bug(
        "funding is a billionth off",
        "kernel/walk/funding.py",
        "fee = per_unit[row] * p.amount",
        "fee = per_unit[row] * p.amount * (1.0 + 1e-9)",
        "FixedStop/futures/plain",
        apart=True,
    ),
    Bug(
        "an order lies one moment too long",
        "kernel/walk/managing.py",
        "order.placed_ns <= now - wait",
        "order.placed_ns < now - wait",
        "OrdersWaitSeconds/spot/plain",
        apart=True,
    ),
    Bug(
        "a moved entry stakes a cent more",
        "kernel/walk/managing.py",
        "stake = order.remaining * order.price / p.leverage",
        "stake = order.remaining * order.price / p.leverage + 0.01",
        "AdjustEntry/spot/plain",
        apart=True,
    ),
    Bug(
        "a partial exit takes a step more",
        "kernel/walk/adjusting.py",
        "amount = amount_cut(w, p.pair, share)",
        "amount = amount_cut(w, p.pair, share + 1e-8)",
        "PartialExits/spot/plain",
        apart=True,
    ),
    Bug(
        "one addition too few",
        "kernel/walk/adjusting.py",
        "p.entries <= r.most_adds",
        "p.entries < r.most_adds",
        "AddsThrice/spot/plain",
        apart=True,
    ),
    Bug(
        "a lock ends a candle early",
        "kernel/walk/locks.py",
        "(until // candle + 1) * candle",
        "(until // candle) * candle",
        "Cooldown/spot/guards",
    ),
    Bug(
        "a guard waits for one stop more",
        "kernel/walk/protections.py",
        "if count >= n.trade_limit and latest >= 0:",
        "if count > n.trade_limit and latest >= 0:",
        "StopGuard/spot/guards",
        apart=True,
    ),
    Bug(
        "a guard of low profits lets some pass",
        "kernel/walk/protections.py",
        "total < n.required_profit",
        "total < n.required_profit - 5e-3",
        "LowProfit/spot/guards",
        apart=True,
    ),
    Bug(
        "a drawdown may be a little larger",
        "kernel/walk/protections.py",
        "found > n.max_drawdown",
        "found > n.max_drawdown + 2e-3",
        "DrawdownGuard/spot/guards",
        apart=True,
    ),
)
