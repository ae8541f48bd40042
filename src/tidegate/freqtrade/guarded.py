"""The gate inside Freqtrade: a class to put before the bases of a strategy."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any, Final

from freqtrade.strategy.interface import IStrategy

from tidegate.freqtrade.guarded_gate import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class GuardedStrategy:
    """A mixin whose orders pass the gate: `class Mine(GuardedStrategy, IStrategy)`.

    Whatever the strategy itself says in `confirm_trade_entry`, `custom_stake_amount`, `leverage`
    and `adjust_trade_position` is asked first; the gate has the last word.
    """

    guard: Guard

    def __init__(self, config: dict[str, Any]) -> None:
        """Read the limits from `tidegate.limits` of Freqtrade's configuration."""
        super().__init__(config)  # type: ignore[call-arg]
        self.guard = Guard(self, config)
        if self.guard.limits.flatten_on_trip:
            self.custom_exit = _leaving(self)

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Put the gate behind the strategy's own callbacks, wherever they come from."""
        super().__init_subclass__(**kwargs)
        order = cls.__mro__
        if IStrategy in order and order.index(IStrategy) < order.index(GuardedStrategy):
            message = f"class {cls.__name__} has to name GuardedStrategy before IStrategy"
            raise TypeError(message)
        for name, guarded in _GUARDED.items():
            inner = getattr(cls, name, None)
            if inner is not None and not hasattr(inner, _MARK):
                method = functools.wraps(inner)(_outermost(inner, guarded))
                method.__qualname__ = f"{cls.__qualname__}.{name}"  # no longer Freqtrade's own
                setattr(method, _MARK, True)
                setattr(cls, name, method)


def _outermost(inner: Callable[..., Any], guarded: Callable[..., Any]) -> Callable[..., Any]:
    def callback(self: Any, *args: Any, **asked: Any) -> Any:  # noqa: ANN401 - Freqtrade's to say
        guard = getattr(self, "guard", None)
        if guard is None and guarded in {_confirm, _adjust}:
            return None  # an __init__ that has not called its bases: nothing may be opened
        if guard is None or guard.inside:
            return inner(self, *args, **asked)
        return guarded(guard, functools.partial(inner, self), asked)

    return callback


def _confirm(guard: Guard, inner: Callable[..., Any], asked: dict[str, Any]) -> bool:
    try:
        with guard.asking():
            wanted = inner(**asked)
        return bool(wanted) and guard.confirm(asked)
    except Exception:  # noqa: BLE001 - Freqtrade takes an exception for a yes
        _log.exception("%s is refused: its entry could not be judged", asked["pair"])
        return False


def _stake(guard: Guard, inner: Callable[..., Any], asked: dict[str, Any]) -> float | None:
    with guard.asking():
        stake: float | None = inner(**asked)
    return stake if stake is None else guard.fit(asked, float(stake))


def _leverage(guard: Guard, inner: Callable[..., Any], asked: dict[str, Any]) -> float:
    with guard.asking():
        return min(float(inner(**asked)), float(guard.limits.max_leverage))


def _adjust(guard: Guard, inner: Callable[..., Any], asked: dict[str, Any]) -> object:
    with guard.asking():
        answer = inner(**asked)
    stake = answer[0] if isinstance(answer, tuple) else answer
    if not stake or stake < 0.0:
        return answer
    passed = guard.add(asked, float(stake))
    return (passed or None, answer[1]) if isinstance(answer, tuple) else passed or None


def _loop(guard: Guard, inner: Callable[..., Any], asked: dict[str, Any]) -> None:
    with guard.asking():
        inner(**asked)
    guard.sample(asked["current_time"])


def _leaving(strategy: Any) -> Callable[..., Any]:  # noqa: ANN401 - see held_by
    inner = strategy.custom_exit

    def custom_exit(**asked: object) -> object:
        return "guardrail" if strategy.guard.account.latched else inner(**asked)

    return custom_exit


_MARK: Final = "asks_the_gate"
_GUARDED: Final = {
    "confirm_trade_entry": _confirm,
    "custom_stake_amount": _stake,
    "leverage": _leverage,
    "adjust_trade_position": _adjust,
    "bot_loop_start": _loop,
}
