"""Whose strategy a name means."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.freqtrade.conftest import strategy

from tidegate.errors import Code, InputError
from tidegate.freqtrade.options import Options
from tidegate.freqtrade.recognition import freqtrades
from tidegate.freqtrade.strategy_files import Written, strategies_in
from tidegate.strategies.catalogue import listing

OURS = """\
from tidegate.strategies import Strategy

class {name}(Strategy):
    pass
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "mean.py").write_text(strategy("Mean"), encoding="utf-8")
    (folder / "two.py").write_text(strategy("One") + "\n\n" + strategy("Two"), encoding="utf-8")
    (folder / "ours.py").write_text(OURS.format(name="Ours"), encoding="utf-8")
    return folder


def test_a_class_for_freqtrade_is_found_by_its_name_in_a_folder_of_the_command_line(
    shelf: Path,
) -> None:
    found = freqtrades("Mean", Options(), [shelf])
    assert found == Options(strategy="Mean", strategy_path=shelf)


def test_a_class_for_freqtrade_is_found_in_the_usual_folder(shelf: Path) -> None:
    own = shelf.parent / "user_data" / "strategies"
    own.mkdir(parents=True)
    (shelf / "mean.py").rename(own / "mean.py")
    found = freqtrades("Mean", Options(), [])
    assert found is not None
    assert found.strategy_path == Path("user_data/strategies")


def test_folders_below_are_searched_only_where_that_is_asked_for(shelf: Path) -> None:
    below = shelf.parent / "user_data" / "strategies" / "below"
    below.mkdir(parents=True)
    (shelf / "mean.py").rename(below / "mean.py")
    with pytest.raises(InputError, match='no strategy is called "Mean"'):
        freqtrades("Mean", Options(), [])
    found = freqtrades("Mean", Options(recursive_strategy_search=True), [])
    assert found is not None
    assert found.strategy == "Mean"


@pytest.mark.parametrize("name", ["ema-crossover", "EMA Crossover", "ours.json", "Ours"])
def test_tidegates_own_strategies_stay_its_own(shelf: Path, name: str) -> None:
    assert freqtrades(name, Options(), [shelf]) is None


def test_a_file_gives_its_only_strategy(shelf: Path) -> None:
    found = freqtrades(str(shelf / "mean.py"), Options(), [])
    assert found == Options(strategy="Mean", strategy_path=shelf)
    assert freqtrades(str(shelf / "ours.py"), Options(), []) is None


def test_a_file_gives_the_strategy_that_is_named(shelf: Path) -> None:
    found = freqtrades(f"{shelf / 'two.py'}:Two", Options(), [])
    assert found == Options(strategy="Two", strategy_path=shelf)


def test_a_file_of_several_strategies_wants_one_named(shelf: Path) -> None:
    with pytest.raises(InputError, match=r"two\.py has 2 strategies") as caught:
        freqtrades(str(shelf / "two.py"), Options(), [])
    assert caught.value.code is Code.AMBIGUOUS_STRATEGY
    assert "One, Two" in caught.value.expected


def test_a_name_of_both_sides_is_refused_with_two_ways_out(shelf: Path) -> None:
    (shelf / "cross.py").write_text(strategy("EmaCrossover"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        freqtrades("EmaCrossover", Options(), [shelf])
    error = caught.value
    assert error.code is Code.AMBIGUOUS_STRATEGY
    theirs, ours = f"{shelf / 'cross.py'}:EmaCrossover", "ema-crossover"
    assert theirs in error.remedy
    assert f'"{ours}"' in error.remedy
    assert freqtrades(ours, Options(), [shelf]) is None
    found = freqtrades(theirs, Options(), [])
    assert found is not None
    assert found.strategy == "EmaCrossover"


def test_a_class_that_two_files_of_a_folder_have_is_refused_for_the_second(shelf: Path) -> None:
    (shelf / "zz.py").write_text(strategy("Mean"), encoding="utf-8")
    with pytest.raises(InputError, match="two files of one folder") as caught:
        freqtrades(str(shelf / "zz.py"), Options(), [])
    assert caught.value.code is Code.AMBIGUOUS_STRATEGY
    assert freqtrades(str(shelf / "mean.py"), Options(), []) is not None


def test_an_unknown_name_is_answered_with_the_nearest_of_both_sides(shelf: Path) -> None:
    with pytest.raises(InputError) as caught:
        freqtrades("Maen", Options(), [shelf])
    assert caught.value.code is Code.UNKNOWN_STRATEGY
    assert caught.value.remedy == 'did you mean "Mean"?'
    assert "ema-crossover" in caught.value.expected


def test_a_class_in_a_file_that_is_no_python_is_still_found(shelf: Path) -> None:
    (shelf / "mean.py").write_text(strategy("Mean") + "    def (:\n", encoding="utf-8")
    for name in ("Mean", str(shelf / "mean.py"), f"{shelf / 'mean.py'}:Mean"):
        found = freqtrades(name, Options(), [shelf])
        assert found is not None  # so that loading it can say what is wrong
        assert found.strategy == "Mean"


def test_parameters_kept_beside_a_strategy_are_no_definition(shelf: Path) -> None:
    text = '{"strategy_name": "Mean", "params": {}, "ft_stratparam_v": 1}'
    (shelf / "Mean.json").write_text(text, encoding="utf-8")
    assert freqtrades("Mean", Options(), [shelf]) is not None
    assert "Mean" not in {one.name for one in listing([shelf])}


def test_a_class_that_inherits_from_another_of_its_file_is_a_strategy(tmp_path: Path) -> None:
    file = tmp_path / "family.py"
    file.write_text(strategy("Base") + "\n\nclass Child(Base):\n    stoploss = -0.1\n")
    assert [one.name for one in strategies_in(file)] == ["Base", "Child"]


def test_a_place_is_the_line_of_a_member_or_of_the_class(tmp_path: Path) -> None:
    file = tmp_path / "mean.py"
    file.write_text(strategy("Mean"), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    written = Written("Mean", file)
    assert written.place("stoploss") == f"{file}:{lines.index('    stoploss = -0.05') + 1}"
    assert written.place("nothing") == f"{file}:3"
    assert Written("Mean", None).place() == "Mean"


def test_a_folder_of_the_configuration_is_searched_too(shelf: Path) -> None:
    file = shelf.parent / "config.json"
    file.write_text('{"strategy_path": "shelf"}', encoding="utf-8")
    for options in (Options(config=(file,)), Options()):  # named, and the usual one
        found = freqtrades("Mean", options, [])
        assert found is not None
        assert found.strategy_path == Path("shelf")
    assert freqtrades("ema-crossover", Options(), []) is None
