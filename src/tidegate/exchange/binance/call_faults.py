"""Faults of calls over a WebSocket: what HTTP faults are there, where there is no HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.exchange.dialect import Trouble
from tidegate.exchange.faults import Family, Fault, Kind

if TYPE_CHECKING:
    from tidegate.exchange.binance.dialect import Binance

_REFUSED_BEFORE: Final = {
    Kind.MAINTENANCE: Trouble.MAINTENANCE,
    Kind.BAN: Trouble.BAN,
    Kind.RATE_LIMIT: Trouble.RATE_LIMIT,
    Kind.SERVER_ERROR: Trouble.SERVER_ERROR,
}
_REFUSED_AFTER: Final = {Kind.SERVER_ERROR_AFTER: Trouble.SERVER_ERROR}
_UNHEARD: Final = (Kind.TIMEOUT_BEFORE, Kind.RESET_BEFORE)
_UNANSWERED: Final = (Kind.TIMEOUT_AFTER, Kind.RESET_AFTER)


class Struck:
    """What the armed faults make of one call."""

    def __init__(self, binance: Binance, method: str) -> None:
        """Ask each armed fault once."""
        world = binance.world
        found: list[Fault] = []
        if world.faults.armed:
            found = world.faults.striking(Family.REQUEST, world.now_ns(), "CALL", method)
        self._binance = binance
        self._kinds = {fault.fault: fault for fault in found}

    @property
    def unheard(self) -> bool:
        """Whether it is neither carried out nor answered."""
        return any(kind in self._kinds for kind in _UNHEARD)

    @property
    def unanswered(self) -> bool:
        """Whether it is carried out, and not answered."""
        return any(kind in self._kinds for kind in _UNANSWERED)

    def before(self) -> dict[str, Any] | None:
        """Return what is answered instead of carrying it out."""
        return self._refusal(_REFUSED_BEFORE)

    def after(self) -> dict[str, Any] | None:
        """Return what is answered although it was carried out."""
        return self._refusal(_REFUSED_AFTER)

    def _refusal(self, troubles: dict[Kind, Trouble]) -> dict[str, Any] | None:
        for kind, trouble in troubles.items():
            fault = self._kinds.get(kind)
            if fault is not None:
                answer = self._binance.refusal(
                    trouble, retry_after_s=fault.retry_after_s, status=fault.status
                )
                plain = not answer.content_type.startswith("application/json")
                error = (
                    {
                        "code": -1000,
                        "msg": "An unknown error occurred while processing the request.",
                    }
                    if plain
                    else msgspec.json.decode(answer.body)
                )
                return {"status": answer.status, "error": error}
        return None
