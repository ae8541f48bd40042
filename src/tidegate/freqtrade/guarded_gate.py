"""A strategy's gate inside Freqtrade: what it asks, put as signals."""

from __future__ import annotations

import logging
import math
import os
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from freqtrade.enums import TRADE_MODES
from freqtrade.exchange import timeframe_to_minutes

from tidegate.freqtrade.guarded_account import NAME, Account, held_by, nanoseconds
from tidegate.guardrails import Approved, Gate, Market, Reason, Refused, read_limits
from tidegate.guardrails.breaker import BreakerWatch, enable
from tidegate.guardrails.environment import read_environment
from tidegate.model import ZERO, Direction, Effect, Instrument, Pair, Signal, exact_decimal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from tidegate.guardrails import Standing

_log = logging.getLogger(__name__)
_WHERE: Final = "the configuration#/tidegate/limits"
_STEPS: Final = 24  # halvings of a stake that is too large: to a ten-millionth
_SIZES: Final = {
    Reason.ORDER_NOTIONAL,
    Reason.BALANCE,
    Reason.MARKET_EXPOSURE,
    Reason.TOTAL_EXPOSURE,
    Reason.CORRELATED_EXPOSURE,
}
"""Refusals that a smaller stake may not meet with."""


class Guard:
    """One strategy's gate, and what it knows of Freqtrade's account."""

    def __init__(self, strategy: Any, config: dict[str, Any]) -> None:  # noqa: ANN401 - see held_by
        """Read the limits; without them there is no trading."""
        settings = read_environment(os.environ)
        limits = read_limits(config.get("tidegate", {}).get("limits"), _WHERE)
        self.trading = config["runmode"] in TRADE_MODES
        self.limits = settings.within(limits) if self.trading else settings.within_backtest(limits)
        self.gate = Gate(self.limits)
        self.refusals: Counter[Reason] = Counter()
        self.account = Account(config, self.price_of)
        self._strategy, self._config = strategy, config
        self._breaker_file = settings.breaker_file
        heeded = self.trading and not settings.allow_when_breaker
        self._watch = BreakerWatch(settings.breaker_file, heeded=heeded)
        self._asked = 0
        self._leverages: dict[str, float] = {}
        """What was told with a pair's stake: the confirmation is not told."""
        self.inside = False
        """Whether the strategy's own callback is speaking."""

    def price_of(self, pair: str) -> float | None:
        """Return the close of the pair's last candle."""
        known = self._last(pair)
        return None if known is None else known[0]

    def _last(self, pair: str) -> tuple[float, int] | None:
        """Return the last close and when that candle ended."""
        timeframe = self._config["timeframe"]
        frame, _ = self._strategy.dp.get_analyzed_dataframe(pair, timeframe)
        if frame is None or frame.empty:
            return None
        row = frame.iloc[-1]
        close = float(row["close"])
        ended = row["date"].to_pydatetime() + timedelta(minutes=timeframe_to_minutes(timeframe))
        return (close, nanoseconds(ended)) if math.isfinite(close) else None

    def sample(self, now: datetime) -> None:
        """Look at the equity, and stop trading where a limit is reached."""
        standing = self.look(now)
        trip = self.gate.trip(standing, nanoseconds(now))
        if trip is None:
            return
        words = f"{trip.sentence}: {trip.observed}, the limit is {trip.limit}"
        self.account.latched = words
        _log.error("trading has stopped: %s", words)
        if self.trading:
            enable(self._breaker_file, f"{NAME}: {words}", None, nanoseconds(now))

    def look(self, now: datetime) -> Standing:
        """Return where the account stands."""
        breaker = self._watch.look(nanoseconds(now))
        return self.account.look(self._strategy.wallets, now, breaker)

    def ask(self, signal: Signal, standing: Standing) -> Approved | Refused:
        """Put a signal through the gate; nothing is counted yet."""
        return self.gate.review(
            signal,
            standing,
            self._market(signal.pair),
            proposed=None,
            now_ns=signal.made_ns,
        )

    def settle(self, result: Approved | Refused) -> bool:
        """Count what came of a signal, and say whether it passed."""
        if isinstance(result, Approved):
            self.account.approvals.append(result.order.made_ns)
            del self.account.approvals[: -self.limits.max_orders_per_second]
            return True
        self.refusals[result.reason] += 1
        _log.info(
            "%s is refused: %s (%s, the limit is %s)",
            result.signal.pair,
            result.sentence,
            result.observed,
            result.limit,
        )
        return False

    def _limit(self, rate: float) -> float | None:
        """Return the limit of an entry at this rate; None where entries go to the market."""
        return rate if self._strategy.order_types["entry"] == "limit" else None

    def fit(self, asked: dict[str, Any], stake: float) -> float:
        """Return a stake, or as much as the gate lets through; 0 where that is too little."""
        standing = self.look(asked["current_time"])
        self._leverages[asked["pair"]] = asked["leverage"]
        limit = self._limit(asked["current_rate"])
        # what speaks against it at any size is said when it is confirmed
        return self._largest(asked, stake, limit, standing) if stake > 0.0 else stake

    def add(self, asked: dict[str, Any], stake: float) -> float:
        """Return an addition to a trade, or as much as the gate lets through; 0: none of it."""
        trade = asked["trade"]
        standing = held_by(trade, self.look(asked["current_time"]))
        words = asked | {"pair": trade.pair, "leverage": trade.leverage}
        words["side"] = "short" if trade.is_short else "long"
        part = self._largest(words, min(stake, asked["max_stake"]), None, standing) or stake
        amount = part * trade.leverage / asked["current_rate"]
        passed = self.settle(self.ask(self.signal(words, amount, None), standing))
        return part if passed else 0.0

    def _largest(
        self, asked: dict[str, Any], stake: float, limit: float | None, standing: Standing
    ) -> float:
        def passes(part: float) -> Approved | Refused:
            amount = part * asked["leverage"] / asked["current_rate"]
            return self.ask(self.signal(asked, amount, limit), standing)

        whole = passes(stake)
        if not isinstance(whole, Refused) or whole.reason not in _SIZES:
            return stake
        low, high = 0.0, stake
        for _ in range(_STEPS):
            middle = (low + high) / 2.0
            low, high = (middle, high) if isinstance(passes(middle), Approved) else (low, middle)
        return low if low >= (asked["min_stake"] or 0.0) else 0.0

    def confirm(self, asked: dict[str, Any]) -> bool:
        """Let an entry pass, or say why not."""
        limit = asked["rate"] if asked["order_type"] == "limit" else None
        standing = self.look(asked["current_time"])
        words = asked | {"leverage": self._leverages.pop(asked["pair"], 1.0)}
        return self.settle(self.ask(self.signal(words, asked["amount"], limit), standing))

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Let the strategy speak; what it hands on to its bases is not asked again."""
        self.inside = True
        try:
            yield
        finally:
            self.inside = False

    def signal(self, asked: dict[str, Any], amount: float, price: float | None) -> Signal:
        """Return what Freqtrade asks as a signal."""
        self._asked += 1
        made_ns = nanoseconds(asked["current_time"])
        side = Direction(asked["side"])
        return Signal(
            id=str(self._asked),
            source=NAME,
            account=NAME,
            strategy=self._strategy.get_strategy_name(),
            pair=asked["pair"],
            position=f"{asked['pair']} {side}",
            direction=side,
            effect=Effect.INCREASE,
            amount=_whole(amount),
            price=None if price is None else _whole(price),
            made_ns=made_ns,
            expires_ns=made_ns,
            leverage=_whole(asked.get("leverage") or 1.0),
            tag=str(asked.get("entry_tag") or ""),
        )

    def _market(self, pair: str) -> Market:
        """Return what is known of a pair; its steps and sizes are looked after by Freqtrade."""
        known = self._last(pair)
        instrument = Instrument(
            pair=Pair.parse(pair),
            price_step=ZERO,
            amount_step=ZERO,
            taker_fee=_whole(self._config.get("fee") or 0.001),
            most_leverage=self.limits.max_leverage,
            can_short=True,
        )
        return Market(
            instrument=instrument,
            price=None if known is None else _whole(known[0]),
            price_ns=0 if known is None else known[1],
            volatility=None,
            volume=None,
            correlations={},
        )


def _whole(value: float) -> Decimal:
    return exact_decimal(float(value))
