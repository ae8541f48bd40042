"""What may not change between two runs of an account: where it trades, and who holds what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidegate.engine.state import State
    from tidegate.runtime.config import TradeConfig

_PAPER: Final = "paper"
_ANOTHER: Final = "change it back, or give the account another name: that one begins anew"


def place_of(config: TradeConfig) -> str:
    """Return where an account's orders go; empty: nowhere, for it trades on paper."""
    live = config.live
    return "" if live is None else f"{live.exchange} {live.network}"


def require_same(config: TradeConfig, state: State) -> None:
    """Refuse a configuration that would make another account of one that was begun.

    What is held on paper is not at an exchange, and what is held at one is not at another.
    """
    place, account = place_of(config), config.account
    begun = state.place
    if not begun and state.agreement.last is not None:  # begun before its place was written down
        begun = place or "an exchange"
    for name, before, now in (
        ("live", _named(begun), _named(place)),
        ("account.currency", state.opened.currency, account.currency),
        ("account.accounting", str(state.opened.accounting), account.accounting),
    ):
        if before != now:
            raise ConfigError(
                Code.BAD_SETTING,
                f'account "{account.name}" was begun as another one',
                where=f"{config.file}: {name}",
                expected=f"{before}, as when it began",
                found=now,
                remedy=_ANOTHER,
            )


def _named(place: str) -> str:
    return f"orders that go to {place}" if place else f"orders on {_PAPER}"


def require_carried(
    config: TradeConfig, state: State, carried: Mapping[str, Sequence[str]]
) -> None:
    """Refuse to go on where nobody would look after what is held: not a stop, not a price.

    `carried` has the pairs of each strategy by its name.
    """
    for strategy, pair in _in_hand(state):
        if pair not in carried.get(strategy, ()):
            raise ConfigError(
                Code.BAD_SETTING,
                f'"{strategy}" has a position or an order in {pair}, and nobody to look after it',
                where=f"{config.file}: strategies",
                expected=f'a strategy called "{strategy}" that trades {pair}',
                found=", ".join(f"{name}: {', '.join(pairs)}" for name, pairs in carried.items()),
                remedy="put it back; take it out once nothing is held: `tidegate flatten` closes "
                "everything while the account is traded",
            )


def _in_hand(state: State) -> Iterator[tuple[str, str]]:
    for position in state.opened.positions.values():
        yield position.strategy, position.pair
    for life in state.orders.live():
        yield life.order.strategy, life.order.pair
