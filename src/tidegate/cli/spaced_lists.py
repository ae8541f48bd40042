"""Options that take a list: `-p A B`, `-p A,B` and `-p A -p B` all mean the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from typer.core import TyperCommand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typer._click.core import Context

# Where a command takes arguments of its own, only what looks like a pair or a timeframe
# goes on with a list: `backtest -p BTC/USDT ETH/USDT ema-cross` names a strategy last.
_PAIRS_OR_TIMEFRAMES: Final = re.compile(r"(\w+/\w+(:\w+)?|\d+[a-zA-Z]{1,2})(,\S*)?")
_GOES_ON: Final = {
    "--strategy-list": re.compile(r".+"),  # takes the place of the argument
    "--breakdown": re.compile(r"day|week|month|year|weekday"),
    "--spaces": re.compile(r"[a-z_][a-z0-9_]*"),
}
"""What goes on with a list that is neither of pairs nor of timeframes."""


class SpacedLists(TyperCommand):
    """A command whose repeatable options also take their values one after another.

    Use it as `@app.command(cls=SpacedLists)`, and read the values with `split`.
    """

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Repeat a list option's name before each of its values, as the parser expects."""
        names = {
            name
            for param in self.params
            if param.param_type_name == "option" and getattr(param, "multiple", False)
            for name in param.opts
        }
        greedy = all(param.param_type_name == "option" for param in self.params)
        return super().parse_args(ctx, list(_repeated(args, names, greedy=greedy)))


def split(values: Iterable[str] | None) -> list[str]:
    """Return the values of a list option, apart, without blanks or repetitions."""
    parts = (part for value in values or () for part in re.split(r"[,\s]+", value))
    return list(dict.fromkeys(part for part in parts if part))


def _repeated(args: list[str], names: set[str], *, greedy: bool) -> Iterator[str]:
    option: str | None = None
    first = False
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            yield arg
            yield from rest
        elif arg.startswith("-"):
            name, attached, _ = arg.partition("=")
            option, first = (name, not attached) if name in names else (None, False)
            yield arg
        elif option is None or first:
            first = False
            yield arg
        elif greedy or _GOES_ON.get(option, _PAIRS_OR_TIMEFRAMES).fullmatch(arg):
            yield from (option, arg)
        else:
            option = None
            yield arg
