"""Exits of a definition: checked against one another, and put into the loop's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tidegate.errors import Code, DefinitionError
from tidegate.model import Exits, Timeframe
from tidegate.strategies.declared.trees import is_empty
from tidegate.strategies.declared.wiring import read_timeframe
from tidegate.strategies.definition.exits import (
    AtrStop,
    ExitConditions,
    FixedStop,
    FixedTarget,
    RiskReward,
    SteppedTarget,
    TrailingStop,
)

if TYPE_CHECKING:
    from tidegate.strategies.definition import Definition, Faults

_ROOT = "exit_conditions"


def check_exits(definition: Definition, faults: Faults) -> None:
    """Note exits that are missing, or that make one another pointless."""
    exits = definition.exit_conditions
    _check_presence(definition, faults)
    _check_switches(exits, faults)
    if isinstance(exits.stop_loss, TrailingStop):
        _check_trailing(exits.stop_loss, faults)
    if isinstance(exits.stop_loss, AtrStop):
        try:
            where = faults.where(_ROOT, "stop_loss", "timeframe")
            read_timeframe(exits.stop_loss.timeframe, where=where)
        except DefinitionError as error:
            faults.add(error)
    _check_targets(exits, definition.timeframes[:1], faults)


def exits_of(exits: ExitConditions) -> Exits:
    """Return checked exits in the loop's terms."""
    stop = exits.stop_loss
    reward = next((t.value for t in exits.take_profit if isinstance(t, RiskReward)), None)
    trailing = isinstance(stop, TrailingStop) or (isinstance(stop, AtrStop) and stop.trailing)
    distance = stop.distance if isinstance(stop, TrailingStop) else None
    offset = stop.offset if isinstance(stop, TrailingStop) else None
    return Exits(
        stop_ratio=1.0 if stop is None or isinstance(stop, AtrStop) else stop.value,
        trailing=trailing,
        trailing_ratio=distance,
        trailing_offset=offset or 0.0,
        trailing_only_past_offset=isinstance(stop, TrailingStop) and stop.only_past_offset,
        targets=_steps(exits),
        reward_risk=reward,
        max_bars=exits.time_exit.max_bars if exits.time_exit else None,
        use_exit_signal=exits.use_exit_signal,
        exit_profit_only=exits.exit_profit_only,
        exit_profit_offset=exits.exit_profit_offset,
        ignore_targets_on_entry_signal=exits.ignore_roi_if_entry_signal,
    )


def _steps(exits: ExitConditions) -> tuple[tuple[int, float], ...]:
    for target in exits.take_profit:
        if isinstance(target, FixedTarget):
            return ((0, target.value),)
        if isinstance(target, SteppedTarget):
            return tuple(sorted((int(minutes), ratio) for minutes, ratio in target.steps.items()))
    return ()


def _contradiction(
    where: str, problem: str, expected: str, found: str, remedy: str
) -> DefinitionError:
    return DefinitionError(
        Code.CONTRADICTORY_EXITS,
        problem,
        where=where,
        expected=expected,
        found=found,
        remedy=remedy,
    )


def _check_presence(definition: Definition, faults: Faults) -> None:
    """Note a missing entry, and a side that is entered and never left."""
    exits, entries = definition.exit_conditions, definition.entry_conditions
    sides = [side for side in ("long", "short") if not is_empty(getattr(entries, side))]
    if not sides:
        faults.add(
            DefinitionError(
                Code.NO_ENTRY,
                "the strategy never enters",
                where=faults.where("entry_conditions"),
                expected="conditions under long or short",
                found="neither",
                remedy="add a condition that opens a position",
            )
        )
    if exits.stop_loss is not None or exits.take_profit or exits.time_exit is not None:
        return
    for side in sides:
        written = not is_empty(getattr(exits, side))
        if written and exits.use_exit_signal:
            continue
        if written:
            faults.add(
                _contradiction(
                    faults.where(_ROOT, "use_exit_signal"),
                    "exit conditions are switched off, and nothing else closes a position",
                    "a stop, a target or a time exit, or use_exit_signal true",
                    "use_exit_signal false and nothing else",
                    "add a stop, or switch use_exit_signal on",
                )
            )
            return
        faults.add(
            DefinitionError(
                Code.NO_EXIT,
                f"a {side} position is never closed",
                where=faults.where(_ROOT),
                expected=f"conditions under {side}, a stop, a target or a time exit",
                found="none of them",
                remedy='add "stop_loss": {"type": "fixed", "value": 0.05}, for example',
            )
        )


def _check_switches(exits: ExitConditions, faults: Faults) -> None:
    """Note switches that have nothing to switch."""
    if exits.exit_profit_offset and not exits.exit_profit_only:
        faults.add(
            _contradiction(
                faults.where(_ROOT, "exit_profit_offset"),
                "exit_profit_offset does nothing without exit_profit_only",
                "exit_profit_only true",
                "false",
                "switch exit_profit_only on, or take the offset out",
            )
        )
    if exits.exit_profit_only and not exits.use_exit_signal:
        faults.add(
            _contradiction(
                faults.where(_ROOT, "exit_profit_only"),
                "exit_profit_only does nothing while exit conditions are switched off",
                "use_exit_signal true",
                "false",
                "take one of the two out",
            )
        )
    if exits.ignore_roi_if_entry_signal and not exits.take_profit:
        faults.add(
            _contradiction(
                faults.where(_ROOT, "ignore_roi_if_entry_signal"),
                "ignore_roi_if_entry_signal does nothing without a target",
                "a take_profit",
                "none",
                "add a target, or take this out",
            )
        )


