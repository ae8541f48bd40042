"""What the exchange trades: Freqtrade's exchange object, answered for without a network.

Before a backtest Freqtrade asks the exchange for its markets: steps of price and amount,
limits, fees, and for futures how far each pair may be levered. The answer is kept for a
day. Nothing of Freqtrade or ccxt is patched: the object is made without its first
question, and its answer is put where ccxt puts it.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import ccxt
from freqtrade.enums import TradingMode
from freqtrade.exceptions import FreqtradeException
from freqtrade.resolvers import ExchangeResolver

from tidegate.errors import Code, OptionError
from tidegate.freqtrade.data_folder import available
from tidegate.freqtrade.markets_assumed import assumed_market, assumed_tier
from tidegate.freqtrade.markets_kept import Answer, keep, kept, read_answer
from tidegate.freqtrade.quiet import heard

if TYPE_CHECKING:
    from freqtrade.exchange import Exchange

__all__ = ["ASK", "ASSUMED", "offered"]

ASK: Final = "ask"
ASSUMED: Final = "assumed"
_PATIENCE = 30.0
"""Seconds that an exchange is given to name its markets."""


def offered(config: dict[str, Any], source: str = ASK) -> Exchange:
    """Return Freqtrade's exchange with its markets, fees and leverage tiers in place.

    `source` is "ask" (an answer of the last day, or else the exchange itself), "assumed",
    or the path of a file with ccxt's list of markets. `close()` it when all is done.
    """
    with heard():
        try:
            exchange = ExchangeResolver.load_exchange(config, validate=False)
        except FreqtradeException as error:
            raise _unacceptable(error, config) from error
        try:
            _put(exchange, _answer(exchange, config, source))
            exchange.validate_config(config)
        except BaseException as error:
            exchange.close()
            if isinstance(error, FreqtradeException):
                raise _unacceptable(error, config) from error
            raise
    return exchange


def _answer(exchange: Exchange, config: dict[str, Any], source: str) -> Answer:
    if source == ASSUMED:
        return _assumed(exchange, config)
    if source != ASK:
        return _with_tiers(exchange, read_answer(Path(source)), source)
    now = datetime.now(UTC)
    answer = kept(config, now)
    if answer is None:
        answer = _asked(exchange, config)
        keep(config, answer, now)
    return answer


def _put(exchange: Exchange, answer: Answer) -> None:
    """Do what `Exchange.reload_markets` does after the exchange has answered."""
    for api in (exchange._api_async, exchange._api):  # noqa: SLF001 - it has no port for this
        api.set_markets(answer.markets, answer.currencies or None)
    exchange._markets = exchange._api_async.markets  # noqa: SLF001 - as above
    exchange._last_markets_refresh = int(datetime.now(UTC).timestamp() * 1000)  # noqa: SLF001 - as above
    if exchange.trading_mode == TradingMode.FUTURES:
        exchange._leverage_tiers = {  # noqa: SLF001 - as above
            pair: [exchange.parse_leverage_tier(tier) for tier in tiers]
            for pair, tiers in (answer.tiers or {}).items()
        }


def _asked(exchange: Exchange, config: dict[str, Any]) -> Answer:
    """Ask the exchange itself, and do not wait for ever."""
    api = exchange._api_async  # noqa: SLF001 - its own question cannot be given a limit
    try:
        exchange.loop.run_until_complete(
            asyncio.wait_for(api.load_markets(reload=True), timeout=_PATIENCE)
        )
    except (ccxt.BaseError, TimeoutError, OSError) as error:
        raise _unanswered(error, config) from error
    exchange._markets = api.markets  # noqa: SLF001 - asked for by the question for tiers
    try:
        tiers = exchange.load_leverage_tiers() if _levered(exchange) else None
    except FreqtradeException as error:
        raise _unanswered(error, config) from error
    return Answer(list(api.markets.values()), dict(api.currencies or {}), tiers)


def _assumed(exchange: Exchange, config: dict[str, Any]) -> Answer:
    """Make up markets for every pair of the data folder and of the configuration."""
    swap = _levered(exchange)
    named = [*config["exchange"]["pair_whitelist"], *(config.get("pairs") or ())]
    there = [pair for pair, _, _ in available(config)]
    pairs = [
        pair
        for pair in dict.fromkeys((*named, *there))
        if pair.replace("/", "").replace(":", "").isalnum() and "/" in pair
    ]
    markets = [assumed_market(pair, exchange.precisionMode) for pair in pairs]
    tiers = None
    if swap:
        known = exchange.load_leverage_tiers() if exchange.id.startswith("binance") else {}
        tiers = {pair: [assumed_tier()] for pair in pairs} | known
    return Answer(markets, {}, tiers)


def _with_tiers(exchange: Exchange, answer: Answer, source: str) -> Answer:
    """Add the tiers that Freqtrade brings along to a file without any."""
    if answer.tiers is not None or not _levered(exchange):
        return answer
    if exchange.id.startswith("binance"):
        return Answer(answer.markets, answer.currencies, exchange.load_leverage_tiers())
    raise OptionError(
        Code.NO_MARKETS,
        "the file does not say how far the pairs may be levered",
        where=f"--markets {source}",
        expected='an object with "markets" and "tiers", as ccxt\'s fetch_leverage_tiers has them',
        found="no tiers",
        remedy="add them, or take --markets assumed",
    )


def _levered(exchange: Exchange) -> bool:
    return bool(exchange.trading_mode == TradingMode.FUTURES)


def _unanswered(error: Exception, config: dict[str, Any]) -> OptionError:
    name = config["exchange"]["name"]
    reason = " ".join(str(error).split()) or f"no answer within {_PATIENCE:.0f} s"
    return OptionError(
        Code.NO_MARKETS,
        f"{name} cannot be asked what it trades",
        where="--markets ask",
        expected="an answer of the exchange: steps, limits and fees of each pair",
        found=f"{type(error).__name__}: {reason[:300]}",
        remedy="try again with a network; or take --markets assumed (steps of 1e-8, no "
        "limits, fee 0.1 %), or --markets FILE with ccxt's list of markets",
    )


def _unacceptable(error: Exception, config: dict[str, Any]) -> OptionError:
    return OptionError(
        Code.BAD_CONFIGURATION,
        f"{config['exchange']['name']} does not do what the configuration asks of it",
        where=", ".join(config.get("config_files") or ()) or "the options",
        expected="a configuration that `freqtrade backtesting` accepts",
        found=str(error),
        remedy="change what it names",
    )
