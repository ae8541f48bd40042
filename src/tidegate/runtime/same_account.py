"""What may not change between two runs of an account: where it trades, and who holds what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.errors import Code, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tidegate.engine.state import State
    from tidegate.ledger.reconciliation import Finding
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


def require_own_books(config: TradeConfig, state: State, found: Sequence[Finding]) -> None:
    """Refuse to sell what is held out of an account that has nothing to do with it.

    Money that comes or goes makes one balance another; where all of them are, or what was bought
    is not among its trades, the key is of another account.
    """
    last, positions = state.agreement.last, state.opened.positions.values()
    if last is None or not positions:
        return
    off = {one.about for one in found if one.kind == "balance-off"}
    money = {currency for pair in last.pairs for currency in pair.split("/")}
    counted = {name for name, amount in last.balances.items() if amount and name in money}
    counted |= {position.pair.partition("/")[0] for position in positions}
    words = [one.words for one in found if one.kind in {"fill-unknown", "balance-off"}]
    if counted <= off or any(one.kind == "fill-unknown" for one in found):
        raise ConfigError(
            Code.BAD_SETTING,
            f'"{config.account.name}" has traded another account than this one, by its books',
            where=f"{config.file}: live.key",
            expected="a key of the account that bought what is held",
            found="; ".join(words[:2]),
            remedy="name the right key; if it is that account, `tidegate reconcile check` shows "
            "what differs, and `tidegate reconcile fix --accept` takes the exchange's side",
        )


def _in_hand(state: State) -> Iterator[tuple[str, str]]:
    for position in state.opened.positions.values():
        yield position.strategy, position.pair
    for life in state.orders.live():
        yield life.order.strategy, life.order.pair
