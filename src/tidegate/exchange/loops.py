"""The event loop that a server runs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the faster loop where there is one: half of a request's cost is the loop's."""
    try:
        import uvloop  # noqa: PLC0415 (there is none for Windows)
    except ImportError:
        return None
    return uvloop.new_event_loop
