"""An account written down is read again whole, or refused."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import LedgerError
from tidegate.ledger import Account

from .facts import HOUR, MONDAY, SHORT, Desk, account

if TYPE_CHECKING:
    from collections.abc import Iterator


def _busy(accounting: str = "fifo") -> Desk:
    desk = Desk(account(accounting=accounting))
    desk.put("1", "100", fee="0.1")
    desk.put("3", "101", fee="0.3", time_ns=MONDAY + HOUR)
    desk.put("2", "7", pair="ETH/USDT", position="q", direction=SHORT, leverage="3")
    desk.put("1", "1", pair="ADA/USDT", position="gone")
    desk.take("1", "0.9", pair="ADA/USDT", position="gone", tag="stop_loss")
    desk.take("1.7", "103", fee="0.17", time_ns=MONDAY + 2 * HOUR)
    desk.account.funding("q", Decimal("-0.01"), MONDAY + 2 * HOUR)
    desk.put("0.1", "1", pair="ADA/USDT", position="speck")
    desk.account.sweep("speck", Decimal("0.1"), MONDAY + 2 * HOUR, "roi")
    return desk


@pytest.mark.parametrize("accounting", ["fifo", "average"])
def test_a_snapshot_is_plain_json_and_comes_back_as_it_was(accounting: str) -> None:
    desk = _busy(accounting)
    written = desk.account.snapshot()
    restored = Account.restore(json.loads(json.dumps(written)))
    assert restored.snapshot() == written
    assert restored.records() == desk.account.records()
    assert restored.balance == desk.account.balance
    assert restored.accounting == accounting
    assert (restored.free, restored.amounts()) == (desk.account.free, desk.account.amounts())
    assert restored.tally == desk.account.tally


def test_a_snapshot_does_not_change_with_the_account() -> None:
    desk = _busy()
    written = desk.account.snapshot()
    before = copy.deepcopy(written)
    desk.put("1", "100")
    assert written == before


def test_a_restored_account_does_not_change_what_it_was_restored_from() -> None:
    written = _busy().account.snapshot()
    before = copy.deepcopy(written)
    desk = Desk(Account.restore(written))
    desk.number = 1000
    desk.put("1", "100")
    assert written == before


def test_its_stop_tags_come_back_with_it() -> None:
    own = Account("main", "USDT", stop_tags=frozenset({"b", "a"}))
    assert Account.restore(own.snapshot()).stop_tags == {"a", "b"}


def _places(part: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Name every field of a snapshot, those of its positions and tranches included."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if place[-1:] not in (("orders",), ("last_exit_ns",), ("last_stop_ns",), ("dust",)):
                yield (*place, name)
            yield from _places(inner, (*place, name))
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _places(inner, (*place, number))


WRITTEN = _busy().account.snapshot()
FIELDS = list(_places(WRITTEN))


def _at(raw: Any, place: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any JSON
    for step in place:
        raw = raw[step]
    return raw


@pytest.mark.parametrize("place", FIELDS, ids=str)
def test_a_snapshot_without_a_field_is_refused(place: tuple[Any, ...]) -> None:
    raw = copy.deepcopy(WRITTEN)
    del _at(raw, place[:-1])[place[-1]]
    with pytest.raises(LedgerError, match=str(place[-1])):
        Account.restore(raw)


@pytest.mark.parametrize("place", sorted({field[:-1] for field in FIELDS}, key=str), ids=str)
def test_a_snapshot_with_a_field_of_another_version_is_refused(place: tuple[Any, ...]) -> None:
    raw = copy.deepcopy(WRITTEN)
    _at(raw, place)["colour"] = "blue"
    with pytest.raises(LedgerError, match="colour"):
        Account.restore(raw)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "a lot", 1, 0.1, None, True, []])
def test_a_decimal_is_text_and_a_number(value: object) -> None:
    for place in (("balance",), ("positions", 0, "cost"), ("positions", 0, "bought", 0, "price")):
        raw = copy.deepcopy(WRITTEN)
        _at(raw, place[:-1])[place[-1]] = value
        with pytest.raises(LedgerError, match="this is no snapshot"):
            Account.restore(raw)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("balance",), "1", "balance"),
        (("deposits",), "1", "balance"),
        (("tied",), "1", "tied up"),
        (("positions", 0, "tied"), "1", "tied up"),
        (("positions", 0, "amount"), "1", "do not add up to what is held"),
        (("positions", 0, "amount"), "-2.3", "holds nothing"),
        (("positions", 0, "put_in"), "5", "what went in less what came out"),
        (("positions", 0, "cost"), "5", "do not add up to its cost"),
        (("positions", 0, "name"), "q", "stands there twice"),
        (("version",), 1, "version"),
        (("dust",), {"ADA": "0"}, "dust"),
        (("dust",), {"ADA": "NaN"}, "dust"),
        (("accounting",), "lifo", "lifo"),
        (("positions", 0, "direction"), "up", "up"),
    ],
)
def test_a_snapshot_that_does_not_add_up_is_refused(
    place: tuple[Any, ...], value: object, says: str
) -> None:
    raw = copy.deepcopy(WRITTEN)
    _at(raw, place[:-1])[place[-1]] = value
    with pytest.raises(LedgerError, match=says):
        Account.restore(raw)


@pytest.mark.parametrize("raw", [None, [], "x", 1, {}])
def test_what_is_no_snapshot_at_all_is_refused(raw: object) -> None:
    with pytest.raises(LedgerError, match="this is no snapshot of an account"):
        Account.restore(raw)
