"""A client of a venue: ccxt's, told to speak up where it would take silence for an answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from tidegate.brokers.trouble import NoAnswerError, NotNowError, words_of
from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tidegate.brokers.reports import Told
    from tidegate.brokers.venues import Venue
    from tidegate.model.credentials import Credentials

_SLOW_DOWN: Final = frozenset({418, 429})
_BROKEN: Final = 500
_USUAL_PAUSE_S: Final = 5.0


def new_client(
    venue: Venue,
    credentials: Credentials,
    *,
    url: str | None = None,
    sandbox: bool = False,
    timeout_s: float = 10.0,
) -> Any:  # noqa: ANN401 - ccxt has no types
    """Return a client; `url` leads to a venue on this machine. It has to be closed."""
    kind = _hardened(venue)
    settings: dict[str, Any] = {
        "apiKey": credentials.key,
        "secret": credentials.secret,
        "enableRateLimit": False,  # our own turns know what is urgent
        "timeout": int(timeout_s * 1000),
        "number": str,  # so that no amount ever is a float
        "options": dict(venue.options),
        "newUpdates": True,
    }
    if credentials.passphrase:
        settings["password"] = credentials.passphrase
    if url is not None:
        settings["urls"] = {"api": venue.at(url)}
    client = kind(settings)
    client.logger = _mute()
    if sandbox:
        client.set_sandbox_mode(True)
    return client


def silent(
    venue: Venue, credentials: Credentials, url: str | None, error: BaseException
) -> ConfigError:
    """Return the error for a venue that does not answer as one."""
    return ConfigError(
        Code.VENUE_SILENT,
        f"{venue.name} does not answer",
        where=url or venue.name,
        expected="its time and its markets",
        found=credentials.scrubbed(words_of(error)),
        remedy="look whether it is up, whether the network is, and whether the address is right",
    )


def _mute() -> logging.Logger:
    """Return a logger that says nothing: ccxt would write signed addresses to it."""
    logger = logging.Logger("tidegate.venue")  # noqa: LOG001 - not one that could be switched on
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _hardened(venue: Venue) -> Any:  # noqa: ANN401 - a class of ccxt's
    try:
        import ccxt.pro as ccxt  # noqa: PLC0415 - it takes a second, and is an extra
    except ImportError as error:
        raise ConfigError(
            Code.LIVE_MISSING,
            "live trading needs ccxt",
            where=f"venue {venue.name}",
            expected="the extra `live`",
            found="no ccxt",
            remedy="pip install 'tidegate[live]'",
        ) from error

    class Hardened(getattr(ccxt, venue.name)):  # type: ignore[misc]  # ccxt's class is known by name only
        """Speaks as ccxt does, and takes nothing for an answer that is none."""

        told: Callable[[Told], None] | None = None
        """Is told of reports as they come."""

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
            if code in _SLOW_DOWN:
                raise NotNowError(code, _retry_after(headers))
            if code >= _BROKEN:
                message = f"{code} {reason}"
                raise NoAnswerError(message)
            if not isinstance(response, dict | list):
                message = f"{code}, and what came is not JSON"
                raise NoAnswerError(message)
            return super().handle_errors(code, reason, url, method, headers, body, response, *rest)

        def handle_message(self, client: Any, message: Any) -> object:  # noqa: ANN401 - ccxt has no types
            told = venue.reports(message) if venue.reports is not None else False
            if told is False:
                return super().handle_message(client, message)
            if told is not True and self.told is not None:
                self.told(told)
            return None

    return Hardened


def _retry_after(headers: Mapping[str, str]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(0.0, float(value))
            except ValueError:
                break
    return _USUAL_PAUSE_S
