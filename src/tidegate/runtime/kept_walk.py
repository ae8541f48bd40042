"""A saved walk made small: what is over and done with is left out, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Final = -1


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
