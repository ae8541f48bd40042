"""Each animal of the zoo trades in both programs alike."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.parity.cases import OPTIONS, alone, animals, brief, soaked, with_options
from tests.parity.holding import held_alike

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parity.conftest import Folders
    from tests.parity.running import Case


SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


@pytest.mark.parametrize("case", soaked() if SOAK else brief(), ids=str)
def test_features_trade_alike(case: Case, folders: Folders, tmp_path: Path) -> None:
    held_alike(case, folders(case.market), tmp_path)


@pytest.mark.parametrize("name", ["AddsAndExits", "Leveraged", "Cooldown"])
def test_figures_are_alike(name: str, folders: Folders, tmp_path: Path) -> None:
    case = next(case for case in alone() if case.strategy == name and case.market.futures)
    held_alike(case, folders(case.market), tmp_path, figures=True)


def test_every_option_and_every_animal_has_its_turn() -> None:
    cases = brief()
    assert {case.strategy for case in cases} == {name for one in animals().values() for name in one}
    used = [case.options for case in with_options()]
    unused = [
        name
        for name, chosen in OPTIONS.items()
        if not any(chosen.items() <= options.items() for options in used)
    ]
    assert unused == []


def test_the_zoo_is_found() -> None:
    found = animals()
    assert {"stops", "targets", "exits", "prices", "stakes", "adding", "guards"} <= set(found)
    assert {"CustomStop", "TrailingWaits"} <= set(found["stops"])
    assert sum(map(len, found.values())) > 100
