"""Why a signal is refused: a closed set of reasons, each with its words."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from tidegate.model import Signal


class Reason(StrEnum):
    """The stable name of each refusal, in the order in which the gate looks for them."""

    MALFORMED = "malformed"
    UNKNOWN_ACCOUNT = "unknown-account"
    UNKNOWN_INSTRUMENT = "unknown-instrument"
    DUPLICATE = "duplicate"
    WRONG_POSITION = "wrong-position"
    NOTHING_TO_REDUCE = "nothing-to-reduce"
    DUST = "dust"
    BREAKER = "breaker"
    LATCHED = "latched"
    HALTED = "halted"
    REDUCING = "reducing"
    EXPIRED = "expired"
    STALE_SIGNAL = "stale-signal"
    FUTURE_SIGNAL = "future-signal"
    UNKNOWN_PRICE = "unknown-price"
    STALE_PRICE = "stale-price"
    UNRESOLVED = "unresolved"
    BOOKS_DIFFER = "books-differ"
    UNKNOWN_EQUITY = "unknown-equity"
    DRAWDOWN = "drawdown"
    WEEKLY_DRAWDOWN = "weekly-drawdown"
    DAILY_DRAWDOWN = "daily-drawdown"
    DAILY_LOSS = "daily-loss"
    LOSING_STREAK = "losing-streak"
    ORDER_RATE = "order-rate"
    OUTSIDE_HOURS = "outside-hours"
    COOLDOWN = "cooldown"
    STOP_COOLDOWN = "stop-cooldown"
    TRADES_PER_DAY = "trades-per-day"
    POSITIONS = "positions"
    SHORTING = "shorting"
    LEVERAGE = "leverage"
    VOLATILITY = "volatility"
    UNKNOWN_VOLATILITY = "unknown-volatility"
    VOLUME = "volume"
    UNKNOWN_VOLUME = "unknown-volume"
    NO_SIZE = "no-size"
    PRICE_STEP = "price-step"
    AMOUNT_STEP = "amount-step"
    LEAST_AMOUNT = "least-amount"
    LEAST_COST = "least-cost"
    PRICE_COLLAR = "price-collar"
    ORDER_NOTIONAL = "order-notional"
    BALANCE = "balance"
    MARKET_EXPOSURE = "market-exposure"
    TOTAL_EXPOSURE = "total-exposure"
    CORRELATED_EXPOSURE = "correlated-exposure"


INCIDENTS: Final = frozenset(
    {
        Reason.WRONG_POSITION,
        Reason.DRAWDOWN,
        Reason.WEEKLY_DRAWDOWN,
        Reason.DAILY_DRAWDOWN,
        Reason.DAILY_LOSS,
        Reason.LOSING_STREAK,
        Reason.ORDER_RATE,
    }
)
"""Refusals that an operator has to know of; the others are the gate's daily work.

What is refused while the breaker is on or the account latched is none: that it came to that
was one.
"""

SENTENCES: Final[dict[Reason, str]] = {
    Reason.MALFORMED: "the signal makes no sense as it stands",
    Reason.UNKNOWN_ACCOUNT: "nothing reliable is known of the account",
    Reason.UNKNOWN_INSTRUMENT: "it is not known how the exchange trades this pair",
    Reason.DUPLICATE: "this signal was dealt with before",
    Reason.WRONG_POSITION: "the position is of another pair, or the other way",
    Reason.NOTHING_TO_REDUCE: "the position holds nothing that is not being sold already",
    Reason.DUST: "what there is to reduce is less than one step of the exchange",
    Reason.BREAKER: "the breaker is on",
    Reason.LATCHED: "a limit has stopped trading until somebody lifts it",
    Reason.HALTED: "trading is halted",
    Reason.REDUCING: "only reductions are traded",
    Reason.EXPIRED: "the signal meant something until an earlier time",
    Reason.STALE_SIGNAL: "the signal was made too long ago",
    Reason.FUTURE_SIGNAL: "the signal was made in the future",
    Reason.UNKNOWN_PRICE: "the price of the pair is not known",
    Reason.STALE_PRICE: "the price of the pair is too old",
    Reason.UNRESOLVED: "it is not known what became of an earlier order of this pair",
    Reason.BOOKS_DIFFER: "the books of this pair do not agree with the venue's",
    Reason.UNKNOWN_EQUITY: "it is not known what the account is worth",
    Reason.DRAWDOWN: "the account has fallen too far from its peak",
    Reason.WEEKLY_DRAWDOWN: "the account has fallen too far this week",
    Reason.DAILY_DRAWDOWN: "the account has fallen too far today",
    Reason.DAILY_LOSS: "the trades closed today have lost too much",
    Reason.LOSING_STREAK: "too many trades in a row were lost",
    Reason.ORDER_RATE: "too many orders within a second",
    Reason.OUTSIDE_HOURS: "it is outside the trading hours",
    Reason.COOLDOWN: "a position of this pair was closed too recently",
    Reason.STOP_COOLDOWN: "a stop closed a position of this pair too recently",
    Reason.TRADES_PER_DAY: "as many trades as a day may have were opened today",
    Reason.POSITIONS: "as many positions are open as may be",
    Reason.SHORTING: "this pair cannot be sold short",
    Reason.LEVERAGE: "the leverage is too high",
    Reason.VOLATILITY: "the market moves too much",
    Reason.UNKNOWN_VOLATILITY: "it is not known how much the market moves",
    Reason.VOLUME: "too little is traded in this market",
    Reason.UNKNOWN_VOLUME: "it is not known how much is traded in this market",
    Reason.NO_SIZE: "the sizing proposes no amount",
    Reason.PRICE_STEP: "the price is between two steps of the exchange",
    Reason.AMOUNT_STEP: "the amount is between two steps of the exchange",
    Reason.LEAST_AMOUNT: "the amount is less than the exchange trades",
    Reason.LEAST_COST: "the order is worth less than the exchange trades",
    Reason.PRICE_COLLAR: "the limit is too far from the market",
    Reason.ORDER_NOTIONAL: "the order is worth more than one order may be",
    Reason.BALANCE: "there is not enough free money for the order",
    Reason.MARKET_EXPOSURE: "too much would be held in this market",
    Reason.TOTAL_EXPOSURE: "too much would be held in all",
    Reason.CORRELATED_EXPOSURE: "too much would be held in markets that move alike",
}


class Refused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A signal that nothing came of, and why."""

    signal: Signal
    reason: Reason
    observed: str
    limit: str
    sentence: str
    incident: bool
    """Whether an operator has to know of it."""
