"""How much may be asked for: request weight by address, orders by account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tidegate.exchange.binance.errors import ApiError

if TYPE_CHECKING:
    from tidegate.exchange.keys import ApiKey

SECOND_NS: Final = 1_000_000_000
_MINUTE_S: Final = 60
_DAY_S: Final = 86_400
_BAN_S: Final = 120
_STUBBORN: Final = 20
_ADVICE: Final = "Please use WebSocket Streams for live updates to avoid polling the API."


@dataclass(slots=True)
class _Count:
    """What was used in the present interval."""

    interval: int = -1
    used: int = 0

    def add(self, interval: int, amount: int) -> int:
        if interval != self.interval:
            self.interval, self.used = interval, 0
        self.used += amount
        return self.used


@dataclass(slots=True)
class Limits:
    """Counts what is used, and refuses what is over the limit; with no limits it only counts."""

    weight_a_minute: int = 6000
    orders_a_10s: int = 100
    orders_a_day: int = 200_000
    enforced: bool = True
    _weights: dict[str, _Count] = field(default_factory=dict)
    _refused: dict[str, _Count] = field(default_factory=dict)
    _banned: dict[str, int] = field(default_factory=dict)
    _orders: dict[str, tuple[_Count, _Count]] = field(default_factory=dict)

    def weigh(self, remote: str, weight: int, now_ns: int) -> int:
        """Count a request; the weight used in this minute."""
        now_s = now_ns // SECOND_NS
        if self._banned:
            self._require_not_banned(remote, now_s)
        used = self._count(self._weights, remote).add(now_s // _MINUTE_S, weight)
        if self.enforced and used > self.weight_a_minute:
            self._refuse(remote, now_s)
        return used

    def order(self, key: ApiKey, now_ns: int) -> dict[str, str]:
        """Count an order; the headers that say how many there were."""
        now_s = now_ns // SECOND_NS
        counts = self._orders.get(key.account)
        if counts is None:
            counts = self._orders[key.account] = (_Count(), _Count())
        short = counts[0].add(now_s // 10, 1)
        long = counts[1].add(now_s // _DAY_S, 1)
        if self.enforced:
            for used, most, words, left in (
                (short, self.orders_a_10s, "10 SECOND", 10 - now_s % 10),
                (long, self.orders_a_day, "1 DAY", _DAY_S - now_s % _DAY_S),
            ):
                if used > most:
                    text = f"Too many new orders; current limit is {most} orders per {words}."
                    raise ApiError(-1015, text, 429, retry_after_s=left)
        return {"X-MBX-ORDER-COUNT-10S": str(short), "X-MBX-ORDER-COUNT-1D": str(long)}

    def ordered(self, key: ApiKey, now_ns: int) -> tuple[int, int]:
        """Return how many orders there were in these ten seconds, and on this day."""
        now_s = now_ns // SECOND_NS
        counts = self._orders.get(key.account, (_Count(), _Count()))
        return counts[0].add(now_s // 10, 0), counts[1].add(now_s // _DAY_S, 0)

    @staticmethod
    def _count(counts: dict[str, _Count], remote: str) -> _Count:
        count = counts.get(remote)
        if count is None:
            count = counts[remote] = _Count()
        return count

    def _refuse(self, remote: str, now_s: int) -> None:
        """Refuse with 429, and who does not listen with 418."""
        refused = self._count(self._refused, remote).add(now_s // _MINUTE_S, 1)
        if refused > _STUBBORN:
            self._banned[remote] = now_s + _BAN_S
            self._require_not_banned(remote, now_s)
        most = f"current limit is {self.weight_a_minute} request weight per 1 MINUTE"
        raise ApiError(
            -1003,
            f"Too much request weight used; {most}. {_ADVICE}",
            429,
            retry_after_s=_MINUTE_S - now_s % _MINUTE_S,
        )

    def _require_not_banned(self, remote: str, now_s: int) -> None:
        until = self._banned.get(remote, 0)
        if now_s < until:
            words = f"Way too much request weight used; IP banned until {until * 1000}. {_ADVICE}"
            raise ApiError(-1003, words, 418, retry_after_s=until - now_s)
        self._banned.pop(remote, None)

    @property
    def shape(self) -> list[dict[str, object]]:
        """The limits as exchangeInfo shows them."""
        return [
            _limit("REQUEST_WEIGHT", "MINUTE", 1, self.weight_a_minute),
            _limit("ORDERS", "SECOND", 10, self.orders_a_10s),
            _limit("ORDERS", "DAY", 1, self.orders_a_day),
        ]


def _limit(kind: str, interval: str, count: int, limit: int) -> dict[str, object]:
    return {"rateLimitType": kind, "interval": interval, "intervalNum": count, "limit": limit}
