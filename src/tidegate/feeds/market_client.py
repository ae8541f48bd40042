"""An exchange asked for its prices: again where no answer came, and never over the budget."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, ConfigError
from tidegate.feeds.budget import Urgency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.feeds.budget import Budget
    from tidegate.feeds.market_venues import MarketVenue

_SLOW_DOWN: Final = frozenset({418, 429})
_BROKEN: Final = 500
_USUAL_PAUSE_S: Final = 5.0
_LONGEST_WORDS: Final = 200
_QUERY: Final = re.compile(r"\?\S*")
_AGAIN: Final = frozenset(
    {"NetworkError", "OperationFailed", "BadResponse", "NullResponse", "ClientError"}
)
"""ccxt's errors after which the same question may well be answered; these are but questions."""


class NotNowError(Exception):
    """The venue answers nothing for a while."""

    def __init__(self, status: int, after_s: float) -> None:
        """Say for how long, seconds."""
        super().__init__(f"{status}: asked too often; to be asked again after {after_s:g} s")
        self.after_s = after_s


class NoAnswerError(Exception):
    """Whatever came is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a venue that does not answer is asked again, seconds."""

    whole_s: float = 120.0
    first_pause_s: float = 0.25
    longest_pause_s: float = 15.0
    timeout_s: float = 10.0
    longest_quiet_s: float = 900.0
    """What a venue may ask for by 429 or 418; more is given up at once."""


USUAL: Final = Patience()


def hardened(venue: MarketVenue, *, pro: bool) -> Any:  # noqa: ANN401 - a class of ccxt's
    """Return ccxt's class of a venue, told to take no silence for an answer."""
    try:
        if pro:
            import ccxt.pro as ccxt  # noqa: PLC0415 - it takes a second, and is an extra
        else:
            import ccxt.async_support as ccxt  # noqa: PLC0415 - the same
    except ImportError as error:
        raise ConfigError(
            Code.LIVE_MISSING,
            "asking an exchange needs ccxt",
            where=f"exchange {venue.name}",
            expected="the extra `live`",
            found="no ccxt",
            remedy="pip install 'tidegate[live]'",
        ) from error

    class Hardened(getattr(ccxt, venue.name)):  # type: ignore[misc]  # ccxt's class is known by name only
        """Speaks as ccxt does, and takes nothing for an answer that is none."""

        budget: Budget | None = None

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
                _told(self.budget, venue, headers)
            if code in _SLOW_DOWN:
                raise NotNowError(code, _retry_after(headers))
            if code >= _BROKEN:
                message = f"{code} {reason}"
                raise NoAnswerError(message)
            if not isinstance(response, dict | list):
                message = f"{code}, and what came is not JSON"
                raise NoAnswerError(message)
            return super().handle_errors(code, reason, url, method, headers, body, response, *rest)

    return Hardened


def settings_of(
    venue: MarketVenue, url: str | None, timeout_s: float, *, futures: bool = False
) -> dict[str, Any]:
    """Return what ccxt's constructor is told."""
    settings: dict[str, Any] = {
        "enableRateLimit": False,  # the budget knows what is urgent
        "timeout": int(timeout_s * 1000),
        "options": dict(venue.futures if futures else venue.options),
    }
    if url is not None:
        settings["urls"] = {"api": venue.at(url)}
    return settings


def silent() -> logging.Logger:
    """Return a logger that says nothing, for ccxt to write to."""
    logger = logging.Logger("tidegate.market")  # noqa: LOG001 - not one that could be switched on
    logger.addHandler(logging.NullHandler())
    return logger


class Asker:
    """Asks one venue for what everybody may know."""

    def __init__(
        self,
        venue: MarketVenue,
        budget: Budget,
        *,
        url: str | None = None,
        futures: bool = False,
        patience: Patience = USUAL,
    ) -> None:
        """Ask it at its own addresses, or on this machine at `url`. It has to be closed."""
        self.venue, self.budget = venue, budget
        self._url = url
        self._patience = patience
        self.client = hardened(venue, pro=False)(
            settings_of(venue, url, patience.timeout_s, futures=futures)
        )
        self.client.logger = silent()
        self.client.budget = budget
        self.requests = self.repeats = 0

    async def ask(
        self,
        method: str,
        *words: object,
        urgency: Urgency = Urgency.PRICE,
        weight: float | None = None,
        **more: object,
    ) -> Any:  # noqa: ANN401 - ccxt has no types
        """Return what a method of ccxt's answers, asked until it does, or `VenueSilent`."""
        patience = self._patience
        cost = self.venue.weights.get(method, 1) if weight is None else weight
        clock = asyncio.get_running_loop().time
        quiet = 0.0  # what the venue itself has asked for does not count
        begun = clock()
        pause_s = patience.first_pause_s
        while True:
            await self.budget.take(urgency, cost)
            self.requests += 1
            try:
                return await getattr(self.client, method)(*words, **more)
            except NotNowError as error:
                if error.after_s > patience.longest_quiet_s:
                    raise self._silent(error) from error
                self.budget.close_for(error.after_s)
                quiet += error.after_s
            except Exception as error:
                over = clock() - begun - quiet > patience.whole_s
                if over or not _may_be_asked_again(error):
                    raise self._silent(error) from error
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, patience.longest_pause_s)
            self.repeats += 1

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.close()

    def _silent(self, error: Exception) -> ConfigError:
        return ConfigError(
            Code.VENUE_SILENT,
            f"{self.venue.name} gives no answer that can be used",
            where=self._url or self.venue.name,
            expected="an answer",
            found=words_of(error),
            remedy="look at the exchange's own page and at the network, and try again; "
            "what has come is kept",
        )


def words_of(error: BaseException) -> str:
    """Return what to say of an error: no address, and not too long."""
    text = _QUERY.sub("", str(error)).strip()
    return f"{type(error).__name__}: {text}"[:_LONGEST_WORDS]


def _may_be_asked_again(error: Exception) -> bool:
    if isinstance(error, NoAnswerError | TimeoutError | OSError):
        return True
    cause = type(error.__cause__).__mro__  # a broken wire, for which ccxt has no word of its own
    return bool({kind.__name__ for kind in (*type(error).__mro__, *cause)} & _AGAIN)


def _retry_after(headers: Mapping[str, str]) -> float:
    found = _header(headers, "retry-after")
    return _USUAL_PAUSE_S if found is None else max(0.0, found)


def _told(budget: Budget, venue: MarketVenue, headers: Mapping[str, str]) -> None:
    used = _header(headers, venue.used_header)
    if used is not None:
        budget.told(used, venue.a_minute)


def _header(headers: Mapping[str, str] | None, wanted: str) -> float | None:
    for name, value in (headers or {}).items():
        if name.lower() == wanted:
            try:
                return float(value)
            except ValueError:
                return None
    return None
