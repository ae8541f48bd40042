"""Which attribute of a trade lies where in the shared memory.

A figure that may be unknown is NaN there and None in Freqtrade; a time is -1 and None.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from tidegate.freqtrade.callbacks.instants import instant, instant_or_none
from tidegate.kernel.walk.layout import CLOSED, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[Any], object]

CONSTANT: Final = frozenset(
    {
        "id", "pair", "base_currency", "stake_currency", "open_rate_requested",
        "amount_requested", "open_date", "open_date_utc", "fee_open", "fee_close", "enter_tag",
        "buy_tag", "timeframe", "exchange", "is_short", "trading_mode", "leverage",
        "amount_precision", "precision_mode", "contract_size", "entry_side", "exit_side",
        "trade_direction",
    }
)  # fmt: skip
"""What is settled when a trade is made."""

WRITABLE: Final = {
    "open_rate": "open_rate",
    "amount": "amount",
    "stake_amount": "stake",
    "max_stake_amount": "max_stake",
    "open_trade_value": "open_value",
    "stop_loss": "stop",
    "stop_loss_pct": "stop_pct",
    "initial_stop_loss": "initial_stop",
    "max_rate": "max_rate",
    "min_rate": "min_rate",
    "liquidation_price": "liquidation",
    "realized_profit": "realized",
    "is_stop_loss_trailing": "moved",
}
"""What the walk takes over when it is written to a trade that all see."""


def read_value(value: Any) -> Any:  # noqa: ANN401 - whatever a strategy assigns
    """Return a value as the shared memory holds it."""
    return float("nan") if value is None else value


def _known(field: str) -> Read:
    read = attrgetter(f"tide_record.{field}")

    def value(view: Any) -> object:  # noqa: ANN401 - a view of a trade
        found = read(view)
        if found != found:  # noqa: PLR0124 - so is only what is not a number
            return None
        return found + 0.0  # no minus nought

    return value


def _flag(field: str) -> Read:
    read = attrgetter(f"tide_record.{field}")
    return lambda view: read(view) != 0


def _initial_ratio(view: Any) -> float | None:  # noqa: ANN401 - a view of a trade
    record = view.tide_record
    return record.initial_stop_pct if record.has_initial else None


def _amount(view: Any) -> float:  # noqa: ANN401 - a view of a trade
    return view.tide_record.amount or 0


def _realized(view: Any) -> float:  # noqa: ANN401 - a view of a trade
    return view.tide_record.realized or 0


def _fee_cost(view: Any) -> float | None:  # noqa: ANN401 - a view of a trade
    record = view.tide_record
    return view.fee_open * record.max_stake if record.entries else None


def _last_fill(view: Any) -> object:  # noqa: ANN401 - a view of a trade
    record = view.tide_record
    return (
        view.open_date_utc
        if record.last_fill_ns <= record.opened_ns
        else instant(record.last_fill_ns)
    )


CHANGING: Final[dict[str, Read]] = {
    "open_rate": attrgetter("tide_record.open_rate"),
    "stake_amount": attrgetter("tide_record.stake"),
    "max_stake_amount": attrgetter("tide_record.max_stake"),
    "open_trade_value": attrgetter("tide_record.open_value"),
    "stop_loss": attrgetter("tide_record.stop"),
    "stop_loss_pct": attrgetter("tide_record.stop_pct"),
    "initial_stop_loss": attrgetter("tide_record.initial_stop"),
    "amount": _amount,
    "realized_profit": _realized,
    "initial_stop_loss_pct": _initial_ratio,
    "is_stop_loss_trailing": _flag("moved"),
    "max_rate": _known("max_rate"),
    "min_rate": _known("min_rate"),
    "liquidation_price": _known("liquidation"),
    "funding_fees": _known("funding_fees"),
    "funding_fee_running": _known("funding_running"),
    "close_rate": _known("close_rate"),
    "close_profit": _known("close_profit"),
    "close_profit_abs": _known("close_profit_abs"),
    "fee_open_cost": _fee_cost,
    "is_open": lambda view: view.tide_record.state == OPEN,
    "close_date": lambda view: instant_or_none(view.tide_record.closed_ns, view.tide_book.epoch),
    "close_date_utc": lambda view: instant_or_none(view.tide_record.closed_ns),
    "exit_reason": lambda view: view.tide_book.tag_of(view.tide_record.exit_reason),
    "sell_reason": lambda view: view.tide_book.tag_of(view.tide_record.exit_reason),
    "exit_order_status": lambda view: "closed" if view.tide_record.state == CLOSED else "",
    "date_last_filled_utc": _last_fill,
    "nr_of_successful_entries": attrgetter("tide_record.entries"),
    "nr_of_successful_exits": attrgetter("tide_record.exits"),
    "nr_of_successful_buys": lambda view: (
        view.tide_record.exits if view.is_short else view.tide_record.entries
    ),
    "nr_of_successful_sells": lambda view: (
        view.tide_record.entries if view.is_short else view.tide_record.exits
    ),
    "has_open_orders": _flag("open_orders"),
    "has_open_position": lambda view: view.tide_record.amount > 0,
    "price_precision": lambda view: view.tide_book.precision_of(
        view.pair, view.tide_record.opened_ns
    )[0],
    "precision_mode_price": lambda view: view.tide_book.precision_of(
        view.pair, view.tide_record.opened_ns
    )[1],
    "orders": lambda view: view.tide_book.orders(view),
}
"""What a callback may find changed since the last one, and how it is read."""
