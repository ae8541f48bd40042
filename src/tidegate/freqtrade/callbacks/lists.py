"""Freqtrade's lists of trades, brought up to date only when somebody looks at them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, SupportsIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class LateList(list[Any]):
    """A list that is asked to bring itself up to date before each look."""

    def __init__(self, renew: Callable[[LateList], None]) -> None:
        """Take what brings the list up to date, by `list`'s own methods."""
        super().__init__()
        self.renew = renew

    def __iter__(self) -> Iterator[Any]:
        self.renew(self)
        return super().__iter__()

    def __reversed__(self) -> Iterator[Any]:
        self.renew(self)
        return super().__reversed__()

    def __len__(self) -> int:
        self.renew(self)
        return super().__len__()

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - an index or a slice
        self.renew(self)
        return super().__getitem__(at)

    def __contains__(self, thing: object) -> bool:
        self.renew(self)
        return super().__contains__(thing)

    def __eq__(self, other: object) -> bool:
        self.renew(self)
        return super().__eq__(other)

    __hash__ = None

    def __add__(self, other: list[Any]) -> list[Any]:
        return [*self, *other]

    def __radd__(self, other: list[Any]) -> list[Any]:
        return [*other, *self]

    def __mul__(self, times: SupportsIndex) -> list[Any]:
        return [*self] * times

    def __repr__(self) -> str:
        return repr([*self])

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return (list, ([*self],))

    def copy(self) -> list[Any]:
        """Return what is in the list now."""
        return [*self]

    def index(self, thing: object, *bounds: SupportsIndex) -> int:
        """Return where a thing is."""
        self.renew(self)
        return super().index(thing, *bounds)

    def count(self, thing: object) -> int:
        """Return how often a thing is there."""
        self.renew(self)
        return super().count(thing)


class LateGroups(defaultdict[str, list[Any]]):
    """Lists by pair, renewed before each look."""

    def __init__(self, renew: Callable[[LateGroups], None]) -> None:
        """Take what brings the groups up to date, by `dict`'s own methods."""
        super().__init__(list)
        self.renew = renew

    def __getitem__(self, pair: str) -> list[Any]:
        self.renew(self)
        return super().__getitem__(pair)

    def __iter__(self) -> Iterator[str]:
        self.renew(self)
        return super().__iter__()

    def __len__(self) -> int:
        self.renew(self)
        return super().__len__()

    def __contains__(self, pair: object) -> bool:
        self.renew(self)
        return super().__contains__(pair)

    def __reduce__(self) -> tuple[object, ...]:
        return (dict, ({**self},))

    def get(self, pair: str, otherwise: Any = None) -> Any:  # noqa: ANN401 - dict's own
        """Return a pair's list."""
        self.renew(self)
        return super().get(pair, otherwise)

    def items(self) -> Any:  # noqa: ANN401 - a view of the items
        """Return the pairs and their lists."""
        self.renew(self)
        return super().items()

    def keys(self) -> Any:  # noqa: ANN401 - a view of the keys
        """Return the pairs."""
        self.renew(self)
        return super().keys()

    def values(self) -> Any:  # noqa: ANN401 - a view of the values
        """Return the lists."""
        self.renew(self)
        return super().values()
