"""Strategies with habits that a copy of a trade would survive, and some that it would not."""

from __future__ import annotations

import copy
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

from freqtrade.persistence import CustomDataWrapper, LocalTrade, PairLocks, Trade
from tests.freqtrade_callbacks.strategies.witness import order_facts, trade_facts
from tests.parity.zoo.dice import Dice


class Habit(Dice):
    """Enters often."""

    entries = 0.25
    exits = 0.03
    stoploss = -0.05

    def bot_start(self, **kwargs: Any) -> None:
        """Begin with an empty book."""
        self.seen.clear()


class Keeps(Habit):
    """Keeps what it is handed, and looks at it again much later."""

    position_adjustment_enable = True

    def bot_start(self, **kwargs: Any) -> None:
        super().bot_start()
        self.kept: list[tuple[str, Any, Any]] = []

    def custom_exit(self, trade: Trade, current_rate: float, **kwargs: Any) -> None:
        if len(self.kept) < 300:
            self.kept.append(("exit", trade, trade_facts(trade, current_rate)))

    def adjust_trade_position(
        self, trade: Trade, current_time: datetime, **kwargs: Any
    ) -> float | None:
        if self.throw("keep", trade.pair, current_time) < 0.1:
            self.last = trade.orders[-1]
        return (
            trade.stake_amount * 0.2 if self.throw("add", trade.pair, current_time) < 0.1 else None
        )

    def order_filled(self, trade: Trade, order: Any, **kwargs: Any) -> None:
        self.kept.append(("filled", copy.deepcopy(trade), trade_facts(trade, 100.0)))
        self.kept.append(("copied", copy.copy(trade), trade_facts(trade, 100.0)))

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        if self.throw("review", "", current_time) < 0.2:
            for what, trade, facts in self.kept[-60:]:
                if facts is not None:
                    self.seen.append(
                        (what, trade_facts(trade, float(facts[2] and 100.0)), facts[0])
                    )
        if hasattr(self, "last"):
            self.seen.append(("last", order_facts(self.last)))


class Scribbles(Habit):
    """Writes all over what it is handed; all of that is lost."""

    position_adjustment_enable = True
    use_custom_stoploss = True

    def custom_stoploss(
        self, trade: Trade, current_rate: float, current_time: datetime, **kwargs: Any
    ) -> float | None:
        self.see("before", trade, current_time, getattr(trade, "mark", "no mark"))
        trade.stop_loss = current_rate
        trade.pair = "XXX/YYY"
        trade.id = 4711
        trade.open_rate = 1.0
        trade.mark = "here"
        trade.enter_tag = trade.is_short = None
        trade.adjust_min_max_rates(1e9, 1e-9)
        self.see(
            "after",
            None,
            current_time,
            trade.pair,
            trade.id,
            trade.open_rate,
            trade.mark,
            trade.max_rate,
        )
        return -0.03 if self.throw("stop", "", current_time) < 0.1 else None

    def adjust_trade_position(
        self, trade: Trade, current_time: datetime, **kwargs: Any
    ) -> float | None:
        for order in trade.orders:
            order.ft_order_tag = "scribble"
            order.price = order.filled = 1.0
        trade.orders.append("no order")
        trade.orders.reverse()
        self.see("orders", None, current_time, [getattr(o, "price", o) for o in trade.orders])
        return 60.0 if self.throw("add", trade.pair, current_time) < 0.1 else None

    def confirm_trade_exit(self, trade: Trade, current_time: datetime, **kwargs: Any) -> bool:
        trade.exit_reason = "scribble"
        trade.set_liquidation_price(3.0)
        return True


class ReachesIn(Habit):
    """Writes to the trades that all see, which counts."""

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        for trade in Trade.get_trades_proxy(is_open=True):
            self.see("live", trade, current_time, getattr(trade, "visits", None))
            trade.visits = getattr(trade, "visits", 0) + 1
            if self.throw("lift", trade.pair, current_time) < 0.1:
                trade.stop_loss = trade.open_rate * 0.995
            if self.throw("high", trade.pair, current_time) < 0.1:
                trade.max_rate = trade.open_rate * 2
        for trade in LocalTrade.bt_trades[-3:]:
            self.see(
                "closed", trade, current_time, getattr(trade, "visits", None), str(trade.close_date)
            )


