"""The client of an account: ccxt's, but what comes most often is read here, and far quicker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tidegate.brokers.reports import ANSWERS, REPORTS
from tidegate.venues.client import hardened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.brokers.reports import Told
    from tidegate.venues.venue import Venue


def reading(venue: Venue) -> Any:  # noqa: ANN401 - a class of ccxt's
    """Return the kind of client that reads answers to orders, and reports, itself where we can."""
    read_report, read_answer = REPORTS.get(venue.name), ANSWERS.get(venue.name)

    class Reading(hardened(venue)):  # type: ignore[misc]  # ccxt's class has no types
        """Answers with what was told of an order instead of ccxt's forty fields of it."""

        told: Callable[[Told], None] | None = None
        """Is told of reports as they come."""

        def parse_order(self, order: Any, market: Any = None) -> Any:  # noqa: ANN401 - ccxt's own
            told = read_answer(order) if read_answer is not None else None
            return super().parse_order(order, market) if told is None else told

        def handle_message(self, client: Any, message: Any) -> object:  # noqa: ANN401 - the same
            told = read_report(message) if read_report is not None else False
            if told is False:
                return super().handle_message(client, message)
            if told is not True and self.told is not None:
                self.told(told)
            return None

    return Reading
