"""What the gate is shown of an account that Freqtrade keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from freqtrade.enums import TRADE_MODES
from freqtrade.persistence import LocalTrade, Trade

from tidegate.guardrails import Standing
from tidegate.model import ZERO, Direction, TradingState, exact_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

NAME: Final = "freqtrade"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_STOPS: Final = {"stop_loss", "trailing_stop_loss", "stoploss_on_exchange", "liquidation"}


def nanoseconds(moment: datetime) -> int:
    """Return an instant as nanoseconds UTC."""
    return (moment - _EPOCH) // _MICROSECOND * 1000


@dataclass(slots=True)
class Past:
    """What the closed trades come to, taken in one by one as they close."""

    trading: bool
    """Whether Freqtrade keeps its trades in a database: dry run and live."""
    losses_in_row: int = 0
    last_exit_ns: dict[str, int] = field(default_factory=dict)
    last_stop_ns: dict[str, int] = field(default_factory=dict)
    day: int = -1
    """The UTC day that the next two are of, counted from 1970."""
    profit: Decimal = ZERO
    opened: int = 0
    _taken: set[int] = field(default_factory=set)
    _count: int = 0
    _latest: datetime | None = None

    def catch_up(self, now: datetime) -> None:
        """Take in the trades that have closed since the last time."""
        day = (now - _EPOCH).days
        if day != self.day:
            self.day, self.profit, self.opened = day, ZERO, 0
        for trade in self._newly_closed():
            self._take(trade)

    def _newly_closed(self) -> Sequence[Any]:
        if not self.trading:
            closed: list[Any] = LocalTrade.bt_trades
            first, self._count = self._count, len(closed)
            return closed[first:]
        since = None if self._latest is None else self._latest - timedelta(seconds=1)
        found = Trade.get_trades_proxy(is_open=False, close_date=since)
        fresh = [trade for trade in found if trade.id not in self._taken]
        self._taken |= {trade.id for trade in fresh}
        return sorted(fresh, key=lambda trade: trade.close_date_utc)

    def _take(self, trade: Any) -> None:  # noqa: ANN401 - Freqtrade's class has no types
        closed: datetime = trade.close_date_utc
        self._latest = closed if self._latest is None else max(self._latest, closed)
        profit = exact_decimal(float(trade.close_profit_abs or 0.0))
        self.losses_in_row = self.losses_in_row + 1 if profit < ZERO else 0
        closed_ns = nanoseconds(closed)
        self.last_exit_ns[trade.pair] = closed_ns
        if trade.exit_reason in _STOPS:
            self.last_stop_ns[trade.pair] = closed_ns
        if (closed - _EPOCH).days == self.day:
            self.profit += profit
        if (trade.open_date_utc - _EPOCH).days == self.day:
            self.opened += 1


@dataclass(slots=True)
class Account:
    """Freqtrade's wallet and trades, with the highs that the gate measures falls from."""

    config: dict[str, Any]
    price_of: Callable[[str], float | None]
    latched: str = ""
    approvals: list[int] = field(default_factory=list)
    peak: Decimal = ZERO
    day_start: Decimal = ZERO
    week_start: Decimal = ZERO
    _day: int = -1
    _week: int = -1
    past: Past = field(init=False)

    def __post_init__(self) -> None:
        """Know whether trades are in a database."""
        self.past = Past(self.config["runmode"] in TRADE_MODES)

    def look(self, wallets: Any, now: datetime, breaker: str) -> Standing:  # noqa: ANN401 - as above
        """Return where the account stands, seen from a position that is new."""
        self.past.catch_up(now)
        trades = Trade.get_trades_proxy(is_open=True)
        free = exact_decimal(float(wallets.get_free(self.config["stake_currency"])))
        equity = self._equity(trades, free)
        if equity is not None:
            self._mark(equity, now)
        today = sum((trade.open_date_utc - _EPOCH).days == self.past.day for trade in trades)
        return Standing(
            account=NAME,
            known=True,
            state=TradingState.ACTIVE,
            latched=self.latched,
            breaker=breaker,
            equity=equity,
            free=free,
            peak=self.peak,
            day_start=self.day_start,
            week_start=self.week_start,
            profit_today=self.past.profit,
            losses_in_row=self.past.losses_in_row,
            entries_today=self.past.opened + today,
            positions=len(trades),
            is_new=True,
            held=ZERO,
            offered=ZERO,
            exposure=self._exposure(trades),
            unresolved=(),
            last_exit_ns=self.past.last_exit_ns,
            last_stop_ns=self.past.last_stop_ns,
            approvals_ns=self.approvals,
            seen=frozenset(),  # Freqtrade asks once for each order, and names it itself
        )

    def _equity(self, trades: Iterable[Any], free: Decimal) -> Decimal | None:
        """Return free money, stakes and what the open trades would bring; None: a price lacks."""
        equity = free
        for trade in trades:
            rate = self.price_of(trade.pair)
            if rate is None:
                return None
            profit = trade.calc_profit(rate) if trade.amount else 0.0
            equity += exact_decimal(float(trade.stake_amount)) + exact_decimal(float(profit))
        return equity

    def _exposure(self, trades: Iterable[Any]) -> dict[str, Decimal]:
        """Return the notional of each pair, of what was asked for where it is not filled yet."""
        total: dict[str, Decimal] = {}
        for trade in trades:
            rate = self.price_of(trade.pair) or trade.open_rate
            amount = float(trade.amount) or float(trade.amount_requested or 0.0)
            value = exact_decimal(amount) * exact_decimal(float(rate))
            total[trade.pair] = total.get(trade.pair, ZERO) + value
        return total

    def _mark(self, equity: Decimal, now: datetime) -> None:
        """Remember the highs; at the first look, what today's closed trades say of the morning."""
        day = (now - _EPOCH).days
        week = (day + 3) // 7
        start = equity - self.past.profit if self._day < 0 else equity
        if week != self._week:
            self._week, self.week_start = week, start
        if day != self._day:
            self._day, self.day_start = day, start
        self.peak = max(self.peak, equity, start)


def held_by(trade: Any, standing: Standing) -> Standing:  # noqa: ANN401 - as above
    """Return the same standing, seen from a position that is held."""
    standing.is_new = False
    standing.held = exact_decimal(float(trade.amount))
    standing.pair = trade.pair
    standing.direction = Direction.SHORT if trade.is_short else Direction.LONG
    return standing
