"""What strategy, configuration and exchange have settled, as the numbers of a walk."""

from __future__ import annotations

import math
import sys
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from freqtrade.enums import MarginMode, RunMode, TradingMode
from freqtrade.exchange import Exchange
from freqtrade.exchange.exchange_utils import DECIMAL_PLACES, TICK_SIZE

from tidegate.kernel.walk import layout

if TYPE_CHECKING:
    from freqtrade.optimize.backtesting import Backtesting

    from tidegate.kernel.walk.memory import Memory

_NS: Final = 1_000_000_000
_MINUTE: Final = 60 * _NS
_MOST_DIGITS: Final = 15
# what an exchange may do its own way; where it does, it is asked
_OWN_LIMITS: Final = (
    "get_min_pair_stake_amount",
    "get_max_pair_stake_amount",
    "_get_stake_amount_limit",
    "_get_stake_amount_considering_leverage",
    "_contracts_to_amount",
)
_KINDS: Final = {
    "CooldownPeriod": layout.COOLDOWN,
    "StoplossGuard": layout.STOP_GUARD,
    "LowProfitPairs": layout.LOW_PROFIT,
    "MaxDrawdown": layout.DRAWDOWN,
}


def set_strategy(memory: Memory, strategy: Any) -> None:  # noqa: ANN401 - an IStrategy; Freqtrade declares no types
    """Put the strategy's own rules in; called again when it changes one of them in a callback."""
    rules = memory.rules
    slots = strategy.max_open_trades
    rules.slots = -1 if slots < 0 or math.isinf(slots) else math.ceil(slots)
    rules.use_exit_signal = bool(strategy.use_exit_signal)
    rules.exit_profit_only = bool(strategy.exit_profit_only)
    rules.exit_profit_offset = strategy.exit_profit_offset
    rules.ignore_roi = bool(strategy.ignore_roi_if_entry_signal)
    rules.stoploss = strategy.stoploss
    rules.use_custom_stop = bool(strategy.use_custom_stoploss)
    rules.after_fill = bool(getattr(strategy, "_ft_stop_uses_after_fill", False))
    rules.use_custom_roi = bool(strategy.use_custom_roi)
    rules.trailing = bool(strategy.trailing_stop)
    rules.trailing_only_past_offset = bool(strategy.trailing_only_offset_is_reached)
    positive = strategy.trailing_stop_positive
    rules.has_trailing_ratio = positive is not None
    rules.trailing_ratio = positive or 0.0
    rules.trailing_offset = strategy.trailing_stop_positive_offset or 0.0
    rules.position_adjustment = bool(strategy.position_adjustment_enable)
    most = strategy.max_entry_position_adjustment
    rules.most_adds = int(most) if most > -1 else -1
    rules.limit_entry = strategy.order_types["entry"] == "limit"
    rules.limit_exit = strategy.order_types["exit"] == "limit"
    rules.expire_ns = int((strategy.ignore_buying_expired_candle_after or 0) * _NS)
    table = sorted(strategy.minimal_roi.items())
    memory.set_roi([int(age) for age, _ in table], [float(ratio) for _, ratio in table])


def set_terms(memory: Memory, bt: Backtesting, pairs: list[str]) -> None:
    """Put everything in that does not change during a run."""
    config, rules = bt.config, memory.rules
    rules.can_short = bool(bt._can_short)  # noqa: SLF001 - what its own loop reads
    rules.stacking = bool(bt._position_stacking)  # noqa: SLF001 - as above
    rules.fee = bt.fee
    rules.compensated = sys.version_info >= (3, 12)  # since then sum() makes up for rounding
    rules.futures = bt.trading_mode == TradingMode.FUTURES
    rules.cross = bt.margin_mode == MarginMode.CROSS
    rules.funding_ns = int(getattr(bt, "funding_fee_timeframe_secs", 0)) * _NS or 1
    rules.detail_ns = int(bt.timeframe_detail_td.total_seconds()) * _NS
    waits = config.get("unfilledtimeout", {})
    rules.entry_timeout_ns = _wait(waits, "entry")
    rules.exit_timeout_ns = _wait(waits, "exit")
    stake = config["stake_amount"]
    rules.unlimited_stake = stake == "unlimited"
    rules.stake = 0.0 if stake == "unlimited" else float(stake)
    rules.amend = bool(config["amend_last_stake_amount"])
    rules.last_stake_ratio = config["last_stake_amount_min_ratio"]
    rules.tradable_ratio = config["tradable_balance_ratio"]
    rules.has_capital = "available_capital" in config
    rules.capital = config.get("available_capital", 0.0)
    rules.amount_reserve = config.get("amount_reserve_percent", 0.05)
    rules.capture = bt.dataprovider.runmode == RunMode.BACKTEST
    start = bt.wallets._start_cap  # noqa: SLF001 - as above
    currency = bt.wallets._stake_currency  # noqa: SLF001 - as above
    rules.start_balance = float(start.get(currency, 0.0))
    rules.cross_margin = float(bt.wallets.get_free(currency)) - rules.start_balance
    rules.protected_balance = bt.starting_balance
    memory.tally.next_id = bt.trade_id_counter
    memory.tally.next_order = bt.order_id_counter
    asked = any(
        getattr(type(bt.exchange), name) is not getattr(Exchange, name) for name in _OWN_LIMITS
    )
    for number, pair in enumerate(pairs):
        record = memory.pairs[number]
        record.startup = bt.required_startup
        record.ask_limits = bool(asked or rules.futures)
        _set_market(record, bt, pair)
        base = bt.exchange.get_pair_base_currency(pair)
        record.base_start = float(start.get(base, 0.0))