def _check_trailing(stop: TrailingStop, faults: Faults) -> None:
    """Note a trailing stop whose numbers do not go together."""
    place = (_ROOT, "stop_loss")
    if stop.distance is not None and stop.offset is not None and stop.offset <= stop.distance:
        faults.add(
            _contradiction(
                faults.where(*place, "offset"),
                "the stop would trail into a loss: its offset is not above its distance",
                f"an offset above the distance ({stop.distance:g})",
                f"{stop.offset:g}",
                "raise the offset, or lower the distance",
            )
        )
    if stop.only_past_offset and stop.offset is None:
        faults.add(
            _contradiction(
                faults.where(*place, "only_past_offset"),
                "only_past_offset needs an offset",
                "an offset",
                "none",
                'add "offset": 0.03, for example, or take only_past_offset out',
            )
        )
    if stop.offset is not None and stop.distance is None and not stop.only_past_offset:
        faults.add(
            _contradiction(
                faults.where(*place, "offset"),
                "the offset changes nothing: the stop trails at one distance throughout",
                "a distance that takes over, or only_past_offset true",
                "neither",
                "add a distance, or take the offset out",
            )
        )


def _check_targets(exits: ExitConditions, timeframes: list[str], faults: Faults) -> None:
    place = (_ROOT, "take_profit")
    kinds = [type(target) for target in exits.take_profit]
    plain = [t for t in exits.take_profit if not isinstance(t, RiskReward)]
    rewards = [t for t in exits.take_profit if isinstance(t, RiskReward)]
    for target in exits.take_profit:
        if isinstance(target, SteppedTarget):
            _check_minutes(target, exits, timeframes, faults)
    if len(plain) > 1 or len(rewards) > 1:
        same = len(set(kinds)) < len(kinds)
        faults.add(
            _contradiction(
                faults.where(*place, 1),
                "the higher of two targets is never reached"
                if same
                else "a fixed target beside a stepped one is never reached, or always first",
                "at most one fixed or roi target, and at most one risk_reward",
                ", ".join(target.type for target in exits.take_profit),
                "keep the one you mean"
                if same
                else 'write the fixed one as step "0" of the roi target',
            )
        )
        return
    for reward in rewards:
        _check_reward(reward, exits, plain, faults)


def _check_reward(
    reward: RiskReward,
    exits: ExitConditions,
    plain: list[FixedTarget | SteppedTarget],
    faults: Faults,
) -> None:
    """Note a reward without a risk, and a target that another one always forestalls."""
    place = (_ROOT, "take_profit", exits.take_profit.index(reward))
    stop = exits.stop_loss
    if stop is None:
        faults.add(
            _contradiction(
                faults.where(*place),
                "a risk_reward target needs a stop: without one there is no risk to measure",
                "a stop_loss",
                "none",
                'add "stop_loss", or make the target {"type": "fixed"}',
            )
        )
    if not isinstance(stop, FixedStop | TrailingStop) or not plain:
        return
    ratio = stop.value * reward.value
    steps = _steps(exits)
    if steps[0][0] == 0 and max(step for _, step in steps) <= ratio:
        faults.add(_never(faults.where(*place), f"{ratio:g}", f"{steps[0][1]:g}"))
    elif min(step for _, step in steps) >= ratio:
        other = (_ROOT, "take_profit", exits.take_profit.index(plain[0]))
        faults.add(_never(faults.where(*other), f"{min(s for _, s in steps):g}", f"{ratio:g}"))


def _never(where: str, this: str, other: str) -> DefinitionError:
    return _contradiction(
        where,
        "this target is never reached: the other one comes first",
        f"a profit below that of the other target ({other})",
        this,
        "take one of the two out",
    )


def _check_minutes(
    target: SteppedTarget, exits: ExitConditions, timeframes: list[str], faults: Faults
) -> None:
    """Note steps that are no minutes, and steps that come after the position is closed."""
    place = (_ROOT, "take_profit", exits.take_profit.index(target), "steps")
    for minutes in target.steps:
        if not minutes.isdecimal() or str(int(minutes)) != minutes:
            faults.add(
                DefinitionError(
                    Code.WRONG_TYPE,
                    f'"{minutes}" is not a number of minutes',
                    where=faults.where(*place, minutes),
                    expected="whole minutes since the entry, as text",
                    found=f'"{minutes}"',
                    remedy='write {"0": 0.05, "60": 0.02}, for example',
                )
            )
            return
    if exits.time_exit is None or not timeframes:
        return
    candle = Timeframe.parse(timeframes[0]).minutes
    end = exits.time_exit.max_bars * candle
    for age in sorted(map(int, target.steps)):
        if age >= end:
            faults.add(
                _contradiction(
                    faults.where(*place, str(age)),
                    "this step is never reached: the time exit comes first",
                    f"a step before {end} minutes ({exits.time_exit.max_bars} candles "
                    f"of {timeframes[0]})",
                    f"{age} minutes",
                    "take the step out, or raise max_bars",
                )
            )
            return
