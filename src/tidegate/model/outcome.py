"""What a simulation leaves behind: its trades, its equity, its counters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tidegate.model.arrays import Floats, Ints
    from tidegate.model.timeframe import Timeframe

# One row a closed position, in closing order. Times are nanoseconds UTC, `*_row` are
# rows of the pair's candles, rates are quote currency, stake and profit are wallet
# currency, `*_ratio` are fractions. Codes index `Outcome.pairs`, `.enter_tags` and
# `.exit_reasons`.
TRADE_DTYPE: Final = np.dtype(
    [
        ("pair", np.int32),
        ("is_short", np.bool_),
        ("open_row", np.int64),
        ("close_row", np.int64),
        ("open_time", np.int64),
        ("close_time", np.int64),
        ("open_rate", np.float64),
        ("entry_price", np.float64),  # of the entry order; open_rate may be rounded to a tick
        ("close_rate", np.float64),
        ("digits", np.int64),  # decimals of a price when the position was opened
        ("amount", np.float64),
        ("stake", np.float64),
        ("leverage", np.float64),
        ("fee_open", np.float64),  # rate of the fee, a fraction
        ("fee_close", np.float64),
        ("fees_paid", np.float64),  # both sides, wallet currency
        ("slippage_paid", np.float64),  # both sides, wallet currency
        ("profit_abs", np.float64),  # net of fees and slippage
        ("profit_ratio", np.float64),
        ("initial_stop", np.float64),  # price
        ("initial_stop_ratio", np.float64),  # distance from the entry, a fraction
        ("stop", np.float64),  # price, where it stood at the end
        ("stop_ratio", np.float64),  # distance last used
        ("min_rate", np.float64),
        ("max_rate", np.float64),
        ("enter_tag", np.int16),  # -1: none
        ("exit_reason", np.int16),
        ("dubious", np.bool_),  # one candle held both the stop and the target
    ],
    align=True,
)

# One row a filled order, trade by trade. Prices are quote currency; `cost` is what the
# order came to with its fee; `tag` indexes `Outcome.order_tags`, -1: none.
ORDER_DTYPE: Final = np.dtype(
    [
        ("trade", np.int32),  # row of `Outcome.trades`
        ("time", np.int64),  # when it filled, nanoseconds UTC
        ("is_entry", np.bool_),
        ("is_buy", np.bool_),
        ("price", np.float64),
        ("amount", np.float64),
        ("cost", np.float64),
        ("tag", np.int16),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that figures and reports are made from."""

    pairs: tuple[str, ...]
    timeframe: Timeframe
    currency: str
    wallet: float
    """Starting balance."""
    final_balance: float
    start_ns: int
    """Open of the first candle that could be traded."""
    end_ns: int
    """Open of the last candle."""
    trades: NDArray[np.void]
    """Rows of TRADE_DTYPE."""
    enter_tags: tuple[str, ...]
    exit_reasons: tuple[str, ...]
    time: Ints
    """Opens of every candle time from start to end, over all pairs."""
    equity: Floats
    """Balance with open positions at the close of each candle, net of fees paid so far."""
    exposure: Floats
    """Value of the open positions at the close of each candle."""
    hold: Floats
    """The wallet, put in equal parts into every pair at the start and left alone."""
    rejected_signals: int
    """Entry signals that found every slot taken."""
    unaffordable_signals: int | None
    """Entry signals whose stake was below the minimum or above the free balance; None: nobody
    counted them."""
    timed_out_exits: int = 0
    """Exit orders taken back because they had not filled in time."""
    lost_at_end: int | None = 0
    """Positions whose closing order at the end of the data could not be filled; None: there
    were some, nobody counted them."""
    orders: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, dtype=ORDER_DTYPE))
    """Rows of ORDER_DTYPE; empty where each trade is one entry and one exit."""
    order_tags: tuple[str, ...] = ()
    funding: Floats = field(default_factory=lambda: np.zeros(0))
    """Funding that each trade received, or paid where negative, wallet currency; part of its
    profit. Empty: there is none."""
    max_stake: Floats = field(default_factory=lambda: np.zeros(0))
    """The largest stake that each trade had; empty: the one it was opened with."""
