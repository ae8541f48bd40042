"""An operator orders something, and is told what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tidegate.engine.deciding import take_back_increases
from tidegate.engine.facts import Commanded, Latched
from tidegate.engine.flattening import fresh_marks, switch
from tidegate.model import CommandKind, TradingState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.engine.engine import Engine
    from tidegate.engine.events import Answered
    from tidegate.engine.step import Step
    from tidegate.model import Command


def command(engine: Engine, ordered: Command, step: Step) -> None:
    """Do what an operator orders, or say why not; both are kept. The same one twice is once."""
    earlier = engine.state.commands.get(ordered.id)
    if earlier is not None:
        step.obeyed, step.words = earlier
        return
    hindrance = _HINDRANCES[ordered.kind](engine)
    step.obeyed = not hindrance
    step.words = hindrance or _COMMANDS[ordered.kind](engine, ordered, step)
    fact = Commanded(command=ordered, obeyed=step.obeyed, words=step.words)
    engine.note(step, fact, ordered.time_ns, ordered.id)


def answered(engine: Engine, done: Answered, step: Step) -> None:
    """Keep what came of a command that was carried out outside. The same one twice is once."""
    earlier = engine.state.commands.get(done.command.id)
    step.obeyed, step.words = earlier or (done.obeyed, done.words)
    if earlier is None:
        fact = Commanded(command=done.command, obeyed=done.obeyed, words=done.words)
        engine.note(step, fact, done.command.time_ns, done.command.id)


def _nothing(_engine: Engine) -> str:
    return ""


def _against_starting(engine: Engine) -> str:
    state = engine.state
    if state.account is None:
        return "there is no account yet"
    if state.latched:
        return f"a limit has stopped trading ({state.latched}): rearm first"
    if state.flatten:
        return "positions are being closed: wait for the last one"
    if engine.breaker:
        return f"the breaker is on: {engine.breaker}"
    return ""


def _against_rearming(engine: Engine) -> str:
    return "" if engine.state.latched else "no limit has stopped trading"


def _against_comparing(_engine: Engine) -> str:
    return "this account trades at no venue: there are no books to compare with"


def _start(engine: Engine, ordered: Command, step: Step) -> str:
    switch(engine, step, TradingState.ACTIVE, ordered.reason, ordered.time_ns)
    return "trading"


def _halt(engine: Engine, ordered: Command, step: Step) -> str:
    switch(engine, step, TradingState.HALTED, ordered.reason, ordered.time_ns)
    count = take_back_increases(engine, step, ordered.time_ns, "halted")
    return f"halted; orders being taken back: {count}"


def _reduce(engine: Engine, ordered: Command, step: Step) -> str:
    switch(engine, step, TradingState.REDUCING, ordered.reason, ordered.time_ns)
    count = take_back_increases(engine, step, ordered.time_ns, "reducing")
    return f"reducing; orders being taken back: {count}"


def _flatten(engine: Engine, ordered: Command, step: Step) -> str:
    now = ordered.time_ns
    switch(engine, step, TradingState.REDUCING, ordered.reason, now, flatten=True)
    account = engine.state.account
    return f"reducing; positions being closed: {len(account.positions) if account else 0}"


def _rearm(engine: Engine, ordered: Command, step: Step) -> str:
    """Lift the latch, and count drawdowns from what the account is worth now."""
    lifted, now = engine.state.latched, ordered.time_ns
    none = Latched(reason="", observed="", limit="", sentence="")
    engine.note(step, none, now, ordered.id)
    switch(engine, step, TradingState.HALTED, ordered.reason, now)
    marks = fresh_marks(engine, now)
    if marks is None:  # the old marks stay, and the limit with them
        return f"{lifted} lifted; what the account is worth is not known; trading stays halted"
    engine.note(step, marks, now, ordered.id)
    return f"{lifted} lifted; drawdowns count from {marks.equity} on; trading stays halted"


_HINDRANCES: Final[dict[CommandKind, Callable[[Engine], str]]] = {
    CommandKind.START: _against_starting,
    CommandKind.HALT: _nothing,
    CommandKind.REDUCE: _nothing,
    CommandKind.FLATTEN: _nothing,
    CommandKind.REARM: _against_rearming,
    CommandKind.RECONCILE: _against_comparing,
    CommandKind.ACCEPT: _against_comparing,
}
_COMMANDS: Final[dict[CommandKind, Callable[[Engine, Command, Step], str]]] = {
    CommandKind.START: _start,
    CommandKind.HALT: _halt,
    CommandKind.REDUCE: _reduce,
    CommandKind.FLATTEN: _flatten,
    CommandKind.REARM: _rearm,
}
