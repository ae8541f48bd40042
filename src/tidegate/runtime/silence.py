"""Markets that are followed live and have fallen silent: said once, and once when they are back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.runtime.live_shelf import LiveCandles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tidegate.runtime.carrier import Carrier

_SECOND_NS: Final = 1_000_000_000
_SAID: Final = "silence"


class Silence:
    """Watches the ages of live prices. Recorded ones have none."""

    def __init__(
        self,
        traders: Iterable[Carrier],
        longest_ns: int,
        tell: Callable[[str, dict[str, object]], None],
    ) -> None:
        """Tell of pairs whose price is older than the gate would let it be."""
        self._followed = {
            pair: trader.feed.shelf
            for trader in traders
            if isinstance(trader.feed, LiveCandles)
            for pair in trader.feed.wanted.pairs
        }
        self._longest_ns, self._tell = longest_ns, tell
        self._silent: set[str] = set()

    def look(self, now_ns: int) -> None:
        """Tell of what has changed."""
        for pair, shelf in self._followed.items():
            quote = shelf.quote(pair)
            age_ns = None if quote is None else quote.age_ns(now_ns)
            silent = age_ns is None or age_ns > self._longest_ns
            if silent == (pair in self._silent):
                continue
            if silent:
                self._silent.add(pair)
                since = "ever" if age_ns is None else f"{age_ns / _SECOND_NS:.0f} s"
                words = f"no price for {since}: nothing new is bought, and stops do not see any"
            else:
                self._silent.discard(pair)
                words = "prices are back"
            self._tell(_SAID, {"pair": pair, "words": words})
