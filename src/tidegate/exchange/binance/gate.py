"""A call's way in: who it is from, whether it may and is in time; then it is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.exchange.binance.call import Call
from tidegate.exchange.binance.security import (
    Security,
    known_key,
    require_in_time,
    require_right,
    require_signature,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.binance.limits import Limits
    from tidegate.exchange.binance.routes import Route
    from tidegate.exchange.world import World


def carry_out(  # noqa: PLR0913, PLR0917 (the two interfaces sign differently and share all else)
    world: World,
    limits: Limits,
    route: Route,
    params: Mapping[str, str],
    key_name: str | None,
    signed: tuple[str, str | None],
    headers: dict[str, str],
) -> object:
    """Return what a route answers; a refusal is raised. Headers are added as it goes."""
    call = Call(world, params)
    if route.security is not Security.NONE:
        key = known_key(world, key_name)
        if route.security is not Security.KEY:
            text, signature = signed
            require_signature(key, text, signature)
            require_in_time(world, params)
        require_right(key, route.security)
        call.key = key
        if route.orders:
            headers |= limits.order(key, world.told_ns())
    return route.handle(call, limits)
