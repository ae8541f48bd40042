"""What strategies keep beside a trade, found without a search through that of all trades."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from freqtrade.persistence import CustomDataWrapper
from freqtrade.persistence.custom_data import _CustomData

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELDS: Final = ("ft_trade_id", "cd_key", "cd_type", "cd_value")


class CustomData:
    """A register of Freqtrade's list of kept values, by trade."""

    def __init__(self) -> None:
        """Begin with an empty register; it follows the list as that grows or is replaced."""
        self._list: list[Any] = []
        self._count = 0
        self._of_trade: dict[int, list[Any]] = {}
        self._before: Any = None

    def install(self) -> None:
        """Let Freqtrade look here instead of through its list."""
        self._before = vars(CustomDataWrapper)["get_custom_data"]
        CustomDataWrapper.get_custom_data = staticmethod(self.found)

    def remove(self) -> None:
        """Let Freqtrade look for itself again."""
        if self._before is not None:
            CustomDataWrapper.get_custom_data = self._before
            self._before = None

    def found(self, *, trade_id: int, key: str | None = None) -> list[Any]:
        """Return what is kept for a trade, under a key or at all."""
        kept = CustomDataWrapper.custom_data
        if kept is not self._list:
            self._list = kept
            self._count = 0
            self._of_trade = {}
        for entry in kept[self._count :]:
            self._of_trade.setdefault(entry.ft_trade_id, []).append(entry)
        self._count = len(kept)
        entries = self._of_trade.get(trade_id, ())
        if key is not None:
            wanted = key.casefold()
            entries = [entry for entry in entries if entry.cd_key.casefold() == wanted]
        return [CustomDataWrapper._convert_custom_data(entry) for entry in entries]  # noqa: SLF001 - what Freqtrade does with each

    @staticmethod
    def kept() -> list[list[Any]]:
        """Return all that is kept for trades, as JSON has it."""
        return [
            [*(getattr(entry, name) for name in _FIELDS), str(entry.created_at)]
            for entry in CustomDataWrapper.custom_data
        ]

    @staticmethod
    def restore(kept: Sequence[Sequence[Any]]) -> None:
        """Put back what was kept."""
        CustomDataWrapper.custom_data = [
            _CustomData(
                **dict(zip(_FIELDS, figures, strict=True)), created_at=datetime.fromisoformat(made)
            )
            for *figures, made in kept
        ]
