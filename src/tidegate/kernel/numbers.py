"""The numbers that rules are told, as named tuples that compiled code reads as fast as locals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from tidegate.model import Floats, Rules

LONG = 1
SHORT = -1

NS_PER_MINUTE = 60_000_000_000


class Bar(NamedTuple):
    """One candle's prices."""

    open: float
    high: float
    low: float
    close: float


class ExitNumbers(NamedTuple):
    """`model.Exits` for compiled code; NaN and -1 stand for "not set"."""

    stop_ratio: float
    trailing: bool
    trailing_ratio: float  # NaN: the position's own stop distance
    trailing_offset: float
    trailing_only_past_offset: bool
    targets: int  # how many steps the two columns below hold
    target_minutes: Floats
    target_ratios: Floats
    reward_risk: float  # NaN: none
    max_bars: int  # -1: none
    use_exit_signal: bool
    exit_profit_only: bool
    exit_profit_offset: float
    ignore_targets_on_entry_signal: bool


class SizingNumbers(NamedTuple):
    """`model.Sizing` for compiled code."""

    kind: int
    value: float
    cap: float
    min_trades: int
    window: int
    fallback: float


class Venue(NamedTuple):
    """What the market is assumed to do with an order. Fees and ratios are fractions."""

    fee: float
    amount_digits: int
    min_cost: float
    min_amount: float
    exact_freqtrade: bool
    """Freqtrade's own assumptions: an order that rounding moves outside its candle does not
    fill, a stop that the open has jumped still fills at the stop, an average price is
    rounded to a tick."""
    exit_timeout_ns: int
    """Age at which an unfilled exit order is taken back; -1 for never."""
    maintenance: float
    """Maintenance margin of shorts; negative for no liquidation at all."""


class Wallet(NamedTuple):
    """What may be staked."""

    start: float
    tradable_ratio: float
    max_open_trades: int


class Terms(NamedTuple):
    """Everything that holds for a whole run."""

    exits: ExitNumbers
    sizing: SizingNumbers
    venue: Venue
    wallet: Wallet
    can_short: bool


class Position(NamedTuple):
    """An open position. Prices in quote currency, stake and value in wallet currency."""

    side: int
    amount: float
    open_rate: float
    open_value: float  # what it cost (long) or brought in (short), entry fee included
    stake: float
    fee: float
    digits: int  # decimals of a price, as of the entry
    open_row: int
    stop: float
    stop_ratio: float  # distance last used
    first_stop: float
    first_ratio: float
    moved: bool  # the stop has moved since the entry
    target: float  # profit ratio of its own (reward to risk); NaN: none
    liquidation: float  # price; 0: none


def exit_numbers(rules: Rules) -> ExitNumbers:
    """Translate the exits of a strategy for compiled code, each number in its own type."""
    exits = rules.exits
    return ExitNumbers(
        stop_ratio=float(exits.stop_ratio),
        trailing=bool(exits.trailing),
        trailing_ratio=_or_nan(exits.trailing_ratio),
        trailing_offset=float(exits.trailing_offset),
        trailing_only_past_offset=bool(exits.trailing_only_past_offset),
        targets=len(exits.targets),
        target_minutes=np.array([minutes for minutes, _ in exits.targets], dtype=np.float64),
        target_ratios=np.array([ratio for _, ratio in exits.targets], dtype=np.float64),
        reward_risk=_or_nan(exits.reward_risk),
        max_bars=-1 if exits.max_bars is None else int(exits.max_bars),
        use_exit_signal=bool(exits.use_exit_signal),
        exit_profit_only=bool(exits.exit_profit_only),
        exit_profit_offset=float(exits.exit_profit_offset),
        ignore_targets_on_entry_signal=bool(exits.ignore_targets_on_entry_signal),
    )


def _or_nan(number: float | None) -> float:
    return np.nan if number is None else float(number)


def sizing_numbers(rules: Rules) -> SizingNumbers:
    """Translate the sizing of a strategy for compiled code."""
    sizing = rules.sizing
    return SizingNumbers(
        kind=int(sizing.kind),
        value=float(sizing.value),
        cap=float(sizing.cap),
        min_trades=int(sizing.min_trades),
        window=int(sizing.window),
        fallback=float(sizing.fallback),
    )


def venue_numbers(venue: Venue) -> Venue:
    """Return the venue with each number in its own type."""
    return Venue(
        fee=float(venue.fee),
        amount_digits=int(venue.amount_digits),
        min_cost=float(venue.min_cost),
        min_amount=float(venue.min_amount),
        exact_freqtrade=bool(venue.exact_freqtrade),
        exit_timeout_ns=int(venue.exit_timeout_ns),
        maintenance=float(venue.maintenance),
    )


def wallet_numbers(wallet: Wallet) -> Wallet:
    """Return the wallet with each number in its own type."""
    return Wallet(float(wallet.start), float(wallet.tradable_ratio), int(wallet.max_open_trades))