class OldNames(Habit):
    """Uses the methods of years ago, which are handed the trade itself."""

    def custom_sell(
        self, pair: str, trade: Trade, current_time: datetime, *args: Any, **kwargs: Any
    ) -> str | None:
        trade.looks = getattr(trade, "looks", 0) + 1
        self.see("custom_sell", trade, current_time, *args, trade.looks)
        return "old" if trade.looks > 20 else None

    def check_buy_timeout(
        self, trade: Trade, order: Any, current_time: datetime, **kwargs: Any
    ) -> bool:
        self.see("check_buy_timeout", trade, current_time, order_facts(order))
        return self.throw("buy", trade.pair, current_time) < 0.2

    def check_sell_timeout(
        self, trade: Trade, order: Any, current_time: datetime, **kwargs: Any
    ) -> bool:
        self.see("check_sell_timeout", trade, current_time, order_facts(order))
        return self.throw("sell", trade.pair, current_time) < 0.2

    def custom_entry_price(self, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * 0.997

    def custom_exit_price(self, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * 1.003

    def adjust_entry_price(
        self,
        trade: Trade,
        proposed_rate: float,
        current_order_rate: float,
        current_time: datetime,
        **kwargs: Any,
    ) -> float:
        self.see("adjust_entry_price", trade, current_time, sorted(kwargs))
        return (
            proposed_rate
            if self.throw("move", trade.pair, current_time) < 0.3
            else current_order_rate
        )


class Locks(Habit):
    """Locks pairs for ever, and unlocks them."""

    protections = [{"method": "CooldownPeriod", "stop_duration_candles": 2}]

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        pairs = self.dp.current_whitelist()
        thrown = self.throw("lock", "", current_time)
        ages = datetime(2099, 1, 1, tzinfo=UTC)
        if thrown < 0.1:
            self.lock_pair(pairs[0], ages, "ages")
            self.lock_pair(pairs[0], ages, "ages")
        elif thrown < 0.15:
            self.lock_pair("*", ages, "all")
        elif thrown < 0.2:
            self.lock_pair(pairs[1], current_time + timedelta(minutes=33), None, side="long")
        elif thrown < 0.25:
            self.lock_pair("NO/NE", ages, "unknown")
            PairLocks.lock_pair(pairs[1], ages, "odd", side="sideways", now=current_time)
        elif thrown < 0.5:
            self.unlock_pair(pairs[0])
            PairLocks.unlock_pair(pairs[1], current_time)
        elif thrown < 0.7:
            self.unlock_reason("all")
        locks = PairLocks.get_all_locks()
        self.see(
            "locks",
            None,
            current_time,
            len(locks),
            [(k.pair, k.side, k.reason, str(k.lock_end_time_utc), k.active) for k in locks[-5:]],
            [
                self.is_pair_locked(p, candle_date=current_time, side=s)
                for p in pairs
                for s in ("*", "long", "short")
            ],
            [self.is_pair_locked(p) for p in pairs],
            PairLocks.is_global_lock(current_time),
            str(getattr(PairLocks.get_pair_longest_lock(pairs[0], current_time), "reason", "none")),
        )


class Rules(Habit):
    """Changes its rules by each road there is."""

    stoploss = -0.03
    minimal_roi: dict[Any, float] = {"0": 0.02, "30": 0.01}
    easy: dict[Any, float] = {0: 0.012, 20: 0.004}
    hard: dict[Any, float] = {0: 0.05}
    order_types = {
        "entry": "limit",
        "exit": "limit",
        "stoploss": "limit",
        "stoploss_on_exchange": False,
    }
    day = 0.0

    @property
    def trailing_stop_positive_offset(self) -> float:
        """Move with the time of day."""
        return 0.01 + self.day

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        self.day = current_time.hour / 1000
        thrown = self.throw("mood", "", current_time)
        if thrown < 0.2:
            self.minimal_roi = self.easy
        elif thrown < 0.4:
            self.minimal_roi = self.hard
        elif thrown < 0.6:
            self.minimal_roi[0] = 0.01 + thrown / 50
            self.minimal_roi.pop(20, None)
        elif thrown < 0.8:
            self.stoploss = -0.02 - thrown / 50
            self.trailing_stop = thrown < 0.7
            self.trailing_stop_positive = 0.008
        else:
            self.order_types["exit"] = "market" if thrown < 0.9 else "limit"
            self.use_exit_signal = thrown < 0.85
        self.see(
            "rules",
            None,
            current_time,
            dict(self.easy),
            dict(self.hard),
            dict(self.minimal_roi),
            dict(self.order_types),
        )

    def custom_exit_price(
        self, proposed_rate: float, current_time: datetime, **kwargs: Any
    ) -> float:
        self.see("exit price", None, current_time, proposed_rate)
        return proposed_rate * 1.001


class PlainRules(Rules):
    """The same, without a property among them."""

    trailing_stop_positive_offset = 0.012


class Notes(Habit):
    """Keeps notes of each kind with its trades."""

    def custom_exit(self, trade: Trade, current_time: datetime, **kwargs: Any) -> None:
        thrown = self.throw("note", trade.pair, current_time)
        values: tuple[Any, ...] = (1, 2.5, "text", True, None, {"a": [1, None]}, [], (1, 2))
        if thrown < 0.3:
            key = ("one", "TWO", "three")[int(thrown * 1000) % 3]
            # Freqtrade reads a value as the kind that was first kept under its key
            if trade.get_custom_data(key.lower()) is None:
                trade.delete_custom_data(key)
                trade.set_custom_data(key, values[int(thrown * 10000) % len(values)])
            elif isinstance(trade.get_custom_data(key), str):
                trade.set_custom_data(key.upper(), f"text at {current_time}")
        elif thrown < 0.33:
            trade.delete_custom_data("One")
        elif thrown < 0.34:
            trade.delete_custom_data()
        entry = trade.get_custom_data_entry("two")
        self.see(
            "notes",
            None,
            current_time,
            trade.id,
            [(one.cd_key, one.cd_type, one.value) for one in trade.get_all_custom_data()],
            trade.get_custom_data("ONE", "nothing"),
            entry and entry.cd_value,
            len(CustomDataWrapper.custom_data),
        )


class Refreshes(Habit):
    """Has the wallet looked into when it likes."""

    use_custom_stoploss = True

    def custom_stoploss(self, trade: Trade, current_time: datetime, **kwargs: Any) -> None:
        wallets = self.wallets
        if self.throw("refresh", trade.pair, current_time) < 0.3:
            wallets.update()
        self.see(
            "wallets",
            None,
            current_time,
            wallets.get_free("USDT"),
            wallets.get_total("USDT"),
            sorted(wallets.get_all_balances().items()),
            sorted(wallets.get_all_positions().items()),
            wallets.check_exit_amount(trade),
            wallets.get_trade_stake_amount(trade.pair, 3, update=False),
        )


def frame_facts(frame: Any) -> tuple[object, ...]:
    """Return what there is in a frame, and the end of it."""
    end = frame.tail(2).filter(regex=r"(?<!_count)$")  # what loading has counted is not the point
    return list(frame.columns), len(frame), str(end.to_dict("records")), end.index.tolist()


class Borrows(Habit):
    """Has taken hold of wallet and frames before the first candle."""

    def bot_start(self, **kwargs: Any) -> None:
        super().bot_start()
        self.purse, self.frames = self.wallets, self.dp

    def custom_exit(self, pair: str, current_time: datetime, **kwargs: Any) -> None:
        frame, _ = self.frames.get_analyzed_dataframe(pair, self.timeframe)
        free, available = self.purse.get_free("USDT"), self.purse.get_available_stake_amount()
        self.see("held", None, current_time, free, available, len(frame), str(frame["date"].max()))


class Waits(Habit):
    """Looks at the wallet while orders wait on either side."""

    unfilledtimeout = {"entry": 120, "exit": 120}

    def custom_entry_price(self, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * 0.996

    def custom_exit_price(self, proposed_rate: float, **kwargs: Any) -> float:
        return proposed_rate * 1.006

    def bot_loop_start(self, current_time: datetime, **kwargs: Any) -> None:
        balances = self.wallets.get_all_balances().values()
        self.see("balances", None, current_time, [(one.currency, one.total) for one in balances])
        self.see("used", None, current_time, self.wallets.get_used("USDT"))


class Mangles(Habit):
    """Changes the frames that it is given, in every way, and asks for them again."""

    def custom_exit(self, pair: str, current_time: datetime, **kwargs: Any) -> None:
        for timeframe in (self.timeframe, "15m", "1h"):
            frames = [self.frame(pair, timeframe)]
            frames[0]["extra"] = 1
            frames.append(self.frame(pair, timeframe))
            way = int(self.throw("way", pair, current_time) * 9)
            frame = self.frame(pair, timeframe)
            if len(frame):
                self.mangle(frame, way)
            frames.append(self.frame(pair, timeframe))
            self.see(
                "frames",
                None,
                current_time,
                way,
                [frame_facts(frame) for frame in frames],
            )

    def frame(self, pair: str, timeframe: str) -> Any:
        if timeframe == self.timeframe:
            return self.dp.get_analyzed_dataframe(pair, timeframe)[0]
        return self.dp.get_pair_dataframe(pair, timeframe)

    def mangle(self, frame: Any, way: int) -> None:
        last = frame.index[-1]
        ways = (
            lambda: frame.__setitem__("close", frame["close"] * 2),
            lambda: frame.loc.__setitem__((last, "close"), -1.0),
            lambda: frame.iloc.__setitem__((-1, 1), -2.0),
            lambda: frame.drop(columns=["open"], inplace=True),
            lambda: frame.sort_values("close", inplace=True),
            lambda: setattr(frame, "columns", [name.upper() for name in frame.columns]),
            lambda: frame.drop(index=last, inplace=True),
            lambda: frame.rename(columns={"high": "top"}, inplace=True),
            lambda: frame.at.__setitem__((last, "low"), -3.0),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # some of these ways are to go out of use
            ways[way]()
