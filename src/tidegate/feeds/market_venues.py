"""What differs between exchanges where prices are asked for, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tidegate.errors import Code, OptionError, one_of
from tidegate.feeds.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketVenue:
    """How one exchange is asked for its prices through ccxt."""

    name: str
    """As ccxt calls it."""
    proven: bool = False
    """Whether it was tried against a venue of its kind on this machine."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """What ccxt's methods cost of the budget; 1 where nothing is said."""
    per_second: float
    """Weight that comes back, on average; with `burst` well below what the exchange allows."""
    burst: float
    used_header: str = ""
    """The header that tells how much of `a_minute` was used in this minute."""
    a_minute: float = 0.0
    page: int
    """Candles that one answer holds at most."""
    jumps: bool = False
    """Whether an answer begins with the first candle there is, however much later that is."""
    options: Mapping[str, Any] = field(default_factory=dict)
    futures: Mapping[str, Any] = field(default_factory=dict)
    """Options that take their place where perpetuals are asked for."""
    urls: Mapping[str, Any] = field(default_factory=dict)
    """Addresses for a venue on this machine; {url} and {ws} stand for where it is."""

    def budget(self) -> Budget:
        """Return a budget of this venue's size, which all that ask it have to share."""
        return Budget(self.per_second, self.burst)

    def at(self, url: str) -> dict[str, Any]:
        """Return the addresses of this venue on this machine."""
        filled: dict[str, Any] = _filled(self.urls, url.rstrip("/"))
        return filled


def _filled(urls: Any, url: str) -> Any:  # noqa: ANN401 - as nested as ccxt has it
    if isinstance(urls, str):
        return urls.format(url=url, ws=url.replace("http", "ws", 1))
    return {name: _filled(one, url) for name, one in urls.items()}


_NOWHERE: Final = "{url}/not-served"
_NO_STREAM: Final = "{ws}/not-served"
_BINANCE_ELSEWHERE: Final = (
    *("sapi", "sapiV2", "sapiV3", "sapiV4", "papi", "papiV2", "eapiPublic", "eapiPrivate"),
    *("fapiPublic", "fapiPublicV2", "fapiPublicV3", "fapiPrivate", "fapiPrivateV2"),
    *("fapiPrivateV3", "fapiData", "dapiPublic", "dapiPrivate", "dapiPrivateV2", "dapiData"),
)
_BINANCE_STREAMS: Final = ("linear", "inverse", "stock", "option", "optionMarket", "papi")

MARKET_VENUES: Final[dict[str, MarketVenue]] = {
    "binance": MarketVenue(
        name="binance",
        proven=True,
        weights={
            "load_markets": 20,
            "fetch_ohlcv": 2,
            "fetch_ticker": 2,
            "fetch_tickers": 80,
            "fetch_trades": 25,
            "fetch_order_book": 5,
        },
        per_second=65,  # with the burst 5,100 of 6,000 a minute
        burst=1200,
        used_header="x-mbx-used-weight-1m",
        a_minute=6000,
        page=1000,
        jumps=True,
        options={"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False},
        futures={"fetchMarkets": {"types": ["spot", "linear"]}, "fetchCurrencies": False},
        urls={
            "public": "{url}/api/v3",
            "private": "{url}/api/v3",
            "v1": "{url}/api/v1",
            **dict.fromkeys(_BINANCE_ELSEWHERE, _NOWHERE),
            "ws": {
                "spot": "{ws}/stream/ws",  # ccxt takes it for spot by the word "/stream"
                "margin": "{ws}/stream/ws",
                **dict.fromkeys(_BINANCE_STREAMS, _NO_STREAM),
                "ws-api": {"spot": "{ws}/ws-api/v3"},
            },
        },
    ),
    "okx": MarketVenue(
        name="okx",
        proven=True,
        per_second=8,  # 40 requests for candles in two seconds, 20 for older ones
        burst=16,
        page=100,
        options={"fetchMarkets": {"types": ["spot"]}},
        futures={"fetchMarkets": {"types": ["spot", "swap"]}},
        urls={"rest": "{url}", "ws": "{ws}/ws/v5"},
    ),
    "coinbase": MarketVenue(
        name="coinbase",
        proven=True,
        per_second=8,  # 10 a second for who has no key
        burst=8,
        page=300,
        urls={"rest": "{url}", "ws": "{ws}/ws"},
    ),
}


def market_venue_called(name: str, *, where: str = "--exchange") -> MarketVenue:
    """Return a venue by its name."""
    found = MARKET_VENUES.get(name)
    if found is None:
        raise OptionError(
            Code.UNKNOWN_VENUE,
            f'there is no exchange "{name}"',
            where=where,
            expected=f"one of {', '.join(MARKET_VENUES)}",
            found=f'"{name}"',
            remedy=one_of(name, MARKET_VENUES, otherwise="docs/data.md names those that are known"),
        )
    return found


def require_listed(venue: MarketVenue, pairs: Iterable[str], listed: Iterable[str]) -> None:
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
