"""ccxt's streams, with what they leave out: which candle is final, and what is no message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from tidegate.venues.client import hardened, made, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tidegate.venues.venue import Venue


class Told(NamedTuple):
    """A candle that a stream told."""

    pair: str
    timeframe: str
    row: list[float]
    final: bool
    time_ms: float | None
    """When the venue told it."""


class Sink(Protocol):
    """Whoever is told what comes over a stream, in the thread of the network."""

    def candle(self, told: Told) -> None:
        """Take a candle, forming or final."""
        ...

    def message(self) -> None:
        """Take note that something came."""
        ...

    def garbage(self) -> None:
        """Take note that something came that is no message."""
        ...


def _binance(client: Any, message: dict[str, Any]) -> Iterator[Told]:  # noqa: ANN401 - ccxt's
    candle = message["k"]
    row = [float(candle[name]) for name in ("t", "o", "h", "l", "c", "v")]
    yield Told(
        pair=client.safe_symbol(candle["s"], None, None, "spot"),
        timeframe=client.find_timeframe(candle["i"]),
        row=row,
        final=candle["x"] is True,
        time_ms=message.get("E"),
    )


_CONFIRMED: Final = 8


def _okx(client: Any, message: dict[str, Any]) -> Iterator[Told]:  # noqa: ANN401 - ccxt's
    about = message["arg"]
    for told in message.get("data") or ():
        yield Told(
            pair=client.safe_symbol(about["instId"]),
            timeframe=client.find_timeframe(about["channel"].replace("candle", "")),
            row=[float(value) for value in told[:6]],
            final=len(told) > _CONFIRMED and told[_CONFIRMED] == "1",
            time_ms=None,
        )


_CANDLES: Final[dict[str, Callable[[Any, dict[str, Any]], Iterator[Told]]]] = {
    "binance": _binance,
    "okx": _okx,
}
"""By venue, how it says that a candle is final; at the others every close is asked for."""


def tells_closes(venue: Venue) -> bool:
    """Tell whether a venue's stream says which candle is final."""
    return venue.name in _CANDLES


def streaming_client(
    venue: Venue, url: str | None, timeout_s: float, sink: Sink, *, sandbox: bool = False
) -> Any:  # noqa: ANN401 - ccxt has no types
    """Return a client for streams that tells a sink what it hears. It has to be closed."""
    read = _CANDLES.get(venue.name)

    class Streaming(hardened(venue, pro=True)):  # type: ignore[misc]  # ccxt's class has no types
        """Tells which candle is final before ccxt drops that."""

        def handle_ohlcv(self, client: object, message: dict[str, Any]) -> object:
            if read is not None:
                for told in read(self, message):
                    sink.candle(told)
            return super().handle_ohlcv(client, message)

    settings = settings_of(venue, url, timeout_s)
    settings["options"] |= {"OHLCVLimit": 2, "tradesLimit": 200}
    client = made(Streaming, settings)
    if sandbox:
        client.set_sandbox_mode(True)
    client.heard = lambda sound: sink.message() if sound else sink.garbage()
    return client
