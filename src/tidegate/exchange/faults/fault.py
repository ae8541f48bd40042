"""One fault: what goes wrong, where, when and how often."""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

import msgspec


class Kind(StrEnum):
    """What goes wrong."""

    # requests
    LATENCY = "latency"
    TIMEOUT_BEFORE = "timeout-before"
    TIMEOUT_AFTER = "timeout-after"
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    RATE_LIMIT = "rate-limit"
    BAN = "ban"
    SERVER_ERROR = "server-error"
    SERVER_ERROR_AFTER = "server-error-after"
    MALFORMED_JSON = "malformed-json"
    TRUNCATED_JSON = "truncated-json"
    CUT_BODY = "cut-body"
    EMPTY_BODY = "empty-body"
    MAINTENANCE = "maintenance"
    WRONG_CLOCK = "wrong-clock"
    # orders and accounts
    PARTIAL_FILL = "partial-fill"
    LATE_FILL = "late-fill"
    CANCEL_RACE = "cancel-race"
    FILL_AFTER_CANCEL = "fill-after-cancel"
    NOT_FOUND = "not-found"
    BALANCE_OFF = "balance-off"
    # streams
    STREAM_DROP = "stream-drop"
    STREAM_DUPLICATE = "stream-duplicate"
    STREAM_REORDER = "stream-reorder"
    STREAM_LATENCY = "stream-latency"
    STREAM_GARBAGE = "stream-garbage"
    STREAM_SILENCE = "stream-silence"
    DISCONNECT = "disconnect"


class Family(StrEnum):
    """What a fault is tried against."""

    REQUEST = "request"
    ORDER = "order"
    STREAM = "stream"


ABOUT: Final[dict[Kind, tuple[Family, str]]] = {
    Kind.LATENCY: (Family.REQUEST, "the answer comes late"),
    Kind.TIMEOUT_BEFORE: (Family.REQUEST, "nothing is carried out, and nothing is answered"),
    Kind.TIMEOUT_AFTER: (Family.REQUEST, "it is carried out, and nothing is answered"),
    Kind.RESET_BEFORE: (Family.REQUEST, "nothing is carried out, the connection breaks"),
    Kind.RESET_AFTER: (Family.REQUEST, "it is carried out, the connection breaks"),
    Kind.RATE_LIMIT: (Family.REQUEST, "429 with Retry-After"),
    Kind.BAN: (Family.REQUEST, "418 with Retry-After"),
    Kind.SERVER_ERROR: (Family.REQUEST, "5xx, nothing is carried out"),
    Kind.SERVER_ERROR_AFTER: (Family.REQUEST, "5xx, although it was carried out"),
    Kind.MALFORMED_JSON: (Family.REQUEST, "200 with a page instead of JSON; carried out"),
    Kind.TRUNCATED_JSON: (Family.REQUEST, "200 with the first half of the JSON; carried out"),
    Kind.CUT_BODY: (Family.REQUEST, "the connection breaks within the answer; carried out"),
    Kind.EMPTY_BODY: (Family.REQUEST, "200 with nothing in it; carried out"),
    Kind.MAINTENANCE: (Family.REQUEST, "everything is refused, as in maintenance"),
    Kind.WRONG_CLOCK: (Family.REQUEST, "the venue's clock is off"),
    Kind.PARTIAL_FILL: (Family.ORDER, "an order fills in part at once, and the rest later"),
    Kind.LATE_FILL: (Family.ORDER, "an order is taken as new, and matches later"),
    Kind.CANCEL_RACE: (Family.ORDER, "an order fills just before its cancellation arrives"),
    Kind.FILL_AFTER_CANCEL: (Family.ORDER, "a cancellation is confirmed, then the order fills"),
    Kind.NOT_FOUND: (Family.ORDER, "an order that is there is not found"),
    Kind.BALANCE_OFF: (Family.ORDER, "balances are told with a difference"),
    Kind.STREAM_DROP: (Family.STREAM, "a message is not sent"),
    Kind.STREAM_DUPLICATE: (Family.STREAM, "a message is sent twice"),
    Kind.STREAM_REORDER: (Family.STREAM, "a message is sent after the next one"),
    Kind.STREAM_LATENCY: (Family.STREAM, "messages come late, in order"),
    Kind.STREAM_GARBAGE: (Family.STREAM, "a message is cut in half"),
    Kind.STREAM_SILENCE: (Family.STREAM, "the connection stands, and says nothing"),
    Kind.DISCONNECT: (Family.STREAM, "the connection breaks"),
}


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A kind of fault, where it strikes, and when."""

    fault: Kind
    method: str = "*"
    path: str = "*"
    """Shape of the paths, or of the streams' names, that it strikes: `*` and `?` stand open."""
    chance: float = 1.0
    next: int | None = None
    """How many times it strikes; without end, where it is not said."""
    skip: int = 0
    """How many chances it lets pass first."""
    at_s: float = 0.0
    """From when on, market seconds after it was armed."""
    for_s: float | None = None
    """How long, market seconds."""
    delay_ms: float = 1000.0
    jitter_ms: float = 0.0
    hold_s: float = 30.0
    """How long a connection is left without an answer, wall seconds."""
    retry_after_s: int = 5
    status: int = 503
    offset_ms: int = 10_000
    share: float = 0.5
    asset: str = "USDT"
    amount: str = "-1"
    # kept by the plan
    id: int = 0
    armed_ns: int = 0
    struck: int = 0
    passed: int = 0

    def active(self, now_ns: int) -> bool:
        """Tell whether it may strike now."""
        since = (now_ns - self.armed_ns) / 1e9 - self.at_s
        lasting = self.for_s is None or since < self.for_s
        return since >= 0 and lasting and (self.next is None or self.struck < self.next)

    def meets(self, method: str, path: str) -> bool:
        """Tell whether it is about such a request or message."""
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)