def _wait(waits: dict[str, Any], side: str) -> int:
    """Return how long an order may lie unfilled, in nanoseconds; -1 for ever."""
    found = waits.get(side)
    if found is None:
        return -1
    return int(timedelta(**{waits.get("unit", "minutes"): found}).total_seconds() * _NS)


def _set_market(record: Any, bt: Backtesting, pair: str) -> None:  # noqa: ANN401 - a structure of `layout`
    exchange = bt.exchange
    limits = exchange.markets[pair]["limits"]
    for kind in ("cost", "amount"):
        for end in ("min", "max"):
            found = limits[kind][end]
            known = math.nan if found is None else exchange._contracts_to_amount(pair, found)  # noqa: SLF001 - what its own limits read
            setattr(record, f"{kind}_{end}", known)
    price = exchange.get_precision_price(pair)
    record.market_step = math.nan if price is None else price
    record.market_digits = _digits(price, bt.precision_mode_price, (TICK_SIZE,))
    amount = exchange.get_precision_amount(pair)
    record.amount_digits = _digits(amount, bt.precision_mode, (TICK_SIZE, DECIMAL_PLACES))
    if record.amount_digits != layout.ANY_PRICE and exchange.get_contract_size(pair) not in (
        None,
        1,
    ):
        record.amount_digits = layout.ASK


def _digits(precision: float | None, mode: int | None, plain: tuple[int, ...]) -> int:
    """Return the decimals that a precision stands for, if it is one of the plain kinds."""
    if precision is None or mode is None:
        return layout.ANY_PRICE
    if mode not in plain:
        return layout.ASK
    if mode == DECIMAL_PLACES:
        return int(precision) if 0 <= precision <= _MOST_DIGITS else layout.ASK
    step = Decimal(str(precision)).normalize()
    exponent = int(step.as_tuple().exponent)
    if step.as_tuple().digits == (1,) and -_MOST_DIGITS <= exponent <= 0:
        return -exponent
    return layout.ASK


def set_protections(memory: Memory, handlers: list[Any]) -> None:
    """Put the protections in, read off Freqtrade's own objects for them."""
    for number, handler in enumerate(handlers):
        record = memory.protections[number]
        record.kind = _KINDS[handler.name]
        record.lookback_ns = int(timedelta(minutes=handler._lookback_period).total_seconds()) * _NS  # noqa: SLF001 - its settings have no other door
        record.stop_ns = int(timedelta(minutes=handler._stop_duration).total_seconds()) * _NS  # noqa: SLF001 - as above
        record.unlock_minute = -1
        if handler._unlock_at is not None:  # noqa: SLF001 - as above
            hour, minute = handler._unlock_at.split(":")  # noqa: SLF001 - as above
            record.unlock_minute = int(hour) * 60 + int(minute)
        record.trade_limit = getattr(handler, "_trade_limit", 0)
        record.per_side = bool(getattr(handler, "_only_per_side", False))
        record.per_pair = bool(getattr(handler, "_disable_global_stop", False))
        record.equity = getattr(handler, "_calculation_mode", "") == "equity"
        profit = getattr(handler, "_profit_limit", getattr(handler, "_required_profit", 0.0))
        record.required_profit = profit
        record.max_drawdown = getattr(handler, "_max_allowed_drawdown", 0.0)


def are_known(handlers: list[Any]) -> bool:
    """Tell whether every protection is one that the walk knows."""
    return all(handler.name in _KINDS for handler in handlers)
