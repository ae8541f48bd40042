"""The table of venues, and who is not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import Code, OptionError
from tidegate.venues.table import VENUES, WITH_PRICES, venue_called

if TYPE_CHECKING:
    from tidegate.venues.venue import Venue

HERE = "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("name", "among", "remedy"),
    [
        ("binanse", VENUES, 'did you mean "binance"?'),
        ("kraken", WITH_PRICES, "docs/live.md names those that are known"),
    ],
)
def test_a_venue_that_cannot_be_asked_is_refused(
    name: str, among: dict[str, Venue], remedy: str
) -> None:
    with pytest.raises(OptionError) as refused:
        venue_called(name, where="--exchange", among=among)
    error = refused.value
    assert (error.code, error.where, error.remedy) == (Code.UNKNOWN_VENUE, "--exchange", remedy)
    assert error.expected == f"one of {', '.join(among)}"


def addresses(urls: Any) -> list[str]:  # noqa: ANN401 - as nested as ccxt has it
    if isinstance(urls, str):
        return [urls]
    return [one for each in urls.values() for one in addresses(each)]


@pytest.mark.parametrize("name", VENUES)
def test_no_address_of_a_venue_on_this_machine_leads_away_from_it(name: str) -> None:
    found = addresses(VENUES[name].at(f"{HERE}/"))
    assert found
    assert all(one.startswith((f"{HERE}", "ws://127.0.0.1:8080")) for one in found)
    assert not any("//" in one.partition("://")[2] for one in found)


def test_an_account_cannot_send_more_orders_in_ten_seconds_than_binance_allows() -> None:
    trading = VENUES["binance"].trading
    assert trading.orders_burst + 10 * trading.orders_per_second <= 100


@pytest.mark.parametrize("name", VENUES)
def test_what_is_not_said_to_weigh_anything_weighs_one(name: str) -> None:
    assert VENUES[name].weight("fetch_time") == 1
