"""Who asks: keys, signatures, timestamps and the rights of a key."""

from __future__ import annotations

import hmac
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance.errors import ApiError, illegal, missing
from tidegate.exchange.keys import Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.world import World

_MS: Final = 1_000_000
_AHEAD_MS: Final = 1000
_USUAL_WINDOW_MS: Final = 5000
_MOST_WINDOW_MS: Final = 60_000


class Security(StrEnum):
    """What a route asks of who calls it."""

    NONE = "none"
    KEY = "key"
    READ = "read"
    TRADE = "trade"
    WITHDRAW = "withdraw"


_RIGHTS: Final = {
    Security.READ: Right.READ,
    Security.TRADE: Right.TRADE,
    Security.WITHDRAW: Right.WITHDRAW,
}


def known_key(world: World, name: str | None) -> ApiKey:
    """Return the key of that name."""
    if not name:
        raise ApiError(-2014, "API-key format invalid.", 401)
    key = world.keys.get(name)
    if key is None:
        raise _no_access()
    return key


def require_right(key: ApiKey, security: Security) -> None:
    """Refuse a key without the right to do this."""
    if security in _RIGHTS and _RIGHTS[security] not in key.rights:
        raise _no_access()


def _no_access() -> ApiError:
    return ApiError(-2015, "Invalid API-key, IP, or permissions for action.", 401)


def signed_text(query: str, body: str) -> tuple[str, str | None]:
    """Return the text that is signed, and the signature that was sent with it."""
    signature = None
    kept = []
    for part in (query, body):
        before, found, after = part.rpartition("signature=")
        if found and (not before or before.endswith("&")):
            signature, _, rest = after.partition("&")
            part = before.removesuffix("&") + (f"&{rest}" if rest else "")  # noqa: PLW2901 (the part without it)
        kept.append(part)
    return "".join(kept), signature


def require_signature(key: ApiKey, text: str, signature: str | None) -> None:
    """Refuse what was not signed with the key's secret."""
    if not signature:
        raise missing("signature")
    digest = hmac.digest(key.secret_bytes, text.encode(), "sha256").hex()
    if not hmac.compare_digest(digest, signature.lower().encode("ascii", "replace").decode()):
        raise ApiError(-1022, "Signature for this request is not valid.")


def require_in_time(world: World, params: Mapping[str, str]) -> None:
    """Refuse what was signed too long ago, or in the future.

    Where market time runs faster than the wall's, whatever lies between the two is in time: so
    does a client's that has asked for the time once and goes by its own clock since then.
    """
    sent = _whole(params, "timestamp")
    if sent is None:
        raise missing("timestamp")
    window = _whole(params, "recvWindow")
    if window is None:
        window = _USUAL_WINDOW_MS
    elif window > _MOST_WINDOW_MS:
        raise ApiError(-1131, "recvWindow must be less than 60000.")
    told = world.told_ns()
    by_wall = told if world.clock.speed == 1 else world.clock.wall() + told - world.now_ns()
    if sent >= max(told, by_wall) // _MS + _AHEAD_MS:
        ahead = "Timestamp for this request was 1000ms ahead of the server's time."
        raise ApiError(-1021, ahead)
    if min(told, by_wall) // _MS - sent > window:
        raise ApiError(-1021, "Timestamp for this request is outside of the recvWindow.")


def _whole(params: Mapping[str, str], name: str) -> int | None:
    value = params.get(name)
    if value is None or value == "":
        return None
    if not (value.isascii() and value.isdigit()):
        raise illegal(name, "^[0-9]{1,20}$")
    return int(value)
