"""A strategy with every callback there is, which writes down all that each is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from freqtrade.persistence import LocalTrade, Order, PairLocks, Trade
from sqlalchemy import inspect
from tests.parity.zoo.dice import Dice

_SHARED = {name for name in dir(LocalTrade) if name.startswith("bt_")}
FIGURES = sorted(
    name
    for name in {*dir(LocalTrade), *LocalTrade.__annotations__}
    if not name.startswith("_")
    and name not in {*_SHARED, "orders"}
    and not callable(getattr(LocalTrade, name, None))
)
COLUMNS = [
    *inspect(Order).columns.keys(),
    *(name for name, value in vars(Order).items() if isinstance(value, property)),
]


def shown(value: object) -> str:
    """Return a value and its type in words; 10 and 10.0 are alike, and so is all that means UTC."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value))
    if isinstance(value, datetime):
        return f"{type(value)} {value.isoformat()} {value.tzname()}"
    return repr(value)


def order_facts(order: Any) -> tuple[object, ...]:
    """Return all that an order says."""
    return (
        isinstance(order, Order),
        [(name, shown(getattr(order, name))) for name in COLUMNS if name != "trade"],
        repr(order),
        order.trade.id,
        order.to_json("buy"),
        order.to_json("sell", minified=True),
        order.to_ccxt_object(),
    )


def trade_facts(trade: Any, rate: float) -> tuple[object, ...]:
    """Return all that a trade says, by attributes and by methods."""
    return (
        isinstance(trade, LocalTrade),
        repr(trade),
        [(name, shown(getattr(trade, name))) for name in FIGURES],
        [order_facts(order) for order in trade.orders],
        trade.calc_profit_ratio(rate),
        trade.calc_profit(rate),
        repr(trade.calculate_profit(rate)),
        trade.calc_profit(rate, amount=1.5, open_rate=rate * 1.1),
        trade.calc_close_trade_value(rate),
        trade.calc_close_rate_for_roi(0.02) if trade.amount else None,
        repr(trade.select_order(trade.entry_side)),
        repr(trade.select_order(is_open=True)),
        repr(trade.select_order("sell", is_open=False, only_filled=True)),
        repr(trade.select_filled_orders()),
        repr(trade.select_filled_or_open_orders()),
        repr(trade.select_order_by_order_id("1")),
        trade.to_json(),
        trade.to_json(minified=True),
        [(one.cd_key, one.value) for one in trade.get_all_custom_data()],
    )


