"""What is written in records is read back, and lists are filtered and paged."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidegate.engine.entry import Entry
from tidegate.engine.facts import BooksAlike, PairsHalted, PairsLifted, Swept, entry_of
from tidegate.errors import OptionError
from tidegate.model import Command, CommandKind, Direction, OrderState
from tidegate.registry import DailySums, Reader, Wanted

from .conftest import ACCOUNT, OWNER
from .makings import DAY, NOON, entry, equity, incident, order, position, trade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tidegate.registry import Database, DatabaseJournal

_MIDNIGHT = NOON - NOON % DAY


@pytest.fixture
def journal(database: Database) -> Iterator[DatabaseJournal]:
    with database.journal(ACCOUNT, OWNER) as opened:
        yield opened


@pytest.fixture
def reader(database: Database, journal: DatabaseJournal) -> Reader:
    del journal  # which makes the account
    return Reader(database, ACCOUNT)


# records


def test_an_order_is_read_as_it_was_written_and_the_latest_word_counts(
    journal: DatabaseJournal, reader: Reader
) -> None:
    journal.append([], [order("o1"), order("o2", made_ns=NOON + 1)])
    assert reader.open_orders() == [order("o2", made_ns=NOON + 1), order("o1")]
    changed = order(
        "o1",
        state=OrderState.FILLED,
        filled=Decimal("0.12345678"),
        average=Decimal("41999.95"),
        fee=Decimal("5.1851"),
        changed_ns=NOON + 7,
        words="done",
    )
    journal.append([], [order("o1", state=OrderState.OPEN), changed])
    assert reader.open_orders() == [order("o2", made_ns=NOON + 1)]
    assert reader.orders().rows == [order("o2", made_ns=NOON + 1), changed]


@pytest.mark.parametrize("state", list(OrderState))
def test_an_order_is_open_until_its_end(
    journal: DatabaseJournal, reader: Reader, state: OrderState
) -> None:
    journal.append([], [order(state=state)])
    ended = state in {OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED}
    assert reader.open_orders() == ([] if ended else [order(state=state)])
    assert reader.orders().rows == [order(state=state)]


def test_a_position_changes_and_goes(journal: DatabaseJournal, reader: Reader) -> None:
    journal.append([], [position("a"), position("b", opened_ns=NOON - 1)])
    assert reader.positions() == [position("b", opened_ns=NOON - 1), position("a")]
    journal.append([], [position("a", amount=Decimal("0.7"), changed_ns=NOON + 1)])
    assert reader.positions()[1].amount == Decimal("0.7")
    journal.append([], [position("b", amount=Decimal(0))])
    assert [one.position for one in reader.positions()] == ["a"]


def test_of_two_words_about_a_position_in_one_batch_the_later_counts(
    journal: DatabaseJournal, reader: Reader
) -> None:
    journal.append([], [position("a", amount=Decimal(0)), position("a"), position("b")])
    assert [one.position for one in reader.positions()] == ["a", "b"]
    journal.append([], [position("a", tag="x"), position("a", amount=Decimal(0))])
    assert [one.position for one in reader.positions()] == ["b"]


def test_trades_of_a_position_with_one_name_are_all_kept(
    journal: DatabaseJournal, reader: Reader
) -> None:
    same = [trade(1, position="p"), trade(1, position="p")]
    journal.append([], same)
    journal.append([], [trade(2, position="p")])
    assert reader.trades().rows == [trade(2, position="p"), *same]
    assert reader.status().trades == 3


def test_trades_are_counted_on_after_a_restart(database: Database) -> None:
    for number in (1, 2, 3):
        with database.journal(ACCOUNT, OWNER) as journal:
            journal.append([], [trade(number), incident(number)])
    reader = Reader(database, ACCOUNT)
    assert reader.trades().rows == [trade(3), trade(2), trade(1)]
    assert reader.incidents().rows == [incident(3), incident(2), incident(1)]
    (day,) = reader.daily()
    assert (day.trades, day.profit) == (3, Decimal("1374.75"))


_AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=8) | st.decimals(
    min_value=Decimal("-1e30"), max_value=Decimal("1e30"), allow_nan=False
)


@given(amounts=st.lists(_AMOUNTS, min_size=3, max_size=3))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_amount_of_money_is_read_back_to_its_last_digit(
    journal: DatabaseJournal, reader: Reader, amounts: list[Decimal]
) -> None:
    balance, worth, exposure = amounts
    written = equity(balance=balance, equity=worth, exposure=exposure)
    journal.append([], [written])
    assert reader.equity() == [written]


def test_money_is_never_a_float_in_the_database(
    journal: DatabaseJournal, database: Database
) -> None:
    journal.append([], [equity(balance=Decimal("0.1"))])
    kind = "typeof" if "postgresql" not in database.place.words else "pg_typeof"
    with database.connection() as connection:
        found = connection.exec_driver_sql(f"SELECT {kind}(balance) FROM equity").scalar()  # noqa: S608 - own names
    assert str(found) in {"text", "numeric"}


# lists


def _orders(count: int) -> list[Any]:
    pairs = ("BTC/USDT", "ETH/USDT", "SOL/USDT")
    return [
        order(
            f"o{number:03}",
            made_ns=NOON + number // 3,  # several at one time
            pair=pairs[number % 3],
            strategy=("trend", "grid")[number % 2],
        )
        for number in range(count)
    ]


def _paged(read: Any, limit: int) -> list[Any]:  # noqa: ANN401 - one of the lists
    """Return the rows of all pages, which have to come to an end."""
    seen: list[Any] = []
    page = read(Wanted(limit=limit))
    for _ in range(100):
        assert len(page.rows) <= limit
        seen += page.rows
        if page.next is None:
            return seen
        page = read(Wanted(limit=limit, after=page.next))
    pytest.fail("the pages go round in circles")


def test_pages_of_a_list_hold_every_row_once_the_newest_first(
    journal: DatabaseJournal, reader: Reader
) -> None:
    written = _orders(20)
    journal.append([], written)
    for limit in (1, 4, 7, 19, 20, 50):
        assert _paged(reader.orders, limit) == written[::-1]


def test_pages_of_trades_and_incidents_hold_every_row_once(
    journal: DatabaseJournal, reader: Reader
) -> None:
    trades = [trade(number, closed_ns=NOON + number // 4) for number in range(1, 16)]
    incidents = [incident(number, time_ns=NOON + number // 4) for number in range(1, 16)]
    journal.append([], [*trades, *incidents])
    assert _paged(reader.trades, 4) == trades[::-1]
    assert _paged(reader.incidents, 4) == incidents[::-1]


def test_lists_are_filtered_by_pair_strategy_and_time(
    journal: DatabaseJournal, reader: Reader
) -> None:
    orders = _orders(12)
    trades = [
        trade(n, pair=("BTC/USDT", "ETH/USDT")[n % 2], strategy=("a", "b", "c")[n % 3])
        for n in range(1, 13)
    ]
    journal.append([], [*orders, *trades])
    newest = orders[::-1]
    assert reader.orders(Wanted(pair="ETH/USDT")).rows == [
        one for one in newest if one.order.pair == "ETH/USDT"
    ]
    assert reader.orders(Wanted(strategy="grid", pair="BTC/USDT")).rows == [
        one for one in newest if one.order.pair == "BTC/USDT" and one.order.strategy == "grid"
    ]
    window = Wanted(since_ns=NOON + 1, until_ns=NOON + 3)
    assert reader.orders(window).rows == orders[3:9][::-1]
    late = Wanted(since_ns=NOON + 50, until_ns=NOON + 80, pair="ETH/USDT")
    assert reader.trades(late).rows == [trades[6], trades[4]]
    assert reader.trades(Wanted(strategy="nobody")).rows == []


def test_incidents_are_filtered_by_time_and_severity(
    journal: DatabaseJournal, reader: Reader
) -> None:
    grave = incident(2, severity="critical")
    journal.append([], [incident(1), grave, incident(3)])
    assert reader.incidents(severity="critical").rows == [grave]
    assert reader.incidents(Wanted(since_ns=NOON + 2)).rows == [incident(3), grave]
    assert reader.incidents(Wanted(since_ns=NOON + 3), "critical").rows == []


@pytest.mark.parametrize("after", ["", "x", "12", ":a", "-1:a", "1.5:a"])
def test_a_place_in_a_list_that_is_none_is_refused(reader: Reader, after: str) -> None:
    with pytest.raises(OptionError, match="no place in a list"):
        reader.orders(Wanted(after=after))


def test_a_key_that_is_no_number_is_refused_where_keys_are_numbers(reader: Reader) -> None:
    with pytest.raises(OptionError, match="no place in a list"):
        reader.trades(Wanted(after="5:abc"))


def test_a_page_has_at_least_one_row_and_at_most_a_thousand(
    journal: DatabaseJournal, reader: Reader
) -> None:
    journal.append([], [incident(number) for number in range(1, 1003)])
    assert len(reader.incidents(Wanted(limit=5000)).rows) == 1000
    assert len(reader.incidents(Wanted(limit=0)).rows) == 1


# journal


def test_the_end_of_the_journal_is_shown_in_its_order(
    journal: DatabaseJournal, reader: Reader
) -> None:
    entries = [
        entry(n, kind=("approved", "filled")[n % 2], correlation=f"c{n // 4}") for n in range(12)
    ]
    journal.append(entries, [])
    numbered = list(enumerate(entries, 1))
    assert reader.journal(limit=3) == numbered[-3:]
    assert reader.journal(limit=50) == numbered
    assert reader.journal(after=9) == numbered[9:]
    assert reader.journal(after=2, limit=2) == numbered[2:4]
    assert reader.journal(kind="filled", limit=2) == [numbered[9], numbered[11]]
    assert reader.journal(correlation="c1") == numbered[4:8]
    assert reader.journal(correlation="c1", kind="filled") == [numbered[5], numbered[7]]
    assert reader.journal(correlation="c1", kind="filled", limit=1) == [numbered[7]]
    assert reader.journal(correlation="c1", after=6) == numbered[6:8]
    assert reader.journal(correlation="nobody") == []


# status


def _fact(kind: str, number: int, **body: str) -> Entry:
    return Entry(NOON + number, kind, "c", json.dumps(body).encode())


def test_an_account_without_a_history_is_halted(reader: Reader) -> None:
    status = reader.status()
    assert (status.trading, status.why, status.latched) == ("halted", "never started", "")
    assert (status.positions, status.open_orders, status.trades, status.waiting) == (0, 0, 0, 0)
    assert (status.worth, status.incident, status.last_ns, status.last_entry) == (None,) * 3 + (0,)
    assert status.holder == OWNER


def test_status_tells_how_an_account_stands(
    journal: DatabaseJournal, reader: Reader, database: Database
) -> None:
    journal.append(
        [
            _fact("switched", 1, state="reducing", why="first"),
            _fact("switched", 2, state="active", why="started by kay"),
            _fact("latched", 3, reason="drawdown", observed="", limit="", sentence=""),
            entry(4),
        ],
        [
            order("o1"),
            order("o2", state=OrderState.UNRESOLVED),
            order("o3", state=OrderState.FILLED),
            position("p"),
            trade(1),
            equity(1),
            equity(2),
            incident(1, severity="critical"),
            incident(2),
        ],
    )
    inbox = database.inbox(ACCOUNT)
    inbox.post(Command(id="c1", kind=CommandKind.HALT, account=ACCOUNT, time_ns=NOON))
    inbox.close()
    status = reader.status()
    assert (status.trading, status.why) == ("active", "started by kay")
    assert status.trading_since_ns == NOON + 2
    assert status.latched == "drawdown"
    assert (status.positions, status.open_orders, status.unresolved) == (1, 2, 1)
    assert (status.trades, status.waiting) == (1, 1)
    assert status.worth == equity(2)
    assert status.incident == incident(1, severity="critical")
    assert (status.last_entry, status.last_ns) == (4, NOON + 4)
    journal.append([_fact("latched", 5, reason="", observed="", limit="", sentence="")], [])
    assert reader.status().latched == ""


def test_status_tells_how_the_books_stand(journal: DatabaseJournal, reader: Reader) -> None:
    never = reader.status().books
    assert (never.alike_ns, never.differences, never.halted, never.dust) == (None, 0, [], {})

    def swept(number: int, amount: str) -> Entry:
        fact = Swept(position="p", amount=Decimal(amount), currency="BTC", reason="roi")
        return entry_of(fact, NOON + number, "p")

    def differ(number: int, about: str, *pairs: str) -> Entry:
        fact = PairsHalted(pairs=list(pairs), kind="balance-off", about=about, words="gone")
        return entry_of(fact, NOON + number, "books")

    def alike(number: int) -> Entry:
        fact = BooksAlike(pairs=[], balances={}, seq=1, since_ns=0, counted=[])
        return entry_of(fact, NOON + number, "books")

    journal.append([alike(1), swept(2, "0.1"), swept(3, "0.25"), alike(4)], [])
    journal.append([differ(5, "BTC", "BTC/USDT"), differ(6, "USDT", "ETH/USDT", "BTC/USDT")], [])
    books = reader.status().books
    assert (books.alike_ns, books.differences) == (NOON + 4, 2)
    assert books.halted == ["BTC/USDT", "ETH/USDT"]
    assert books.dust == {"BTC": Decimal("0.35")}
    journal.append([entry_of(PairsLifted(why="looked"), NOON + 7, "books"), swept(8, "0.5")], [])
    lifted = reader.status().books
    assert (lifted.differences, lifted.halted) == (0, [])
    assert lifted.dust == {"BTC": Decimal("0.5")}


def test_one_account_is_not_shown_in_another(database: Database) -> None:
    with database.journal("other", OWNER) as other:
        other.append(
            [_fact("switched", 1, state="active", why="")],
            [
                order(account="other"),
                position(account="other"),
                trade(account="other"),
                equity(account="other"),
                incident(account="other"),
            ],
        )
    with database.journal(ACCOUNT, OWNER):
        reader = Reader(database, ACCOUNT)
        status = reader.status()
        assert (status.trading, status.worth, status.last_entry) == ("halted", None, 0)
        assert (status.positions, status.open_orders, status.trades) == (0, 0, 0)
        theirs = Reader(database, "other").status()
        assert (theirs.trading, theirs.last_entry, theirs.positions) == ("active", 1, 1)
        assert (theirs.open_orders, theirs.trades) == (1, 1)
        assert not reader.positions() + reader.daily()
        assert not reader.open_orders() + reader.orders().rows
        assert not reader.trades().rows
        assert not reader.incidents().rows
        assert not reader.journal()
        assert not reader.equity()


# sums and curves


def test_days_are_summed_for_each_strategy_as_trades_close(
    journal: DatabaseJournal, reader: Reader
) -> None:
    last = _MIDNIGHT + DAY - 1
    journal.append([], [trade(1, closed_ns=last, profit=Decimal("0.1"), fees=Decimal("0.01"))])
    journal.append(
        [],
        [
            trade(2, closed_ns=last, profit=Decimal("0.2"), fees=Decimal("0.02")),
            trade(
                3, closed_ns=last, profit=Decimal("-0.3"), fees=Decimal("0.03"), funding=Decimal(1)
            ),
            trade(4, closed_ns=last, profit=Decimal(0), strategy="grid"),
            trade(5, closed_ns=last + 1, profit=Decimal(7)),
        ],
    )
    first, second, third = reader.daily()
    assert first == DailySums(
        day_ns=_MIDNIGHT,
        strategy="grid",
        trades=1,
        wins=0,
        losses=0,
        profit=Decimal(0),
        fees=Decimal("41.5"),
        funding=Decimal("-0.25"),
    )
    assert second == DailySums(
        day_ns=_MIDNIGHT,
        strategy="trend",
        trades=3,
        wins=2,
        losses=1,
        profit=Decimal(0),
        fees=Decimal("0.06"),
        funding=Decimal("0.5"),
    )
    assert (third.day_ns, third.trades, third.profit) == (_MIDNIGHT + DAY, 1, Decimal(7))
    assert reader.daily(days=1) == [third]
    assert reader.daily(since_ns=_MIDNIGHT + DAY) == [third]


@given(profits=st.lists(st.tuples(st.integers(0, 3), _AMOUNTS), max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_daily_sums_are_the_sums_of_the_trades(
    database: Database, profits: list[tuple[int, Decimal]]
) -> None:
    with database.connection() as connection:
        for table in ("daily", "trades"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - own names
    half = len(profits) // 2
    for batch in (profits[:half], profits[half:]):
        with database.journal(ACCOUNT, OWNER) as journal:
            for day, profit in batch:
                closed = trade(closed_ns=NOON + day * DAY, profit=profit, direction=Direction.LONG)
                journal.append([], [closed])
    found = Reader(database, ACCOUNT).daily()
    wanted: dict[int, Decimal] = {}
    for day, profit in profits:
        wanted[_MIDNIGHT + day * DAY] = wanted.get(_MIDNIGHT + day * DAY, Decimal(0)) + profit
    assert [one.day_ns for one in found] == sorted(wanted)
    for one in found:
        assert abs(one.profit - wanted[one.day_ns]) <= abs(one.profit) * Decimal("1e-20")
    assert sum(one.trades for one in found) == len(profits)


def test_a_short_equity_curve_is_shown_whole(journal: DatabaseJournal, reader: Reader) -> None:
    curve = [equity(number * 10) for number in range(1, 6)]
    journal.append([], curve)
    assert reader.equity(points=500) == curve
    assert reader.equity(since_ns=NOON + 20, until_ns=NOON + 50) == curve[1:4]
    assert reader.equity(since_ns=NOON + 60) == []


def test_a_long_equity_curve_is_thinned_with_both_its_ends(
    journal: DatabaseJournal, reader: Reader
) -> None:
    curve = [equity(number) for number in range(1, 2001)]
    journal.append([], curve)
    for points in (2, 3, 10, 99):
        shown = reader.equity(points=points)
        assert shown[0] == curve[0]
        assert shown[-1] == curve[-1]
        assert points * 0.9 <= len(shown) <= points
        assert [one.time_ns for one in shown] == sorted({one.time_ns for one in shown})
        gaps = [later.time_ns - one.time_ns for one, later in pairwise(shown)]
        assert max(gaps) <= -(-1999 // (points - 1))


def test_a_second_look_at_one_time_replaces_the_first(
    journal: DatabaseJournal, reader: Reader
) -> None:
    journal.append([], [equity(1), equity(1, balance=Decimal(5))])
    journal.append([], [equity(1, balance=Decimal(6))])
    assert reader.equity() == [equity(1, balance=Decimal(6))]
