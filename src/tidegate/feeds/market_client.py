"""An exchange asked for its prices: again where no answer came, and never over the budget."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, ConfigError, OptionError, one_of
from tidegate.venues.budget import Urgency
from tidegate.venues.client import hardened, made, settings_of
from tidegate.venues.sharing import budget_for
from tidegate.venues.trouble import NoAnswerError, NotNowError, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tidegate.venues.budget import Budget
    from tidegate.venues.venue import Venue

_AGAIN: Final = frozenset(
    {"NetworkError", "OperationFailed", "BadResponse", "NullResponse", "ClientError"}
)
"""ccxt's errors after which the same question may well be answered; these are but questions."""


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


class Asker:
    """Asks one venue for what everybody may know."""

    def __init__(
        self,
        venue: Venue,
        budget: Budget | None = None,
        *,
        url: str | None = None,
        sandbox: bool = False,
        futures: bool = False,
        patience: Patience = USUAL,
    ) -> None:
        """Ask it at its own addresses, or on this machine at `url`. It has to be closed.

        `sandbox`: what is played with there, where it has such a market.

        Without a budget it spends from the one of all who ask this venue from here.
        """
        self.venue, self.budget = venue, budget or budget_for(venue, url, sandbox=sandbox)
        self._url = url
        self._patience = patience
        settings = settings_of(venue, url, patience.timeout_s, futures=futures)
        self.client = made(hardened(venue, pro=False), settings)
        if sandbox:
            self.client.set_sandbox_mode(True)
        self.client.budget = self.budget
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
        cost = self.venue.weight(method) if weight is None else weight
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


def _may_be_asked_again(error: Exception) -> bool:
    if isinstance(error, NoAnswerError | TimeoutError | OSError):
        return True
    cause = type(error.__cause__).__mro__  # a broken wire, for which ccxt has no word of its own
    return bool({kind.__name__ for kind in (*type(error).__mro__, *cause)} & _AGAIN)


def require_listed(venue: Venue, pairs: Iterable[str], listed: Iterable[str]) -> None:
    """Refuse pairs that are not traded there."""
    known = set(listed)
    for pair in pairs:
        if pair not in known:
            raise OptionError(
                Code.UNKNOWN_PAIR,
                f"{pair} is not traded at {venue.name}",
                where="--pairs",
                expected=f"one of its {len(known):,} pairs",
                found=f'"{pair}"',
                remedy=one_of(pair, known, otherwise="look at the exchange's own list"),
            )
