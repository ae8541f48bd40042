"""Which rule decides a field, so that a difference says where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tidegate.freqtrade.parity.difference import Difference, Part

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name, what it decides, and the paragraph that has it in full."""

    name: str
    words: str
    page: str

    def __str__(self) -> str:
        """Return the rule in one line."""
        return f"{self.name}: {self.words} ({self.page})"


_PAGE: Final = "docs/candle-rules.md"
_HERE: Final = "docs/parity.md"


def _candle(name: str, words: str, paragraphs: str) -> Rule:
    return Rule(name, words, f"{_PAGE}, {paragraphs}")


def _family(name: str, words: str) -> Rule:
    return Rule(name, words, f"{_HERE}, {name}")


ENTRY: Final = _candle("entry", "which signal takes a slot: direction, slots, locks, stake", "9-13")
VISITS: Final = _candle("visits", "pairs with open trades first, by age, then the list", "5-8")
ENTRY_PRICE: Final = _family(
    "entry price", "the open or custom_entry_price, within the candle; averaged over the adds"
)
STAKE: Final = _candle(
    "stake", "what is free and tied, the limits of the venue, its steps", "12-13"
)
LEVERAGE: Final = _family("leverage", "the callback's answer within 1 and the tier's most")
STOP: Final = _candle("stop", "where it starts, how it follows, and in what order", "14-15")
STOP_EXIT: Final = _candle("stop exit", "hit by the low, filled at its price or the open", "16-18")
TRAILING_EXIT: Final = _candle(
    "trailing exit", "ranks after the target; a pessimistic price on the entry candle", "15-18"
)
TARGET_EXIT: Final = _candle(
    "target exit", "the table's step, strictly above, at that price", "16-18"
)
SIGNAL_EXIT: Final = _candle("signal exit", "the open or custom_exit_price; ranks first", "16-18")
CUSTOM_EXIT: Final = _family(
    "custom exit", "asked where no exit signal stands; its text is the reason"
)
LIQUIDATION: Final = _family("liquidation", "price from tier, stake and side, kept a buffer away")
END: Final = _candle("end", "what is open at the end leaves at its pair's last open", "24")
FILL: Final = _candle("fill", "an order fills whole, on a candle that encloses its price", "19-20")
ORDERS: Final = _family("orders", "time-outs, replacing, cancelling, and what stays in the list")
ADJUSTMENT: Final = _family("adjustment", "adds and partial exits, on every candle of a position")
FUNDING: Final = _family("funding", "rate x mark price x amount, booked at fills")
PROFIT: Final = _candle(
    "profit", "exact products of price, amount and fee, rounded to 8 places", "22"
)
EXTREMES: Final = _candle(
    "extremes", "highest and lowest price since the entry, whole candles", "15"
)
GUARDS: Final = _family("protections", "run after each exit; a lock ends with a candle")
REJECTED: Final = _candle("slots", "counted when a signal finds every slot taken", "10")
WALLET: Final = _family("wallet", "noted at each candle and visit, as of its last refresh")
TAG: Final = _family("entry tag", "the tag on the candle of the signal")
FORM: Final = _family("form", "columns, types and fees of the result")
FIGURES: Final = _family("figures", "Freqtrade's own statistics over equal trades")

_BY_REASON: Final[Mapping[str, Rule]] = {
    "stop_loss": STOP_EXIT,
    "trailing_stop_loss": TRAILING_EXIT,
    "roi": TARGET_EXIT,
    "exit_signal": SIGNAL_EXIT,
    "force_exit": END,
    "liquidation": LIQUIDATION,
    "partial_exit": ADJUSTMENT,
}
_BY_FIELD: Final[Mapping[str, Rule]] = {
    "enter_tag": TAG,
    "leverage": LEVERAGE,
    "open_rate": ENTRY_PRICE,
    "amount": STAKE,
    "stake_amount": STAKE,
    "max_stake_amount": STAKE,
    "initial_stop_loss_abs": STOP,
    "initial_stop_loss_ratio": STOP,
    "stop_loss_abs": STOP,
    "stop_loss_ratio": STOP,
    "max_rate": EXTREMES,
    "min_rate": EXTREMES,
    "funding_fees": FUNDING,
    "profit_abs": PROFIT,
    "profit_ratio": PROFIT,
    "rejected_signals": REJECTED,
}
_BY_PART: Final[Mapping[Part, Rule]] = {
    Part.SEQUENCE: VISITS,
    Part.LOCK: GUARDS,
    Part.COUNTER: ORDERS,
    Part.BALANCE: WALLET,
    Part.WALLET: WALLET,
    Part.FIGURE: FIGURES,
    Part.FORM: FORM,
}
_EXIT_FIELDS: Final = frozenset({"exit_reason", "close_rate", "close_date", "trade_duration"})


def rule_of(difference: Difference) -> Rule:
    """Return the rule that decides what differs, as far as field and situation tell."""
    if difference.field in _BY_FIELD:
        return _BY_FIELD[difference.field]
    if difference.part in _BY_PART:
        return _BY_PART[difference.part]
    trade = difference.trade or {}
    if difference.part in (Part.MISSING, Part.EXTRA):
        return _of_lone(trade)
    if difference.part is Part.ORDER:
        return _of_order(difference, trade)
    if difference.field in _EXIT_FIELDS:
        return _of_exit(difference)
    return FORM


def _of_lone(trade: Mapping[str, Any]) -> Rule:
    """Return the rule of a trade that one program has alone: not entered there, or lost."""
    return END if trade.get("exit_reason") == "force_exit" else ENTRY


def _of_exit(difference: Difference) -> Rule:
    """Return the rule of an exit by the reason of whichever program left first."""
    return _BY_REASON.get(str(difference.reason), CUSTOM_EXIT)


def _of_order(difference: Difference, trade: Mapping[str, Any]) -> Rule:
    """Return the rule of the first entry, of the last exit, or of what lies between."""
    place, _, field = difference.field.removeprefix("orders[").partition("].")
    if not field:
        return ADJUSTMENT
    orders = trade.get("orders") or []
    last = int(place) >= len(orders) - 1
    entry = int(place) < len(orders) and orders[int(place)]["ft_is_entry"]
    if int(place) == 0 and entry:
        return {"amount": STAKE, "cost": STAKE, "order_filled_timestamp": FILL}.get(
            field, ENTRY_PRICE
        )
    return _of_exit(difference) if last and not entry else ADJUSTMENT
