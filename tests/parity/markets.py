"""Made markets in Freqtrade's own files, and an exchange that knows them without a network."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import ccxt.pro
import numpy as np
import pandas as pd
from freqtrade.exchange.binance import Binance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

START: Final = pd.Timestamp("2024-01-31 12:00", tz="UTC")
MONTH_END: Final = pd.Timestamp("2024-02-01", tz="UTC")
FUNDING_HOURS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """One pair: its price, the decimals it is quoted in, and what its file lacks."""

    base: str
    price: float
    digits: int
    later_digits: int | None = None
    """Decimals from the turn of the month on; None: as before."""
    noise: bool = False
    """Prices are products of floats, such as 3.0010000000000002e-05."""
    first: float = 0.0
    last: float = 1.0
    """The part of the time in which there are candles."""
    holes: float = 0.0
    """The share of the five-minute candles that is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the venue takes: steps and bounds, the same for every pair."""

    amount_step: float = 1e-8
    price_step: float = 1e-8
    least_amount: float | None = 1e-8
    most_amount: float | None = 9e9
    least_cost: float | None = 1e-4
    most_cost: float | None = 9e9
    contract_size: float = 1.0
    maker: float = 0.001
    taker: float = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market to make: the same one makes the same files."""

    name: str
    seed: int
    futures: bool = False
    days: float = 0.75
    restless: float = 0.0022
    """Standard deviation of a minute's return."""
    coins: tuple[Coin, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def pairs(self) -> list[str]:
        """The pairs in the order in which the configuration lists them."""
        tail = ":USDT" if self.futures else ""
        return [f"{coin.base}/USDT{tail}" for coin in self.coins]


ALL_SORTS: Final = (
    Coin(base="BTC", price=42_000.0, digits=2),
    Coin(base="ETH", price=2_300.0, digits=2, later_digits=3),
    Coin(base="XLM", price=3.1e-05, digits=8, noise=True),
    Coin(base="YFI", price=8_100.0, digits=0),
    Coin(base="SOL", price=96.0, digits=3, first=0.3, holes=0.03),
    Coin(base="DOT", price=6.8, digits=4, last=0.7, later_digits=2),
)


def write(market: Market, folder: Path) -> None:
    """Write every file that a run over this market can ask for."""
    for place, (coin, pair) in enumerate(zip(market.coins, market.pairs, strict=True)):
        rng = np.random.default_rng([market.seed, place])
        minutes = _minutes(market, coin, rng)
        stem = pair.replace("/", "_").replace(":", "_")
        if market.futures:
            _write_futures(minutes, rng, folder / "futures", stem)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for timeframe in ("1m", "5m", "15m", "1h"):
                _store(_resampled(minutes, timeframe), folder / f"{stem}-{timeframe}.feather")


def _write_futures(
    minutes: pd.DataFrame, rng: np.random.Generator, folder: Path, stem: str
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for timeframe in ("1m", "5m", "15m", "1h"):
        _store(_resampled(minutes, timeframe), folder / f"{stem}-{timeframe}-futures.feather")
    mark = _resampled(minutes, "1h")
    prices = ["open", "high", "low", "close"]
    mark[prices] = mark[prices].mul(1 + rng.normal(0, 0.0005, len(mark)), axis=0).round(6)
    mark["volume"] = np.nan
    _store(mark, folder / f"{stem}-1h-mark.feather")
    paid = mark["date"].dt.hour % FUNDING_HOURS == 0
    # Real files are some milliseconds late; large rates, so that a wrong one shows.
    late = pd.to_timedelta(rng.integers(0, 20, int(paid.sum())), unit="ms")
    rates = pd.DataFrame(
        {
            "date": (mark.loc[paid, "date"] + late).reset_index(drop=True),
            "funding_rate": rng.normal(0.0004, 0.001, int(paid.sum())).round(8),
        }
    )
    _store(rates, folder / f"{stem}-1h-funding_rate.feather")


def _minutes(market: Market, coin: Coin, rng: np.random.Generator) -> pd.DataFrame:
    count = int(market.days * 1440)
    date = pd.date_range(START, periods=count, freq="1min", unit="ns")
    calm = np.exp(np.repeat(rng.normal(0, 0.5, count // 240 + 1), 240)[:count])
    # A pull back to the start, so that no pair leaves its decimals behind.
    steps = rng.standard_t(4, count) * market.restless * 0.7 * calm
    walk = np.zeros(count)
    at = 0.0
    for k, step in enumerate(steps):
        at = at * 0.9998 + step
        walk[k] = at
    close = coin.price * np.exp(walk)
    opening = np.concatenate(([coin.price], close[:-1]))
    leap = rng.random(count) < 0.05
    opening[leap] *= 1 + rng.normal(0, 0.002, int(leap.sum()))
    reach = np.abs(rng.normal(0, market.restless / 2, (2, count)))
    frame = pd.DataFrame({"date": date, "open": opening, "close": close})
    frame["high"] = np.maximum(opening, close) * (1 + reach[0])
    frame["low"] = np.minimum(opening, close) * (1 - reach[1])
    frame["volume"] = rng.lognormal(3, 1, count).round(3)
    _quote(frame, coin)
    kept = slice(int(count * coin.first) // 60 * 60, int(count * coin.last) // 60 * 60)
    frame = frame.iloc[kept]
    if coin.holes:
        fives = frame["date"].dt.floor("5min")
        missing = rng.random(fives.nunique()) < coin.holes
        frame = frame[~fives.isin(fives.unique()[missing])]
    columns = ["date", "open", "high", "low", "close", "volume"]
    return frame[columns].reset_index(drop=True)


def _quote(frame: pd.DataFrame, coin: Coin) -> None:
    """Bring prices to the decimals in which the pair is quoted at that time."""
    later = (frame["date"] >= MONTH_END).to_numpy()
    after = coin.digits if coin.later_digits is None else coin.later_digits
    for column in ("open", "high", "low", "close"):
        exact = frame[column].to_numpy()
        quoted = np.where(later, exact.round(after), exact.round(coin.digits))
        frame[column] = _noisy(quoted) if coin.noise else quoted
    frame["high"] = frame[["open", "high", "close"]].max(axis=1)
    frame["low"] = frame[["open", "low", "close"]].min(axis=1)


def _noisy(prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return prices whose last bits are off, every other time, as arithmetic leaves them."""
    off = np.nextafter(prices, np.where(np.arange(len(prices)) % 2, np.inf, 0.0))
    return np.where(np.arange(len(prices)) % 3 == 0, prices, off)


def _resampled(minutes: pd.DataFrame, timeframe: str) -> pd.DataFrame:
    rule = timeframe.replace("m", "min")
    whole = minutes.set_index("date").resample(rule)
    how = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    return whole.agg(how).dropna().reset_index()


def _store(frame: pd.DataFrame, path: Path) -> None:
    frame.to_feather(path, compression="lz4")


# the exchange


@contextmanager
def offline(market: Market) -> Iterator[None]:
    """Answer what Freqtrade asks an exchange at its start, for as long as it is asked."""

    async def fetch_markets(_self: object, _params: object = None) -> list[dict[str, Any]]:
        return [_listing(market, pair) for pair in market.pairs]

    async def fetch_currencies(_self: object, _params: object = None) -> dict[str, Any]:
        return {}

    def load_leverage_tiers(_self: object) -> dict[str, list[dict[str, Any]]]:
        return {pair: _tiers() for pair in market.pairs} if market.futures else {}

    before = (
        ccxt.pro.binance.fetch_markets,
        ccxt.pro.binance.fetch_currencies,
        Binance.load_leverage_tiers,
    )
    answers = (fetch_markets, fetch_currencies, load_leverage_tiers)
    _answer_with(*answers)
    try:
        yield
    finally:
        _answer_with(*before)


def _answer_with(markets: object, currencies: object, tiers: object) -> None:
    ccxt.pro.binance.fetch_markets = markets
    ccxt.pro.binance.fetch_currencies = currencies
    Binance.load_leverage_tiers = tiers


def _listing(market: Market, pair: str) -> dict[str, Any]:
    """Describe a market as ccxt does."""
    base = pair.split("/", maxsplit=1)[0]
    swap, limits = market.futures, market.limits
    settle = "USDT" if swap else None
    return {
        "id": f"{base}USDT",
        "lowercaseId": f"{base}USDT".lower(),
        "symbol": pair,
        "base": base,
        "quote": "USDT",
        "settle": settle,
        "baseId": base,
        "quoteId": "USDT",
        "settleId": settle,
        "type": "swap" if swap else "spot",
        "spot": not swap,
        "margin": False,
        "swap": swap,
        "future": False,
        "option": False,
        "active": True,
        "contract": swap,
        "index": None,
        "subType": "linear" if swap else None,
        "linear": swap or None,
        "inverse": False if swap else None,
        "taker": limits.taker,
        "maker": limits.maker,
        "percentage": True,
        "tierBased": False,
        "contractSize": limits.contract_size if swap else None,
        "expiry": None,
        "expiryDatetime": None,
        "strike": None,
        "optionType": None,
        "created": None,
        "precision": {"amount": limits.amount_step, "price": limits.price_step},
        "limits": {
            "leverage": {"min": None, "max": None},
            "amount": {"min": limits.least_amount, "max": limits.most_amount},
            "price": {"min": None, "max": None},
            "cost": {"min": limits.least_cost, "max": limits.most_cost},
            "market": {"min": None, "max": None},
        },
        "marginModes": {"cross": True, "isolated": True},
        "info": {"status": "TRADING"},
    }


def _tiers() -> list[dict[str, Any]]:
    """Return low tiers, so that stakes of some hundreds fall into different ones."""
    steps = [
        (0, 400, 0.01, 50, 0.0),
        (400, 1_500, 0.025, 20, 6.0),
        (1_500, 6_000, 0.05, 10, 43.5),
        (6_000, 50_000, 0.1, 5, 343.5),
        (50_000, 10_000_000, 0.25, 2, 7_843.5),
    ]
    return [
        {
            "minNotional": least,
            "maxNotional": most,
            "maintenanceMarginRate": rate,
            "maxLeverage": leverage,
            "info": {"cum": str(booked)},
        }
        for least, most, rate, leverage, booked in steps
    ]
