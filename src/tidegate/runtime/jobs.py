"""From a configuration's words to strategies that can be carried through time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError
from tidegate.feeds import TimeRange
from tidegate.kernel import Wallet
from tidegate.model import ZERO, Instrument, Pair, Sizing, SizingKind, Timeframe, exact_decimal
from tidegate.research.realism import PROFILES, Slippage
from tidegate.runtime.recorded_feed import RecordedFeed, Wanted
from tidegate.runtime.trader import Job, Trader
from tidegate.strategies import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from tidegate.model import Rules
    from tidegate.runtime.config import StrategyPart, TradeConfig
    from tidegate.strategies import Strategy

_TRADABLE: Final = 0.99
_PROFILE: Final = PROFILES["standard"]


def traders_of(config: TradeConfig) -> list[Trader]:
    """Return what carries each strategy of a configuration, its candles read."""
    parts = zip(config.strategies, config.shares(), strict=True)
    return [_trader_of(part, share, config) for part, share in parts]


def _trader_of(part: StrategyPart, share: Decimal, config: TradeConfig) -> Trader:
    where = f"{config.file}: strategies, {part.strategy}"
    strategy = resolve(part.strategy, paths=part.strategy_path)
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
    timerange = TimeRange.parse(config.candles.timerange, where=f"{config.file}: candles.timerange")
    return Trader(job, RecordedFeed(config.candles.datadir, wanted, timerange))


def instruments_of(traders: Iterable[Trader], fee: float) -> dict[str, Instrument]:
    """Return all pairs that are traded. Candles know no steps: the walk's own are in force."""
    return {
        pair: Instrument(
            pair=Pair.parse(pair),
            price_step=ZERO,
            amount_step=ZERO,
            taker_fee=exact_decimal(fee),
            can_short=trader.job.rules.can_short,
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
        raise ConfigError(
            Code.BAD_SETTING,
            f"{strategy.name} names no pairs of its own",
            where=where,
            expected='"pairs" beside it',
            found="none",
            remedy=f'add "pairs": ["BTC/{currency}"], for example',
        )
    pairs = tuple(dict.fromkeys(str(Pair.parse(name, where=where)) for name in names))
    for pair in pairs:
        if Pair.parse(pair).currency != currency:
            raise ConfigError(
                Code.BAD_SETTING,
                f"{pair} is not paid in the account's currency",
                where=where,
                expected=f"pairs in {currency}",
                found=pair,
                remedy="take it out, or trade it in another account",
            )
    return pairs


def _rules(part: StrategyPart, strategy: Strategy) -> Rules:
    rules = strategy.rules
    if part.stake == "unlimited":
        return replace(rules, sizing=Sizing())
    if part.stake is not None:
        return replace(rules, sizing=Sizing(kind=SizingKind.FIXED, value=part.stake))
    return rules
