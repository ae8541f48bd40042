"""What a strategy keeps for itself, put back before each epoch of a worker.

Freqtrade hands its workers a new copy of the strategy for every epoch. So an epoch must not
find what an earlier one left behind, and its result must not depend on who ran it.
"""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from freqtrade.strategy.interface import IStrategy
from freqtrade.strategy.parameters import BaseParameter

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINERS: Final = (dict, list, set, bytearray, deque)
_FREQTRADES: Final = {"config", "dp", "wallets", "_ft_hyper_params", "_ft_informative"}


class Memory:
    """The containers and values that a strategy's own code has put on itself or its classes."""

    def __init__(self, strategy: IStrategy) -> None:
        """Remember how things are now."""
        self._owners: list[Any] = [strategy, *_own_classes(type(strategy))]
        self._kept = [deepcopy(dict(_state(owner))) for owner in self._owners]

    def restore(self) -> None:
        """Put everything back as it was."""
        for owner, kept in zip(self._owners, self._kept, strict=True):
            for name in [name for name, _ in _state(owner) if name not in kept]:
                delattr(owner, name)
            for name, value in kept.items():
                setattr(owner, name, deepcopy(value) if isinstance(value, _CONTAINERS) else value)


def _own_classes(kind: type) -> list[type]:
    return [one for one in kind.__mro__ if one not in IStrategy.__mro__]


def _state(owner: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - a strategy or a class
    """Go through the attributes that hold plain values or containers."""
    for name, value in list(vars(owner).items()):
        if name.startswith("__") or name in _FREQTRADES or isinstance(value, BaseParameter):
            continue
        if value is None or isinstance(value, (*_CONTAINERS, str, bool, int, float, tuple)):
            yield name, value
