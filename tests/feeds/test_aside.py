from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tidegate.errors import Code, OptionError
from tidegate.feeds.aside import kept_aside, require_free, written_aside

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_appears_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.feather"
    path.write_text("old")
    with written_aside(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old"
        assert not aside.name.endswith(".feather")
    assert path.read_text() == "new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.feather"
    path.write_text("old")
    message = "half way"

    def fail() -> None:
        with written_aside(path) as aside:
            aside.write_text("ne")
            raise ValueError(message)

    with pytest.raises(ValueError, match=message):
        fail()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["x.feather"]


def test_the_old_file_is_kept_under_the_first_free_name(tmp_path: Path) -> None:
    path = tmp_path / "x.feather"
    for content, name in (("one", "x.feather.bak"), ("two", "x.feather.bak1")):
        path.write_text(content)
        assert kept_aside(path).name == name
    assert (tmp_path / "x.feather.bak").read_text() == "one"
    assert (tmp_path / "x.feather.bak1").read_text() == "two"
    assert path.read_text() == "two"


def test_a_taken_name_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b", "c")]
    require_free(paths)
    paths[1].touch()
    with pytest.raises(OptionError) as caught:
        require_free(paths)
    error = caught.value
    assert (error.code, error.where, error.found) == (Code.FILE_EXISTS, str(paths[1]), "b")
    assert error.problem == "a file of that name is there already"
    assert "--overwrite" in error.remedy
    paths[2].touch()
    with pytest.raises(OptionError, match="b and 1 more"):
        require_free(paths)
