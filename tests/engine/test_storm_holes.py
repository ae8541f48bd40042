"""The storm finds holes: a guardrail left out, a rule of the engine turned."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.engine.storm.market import limits, only
from tests.engine.storm.world import Storm

from tidegate.errors import TidegateError
from tidegate.guardrails import GUARDRAILS, Gate, Guardrail

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.guardrails import Limits, Reason, Standing, Trip
    from tidegate.guardrails.review import Review

ROOT = Path(__file__).parents[2]
EVENTS = 1500
STORMS = 12
FOUND = (AssertionError, TidegateError, AttributeError, TypeError, ArithmeticError, UnicodeError)
"""What a hole ends in: most are foretold wrongly, some let through what cannot be reckoned with."""


def storms(gate: Callable[[Limits], Gate], within: Limits | None = None) -> None:
    for seed in range(STORMS):
        random = Random(seed)  # noqa: S311 - chance that can be had again
        Storm(random, gate, within or limits(random, 0.3)).run(EVENTS)


def without(missing: Guardrail) -> Callable[[Limits], Gate]:
    """Return a gate that asks all guardrails but one."""

    def passes(_review: Review) -> Reason | None:
        return None

    def gate(limits: Limits) -> Gate:
        made = Gate(limits)
        for part in ("_form", "_times", "_sizes"):
            rails = getattr(made, part)
            left = [(passes if rail is missing else judge, rail) for judge, rail in rails]
            setattr(made, part, left)
        return made

    return gate


@pytest.mark.parametrize("guardrail", GUARDRAILS, ids=lambda rail: rail.name)
def test_a_guardrail_that_is_left_out_is_found(guardrail: Guardrail) -> None:
    felt = only(guardrail.setting) if guardrail.setting else None
    with pytest.raises(FOUND):
        storms(without(guardrail), felt)


class Blind(Gate):
    """A gate that never sees a reason to stop."""

    def trip(self, standing: Standing, now_ns: int) -> Trip | None:  # noqa: ARG002 - a gate's
        return None


def test_a_gate_that_never_stops_trading_is_found() -> None:
    with pytest.raises(AssertionError, match="a limit is reached"):
        storms(Blind)


@dataclass(frozen=True)
class Hole:
    name: str
    file: str
    right: str
    wrong: str
    felt: str = ""
    """The limit that has to be tight for it to matter."""


HOLES = (
    Hole(
        "an order is sent before it is kept",
        "driver.py",
        "            self._keep(step)\n            for effect in step.effects:\n"
        "                self._do(effect, now_ns)\n",
        "            for effect in step.effects:\n                self._do(effect, now_ns)\n"
        "            self._keep(step)\n",
    ),
    Hole(
        "a fill that is told twice is booked twice",
        "hearing.py",
        "    if filled.id in life.fills:\n        return  # said twice\n",
        "    from msgspec.structs import replace\n    if filled.id in life.fills:\n"
        '        filled = replace(filled, id=filled.id + "+")\n',
    ),
    Hole(
        "what open increases may use is not kept for them",
        "figures.py",
        "        free = EXACT.subtract(free, more.reserved)\n",
        "",
    ),
    Hole(
        "the fee of an open increase is not kept for it",
        "figures.py",
        "            if instrument is not None:\n",
        "            if instrument is None:\n",
        felt="balance_reserve",
    ),
    Hole(
        "an open increase that changed is not reckoned again",
        "figures.py",
        "            self._open.pop(pair, None)\n",
        "            pass\n",
    ),
    Hole(
        "an open increase that came is not added",
        "figures.py",
        "            self._worth = _with(self._worth, added)\n",
        "            pass\n",
    ),
    Hole(
        "open increases are not reckoned at the new price",
        "figures.py",
        " or known.price != price:",
        ":",
    ),
    Hole(
        "what is held is not reckoned again after a fill",
        "state.py",
        "        booked = self.opened.fill(life.order, fact)\n        self.booked += 1\n",
        "        booked = self.opened.fill(life.order, fact)\n",
    ),
    Hole(
        "a position whose increase is over counts as being opened",
        "orders.py",
        "            if not self.opening[order.position]:\n",
        "            if self.opening[order.position] < 0:\n",
    ),
    Hole(
        "a latch re-arms itself when trading is started",
        "operating.py",
        "    if state.latched:\n        return",
        "    if state.latched and engine.breaker:\n        return",
        felt="max_losses_in_row",
    ),
    Hole(
        "a limit that is reached does not latch",
        "state.py",
        "        self.latched = fact.reason\n",
        '        self.latched = ""\n',
    ),
    Hole(
        "a cancellation is noted and not carried out",
        "driver.py",
        "        elif isinstance(effect, Cancel):\n"
        "            self.broker.cancel(effect.order, now_ns)\n",
        "        elif isinstance(effect, Cancel):\n            pass\n",
    ),
    Hole(
        "a halt leaves waiting increases where they are",
        "operating.py",
        '    count = take_back_increases(engine, step, ordered.time_ns, "halted")\n',
        "    count = 0\n",
    ),
    Hole(
        "flattening skips the last position",
        "flattening.py",
        "    for position in list(account.positions.values()):\n",
        "    for position in list(account.positions.values())[:-1]:\n",
    ),
    Hole(
        "flattening leaves orders in the way",
        "flattening.py",
        "        if not life.leaving and not _closes(life.order):\n",
        "        if life.leaving and not _closes(life.order):\n",
    ),
    Hole(
        "a breaker that goes on leaves increases waiting",
        "flattening.py",
        "    if seen.reason and not engine.breaker:\n",
        "    if not seen.reason and engine.breaker:\n",
    ),
    Hole(
        "a limit that is reached does not switch the breaker on",
        "flattening.py",
        "    step.effects.append(TripBreaker(",
        "    (TripBreaker(",
    ),
    Hole(
        "exposure forgets open increases",
        "figures.py",
        "        exposure[pair] = EXACT.add(exposure.get(pair, ZERO), more.exposure)\n",
        "",
    ),
    Hole(
        "after a restart nobody asks what became of open orders",
        "driver.py",
        "        waiting = list(orders.live())\n",
        "        waiting = []\n",
    ),
    Hole(
        "after a restart nobody asks for late fills of cancelled orders",
        "driver.py",
        "        ended = [life.order for life in orders.cut_short()]\n",
        "        ended = []\n",
    ),
    Hole(
        "a snapshot forgets which fills were booked",
        "snapshot.py",
        "        approvals=list(state.approvals),\n",
        "        approvals=[],\n",
    ),
    Hole(
        "an unresolved order blocks nothing",
        "orders.py",
        "        if life.state is OrderState.UNRESOLVED:\n",
        "        if life.state is OrderState.REJECTED:\n",
    ),
    Hole(
        "a deposit counts as a gain",
        "state.py",
        "        self.day_start = EXACT.add(self.day_start, fact.amount)\n",
        "",
    ),
    Hole(
        "the marks of a day never begin anew",
        "state.py",
        "            day_start=kept if new_day else self.day_start,\n",
        "            day_start=self.day_start,\n",
    ),
    Hole(
        "another leverage in the same position is let through",
        "deciding.py",
        "        if engine.state.leverage(wish.position) != wish.leverage:\n",
        "        if engine.state.leverage(wish.position) is None:\n",
    ),
    Hole(
        "the first of the broker's words is lost",
        "driver.py",
        "            step = Step()\n            for word in said:\n",
        "            step = Step()\n            for word in said[1:]:\n",
    ),
)


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.name)
def test_a_hole_in_the_engine_is_found(hole: Hole, tmp_path: Path) -> None:
    """Run the storm in a process whose engine has the hole, and no hole with the same storms."""
    package = tmp_path / "tidegate"
    package.mkdir()
    for room in (ROOT / "src/tidegate").iterdir():
        if room.name not in {"engine", "__pycache__"}:
            (package / room.name).symlink_to(room)
    (package / "engine").mkdir()
    for file in (ROOT / "src/tidegate/engine").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        if file.name == hole.file:
            assert text.count(hole.right) == 1, "the hole does not fit the source any more"
            text = text.replace(hole.right, hole.wrong)
        (package / "engine" / file.name).write_text(text, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "tests.engine.storm.alone", str(STORMS), str(EVENTS), hole.felt],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"engine at {package / 'engine'}" in done.stdout
    assert done.returncode != 0, "nobody noticed"
    assert "Error" in done.stderr.splitlines()[-1], done.stderr[-2000:]


def test_without_a_hole_the_same_storms_blow_over() -> None:
    storms(Gate)
