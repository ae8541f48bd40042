"""Two lists of trades, held side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.freqtrade.parity.difference import Difference, Part, other_types, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandas import DataFrame

    Row = dict[str, Any]

# In the order in which a run decides them, so that the cause is named and not its consequence.
_AT_ENTRY: Final = ("enter_tag", "leverage", "fee_open", "initial_stop_loss_ratio")
_LATER: Final = (
    "open_rate",
    "amount",
    "stake_amount",
    "max_stake_amount",
    "initial_stop_loss_abs",
    "max_rate",
    "min_rate",
    "stop_loss_abs",
    "stop_loss_ratio",
    "exit_reason",
    "close_date",
    "close_rate",
    "funding_fees",
    "fee_close",
    "profit_abs",
    "profit_ratio",
    "trade_duration",
    "close_timestamp",
    "is_open",
)
_OF_AN_ORDER: Final = ("ft_is_entry", "ft_order_tag", "order_filled_timestamp", "safe_price")
_KEY: Final = ("pair", "open_timestamp", "is_short")


def of_trades(one: DataFrame, other: DataFrame) -> Iterator[Difference]:
    """Yield what two results frames differ in, one difference a trade."""
    if list(one.columns) != list(other.columns):
        yield _plain("columns", list(one.columns), list(other.columns))
        return
    mine, yours = one.to_dict("records"), other.to_dict("records")
    here, there = _placed(mine), _placed(yours)
    for key, place in here.items():
        if key not in there:
            yield _alone(Part.MISSING, place, mine[place])
        else:
            yield from _of_one_trade(place, mine[place], yours[there[key]])
    for key, place in there.items():
        if key not in here:
            yield _alone(Part.EXTRA, place, yours[place])
    sequence = [there[key] for key in here if key in there]
    if sequence != sorted(sequence):
        yield from _out_of_order(mine, yours)
    if mine and yours:
        for column, types in other_types(one, other).items():
            yield _plain(f"type of {column}", *types)


def _plain(field: str, one: object, other: object) -> Difference:
    return Difference(part=Part.FORM, field=field, freqtrade=one, tidegate=other)


def _placed(rows: Sequence[Row]) -> dict[tuple[object, ...], int]:
    """Return each trade's place by what makes it that trade; stacked ones are counted."""
    placed: dict[tuple[object, ...], int] = {}
    for place, row in enumerate(rows):
        key = tuple(row[name] for name in _KEY)
        count = 0
        while (*key, count) in placed:
            count += 1
        placed[(*key, count)] = place
    return placed


def _alone(part: Part, place: int, trade: Row) -> Difference:
    here, there = trade["exit_reason"], None
    if part is Part.EXTRA:
        here, there = there, here
    return Difference(
        part=part,
        field="exit_reason",
        freqtrade=here,
        tidegate=there,
        number=place + 1,
        pair=trade["pair"],
        time_ms=int(trade["open_timestamp"]),
        trade=trade,
    )


def _of_one_trade(place: int, one: Row, other: Row) -> Iterator[Difference]:
    """Yield what two records of one trade first differ in, or nothing."""
    for field in _AT_ENTRY:
        if not same(one[field], other[field]):
            values = (one[field], other[field])
            yield _in_trade(Part.TRADE, field, values, place, (one, one))
            return
    order = _first_order(one["orders"], other["orders"])
    if order is not None:
        field, values, first = order
        yield _in_trade(Part.ORDER, field, values, place, (one, first))
        return
    first = one if one["close_timestamp"] <= other["close_timestamp"] else other
    named = {*_AT_ENTRY, *_LATER, "orders", *_KEY}
    for field in (*_LATER, *(name for name in one if name not in named)):
        if not same(one[field], other[field]):
            values = (one[field], other[field])
            yield _in_trade(Part.TRADE, field, values, place, (one, first))
            return


def _first_order(one: list[Row], other: list[Row]) -> tuple[str, tuple[Any, Any], Row] | None:
    """Return a field that differs, both values, and the earlier of the two orders."""
    for place, (mine, yours) in enumerate(zip(one, other, strict=False)):
        others = [key for key in (*mine, *yours) if key not in _OF_AN_ORDER]
        for field in dict.fromkeys((*_OF_AN_ORDER, *others)):
            values = (mine.get(field), yours.get(field))
            if not same(*values):
                return f"orders[{place}].{field}", values, min(mine, yours, key=_filled)
    if len(one) == len(other):
        return None
    further = (one if len(one) > len(other) else other)[min(len(one), len(other))]
    return "number of orders", (len(one), len(other)), further


def _filled(order: Row) -> float:
    """Return when an order was filled; one that lies open was so last of all."""
    filled = order.get("order_filled_timestamp")
    return float("inf") if filled is None else filled


def _in_trade(
    part: Part, field: str, values: tuple[Any, Any], place: int, rows: tuple[Row, Row]
) -> Difference:
    """Return a difference in a trade; the second row, a trade or an order, says when and why."""
    trade, first = rows
    if "order_filled_timestamp" in first:
        time, reason = first["order_filled_timestamp"], first["ft_order_tag"]
    else:
        time, reason = first["close_timestamp"], first["exit_reason"]
    if field in _AT_ENTRY:
        time = trade["open_timestamp"]
    return Difference(
        part=part,
        field=field,
        freqtrade=values[0],
        tidegate=values[1],
        number=place + 1,
        pair=trade["pair"],
        time_ms=int(trade["close_timestamp"] if time is None else time),
        reason=reason,
        trade=trade,
    )


def _out_of_order(mine: list[Row], yours: list[Row]) -> Iterator[Difference]:
    """Return the first place at which the lists of the same trades part."""
    for place, (one, other) in enumerate(zip(mine, yours, strict=False)):
        names = [tuple(row[name] for name in _KEY) for row in (one, other)]
        if names[0] != names[1]:
            values = (one["pair"], other["pair"])
            yield _in_trade(Part.SEQUENCE, "pair", values, place, (one, one))
            return
