"""A trading process: one account's engine, its strategies, and time going by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.brokers.simulated import Range, SimulatedBroker
from tidegate.engine.events import Price, Sample
from tidegate.errors import CandleError, OptionError
from tidegate.model import exact_decimal
from tidegate.runtime.desk import Desk, Outside
from tidegate.runtime.jobs import instruments_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tidegate.runtime.carrier import Carrier
    from tidegate.runtime.config import TradeConfig

__all__ = ["Outside", "Trading"]

_LOOK_S: Final = 0.25  # how long a command or a new candle may have to wait
_KEPT_EVERY: Final = 500  # candles
_PATIENCE_NS: Final = 60 * 10**9  # how long a file that is followed may be unreadable


class Trading(Desk):
    """Paper trading of a configuration. Nothing here knows a database or a terminal."""

    def __init__(self, config: TradeConfig, traders: Sequence[Carrier], outside: Outside) -> None:
        """Set everything up; `recover` takes in what the journal holds."""
        instruments = instruments_of(traders, config.account.fee)
        self._broker = SimulatedBroker(instruments)
        super().__init__(config, traders, outside, self._broker, instruments)
        self._closes = 0
        self._unread: dict[str, int] = {}
        """Since when a strategy's candles cannot be read."""

    # beginning

    def recover(self) -> int:
        """Take in what the journal holds, and go on from there; how many facts were read."""
        read = self._take_in()
        state = self.engine.state
        if state.account is None:
            self._open(min(trader.feed.begin_ns() for trader in self.traders))
        self.now_ns = state.last_ns
        self._hear_prices(self.now_ns)
        self._look_at_breaker()
        self.driver.resume(state.last_ns)
        for trader in self.traders:
            body = state.keepers.get(trader.name)
            trader.begin(self.driver, self._broker, self._engine_time, body)
        self._hear_prices(self.now_ns)  # some feeds reach back only for who goes on from there
        for trader in self.traders:
            trader.catch_up(state.last_ns)
            self._tell_news(trader)
        self._settle()
        self.keep()
        self._outside.tell(
            "recovered", {"facts": read, "state": str(state.trading), "time_ns": self.now_ns}
        )
        return read

    # going on

    def run(self, stopped: Callable[[], bool]) -> None:
        """Trade until `stopped`, or until a replay has come to its end."""
        self.attend()
        while not stopped():
            close = self._next_close()
            if close is None:
                if self.config.candles.source == "replay":
                    break
                self._wait_for_candles(stopped)
                continue
            self._wait_for(close, stopped)
            if stopped():
                break
            self.attend()
            self.close(close)
        self.end()

    def _next_close(self) -> int | None:
        times = [trader.feed.next_close(trader.walked_ns) for trader in self.traders]
        return min((time for time in times if time is not None), default=None)

    def _wait_for_candles(self, stopped: Callable[[], bool]) -> None:
        """Let time pass until files have grown."""
        grown = False
        while not (grown or stopped()):
            self._outside.clock.sleep(_LOOK_S)
            self.attend()
            for trader in self.traders:
                grown |= self._read(trader)

    def _read(self, trader: Carrier) -> bool:
        """Read files that have grown; whether they had.

        Not everybody writes aside and moves into place: what is half there may be whole soon.
        """
        now_ns, unread = self._outside.clock.now_ns(), self._unread
        try:
            grown = trader.feed.read_if_changed()
            if not grown and trader.name in unread:
                trader.feed.read()
                grown = True
        except (CandleError, OptionError) as error:
            if trader.name not in unread:
                words = f"{error.problem} ({error.where}): nothing is traded until it can be"
                self._outside.tell("warning", {"strategy": trader.name, "words": words})
            if now_ns - unread.setdefault(trader.name, now_ns) >= _PATIENCE_NS:
                raise
            return False
        unread.pop(trader.name, None)
        return grown

    def _wait_for(self, close_ns: int, stopped: Callable[[], bool]) -> None:
        """Let as much time pass as the speed of a replay asks for."""
        speed = self.config.candles.speed
        if not speed or close_ns <= self.now_ns:
            return
        left = (close_ns - self.now_ns) / 1e9 / speed
        while left > 0 and not stopped():
            nap = min(left, _LOOK_S)
            self._outside.clock.sleep(nap)
            left -= nap
            self.attend()

    def close(self, now_ns: int) -> None:
        """Act on the candles that close at a time."""
        for trader in self.traders:
            if trader.feed.next_close(trader.walked_ns) == now_ns:
                trader.close(now_ns)
                self._tell_news(trader)
        self.now_ns = max(self.now_ns, now_ns)
        self._hear_prices(now_ns)
        self._note(self.driver.take(Sample(time_ns=now_ns), now_ns))
        self._settle()
        self.driver.rest()
        self._closes += 1
        if self._closes % _KEPT_EVERY == 0:
            self.keep()

    def _settle(self) -> None:
        """Fill orders that no strategy keeps, and let strategies know what others have done."""
        for pair, price in self.engine.quotes.prices.items():
            self._broker.see(Range(pair, price, price, price, self.now_ns))
        self.driver.hear_broker(self.now_ns)
        for trader in self.traders:
            if trader.settle(self.now_ns):  # a walk that is done again would not know of it
                self.driver.take(trader.kept(self.now_ns), self.now_ns)

    def _hear_prices(self, now_ns: int) -> None:
        for pair in self._market.pairs:
            price = self._market.price(pair, now_ns)
            if price is not None:
                heard = Price(
                    pair=pair,
                    price=exact_decimal(price),
                    time_ns=now_ns,
                    **self._figures.known(pair, now_ns)._asdict(),
                )
                self.engine.step(heard)
