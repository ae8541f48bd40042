"""The dictionary that a backtest gives, with what is costly in it made when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Content(dict[str, Any]):
    """A dictionary some of whose values are made at the first look, by what stands in `later`."""

    def __init__(self, now: dict[str, Any], later: dict[str, Callable[[], Any]]) -> None:
        """Take what is known, and how to make the rest."""
        super().__init__(now)
        self._later = dict(later)
        for name in later:
            super().__setitem__(name, None)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - as a dictionary's
        """Return a value, made now if it was not yet."""
        make = self._later.pop(name, None)
        if make is not None:
            super().__setitem__(name, make())
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:  # noqa: ANN401 - as a dictionary's
        """Put a value in; what would have been made is not made any more."""
        self._later.pop(name, None)
        super().__setitem__(name, value)

    def update(self, *others: Any, **named: Any) -> None:  # noqa: ANN401 - as a dictionary's
        """Put several values in."""
        for name, value in dict(*others, **named).items():
            self[name] = value

    def pop(self, name: str, *default: Any) -> Any:  # noqa: ANN401 - as a dictionary's
        """Take a value out."""
        if name in self.keys():
            self[name] = self[name]
        return super().pop(name, *default)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dictionary's
        """Return a value, or the default where there is none."""
        return self[name] if name in self.keys() else default

    def __iter__(self) -> Iterator[str]:
        """Return the names. With its own iteration, `dict(content)` asks for each value too."""
        return iter(list(super().__iter__()))

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        """Travel between processes as a plain dictionary."""
        return dict, (self.whole(),)

    def whole(self) -> dict[str, Any]:
        """Return a plain dictionary with everything made."""
        return {name: self[name] for name in self}

    def items(self) -> Any:  # noqa: ANN401 - as a dictionary's
        """Return names and values, all made."""
        return self.whole().items()

    def values(self) -> Any:  # noqa: ANN401 - as a dictionary's
        """Return the values, all made."""
        return self.whole().values()

    def copy(self) -> dict[str, Any]:
        """Return a plain dictionary with everything made."""
        return self.whole()
