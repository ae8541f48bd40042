"""Logs: a line of JSON each, an event's name and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import EventDict

STARS: Final = "***"
_SECRETS: Final = ("password", "secret", "token", "api_key", "apikey", "private", "passphrase")


class Log:
    """Writes events to a stream. Times are the caller's: nothing here reads a clock."""

    def __init__(self, stream: TextIO, now_ns: Callable[[], int]) -> None:
        """Write lines to a stream, each with the time that `now_ns` tells."""

        def stamp(_logger: object, _method: str, event: EventDict) -> EventDict:
            event["time_ns"] = now_ns()
            return event

        self._logger = structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[
                stamp,
                structlog.processors.add_log_level,
                _without_secrets,
                structlog.processors.JSONRenderer(default=str, sort_keys=False),
            ],
        )

    def info(self, event: str, **figures: Any) -> None:  # noqa: ANN401 - whatever JSON can say
        """Note something that happens in the ordinary course."""
        self._logger.info(event, **figures)

    def warning(self, event: str, **figures: Any) -> None:  # noqa: ANN401 - as above
        """Note something that an operator should look at when there is time."""
        self._logger.warning(event, **figures)

    def error(self, event: str, **figures: Any) -> None:  # noqa: ANN401 - as above
        """Note something that an operator has to look at now."""
        self._logger.error(event, **figures)


def _without_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Put stars where a name says that its value is nobody's business."""
    return {
        name: STARS if any(word in name.lower() for word in _SECRETS) else value
        for name, value in event.items()
    }
