"""A saved walk: what it has to fit, and how it is made small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOTHING: Final = -1
OWN: Final = "own"
FREQTRADES: Final = "freqtrade"
_KINDS: Final = {OWN: "a strategy of Tidegate's own", FREQTRADES: "one written for Freqtrade"}


def require_kind(name: str, kind: str, kept: Mapping[str, Any]) -> None:
    """Refuse what another kind of strategy has kept under the same name."""
    found = kept.get("kind", OWN)
    if found != kind:
        raise ConfigError(
            Code.BAD_SETTING,
            f'"{name}" was a strategy of another kind when this account last traded',
            where=f"strategies, {name}",
            expected=f"{_KINDS.get(found, found)}, by whose rules the positions of it are kept",
            found=_KINDS[kind],
            remedy='give the new one another "name"',
        )


def require_fit(name: str, walk: Mapping[str, Any], pairs: Sequence[str], step_ns: int) -> None:
    """Refuse a strategy that trades other pairs, or other candles, than its walk was saved with."""
    before = walk["pairs"]["name"]
    if list(pairs[: len(before)]) != before:
        raise _changed(name, "pairs", ", ".join(before), ", ".join(pairs))
    if walk["candle_ns"] != step_ns:
        minutes = (f"{each // 60_000_000_000} minutes" for each in (walk["candle_ns"], step_ns))
        raise _changed(name, "timeframe", *minutes)


def _changed(name: str, what: str, before: str, now: str) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        f'the {what} of "{name}" changed while it was trading',
        where=f"strategies, {name}",
        expected=f"{before}, as when this account last traded"
        + ("; others may follow behind them" if what == "pairs" else ""),
        found=now,
        remedy='change them back, or give it another "name": a new one begins with no positions',
    )


def without_history(state: Mapping[str, Any], closed: int) -> dict[str, Any]:
    """Return a saved walk with its open positions and the latest `closed` of those that ended.

    Positions, orders and lists point to one another by place; the places are made anew.
    """
    kept_closed = state["closed"][len(state["closed"]) - min(closed, len(state["closed"])) :]
    positions = sorted({*state["opened"], *kept_closed})
    place = {old: new for new, old in enumerate(positions)}
    owners = state["orders"]["position"]
    orders = [index for index, owner in enumerate(owners) if owner in place]
    at = {old: new for new, old in enumerate(orders)} | {NOTHING: NOTHING}
    captures = [k for k, owner in enumerate(state["captures"]["position"]) if owner in place]
    return {
        **state,
        "tally": {
            **state["tally"],
            "positions": len(positions),
            "orders": len(orders),
            "closed": len(kept_closed),
            "captures": len(captures),
        },
        "positions": _taken(state["positions"], positions, {"first_order": at, "last_order": at}),
        "orders": _taken(state["orders"], orders, {"position": place, "next": at}),
        "captures": _taken(state["captures"], captures, {"position": place}),
        "opened": [place[index] for index in state["opened"]],
        "closed": [place[index] for index in kept_closed],
    }


def _taken(
    table: Mapping[str, list[Any]], rows: list[int], moved: Mapping[str, Mapping[int, int]]
) -> dict[str, list[Any]]:
    """Return some rows of a table; in the columns that `moved` names, places are made anew."""
    return {
        name: [moved[name].get(column[row], NOTHING) for row in rows]
        if name in moved
        else [column[row] for row in rows]
        for name, column in table.items()
    }
