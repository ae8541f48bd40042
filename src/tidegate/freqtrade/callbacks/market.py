"""Questions about the exchange's rules, for markets that the compiled rules do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from freqtrade.data.metrics import calculate_max_drawdown
from freqtrade.exchange import (
    ROUND_DOWN,
    ROUND_UP,
    amount_to_contract_precision,
    price_to_precision,
)
from freqtrade.exchange.exchange_utils import ROUND
from freqtrade.leverage.liquidation_price import update_liquidation_prices
from freqtrade.persistence import Trade

from tidegate.freqtrade.callbacks.instants import instant
from tidegate.freqtrade.callbacks.mail import (
    FLAG,
    KNOWN,
    LEAST,
    LEVERAGE,
    MOST,
    NOW_NS,
    NUMBER,
    PAIR,
    POSITION,
    PROFIT,
    PROPOSED,
    RATE,
)
from tidegate.kernel.walk import asking

if TYPE_CHECKING:
    from collections.abc import Callable

    from freqtrade.wallets import Wallets

    from tidegate.freqtrade.callbacks.book import Book
    from tidegate.freqtrade.callbacks.mail import Floats, Ints

_ROUNDING: Final = {
    asking.ROUND_NEAREST: ROUND,
    asking.ROUND_UP: ROUND_UP,
    asking.ROUND_DOWN: ROUND_DOWN,
}
_NAN: Final = float("nan")


class MarketAnswers:
    """Freqtrade's own answers to what depends on the exchange."""

    def __init__(self, book: Book, wallets: Wallets, ints: Ints, floats: Floats) -> None:
        """Take the letter box and what the answers are made from."""
        self._book = book
        self._wallets = wallets
        self._ints = ints
        self._floats = floats
        self._exchange: Any = book.bt.exchange

    def table(self) -> dict[int, Callable[[], None]]:
        """Return what answers which question."""
        return {
            asking.STAKE_LIMITS: self._stake_limits,
            asking.MOST_LEVERAGE: self._most_leverage,
            asking.LIQUIDATION_PRICE: self._liquidation,
            asking.ROUND_PRICE: self._round_price,
            asking.ROUND_AMOUNT: self._round_amount,
            asking.DRAWDOWN_OF: self._drawdown,
        }

    def _pair(self) -> str:
        return self._book.pairs[self._ints[PAIR]]

    def _stake_limits(self) -> None:
        floats, pair = self._floats, self._pair()
        rate, leverage = floats[RATE], floats[LEVERAGE]
        least = self._exchange.get_min_pair_stake_amount(
            pair, rate, floats[PROFIT], leverage=leverage
        )
        floats[LEAST] = _NAN if least is None else least
        floats[MOST] = self._exchange.get_max_pair_stake_amount(pair, rate, leverage=leverage)

    def _most_leverage(self) -> None:
        floats = self._floats
        floats[NUMBER] = self._exchange.get_max_leverage(self._pair(), floats[PROPOSED])

    def _liquidation(self) -> None:
        bt = self._book.bt
        update_liquidation_prices(
            self._book.live(self._ints[POSITION]),
            exchange=self._exchange,
            wallets=self._wallets,
            stake_currency=bt.config["stake_currency"],
            dry_run=True,
        )

    def _round_price(self) -> None:
        floats = self._floats
        step = floats[LEAST]
        floats[NUMBER] = price_to_precision(
            floats[PROPOSED],
            step if step == step else None,  # noqa: PLR0124 - not so for what is not a number
            self._book.bt.precision_mode_price,
            rounding_mode=_ROUNDING[self._ints[FLAG]],
        )

    def _round_amount(self) -> None:
        market = self._book.market(self._ints[PAIR])
        self._floats[NUMBER] = amount_to_contract_precision(
            self._floats[PROPOSED],
            market.amount_precision,
            self._book.bt.precision_mode,
            market.contract_size,
        )

    def _drawdown(self) -> None:
        """Measure a drawdown by Freqtrade's own sorting, which decides between equal times."""
        ints, floats = self._ints, self._floats
        since = instant(ints[NOW_NS], self._book.epoch)
        try:
            if ints[FLAG]:
                found = self._fall_of_equity(since, floats[PROPOSED])
            else:
                found = self._fall_of_ratios(since)
        except ValueError:
            ints[KNOWN] = 0
            return
        floats[NUMBER] = found
        ints[KNOWN] = 1

    @staticmethod
    def _fall_of_equity(since: Any, balance: float) -> float:  # noqa: ANN401 - a datetime
        before = sum(
            trade.close_profit_abs or 0.0
            for trade in Trade.get_trades_proxy(is_open=False)
            if trade.close_date_utc <= since
        )
        closed = Trade.get_trades_proxy(is_open=False, close_date=since)
        frame = pd.DataFrame(
            [{"close_date": t.close_date_utc, "profit_abs": t.close_profit_abs} for t in closed]
        )
        found = calculate_max_drawdown(
            frame, value_col="profit_abs", starting_balance=balance + before, relative=True
        )
        return float(found.relative_account_drawdown)

    @staticmethod
    def _fall_of_ratios(since: Any) -> float:  # noqa: ANN401 - a datetime
        closed = Trade.get_trades_proxy(is_open=False, close_date=since)
        frame = pd.DataFrame(
            [{"close_date": t.close_date_utc, "close_profit": t.close_profit} for t in closed]
        )
        return float(calculate_max_drawdown(frame, value_col="close_profit").drawdown_abs)
