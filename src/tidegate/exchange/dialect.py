"""What a server needs of a dialect: the language in which one exchange is spoken to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Trouble(StrEnum):
    """What a server has to say for an exchange, by a fault's command."""

    RATE_LIMIT = "rate-limit"
    BAN = "ban"
    SERVER_ERROR = "server-error"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it came, nothing decoded: signatures are over the raw text."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    remote: str


@dataclass(slots=True)
class Answer:
    """What is sent back."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json;charset=UTF-8"


class Stream(Protocol):
    """One WebSocket connection, on the dialect's side."""

    def received(self, text: str) -> None:
        """Take a message of the client's."""
        ...

    def closed(self) -> None:
        """Let go of everything, because the connection is gone."""
        ...


class Line(Protocol):
    """One WebSocket connection, on the server's side."""

    def send(self, message: bytes, name: str) -> None:
        """Send a message; faults find it by its name. An answer has the name "answer"."""
        ...

    def close(self) -> None:
        """End the connection once all is sent."""
        ...


class Dialect(Protocol):
    """One exchange's language over a world. None of its methods waits."""

    name: str

    def answer(self, request: Request) -> Answer:
        """Carry out a request. Whatever is wrong with it is answered, never raised."""
        ...

    def refusal(self, trouble: Trouble, *, retry_after_s: int, status: int) -> Answer:
        """Word a trouble as the exchange does."""
        ...

    def connect(self, path: str, query: str, line: Line) -> Stream | None:
        """Take a WebSocket connection; None where the path leads nowhere."""
        ...

    def pulse(self) -> None:
        """Send what is due on the streams; called many times a second."""
        ...

    def ccxt_options(self, url: str) -> dict[str, object]:
        """Return what ccxt's constructor has to be given, beside keys."""
        ...

    def freqtrade_config(self, url: str) -> dict[str, object]:
        """Return what Freqtrade's configuration has to be given."""
        ...
