"""A client of a venue: ccxt's, told to speak up where it would take silence for an answer."""

from __future__ import annotations

import logging
import ssl
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, ConfigError
from tidegate.venues.trouble import NoAnswerError, NotNowError
from tidegate.venues.wallets import require_here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidegate.model.credentials import Credentials
    from tidegate.venues.budget import Budget
    from tidegate.venues.venue import Venue

_SLOW_DOWN: Final = frozenset({418, 429})
_BROKEN: Final = 500
_USUAL_PAUSE_S: Final = 5.0


def settings_of(
    venue: Venue, url: str | None = None, timeout_s: float = 10.0, *, futures: bool = False
) -> dict[str, Any]:
    """Return what ccxt's constructor is told; `url` leads to a venue on this machine."""
    settings: dict[str, Any] = {
        "enableRateLimit": False,  # the budget knows what is urgent
        "timeout": int(timeout_s * 1000),
        "options": dict(venue.options) | (dict(venue.market.futures) if futures else {}),
        "newUpdates": True,
    }
    if url is not None:
        settings["urls"] = {"api": venue.at(url)}
    return settings


def new_client(
    venue: Venue,
    credentials: Credentials,
    *,
    url: str | None = None,
    sandbox: bool = False,
    timeout_s: float = 10.0,
    kind: Any = None,  # noqa: ANN401 - ccxt has no types
) -> Any:  # noqa: ANN401 - as above
    """Return a client that may trade, of a kind made of `hardened`. It has to be closed."""
    require_here(venue, url)
    settings = settings_of(venue, url, timeout_s) | {
        "apiKey": credentials.key,
        "secret": credentials.secret,
        "number": str,  # so that no amount ever is a float
    }
    if venue.wallet:
        settings["walletAddress"] = credentials.key
        settings["options"] |= {"privateKey": credentials.secret}
    if credentials.passphrase:
        settings["password"] = credentials.passphrase
    client = made(kind or hardened(venue), settings)
    if sandbox:
        client.set_sandbox_mode(True)
    return client


def made(kind: Any, settings: Mapping[str, Any]) -> Any:  # noqa: ANN401 - ccxt has no types
    """Return a client that writes no logs: ccxt would put signed addresses into them."""
    client = kind(settings)
    client.ssl_context = _certificates()
    client.logger = logging.Logger("tidegate.venue")  # noqa: LOG001 - not one that could be switched on
    client.logger.addHandler(logging.NullHandler())
    client.logger.setLevel(logging.CRITICAL + 1)
    return client


@cache
def _certificates() -> ssl.SSLContext:
    """Return whom to trust, once for all: to read that holds an event loop up for long."""
    import certifi  # noqa: PLC0415 - it comes with ccxt

    return ssl.create_default_context(cafile=certifi.where())


def hardened(venue: Venue, *, pro: bool = True) -> Any:  # noqa: ANN401 - a class of ccxt's
    """Return ccxt's class of a venue, told to take nothing for an answer that is none."""

    class Hardened(_base(venue, pro=pro)):  # type: ignore[misc]  # ccxt's class is known by name only
        """Speaks as ccxt does, and takes nothing for an answer that is none."""

        budget: Budget | None = None
        """Is told what the venue has counted, and for how long it wants quiet."""
        heard: Callable[[bool], None] | None = None
        """Is told of each message of a stream, and whether it was one."""
        waits_for_answers = False
        """Whether all that comes are answers: what cannot be read may be any of them."""

        def handle_errors(  # noqa: PLR0913, PLR0917 - ccxt's own arguments, in its order
            self,
            code: int,
            reason: str,
            url: str,
            method: str,
            headers: Mapping[str, str],
            body: str,
            response: object,
            *rest: object,
        ) -> object:
            if self.budget is not None and venue.used_header:
                used = _header(headers, venue.used_header)
                if used is not None:
                    self.budget.told(used, venue.a_minute)
            if code in _SLOW_DOWN:
                after_s = _retry_after(headers)
                if self.budget is not None:
                    self.budget.close_for(after_s)
                raise NotNowError(code, after_s)
            if code >= _BROKEN:
                message = f"{code} {reason}"
                raise NoAnswerError(message)
            if not isinstance(response, dict | list):
                message = f"{code}, and what came is not JSON"
                raise NoAnswerError(message)
            return super().handle_errors(code, reason, url, method, headers, body, response, *rest)

        def client(self, url: str) -> Any:  # noqa: ANN401 - ccxt has no types
            """Return a connection for streams that outlives a message that is none."""
            connection = super().client(url)
            if "handle_text_or_binary_message" not in vars(connection):
                connection.handle_text_or_binary_message = _guarded(self, connection)
            return connection

    return Hardened


def _base(venue: Venue, *, pro: bool) -> Any:  # noqa: ANN401 - a class of ccxt's
    try:
        if pro:
            import ccxt.pro as ccxt  # noqa: PLC0415 - it takes a second, and is an extra
        else:
            import ccxt.async_support as ccxt  # noqa: PLC0415 - the same
    except ImportError as error:
        raise ConfigError(
            Code.LIVE_MISSING,
            "speaking to an exchange needs ccxt",
            where=f"venue {venue.name}",
            expected="the extra `live`",
            found="no ccxt",
            remedy="pip install 'tidegate[live]'",
        ) from error
    kind = getattr(ccxt, venue.name)
    return venue.mended(kind) if venue.mended is not None else kind


def _guarded(owner: Any, connection: Any) -> Callable[[Any], None]:  # noqa: ANN401 - ccxt has no types
    """Take what cannot be read as one message less: ccxt would hear nothing more, for good."""
    handle = connection.handle_text_or_binary_message

    def guarded(data: object) -> None:
        sound = True
        try:
            handle(data)
        except Exception:  # noqa: BLE001 - whatever is wrong with it
            sound = False
            if owner.waits_for_answers:
                connection.reject(NoAnswerError("a message that cannot be read"))
        if owner.heard is not None:
            owner.heard(sound)

    return guarded


def _retry_after(headers: Mapping[str, str]) -> float:
    found = _header(headers, "retry-after")
    return _USUAL_PAUSE_S if found is None else max(0.0, found)


def _header(headers: Mapping[str, str] | None, wanted: str) -> float | None:
    for name, value in (headers or {}).items():
        if name.lower() == wanted:
            try:
                return float(value)
            except ValueError:
                return None
    return None
