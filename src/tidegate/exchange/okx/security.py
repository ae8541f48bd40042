"""Who asks: keys, passphrases, signatures and the time they were made."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tidegate.exchange.keys import Right
from tidegate.exchange.okx.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.dialect import Request
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.world import World

WINDOW_NS: Final = 30_000_000_000
_HEADERS: Final = (
    ("OK-ACCESS-KEY", "50103"),
    ("OK-ACCESS-PASSPHRASE", "50104"),
    ("OK-ACCESS-SIGN", "50106"),
    ("OK-ACCESS-TIMESTAMP", "50107"),
)


def signed_by(request: Request, world: World, right: Right) -> ApiKey:
    """Return the key that a request is signed with; refuse one that is not, or may not do it."""
    for name, code in _HEADERS:
        if not request.headers.get(name):
            raise ApiError(code, f'Request header "{name}" can not be empty.', 401)
    sent = request.headers["OK-ACCESS-TIMESTAMP"]
    try:
        at = datetime.fromisoformat(sent)
    except ValueError:
        raise ApiError("50112", "Invalid OK-ACCESS-TIMESTAMP", 401) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    require_in_time(world, int(at.timestamp() * 1e9), "50102")
    query = f"?{request.query}" if request.query else ""
    text = f"{sent}{request.method}{request.path}{query}".encode() + request.body
    key = world.keys.get(request.headers["OK-ACCESS-KEY"])
    if key is None:
        raise ApiError("50111", "Invalid OK-ACCESS-KEY", 401)
    if request.headers["OK-ACCESS-PASSPHRASE"] != key.passphrase:
        raise ApiError("50105", 'Request header "OK-ACCESS-PASSPHRASE" incorrect.', 401)
    if not matches(key, text, request.headers["OK-ACCESS-SIGN"]):
        raise ApiError("50113", "Invalid Sign", 401)
    require_right(key, right)
    return key


def require_right(key: ApiKey, right: Right) -> None:
    """Refuse a key that may not do this."""
    if right not in key.rights:
        words = "Your API key doesn't have permission to use this function."
        raise ApiError("50120", words, 401)


def matches(key: ApiKey, text: bytes, signature: str) -> bool:
    """Tell whether a text was signed with a key's secret."""
    digest = base64.b64encode(hmac.digest(key.secret_bytes, text, "sha256"))
    return hmac.compare_digest(digest, signature.encode("ascii", "replace"))


def require_in_time(world: World, sent_ns: int, code: str) -> None:
    """Refuse what was signed half a minute before or after now.

    Where market time runs faster than the wall's, a client by the wall is in time as well.
    """
    told = world.told_ns()
    by_wall = world.clock.wall() + told - world.now_ns()
    if min(abs(told - sent_ns), abs(by_wall - sent_ns)) > WINDOW_NS:
        raise ApiError(code, "Timestamp request expired", 401)


def logged_in(world: World, args: Mapping[str, object]) -> ApiKey:
    """Return the key that a connection logs in with."""
    key = world.keys.get(str(args.get("apiKey", "")))
    if key is None:
        raise ApiError("60005", "Invalid apiKey")
    if args.get("passphrase") != key.passphrase:
        raise ApiError("60024", "Wrong passphrase")
    sent = str(args.get("timestamp", ""))
    try:
        sent_ns = int(float(sent) * 1e9)
    except (ValueError, OverflowError):
        raise ApiError("60004", "Invalid timestamp") from None
    require_in_time(world, sent_ns, "60006")
    if not matches(key, f"{sent}GET/users/self/verify".encode(), str(args.get("sign", ""))):
        raise ApiError("60007", "Invalid sign")
    require_right(key, Right.READ)
    return key
