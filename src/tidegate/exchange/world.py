"""Everything behind a dialect: the venue, its crowd, its clock, its keys, and what goes wrong."""

from __future__ import annotations

from collections import defaultdict, deque
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tidegate.exchange.faults import FaultPlan, Kind
from tidegate.exchange.keeping import Shoved
from tidegate.exchange.prices.chart import Chart
from tidegate.exchange.prices.crowd import Maker, Print
from tidegate.exchange.venue import (
    AT_ONCE,
    UNIT,
    Account,
    Handling,
    NewOrder,
    Order,
    Report,
    Trade,
    Venue,
    from_decimal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tidegate.exchange.clock import MarketClock
    from tidegate.exchange.keeping import Keeper
    from tidegate.exchange.keys import ApiKey
    from tidegate.exchange.prices.source import Source

    Hearer = Callable[[Report], None]
    Mover = Callable[[str, int], None]
    Seer = Callable[[Trade | Print], None]

_REMEMBERED: Final = 10_000
_MS: Final = 1_000_000


class World:
    """What a dialect speaks about. Ask it, and it has brought the pair to the present first."""

    def __init__(
        self,
        source: Source,
        clock: MarketClock,
        *,
        keys: Iterable[ApiKey],
        balances: Mapping[str, Decimal],
        seed: int = 7,
    ) -> None:
        """Open an account for each that a key opens, all with the same balances."""
        self.source = source
        self.clock = clock
        self.seed = seed
        self.keeper: Keeper | None = None
        self.venue = Venue(source.listing(pair) for pair in source.pairs)
        self.keys = {key.key: key for key in keys}
        self.faults = FaultPlan(seed)
        begin = {asset: from_decimal(amount) for asset, amount in balances.items()}
        for key in self.keys.values():
            if key.account not in self.venue.accounts:
                self.venue.open_account(key.account, begin)
        self.watched: defaultdict[str, int] = defaultdict(int)
        self.hearers: defaultdict[str, list[Hearer]] = defaultdict(list)
        self.seers: defaultdict[str, list[Seer]] = defaultdict(list)
        self.movers: defaultdict[str, list[Mover]] = defaultdict(list)
        self.trades: defaultdict[str, deque[Trade]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self._makers: dict[str, Maker] = {}
        self._charts: dict[str, Chart] = {}
        self._names = 0
        self._later: list[tuple[int, Order]] = []

    # time

    def now_ns(self) -> int:
        """Return market time."""
        return self.clock.now_ns()

    def told_ns(self) -> int:
        """Return the time that the venue believes it is."""
        now = self.clock.now_ns()
        if not self.faults.armed:
            return now
        return now + sum(
            fault.offset_ms * _MS for fault in self.faults.standing(Kind.WRONG_CLOCK, now)
        )

    def next_name(self) -> int:
        """Return a number that was not given before, for names that nobody chose."""
        self._names += 1
        return self._names

    def names_given(self, count: int) -> None:
        """Give none of the first so many names again."""
        self._names = max(self._names, count)

    # pairs

    def chart(self, symbol: str) -> Chart:
        """Return the candles of a pair."""
        chart = self._charts.get(symbol)
        if chart is None:
            pair = str(self.venue.listings[symbol].pair)
            chart = self._charts[symbol] = Chart(self.source.tape(pair))
        return chart

    def settle(self, symbol: str) -> int:
        """Bring a pair to the present; the time it is."""
        now = self.clock.now_ns()
        maker = self._makers.get(symbol)
        if maker is None:
            maker = self._makers[symbol] = Maker(self.venue, self.chart(symbol).tape, self.seed)
        if maker.advance(now, watched=self._attended(symbol)):
            self._tell()
            if maker.prints:
                self._show(maker)
        return now

    def pulse(self) -> None:
        """Bring every pair to the present that somebody waits in or looks at."""
        now = self.clock.now_ns()
        self.venue.advance(now)
        due = [order for at_ns, order in self._later if at_ns <= now]
        if due:
            self._later = [(at_ns, order) for at_ns, order in self._later if at_ns > now]
            for order in due:
                self.venue.fill_anyway(order, now)
        self._tell()
        for symbol in self.venue.listings:
            if self._attended(symbol):
                self.settle(symbol)

    def shove(self, symbol: str, factor: float) -> None:
        """Move the price of a pair by a factor, now and for good."""
        now = self.settle(symbol)
        second = now // 1_000_000_000
        self.chart(symbol).tape.shove(second, factor)
        if self.keeper is not None:
            self.keeper.write(Shoved(symbol, second, factor))
        self._makers[symbol].again()
        self.settle(symbol)

    def _attended(self, symbol: str) -> bool:
        return self.watched[symbol] > 0 or any(
            account.open.get(symbol) for account in self.venue.accounts.values()
        )

    # orders and accounts

    def deposit(self, account: Account, asset: str, amount: int) -> None:
        """Add to what an account has free, or take from it, and tell of it."""
        self.venue.deposit(account, asset, amount)
        if self.keeper is not None:
            self.keeper.changed((), (), (account,), self._names)
        for told in self.movers[account.name]:
            told(asset, amount)

    def submit(self, account: Account, new: NewOrder) -> Order:
        """Take an order, as the armed faults would have it, or refuse it."""
        now = self.settle(new.symbol)
        handling = self._handling(now, new) if self.faults.armed else AT_ONCE
        order = self.venue.submit(account, new, now, handling)
        self._tell()
        return order

    def cancel(self, order: Order, by: str = "") -> None:
        """Take an order back, unless it has filled, or a fault says it just did."""
        now = self.settle(order.listing.symbol)
        if self.faults.armed:
            symbol = order.listing.symbol
            if self.faults.strikes((Kind.CANCEL_RACE,), now, "CANCEL", symbol):
                self.venue.fill_anyway(order, now)
                self._tell()
            after = self.faults.strikes((Kind.FILL_AFTER_CANCEL,), now, "CANCEL", symbol)
            if after is not None:
                self._later.append((now + int(after.delay_ms * _MS), order))
        self.venue.cancel(order, now, by)
        self._tell()

    def finds(self, order: Order | None) -> bool:
        """Tell whether an order that is asked for is found, which a fault may prevent."""
        if order is None:
            return False
        if not self.faults.armed:
            return True
        symbol = order.listing.symbol
        return not self.faults.strikes((Kind.NOT_FOUND,), self.now_ns(), "QUERY", symbol)

    def told_free(self, account: Account, asset: str) -> int:
        """Return what an account is told it has free."""
        free = account.free[asset]
        if self.faults.armed:
            for fault in self.faults.standing(Kind.BALANCE_OFF, self.now_ns()):
                if fault.asset == asset:
                    fault.struck += 1
                    free = max(0, free + int(Decimal(fault.amount) * UNIT))
        return free

    def _handling(self, now: int, new: NewOrder) -> Handling:
        kinds = (Kind.PARTIAL_FILL, Kind.LATE_FILL)
        fault = self.faults.strikes(kinds, now, "SUBMIT", new.symbol)
        if fault is None:
            return AT_ONCE
        wait = int(fault.delay_ms * _MS)
        return Handling(wait, fault.share if fault.fault is Kind.PARTIAL_FILL else 0.0)

    # telling

    def take_again(self, trade: Trade) -> None:
        """Write down a trade as it was, when an exchange is started anew."""
        self.venue.note_again(trade)
        self.chart(trade.symbol).add(trade)
        self.trades[trade.symbol].append(trade)

    def _tell(self) -> None:
        reports, trades = self.venue.drain()
        if reports and self.keeper is not None:
            self._keep(self.keeper, reports, trades)
        for trade in trades:
            self.chart(trade.symbol).add(trade)
            self.trades[trade.symbol].append(trade)
            for see in self.seers[trade.symbol]:
                see(trade)
        for report in reports:
            for hear in self.hearers[report.order.account.name]:
                hear(report)

    def _keep(self, keeper: Keeper, reports: list[Report], trades: list[Trade]) -> None:
        orders = {report.order.id: report.order for report in reports}
        accounts = {order.account.name: order.account for order in orders.values()}
        keeper.changed(orders.values(), trades, accounts.values(), self._names)

    def _show(self, maker: Maker) -> None:
        prints, maker.prints = maker.prints, []
        for see in self.seers[maker.symbol]:
            for one in prints:
                see(one)