class Witness(Dice):
    """Tries every callback and writes down every argument."""

    entries = 0.2
    exits = 0.05
    stoploss = -0.04
    minimal_roi = {"0": 0.03, "60": 0.015}
    trailing_stop = True
    trailing_stop_positive = 0.012
    trailing_stop_positive_offset = 0.02
    use_custom_stoploss = True
    use_custom_roi = True
    position_adjustment_enable = True
    unfilledtimeout = {"entry": 35, "exit": 25}
    attentive = 1.0
    """The share of the calls that are written down in full."""

    def bot_start(self, **kwargs: Any) -> None:
        """Begin with an empty book."""
        self.seen.clear()

    def witness(self, name: str, arguments: dict[str, Any]) -> None:
        """Write down one call."""
        now = arguments["current_time"]
        rate = float(arguments.get("current_rate") or arguments.get("rate") or 100.0)
        full = self.throw(f"look {name}", arguments.get("pair", ""), now) < self.attentive
        told: list[tuple[str, object]] = []
        for key, value in arguments.items():
            if isinstance(value, LocalTrade):
                told.append((key, trade_facts(value, rate) if full else value.id))
            elif isinstance(value, Order):
                told.append((key, order_facts(value)))
            else:
                told.append((key, shown(value)))
        self.seen.append((name, *told))
        if full and self.throw(f"around {name}", "", now) < 0.1:
            self.look_around(now, rate)

    def look_around(self, now: datetime, rate: float) -> None:
        """Write down what can be seen beside the arguments."""
        opened, closed = Trade.get_open_trades(), Trade.get_trades_proxy(is_open=False)
        pair = self.dp.current_whitelist()[0]
        frames = [
            self.dp.get_analyzed_dataframe(name, self.timeframe)[0] for name in (pair, "NO/NE")
        ]
        hour = self.dp.get_pair_dataframe(pair, "1h")
        wallets = self.wallets
        self.seen.append(
            (
                "around",
                str(now),
                [trade_facts(trade, rate) for trade in opened],
                [trade.id for trade in closed],
                [trade_facts(trade, rate) for trade in closed[-2:]],
                [trade.id for trade in Trade.get_trades_proxy(pair=pair)],
                Trade.get_open_trade_count(),
                Trade.get_total_closed_profit(),
                Trade.total_open_trades_stakes(),
                LocalTrade.bt_total_profit,
                {
                    name: [t.id for t in found]
                    for name, found in LocalTrade.bt_trades_open_pp.items()
                    if found
                },
                [(len(frame), str(frame.tail(1).to_dict())) for frame in (*frames, hour)],
                wallets.get_free("USDT"),
                wallets.get_used("USDT"),
                wallets.get_total("USDT"),
                wallets.get_total_stake_amount(),
                wallets.get_available_stake_amount(),
                wallets.get_starting_balance(),
                wallets.get_collateral(),
                [(t.pair, wallets.get_owned(t.pair, t.safe_base_currency)) for t in opened],
                [
                    (lock.pair, lock.side, lock.reason, str(lock.lock_end_time), lock.active)
                    for lock in PairLocks.get_all_locks()
                ],
                [PairLocks.is_pair_locked(pair, now, side) for side in ("long", "short", "*")],
            )
        )

    def bot_loop_start(self, **kwargs: Any) -> None:
        """Look, and now and then lock a pair or all of them."""
        self.witness("bot_loop_start", kwargs)
        now = kwargs["current_time"]
        if self.throw("lock", "", now) < 0.04:
            pair = self.dp.current_whitelist()[0]
            until = now + self.throw("until", "", now) * (now - now.replace(hour=0, minute=0))
            self.lock_pair("*" if self.throw("all", "", now) < 0.3 else pair, until, "rest")

    def custom_entry_price(self, **kwargs: Any) -> float | None:
        """Ask for a better price."""
        self.witness("custom_entry_price", kwargs)
        thrown = self.throw("bid", kwargs["pair"], kwargs["current_time"])
        return None if thrown < 0.1 else float(kwargs["proposed_rate"]) * (0.994 + thrown * 0.008)

    def leverage(self, **kwargs: Any) -> float:
        """Take some leverage."""
        self.witness("leverage", kwargs)
        return 1 + 8 * self.throw("lever", kwargs["pair"], kwargs["current_time"])

    def custom_stake_amount(self, **kwargs: Any) -> float:
        """Stake a part."""
        self.witness("custom_stake_amount", kwargs)
        thrown = self.throw("stake", kwargs["pair"], kwargs["current_time"])
        return float(kwargs["proposed_stake"]) * (0.3 + 0.6 * thrown) if thrown > 0.05 else 0.0

    def confirm_trade_entry(self, **kwargs: Any) -> bool:
        """Mostly agree."""
        self.witness("confirm_trade_entry", kwargs)
        return self.throw("confirm", kwargs["pair"], kwargs["current_time"]) > 0.1

    def order_filled(self, **kwargs: Any) -> None:
        """Keep a note."""
        self.witness("order_filled", kwargs)
        trade, order = kwargs["trade"], kwargs["order"]
        count = trade.get_custom_data("fills", 0)
        trade.set_custom_data("fills", count + 1)
        trade.set_custom_data("last", {"side": order.side})

    def custom_stoploss(
        self, pair: str, trade: Trade, current_time: datetime, after_fill: bool, **kwargs: Any
    ) -> float | None:
        """Now and then move the stop."""
        kwargs |= {"pair": pair, "trade": trade, "current_time": current_time}
        self.witness("custom_stoploss", {**kwargs, "after_fill": after_fill})
        thrown = self.throw("stop", pair, current_time)
        return -0.01 - thrown / 5 if thrown < 0.2 else None

    def custom_roi(self, **kwargs: Any) -> float | None:
        """Now and then be content with less."""
        self.witness("custom_roi", kwargs)
        thrown = self.throw("roi", kwargs["pair"], kwargs["current_time"])
        return 0.01 if thrown < 0.05 else None

    def custom_exit(self, **kwargs: Any) -> str | bool | None:
        """Leave with a reason, a long one, or none."""
        self.witness("custom_exit", kwargs)
        thrown = self.throw("leave", kwargs["pair"], kwargs["current_time"])
        if thrown < 0.01:
            return True
        if thrown < 0.02:
            return "so " * 100 + "bored"
        return "bored" if thrown < 0.04 else None

    def custom_exit_price(self, **kwargs: Any) -> float:
        """Ask for more."""
        self.witness("custom_exit_price", kwargs)
        thrown = self.throw("ask", kwargs["pair"], kwargs["current_time"])
        return float(kwargs["proposed_rate"]) * (0.998 + thrown * 0.008)

    def confirm_trade_exit(self, **kwargs: Any) -> bool:
        """Mostly agree."""
        self.witness("confirm_trade_exit", kwargs)
        return self.throw("confirm exit", kwargs["pair"], kwargs["current_time"]) > 0.2

    def adjust_trade_position(self, **kwargs: Any) -> Any:
        """Add, take out, with tags and without."""
        self.witness("adjust_trade_position", kwargs)
        trade = kwargs["trade"]
        thrown = self.throw("adjust", trade.pair, kwargs["current_time"])
        if thrown < 0.03:
            return trade.stake_amount * 0.5, "more"
        if thrown < 0.05:
            return -trade.stake_amount * 0.4
        return (None, "nothing") if thrown < 0.1 else None

    def check_entry_timeout(self, **kwargs: Any) -> bool:
        """Now and then be impatient."""
        self.witness("check_entry_timeout", kwargs)
        return self.throw("impatient", kwargs["pair"], kwargs["current_time"]) < 0.1

    def check_exit_timeout(self, **kwargs: Any) -> bool:
        """Now and then be impatient."""
        self.witness("check_exit_timeout", kwargs)
        return self.throw("impatient", kwargs["pair"], kwargs["current_time"]) < 0.1

    def adjust_order_price(self, **kwargs: Any) -> float | None:
        """Keep, move, or take back."""
        self.witness("adjust_order_price", kwargs)
        thrown = self.throw("move", kwargs["pair"], kwargs["current_time"])
        if thrown < 0.05:
            return None
        return float(kwargs["proposed_rate"]) if thrown < 0.4 else kwargs["current_order_rate"]


class GuardedWitness(Witness):
    """The same with protections, whose locks it sees."""

    protections = [
        {"method": "CooldownPeriod", "stop_duration_candles": 2},
        {
            "method": "StoplossGuard",
            "lookback_period_candles": 12,
            "trade_limit": 2,
            "stop_duration_candles": 3,
        },
        {
            "method": "LowProfitPairs",
            "lookback_period_candles": 24,
            "trade_limit": 2,
            "stop_duration": 15,
            "required_profit": 0.0,
        },
        {
            "method": "MaxDrawdown",
            "lookback_period_candles": 24,
            "trade_limit": 3,
            "stop_duration_candles": 2,
            "max_allowed_drawdown": 0.02,
        },
    ]
