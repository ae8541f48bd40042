"""Orders of a pair or a strategy are found by their days, and none is lost on the way."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, text

from tidegate.model import OrderState
from tidegate.registry import Reader, Wanted, open_database
from tidegate.registry.migrating import migrate

from .conftest import ACCOUNT, OWNER
from .makings import DAY, NOON, order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tidegate.model import OrderRecord
    from tidegate.registry import Database

PAIRS = ("BTC/USDT", "ETH/USDT", "b")
STRATEGIES = ("trend", "grid", "BTC/USDT", "a", "a/b")  # names that could be taken for another
MADE = st.tuples(
    st.integers(-3, 3).map(lambda days: NOON + days * DAY), st.integers(-DAY // 2, DAY // 2)
).map(sum)
ORDERS = st.lists(st.tuples(MADE, st.sampled_from(PAIRS), st.sampled_from(STRATEGIES)), max_size=40)
NUMBERS = itertools.count()


WANTED = st.builds(
    Wanted,
    pair=st.none() | st.sampled_from((*PAIRS, "NO/USDT")),
    strategy=st.none() | st.sampled_from(STRATEGIES),
    since_ns=st.none() | MADE,
    until_ns=st.none() | MADE,
    limit=st.integers(1, 7),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all examples, each with an account of its own: to make one takes long."""
    with open_database(tmp_path_factory.mktemp("days") / "shared.sqlite") as opened:
        yield opened


@given(batches=st.lists(ORDERS, max_size=3), wanted=WANTED)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_page_has_what_a_search_of_all_orders_finds(
    shared: Database, batches: list[list[tuple[int, str, str]]], wanted: Wanted
) -> None:
    account = f"account-{next(NUMBERS)}"
    made: list[OrderRecord] = []
    for batch in batches or [[]]:  # a journal that is opened again has forgotten what it noted
        made += [
            order(f"o{len(made) + n:04}", account=account, made_ns=at, pair=pair, strategy=strategy)
            for n, (at, pair, strategy) in enumerate(batch)
        ]
        with shared.journal(account, OWNER) as journal:
            journal.append([], made[-len(batch) :] if batch else [])
    found, page = list[Any](), Reader(shared, account).orders(wanted)
    while True:
        assert len(page.rows) <= wanted.limit
        found += page.rows
        if page.next is None:
            break
        page = Reader(shared, account).orders(replace(wanted, after=page.next))
    assert found == sorted(
        (one for one in made if _is_wanted(one, wanted)),
        key=lambda one: (one.order.made_ns, one.order.id),
        reverse=True,
    )


def _is_wanted(one: OrderRecord, wanted: Wanted) -> bool:
    since, until = wanted.since_ns, wanted.until_ns
    return (
        wanted.pair in {None, one.order.pair}
        and wanted.strategy in {None, one.order.strategy}
        and (since is None or one.order.made_ns >= since)
        and (until is None or one.order.made_ns < until)
    )


def test_a_change_of_an_old_order_is_shown_and_noted_no_more(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([], [order("o1"), order("o2", made_ns=NOON + 9 * DAY)])
        journal.append([], [order("o1", state=OrderState.OPEN)])
        (newest, oldest) = Reader(database, ACCOUNT).orders(Wanted(pair="BTC/USDT")).rows
    assert (newest.order.id, oldest.state) == ("o2", OrderState.OPEN)
    with database.connection() as connection:
        noted = connection.execute(text("SELECT name, day FROM order_days")).all()
    assert len(noted) == len(set(noted)) == 6


def test_a_handful_among_many_is_found_without_looking_at_the_others(database: Database) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        many = (order(f"o{n:05}", made_ns=NOON + n * DAY // 100) for n in range(20_000))
        rare = [order("rare", pair="RARE/USDT", strategy="old", made_ns=NOON + 50 * DAY)]
        journal.append([], [*many, *rare])
    reader = Reader(database, ACCOUNT)
    for wanted in (Wanted(pair="RARE/USDT"), Wanted(strategy="old")):
        asked: list[tuple[str, tuple[object, ...]]] = []
        engine = database._engine  # noqa: SLF001 - to overhear it

        def listen(*given_: object, heard: list[tuple[str, tuple[object, ...]]] = asked) -> None:
            heard.append((str(given_[2]), given_[3]))  # type: ignore[arg-type] # as drivers take it

        event.listen(engine, "before_cursor_execute", listen)
        assert reader.orders(wanted).rows == rare
        event.remove(engine, "before_cursor_execute", listen)
        spans = [values for statement, values in asked if "FROM orders" in statement]
        assert len(spans) == 1  # one day's, out of two hundred
        numbers = [n for n in _values(spans[0]) if isinstance(n, int) and n > DAY]
        assert max(numbers) - min(numbers) == DAY


def _values(values: object) -> list[object]:
    return list(values.values()) if isinstance(values, dict) else list(values)  # type: ignore[call-overload] # a tuple, then


def test_orders_of_an_older_database_are_found(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with open_database(path) as database, database.journal(ACCOUNT, OWNER) as journal:
        made = [
            order(f"o{n}", made_ns=NOON + n * DAY, strategy=("trend", "grid")[n % 2])
            for n in range(10)
        ]
        journal.append([], made)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE order_days"))
        connection.execute(text("UPDATE tidegate_schema SET version_num = '3'"))
    with engine.begin() as connection:
        migrate(connection, "4")
    engine.dispose()
    with open_database(path) as database:
        reader = Reader(database, ACCOUNT)
        assert reader.orders(Wanted(pair="BTC/USDT")).rows == made[::-1]
        assert reader.orders(Wanted(strategy="grid", pair="BTC/USDT")).rows == made[::-2]
        assert reader.orders(Wanted(pair="ETH/USDT")).rows == []


@pytest.mark.parametrize("words", ["soon", "1:"])
def test_a_place_that_is_none_is_refused_with_a_filter_too(database: Database, words: str) -> None:
    with database.journal(ACCOUNT, OWNER) as journal:
        journal.append([], [order()])
    if words == "soon":
        with pytest.raises(Exception, match="no place in a list"):
            Reader(database, ACCOUNT).orders(Wanted(pair="BTC/USDT", after=words))
    else:
        assert Reader(database, ACCOUNT).orders(Wanted(pair="BTC/USDT", after=words)).rows == []
