"""From a configuration's words to strategies that can be carried through time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError
from tidegate.feeds import TimeRange
from tidegate.feeds.live import LiveFeed
from tidegate.kernel import Wallet
from tidegate.model import ZERO, Instrument, Pair, Sizing, SizingKind, Timeframe, exact_decimal
from tidegate.research.realism import PROFILES, Slippage
from tidegate.runtime.config_faults import same_name
from tidegate.runtime.freqtrade_jobs import freqtrade_trader, written_for_freqtrade
from tidegate.runtime.live_shelf import LiveShelf
from tidegate.runtime.live_trader import LiveTrader
from tidegate.runtime.own_limits import limits_of
from tidegate.runtime.part_pairs import no_pairs, pairs_in
from tidegate.runtime.recorded_feed import RecordedFeed, Wanted
from tidegate.runtime.shelf import Shelf
from tidegate.runtime.trader import Job, Trader
from tidegate.strategies import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from tidegate.feeds.live import LiveSpec
    from tidegate.model import Rules
    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.config import StrategyPart, TradeConfig
    from tidegate.strategies import OwnLimits, Strategy

_TRADABLE: Final = 0.99
_PROFILE: Final = PROFILES["standard"]


def traders_of(
    config: TradeConfig, make: Callable[[LiveSpec], LiveFeed] = LiveFeed
) -> list[Carrier]:
    """Return what carries each strategy of a configuration, its candles read.

    `make` makes the feed of live candles.
    """
    parts = zip(config.strategies, config.shares(), strict=True)
    timerange = TimeRange.parse(config.candles.timerange, where=f"{config.file}: candles.timerange")
    live = config.candles.source == "live"
    shelf = LiveShelf(config, make) if live else Shelf(config.candles.datadir, timerange)
    traders: list[Carrier] = []
    try:
        for part, share in parts:
            trader = carrier_of(part, share, config, shelf)
            trader.feed.from_now = config.candles.from_now
            traders.append(trader)
        require_own_names(config, traders)
        limits_of(config, own_limits_of(traders))
        if isinstance(shelf, LiveShelf):
            shelf.open()
            for trader in traders:
                trader.feed.read()
    except BaseException:
        for trader in traders:
            trader.leave()
        raise
    return traders


def require_own_names(config: TradeConfig, traders: Iterable[Carrier]) -> None:
    """Refuse two strategies of one name: a strategy may have one that its part does not tell."""
    seen: set[str] = set()
    for trader in traders:
        if trader.name in seen:
            raise same_name(config, trader.name)
        seen.add(trader.name)


def own_limits_of(traders: Iterable[Carrier]) -> list[tuple[str, OwnLimits]]:
    """Return the limits that each strategy brings along, by its name."""
    return [(trader.name, trader.limits) for trader in traders]


def carrier_of(
    part: StrategyPart, share: Decimal, config: TradeConfig, shelf: Shelf | LiveShelf
) -> Carrier:
    """Return what carries one strategy, whichever kind it is of."""
    options = written_for_freqtrade(part)
    if options is not None:
        if isinstance(shelf, LiveShelf):
            raise _reads_files(part, config)
        return freqtrade_trader(part, options, share, config)
    return _trader_of(part, share, config, shelf)


def _reads_files(part: StrategyPart, config: TradeConfig) -> ConfigError:
    return ConfigError(
        Code.BAD_SETTING,
        f"{part.strategy} is written for Freqtrade, which reads its candles from files",
        where=f"{config.file}: candles.source",
        expected='"source": "files", and a download that keeps them growing',
        found='"source": "live"',
        remedy="follow files with it, or trade it apart from the others",
    )


def _trader_of(
    part: StrategyPart, share: Decimal, config: TradeConfig, shelf: Shelf | LiveShelf
) -> Trader:
    where = f"{config.file}: strategies, {part.strategy}"
    strategy = resolve(part.strategy, paths=part.strategy_path)
    _refuse_freqtrade(part, config)
    timeframe = _timeframe(part, strategy, where)
    pairs = _pairs(part, strategy, config.account.currency, where)
    wanted = Wanted(
        pairs=pairs,
        timeframe=timeframe,
        others=tuple(strategy.others_for(timeframe)),
        warmup=strategy.warmup(timeframe),
    )
    rules = _rules(part, strategy)
    slots = part.max_open_trades or rules.max_open_trades or len(pairs)
    job = Job(
        name=part.name or strategy.name,
        strategy=strategy,
        rules=rules,
        wallet=Wallet(float(share), _TRADABLE, slots),
        venue=_PROFILE.venue._replace(fee=config.account.fee),
        slippage=Slippage.parse(_PROFILE.slippage),
    )
    if not isinstance(shelf, LiveShelf):
        return Trader(job, RecordedFeed(shelf, wanted))
    if config.live is None:
        return Trader(job, shelf.feed(wanted))
    patience_ns = int(config.live.patience_s * 1e9)
    return LiveTrader(job, shelf.feed(wanted), config.live.slippage, patience_ns)


def _refuse_freqtrade(part: StrategyPart, config: TradeConfig) -> None:
    for name in ("freqtrade", "markets"):
        if getattr(part, name) is not None:
            raise ConfigError(
                Code.BAD_SETTING,
                f'"{name}" means nothing to {part.strategy}',
                where=f"{config.file}: strategies, {name}",
                expected="a strategy written for Freqtrade",
                found=f"{part.strategy}, which is one of Tidegate's own",
                remedy="take it out",
            )


def instruments_of(traders: Sequence[Carrier], fee: float) -> dict[str, Instrument]:
    """Return all pairs that are traded. Candles know no steps: the walk's own are in force."""
    shorted = {pair for trader in traders if trader.can_short for pair in trader.feed.wanted.pairs}
    return {
        pair: Instrument(
            pair=Pair.parse(pair),
            price_step=ZERO,
            amount_step=ZERO,
            taker_fee=exact_decimal(fee),
            can_short=pair in shorted,
        )
        for trader in traders
        for pair in trader.feed.wanted.pairs
    }


def _timeframe(part: StrategyPart, strategy: Strategy, where: str) -> Timeframe:
    if part.timeframe is not None:
        return Timeframe.parse(part.timeframe, where=where)
    if strategy.timeframe is None:
        raise ConfigError(
            Code.BAD_SETTING,
            f"{strategy.name} names no timeframe of its own",
            where=where,
            expected='"timeframe" beside it',
            found="none",
            remedy='add "timeframe": "1h", for example',
        )
    return strategy.timeframe


def _pairs(part: StrategyPart, strategy: Strategy, currency: str, where: str) -> tuple[str, ...]:
    names = part.pairs or tuple(strategy.pairs)
    if not names:
        raise no_pairs(strategy.name, currency, where)
    return pairs_in(currency, names, where)


def _rules(part: StrategyPart, strategy: Strategy) -> Rules:
    rules = strategy.rules
    if part.stake == "unlimited":
        return replace(rules, sizing=Sizing())
    if part.stake is not None:
        return replace(rules, sizing=Sizing(kind=SizingKind.FIXED, value=part.stake))
    return rules
