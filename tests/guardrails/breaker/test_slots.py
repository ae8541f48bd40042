from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tidegate.errors import Code, LimitError
from tidegate.guardrails.breaker import BacktestSlots

if TYPE_CHECKING:
    from pathlib import Path

SECOND = 1_000_000_000


@pytest.fixture
def slots(tmp_path: Path) -> BacktestSlots:
    return BacktestSlots(tmp_path / "state" / "backtests", most=2, ttl_s=900)


def test_as_many_as_may_be_and_no_more(slots: BacktestSlots) -> None:
    with_one, with_two = slots.take("one", 0), slots.take("two", 0)
    assert with_one is not None
    assert with_two is not None
    assert slots.take("three", 0) is None
    assert sorted(slots.holders(0)) == ["one", "two"]
    with_one.release()
    again = slots.take("three", 0)
    assert again is not None
    assert sorted(slots.holders(0)) == ["three", "two"]
    again.release()
    with_two.release()


def test_a_place_is_given_back_at_the_end_also_of_a_failure(
    slots: BacktestSlots, tmp_path: Path
) -> None:
    def fail() -> None:
        slot = slots.take("one", 0)
        assert slot is not None
        with slot:
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert slots.holders(0) == []
    assert [one.name for one in (tmp_path / "state" / "backtests").iterdir()] == ["all.lock"]


def test_who_gives_no_sign_of_life_does_not_count(slots: BacktestSlots) -> None:
    one, two = slots.take("one", 0), slots.take("two", 0)
    assert one is not None
    assert two is not None
    two.renew(600 * SECOND)
    assert slots.take("three", 900 * SECOND - 1) is None
    three = slots.take("three", 900 * SECOND)
    assert three is not None
    assert sorted(slots.holders(900 * SECOND)) == ["three", "two"]
    for slot in (one, two, three):
        slot.release()


def test_a_place_that_cannot_be_read_counts(slots: BacktestSlots) -> None:
    one, two = slots.take("one", 0), slots.take("two", 0)
    assert one is not None
    assert two is not None
    one.path.write_text("{", encoding="utf-8")
    three = slots.take("three", 10**6 * SECOND)
    assert three is not None
    assert len(slots.holders(10**6 * SECOND)) == 2


def test_a_folder_that_cannot_be_made_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    with pytest.raises(LimitError) as error:
        BacktestSlots(tmp_path / "state" / "backtests", most=2, ttl_s=900).take("one", 0)
    assert error.value.code is Code.NOT_WRITABLE
