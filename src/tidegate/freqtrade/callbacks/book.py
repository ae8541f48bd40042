"""The trades of a run, one object each, made when a strategy first gets to see it."""

from __future__ import annotations

from datetime import UTC, tzinfo
from sys import getrefcount
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from freqtrade.exchange.exchange import TICK_SIZE

from tidegate.freqtrade.callbacks.instants import epoch_in, instant
from tidegate.freqtrade.callbacks.order import OrderView
from tidegate.freqtrade.callbacks.trade import LentTrade, LiveTrade, TradeView
from tidegate.freqtrade.trimming import times_of
from tidegate.kernel.walk.layout import OPEN, SHORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from freqtrade.optimize.backtesting import Backtesting
    from freqtrade.persistence import LocalTrade

_SPARE = 64  # copies of trades that are gone, before they are let go


class _Market(NamedTuple):
    base: str
    amount_precision: float | None
    contract_size: float | None
    ticks_from: np.ndarray[Any, Any]
    ticks: np.ndarray[Any, Any]


class Book:
    """All positions of a walk as trades: lent ones for callbacks, live ones for the lists."""

    def __init__(
        self,
        bt: Backtesting,
        strategy: Any,  # noqa: ANN401 - an IStrategy, which has no types
        memory: Any,  # noqa: ANN401 - ctypes structures
        tags: list[object],
        pairs: list[str],
    ) -> None:
        """Take what trades are made of."""
        self.bt = bt
        self.strategy = strategy
        self.memory = memory
        self.tags = tags
        self.pairs = pairs
        self.unsettled: list[Callable[[], None]] = []
        """What is to be done when a callback has returned, before the walk goes on."""
        self._spoilt: list[int] = []
        self._generation = memory.generation
        self._lent: dict[int, tuple[LentTrade, dict[str, object]]] = {}
        self._live: dict[int, LiveTrade] = {}
        self._markets: dict[int, _Market] = {}
        self._size = -1
        self._unheld = _count_of_unheld()
        self.epoch = epoch_in(_zone_of(bt))
        """With what the candles have for UTC, and so has every time that comes of one."""
        self._stake_currency = bt.config["stake_currency"]

    def tag_of(self, number: int) -> object:
        """Return a tag by its number."""
        return self.tags[number] if number >= 0 else None

    def constants(self, record: Any) -> dict[str, object]:  # noqa: ANN401 - a ctypes structure
        """Return what a trade says of itself from beginning to end."""
        bt = self.bt
        market = self.market(record.pair)
        opened = instant(record.opened_ns, self.epoch)
        tag = self.tag_of(record.enter_tag)
        short = record.side == SHORT
        return {
            "id": int(record.id),
            "pair": self.pairs[record.pair],
            "base_currency": market.base,
            "stake_currency": self._stake_currency,
            "open_rate_requested": record.asked_rate,
            "amount_requested": record.asked_amount,
            "open_date": opened,
            "open_date_utc": opened.replace(tzinfo=UTC),
            "fee_open": bt.fee,
            "fee_close": bt.fee,
            "enter_tag": tag,
            "buy_tag": tag,
            "timeframe": bt.timeframe_min,
            "exchange": bt._exchange_name,  # noqa: SLF001 - what Freqtrade puts there
            "is_short": short,
            "trading_mode": bt.trading_mode,
            "leverage": record.leverage,
            "amount_precision": market.amount_precision,
            "precision_mode": bt.precision_mode,
            "contract_size": market.contract_size,
            "entry_side": "sell" if short else "buy",
            "exit_side": "buy" if short else "sell",
            "trade_direction": "short" if short else "long",
        }

    def market(self, pair: int) -> _Market:
        """Return what a pair's market says of every trade in it."""
        found = self._markets.get(pair)
        if found is None:
            exchange = self.bt.exchange
            name = self.pairs[pair]
            series = self.bt.price_pair_prec.get(name)
            known = None if series is None else series.dropna()
            found = self._markets[pair] = _Market(
                exchange.get_pair_base_currency(name),
                exchange.get_precision_amount(name),
                exchange.get_contract_size(name),
                np.zeros(0, np.int64) if known is None else times_of(known.index.to_series()),
                np.zeros(0) if known is None else known.to_numpy(),
            )
        return found

    def precision_of(self, pair: str, opened_ns: int) -> tuple[float | None, int]:
        """Return the price precision that a trade of a pair is opened with, and its mode."""
        market = self.market(self.pairs.index(pair))
        place = int(np.searchsorted(market.ticks_from, opened_ns, "right")) - 1
        if place >= 0:
            return market.ticks[place], TICK_SIZE
        return self.bt.exchange.get_precision_price(pair), self.bt.precision_mode_price

    # --- lent trades

    def lend(self, index: int) -> LentTrade:
        """Return the trade of a position for one callback, with nothing left of the last one."""
        entry = self._lent.get(index)
        if entry is None:
            return self._new(index)
        figures = entry[1]
        while len(figures) > self._size:
            figures.popitem()  # what was read or written since is newer than what is constant
        return entry[0]

    def spoil(self, trade: LocalTrade | None) -> None:
        """Note that a strategy has written over something that a lent trade would keep."""
        if type(trade) is LentTrade:
            self._spoilt.append(trade.tide_index)
            self.unsettled.append(self.tidy)

    def take_back(self, trade: TradeView) -> None:
        """End a loan: a trade that the strategy keeps is left with it, as it is now."""
        if getrefcount(trade) > self._unheld and type(trade) is LentTrade:
            self._leave(trade)

    def renew(self) -> None:
        """Look at the memory that has been grown; let go of trades that are no more."""
        memory = self.memory
        self._generation = memory.generation
        for view in (*(entry[0] for entry in self._lent.values()), *self._live.values()):
            object.__setattr__(view, "tide_record", memory.positions[view.tide_index])

    def close(self) -> None:
        """Let go of what was lent."""
        self._lent.clear()
        self.unsettled.clear()

    def tidy(self) -> None:
        """Let go of what was lent of trades that are no more, and of what was spoilt."""
        for index in self._spoilt:
            self._lent.pop(index, None)
        self._spoilt.clear()
        if len(self._lent) > self.memory.tally.opened + _SPARE:
            self._lent = {i: e for i, e in self._lent.items() if e[0].tide_record.state == OPEN}

    def _new(self, index: int) -> LentTrade:
        trade = LentTrade(self, index, self.memory.positions[index], keeps=True)
        self._lent[index] = (trade, trade.__dict__)
        self._size = len(trade.__dict__)
        return trade

    def _leave(self, trade: LentTrade) -> None:
        del self._lent[trade.tide_index]
        figures = trade.__dict__
        for name, value in trade.frozen().__dict__.items():
            figures.setdefault(name, value)

    # --- live trades

    def live(self, index: int) -> LiveTrade:
        """Return the trade of a position that all see."""
        trade = self._live.get(index)
        if trade is None:
            record = self.memory.positions[index]
            trade = LiveTrade(self, index, record, keeps=False)
            self._live[index] = trade
        if not trade.tide_keeps and trade.tide_record.state != OPEN:
            object.__setattr__(trade, "tide_keeps", True)
        return trade

    # --- orders

    def orders(self, view: TradeView) -> list[OrderView]:
        """Return the orders of a view's position, oldest first."""
        return [self.order(view, at) for at in self._chain(view)]

    def orders_of(self, view: TradeView, trade: LocalTrade) -> list[OrderView]:
        """Return the orders of a view's position as those of another trade object."""
        return [OrderView(self, at, trade) for at in self._chain(view)]

    def order_itself(self, trade: TradeView, at: int) -> OrderView:
        """Return an order as all see it, without a trade that all see where there is none yet."""
        live = self._live.get(trade.tide_index)
        if live is not None:
            return self.order(live, at)
        return OrderView(self, at, trade, homeless=True)

    def adopt(self, order: OrderView, index: int) -> None:
        """Keep what a strategy has written to an order that has filled, on the trade all see."""
        if not order.ft_is_open:
            self.live(index).tide_orders[order.at] = order

    def order(self, view: TradeView, at: int) -> OrderView:
        """Return one order, by its index in the walk."""
        known = view.tide_orders
        found = known.get(at)
        if found is None:
            found = OrderView(self, at, view)
            if not found.ft_is_open:
                known[at] = found
        return found

    def _chain(self, view: TradeView) -> list[int]:
        records = self.memory.orders
        chain = []
        at = view.tide_record.first_order
        while at >= 0:
            chain.append(at)
            at = records[at].next
        return chain


def _zone_of(bt: Backtesting) -> tzinfo:
    """Return the object that stands for UTC in the candles of a run."""
    for frame, _when in bt.dataprovider._DataProvider__cached_pairs.values():  # noqa: SLF001 - no other door
        zone = getattr(frame["date"].dtype, "tz", None)
        if isinstance(zone, tzinfo):
            return zone
    return UTC


def _count_of_unheld() -> int:
    """Return how many references a lent trade has at the end of a loan, if nobody keeps it.

    How an interpreter counts is its own affair, so it is asked, in the shape of a loan.
    """
    loans = _Loans()
    lend, take_back = loans.lend, loans.take_back

    def answer() -> int:
        thing = lend(0)
        return take_back(thing)

    return answer()


class _Loans:
    """A book with one thing to lend."""

    def __init__(self) -> None:
        self._lent: dict[int, tuple[object, dict[str, object]]] = {0: (_Thing(), {})}

    def lend(self, index: int) -> object:
        entry = self._lent.get(index)
        return entry[0] if entry is not None else None

    def take_back(self, thing: object) -> int:
        return getrefcount(thing)


class _Thing:
    """Something to lend."""
