"""JSON Web Tokens: each request brings one that was signed for it alone, and just now."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tidegate.exchange.coinbase.errors import ApiError, unauthorized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.exchange.coinbase.credentials import Credential
    from tidegate.exchange.dialect import Request
    from tidegate.exchange.keys import ApiKey, Right
    from tidegate.exchange.world import World

_LONGEST_S: Final = 120
_AHEAD_S: Final = 30
_PARTS: Final = 3
_BEARER: Final = "Bearer "
_SCHEMES: Final = ("http://", "https://")
_CLAIMS: Final = {
    "ES256": ({"coinbase-cloud", "cdp"}, {"retail_rest_api_proxy", "cdp_service"}),
    "EdDSA": ({"cdp"}, {"cdp_service"}),
}
"""Who may have issued a token, and for whom, by how it is signed."""


def bearer(request: Request, world: World, known: Mapping[str, Credential], right: Right) -> ApiKey:
    """Return the key that a request is signed with; refuse one that is not, or may not do it."""
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        raise unauthorized()
    claims, owner = checked(header.removeprefix(_BEARER), world, known)
    named = claims.get("uri", claims.get("uris"))
    uris = named if isinstance(named, list) else [named]
    host = request.headers.get("Host", "")
    if f"{request.method} {host}{request.path}" not in [_without_scheme(uri) for uri in uris]:
        raise unauthorized()
    require_right(owner, right)
    return owner


def _without_scheme(uri: object) -> str:
    method, _, rest = str(uri).partition(" ")
    for scheme in _SCHEMES:
        rest = rest.removeprefix(scheme)
    return f"{method} {rest}"


def require_right(key: ApiKey, right: Right) -> None:
    """Refuse a key that may not do this."""
    if right not in key.rights:
        raise ApiError("PERMISSION_DENIED", "Missing required scopes", 403)


def checked(
    token: str, world: World, known: Mapping[str, Credential]
) -> tuple[dict[str, Any], ApiKey]:
    """Return what a token says and whose it is, if it is well signed and neither early nor late."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise unauthorized()
    header, claims = (_decoded(part) for part in parts[:2])
    credential = known.get(str(header.get("kid", "")))
    if credential is None or header.get("alg") != credential.algorithm:
        raise unauthorized()
    if not credential.signed(f"{parts[0]}.{parts[1]}".encode(), _bytes_of(parts[2])):
        raise unauthorized()
    issuers, audiences = _CLAIMS[credential.algorithm]
    audience = claims.get("aud", [])
    listed = audience if isinstance(audience, list) else [audience]
    if (
        claims.get("iss") not in issuers
        or claims.get("sub") != credential.name
        or not audiences.intersection(str(one) for one in listed)
    ):
        raise unauthorized()
    _require_in_time(claims, world)
    return claims, credential.owner


def _require_in_time(claims: Mapping[str, Any], world: World) -> None:
    """Refuse what is not valid yet, no more, or for too long.

    Where market time runs faster than the wall's, a token by the wall is in time as well.
    """
    begins, ends = claims.get("nbf"), claims.get("exp")
    if not isinstance(begins, int) or not isinstance(ends, int) or ends - begins > _LONGEST_S:
        raise unauthorized()
    told = world.told_ns()
    by_wall = world.clock.wall() + told - world.now_ns()
    if not any(begins - _AHEAD_S <= now // 10**9 <= ends for now in (told, by_wall)):
        raise unauthorized()


def _bytes_of(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise unauthorized() from None


def _decoded(part: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_bytes_of(part), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise unauthorized() from None
