"""Which questions a strategy wants to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from freqtrade.enums import TradingMode

from tidegate.kernel.walk.asking import QUESTIONS

if TYPE_CHECKING:
    from freqtrade.optimize.backtesting import Backtesting

_STRATEGYS: Final = 15  # so many of the questions are the strategy's; the others are the exchange's

_BEHIND: Final = {
    "custom_exit": ("custom_sell",),
    "check_entry_timeout": ("check_buy_timeout",),
    "check_exit_timeout": ("check_sell_timeout",),
    "adjust_order_price": ("adjust_entry_price", "adjust_exit_price"),
}
"""Methods that Freqtrade's own method of the name goes on to call."""

_SWITCHES: Final = {
    "custom_stoploss": "use_custom_stoploss",
    "custom_roi": "use_custom_roi",
    "custom_exit": "use_exit_signal",
    "adjust_trade_position": "position_adjustment_enable",
}

_PRICES: Final = {"custom_entry_price": "entry", "custom_exit_price": "exit"}


def is_own(method: Any) -> bool:  # noqa: ANN401 - whatever stands where a method should
    """Tell whether a method is the strategy's; Freqtrade tells its own by their name."""
    return not getattr(method, "__qualname__", "").startswith("IStrategy.")


def asked_of(strategy: Any, name: str) -> bool:  # noqa: ANN401 - an IStrategy, which has no types
    """Tell whether a strategy has an answer of its own to a question."""
    return any(is_own(getattr(strategy, each)) for each in (name, *_BEHIND.get(name, ())))


def callbacks_of(bt: Backtesting, strategy: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    """Return the questions that a strategy is to be asked, given its switches as they stand."""
    names = []
    for name in QUESTIONS[:_STRATEGYS]:
        switch = _SWITCHES.get(name)
        if switch is not None and not getattr(strategy, switch):
            continue
        if name == "leverage" and bt.trading_mode == TradingMode.SPOT:
            continue
        if name in _PRICES and strategy.order_types[_PRICES[name]] != "limit":
            continue
        if asked_of(strategy, name):
            names.append(name)
    return tuple(names)
