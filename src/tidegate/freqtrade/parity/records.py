"""Two lists of locks, and two records of a wallet, held side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.freqtrade.parity.difference import Difference, Part, other_types, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandas import DataFrame

    Row = dict[str, Any]


def of_locks(one: Sequence[Any], other: Sequence[Any]) -> Iterator[Difference]:
    """Yield the first lock that differs."""
    mine, yours = [_lock(lock) for lock in one], [_lock(lock) for lock in other]
    for place, (here, there) in enumerate(zip(mine, yours, strict=False)):
        for field, value in here.items():
            if not same(value, there[field]):
                yield _lock_difference(f"locks[{place}].{field}", value, there[field], here)
                return
    if len(mine) != len(yours):
        longer = mine if len(mine) > len(yours) else yours
        first = longer[min(len(mine), len(yours))]
        yield _lock_difference("number of locks", len(mine), len(yours), first)


def _lock(lock: Any) -> Row:  # noqa: ANN401 - a record of Freqtrade's own
    made, ends = lock.lock_time, lock.lock_end_time
    return {
        "pair": lock.pair,
        "side": lock.side,
        # A strategy that locks a pair gives no time, and Freqtrade takes the machine's.
        "lock_time": made if made <= ends else None,
        "lock_end_time": ends,
        "reason": lock.reason,
        "active": lock.active,
    }


def _lock_difference(field: str, one: object, other: object, lock: Row) -> Difference:
    when = lock["lock_time"] or lock["lock_end_time"]
    return Difference(
        part=Part.LOCK,
        field=field,
        freqtrade=one,
        tidegate=other,
        pair=lock["pair"],
        time_ms=int(when.timestamp() * 1000),
    )


def of_wallets(one: DataFrame, other: DataFrame) -> Iterator[Difference]:
    """Yield the first record of the wallet that differs."""
    if one.equals(other) and one.dtypes.equals(other.dtypes):
        return
    mine, yours = one.to_dict("records"), other.to_dict("records")
    for place, (here, there) in enumerate(zip(mine, yours, strict=False)):
        for field, value in here.items():
            if not same(value, there.get(field)):
                yield Difference(
                    part=Part.WALLET,
                    field=f"wallet_summary[{place}].{field}",
                    freqtrade=value,
                    tidegate=there.get(field),
                    pair=here["currency"],
                    time_ms=int(here["date"].timestamp() * 1000),
                )
                return
    if len(mine) != len(yours):
        yield _plain("number of wallet records", len(mine), len(yours))
    elif list(one.columns) != list(other.columns):
        yield _plain("columns of wallet records", list(one.columns), list(other.columns))
    else:
        for column, types in other_types(one, other).items():
            yield _plain(f"type of {column} in wallet records", *types)


def _plain(field: str, one: object, other: object) -> Difference:
    return Difference(part=Part.WALLET, field=field, freqtrade=one, tidegate=other)
