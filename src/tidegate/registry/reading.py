"""What commands and servers read of an account: each answer is a few steps down an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, and_, func, or_, select, text

from tidegate.engine.facts import Latched, Switched, fact_of
from tidegate.engine.snapshot import restored
from tidegate.engine.state import State
from tidegate.model import (
    DAY_NS,
    EquityRecord,
    IncidentRecord,
    OrderRecord,
    OrderState,
    PositionRecord,
    TradeRecord,
    TradingState,
)
from tidegate.registry import shapes
from tidegate.registry.asking import Asking
from tidegate.registry.books import books_of
from tidegate.registry.order_days import spans
from tidegate.registry.schema import (
    COMMANDS,
    COMMON_KINDS,
    DAILY,
    EQUITY,
    INCIDENTS,
    JOURNAL,
    OPEN_STATES,
    ORDERS,
    POSITIONS,
    RARE_KINDS,
    TRADES,
    UNANSWERED,
)
from tidegate.registry.wanted import DailySums, Page, Refusals, Status, Wanted
from tidegate.registry.written import Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, ColumnElement, Connection, RowMapping, TextClause

    from tidegate.engine.entry import Entry
    from tidegate.engine.facts import Denied
    from tidegate.registry.database import Database

    _Key = tuple[Column[int], Column[Any]]

_ALL: Final = Wanted()
_ORDER_KEY: Final = (ORDERS.c.made_ns, ORDERS.c.id)
_MOST_REFUSALS: Final = 20_000
_STATUS_KINDS: Final[dict[type, str]] = {Switched: "switched", Latched: "latched"}

# One step down the index for each point wanted, however many rows lie between them.
_BOUNDS: Final = (
    "WITH RECURSIVE bound (n, t) AS ("
    " SELECT CAST(0 AS BIGINT), CAST(:first AS BIGINT)"
    " UNION ALL SELECT n + 1, CAST(:first AS BIGINT) + CAST(:step AS BIGINT) * (n + 1)"
    " FROM bound WHERE n < :points)"
    " SELECT e.time_ns, e.balance, e.equity, e.exposure, e.positions FROM bound"
)
_CURVES: Final = {
    "sqlite": " JOIN equity e ON e.account = :account AND e.time_ns ="
    " (SELECT max(time_ns) FROM equity WHERE account = :account AND time_ns <= bound.t)",
    "postgresql": " CROSS JOIN LATERAL (SELECT * FROM equity"
    " WHERE account = :account AND time_ns <= bound.t ORDER BY time_ns DESC LIMIT 1) e",
}
_CURVE: Final = {
    dialect: text(f"{_BOUNDS}{join} ORDER BY n").columns(
        *(column for column in EQUITY.columns if column.name != "account")
    )
    for dialect, join in _CURVES.items()
}


class Reader:
    """Reads of one account, while its engine writes."""

    def __init__(self, database: Database, account: str) -> None:
        """Find the account, or say that it is not there."""
        self._database, self._name = database, account
        self._account = database.number(account)

    def status(self) -> Status:
        """Return how the account stands."""
        holder = self._database.holder(self._name)
        with self._database.reading() as connection:
            switched, since_ns = self._latest(connection, Switched)
            latched, _ = self._latest(connection, Latched)
            last = connection.execute(
                self._of(JOURNAL, JOURNAL.c.seq, JOURNAL.c.time_ns)
                .order_by(JOURNAL.c.seq.desc())
                .limit(1)
            ).one_or_none()
            states = connection.scalars(self._of(ORDERS, ORDERS.c.state).where(OPEN_STATES)).all()
            newest = self._of(EQUITY).order_by(EQUITY.c.time_ns.desc()).limit(1)
            worth = connection.execute(newest).mappings().one_or_none()
            incidents = self._incidents(connection, Wanted(limit=1), "critical")
            return Status(
                account=self._name,
                holder=holder,
                trading=str(switched.state if switched else TradingState.HALTED),
                why=switched.why if switched else "never started",
                trading_since_ns=since_ns,
                latched=latched.reason if latched else "",
                positions=self._count(connection, POSITIONS),
                open_orders=len(states),
                unresolved=states.count(OrderState.UNRESOLVED),
                trades=connection.scalar(self._of(TRADES, func.max(TRADES.c.number))) or 0,
                worth=None if worth is None else shapes.equity_of(worth, self._name),
                incident=incidents.rows[0] if incidents.rows else None,
                waiting=self._count(connection, COMMANDS, UNANSWERED),
                books=books_of(connection, self._account),
                last_entry=last.seq if last else 0,
                last_ns=last.time_ns if last else None,
            )

    def positions(self) -> list[PositionRecord]:
        """Return the positions that are held, the oldest first."""
        query = self._of(POSITIONS).order_by(POSITIONS.c.opened_ns, POSITIONS.c.position)
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return [shapes.position_of(row, self._name) for row in found]

    def open_orders(self) -> list[OrderRecord]:
        """Return the orders that may still be filled, the newest first."""
        query = self._of(ORDERS).where(OPEN_STATES)
        query = query.order_by(ORDERS.c.made_ns.desc(), ORDERS.c.id.desc())
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return [shapes.order_of(row, self._name) for row in found]

    def orders(self, wanted: Wanted = _ALL) -> Page[OrderRecord]:
        """Return orders, the newest first."""
        filters = wanted.filters(ORDERS.c.made_ns, pair=ORDERS.c.pair, strategy=ORDERS.c.strategy)
        query = self._of(ORDERS).where(*filters)
        with self._database.reading() as connection:
            if wanted.pair is None and wanted.strategy is None:
                rows, following = _page(connection, query, wanted, _ORDER_KEY)
            else:
                rows, following = self._few(connection, query, wanted)
        return Page([shapes.order_of(row, self._name) for row in rows], following)

    def _few(
        self, connection: Connection, query: Select[Any], wanted: Wanted
    ) -> tuple[Sequence[RowMapping], str | None]:
        """Return a page of one pair's or one strategy's orders, by the days that have some."""
        made = ORDERS.c.made_ns
        found: list[RowMapping] = []
        newest_first = _after(query, wanted, _ORDER_KEY)
        for start, end in spans(connection, self._account, wanted):
            within = newest_first.where(made >= start, made < end)
            part = within.limit(wanted.rows + 1 - len(found))
            found += connection.execute(part).mappings()
            if len(found) > wanted.rows:
                break
        return _cut(found, wanted, _ORDER_KEY)

    def trades(self, wanted: Wanted = _ALL) -> Page[TradeRecord]:
        """Return closed trades, the last closed first; times are those of closing."""
        filters = wanted.filters(TRADES.c.closed_ns, pair=TRADES.c.pair, strategy=TRADES.c.strategy)
        query = self._of(TRADES).where(*filters)
        with self._database.reading() as connection:
            rows, following = _page(
                connection, query, wanted, (TRADES.c.closed_ns, TRADES.c.number)
            )
        return Page([shapes.trade_of(row, self._name) for row in rows], following)

    def incidents(self, wanted: Wanted = _ALL, severity: str | None = None) -> Page[IncidentRecord]:
        """Return incidents, the newest first; pairs and strategies do not matter."""
        with self._database.reading() as connection:
            return self._incidents(connection, wanted, severity)

    def journal(
        self,
        *,
        after: int | None = None,
        kind: str | None = None,
        correlation: str | None = None,
        limit: int = 50,
    ) -> list[tuple[int, Entry]]:
        """Return the last entries in their order; `after` a number: the first ones after it."""
        query = self._of(JOURNAL)
        if correlation is not None:
            query = query.where(JOURNAL.c.correlation == correlation)
        elif kind is not None:
            query = query.where(*_of_kind(kind))
        if after is not None:
            query = query.where(JOURNAL.c.seq > after)
        ordered = JOURNAL.c.seq.desc() if after is None else JOURNAL.c.seq
        if kind is None or correlation is None:
            query = query.limit(limit)  # a thread is short: its kinds are told apart below
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(ordered)).mappings().all()
        entries = [shapes.entry_of(row) for row in rows if kind in {None, row["kind"]}][:limit]
        return entries if after is not None else entries[::-1]

    def state(self) -> State:
        """Return what the account's engine remembers: its latest snapshot, and the facts since."""
        with self._database.reading() as connection:
            place = self._database.place.words
            written = Written(Asking(connection), place, self._account, self._name)
            last = written.last()
            state, seq = State(), 0
            kept = written.snapshot(last)
            known = restored(kept[1]) if kept is not None else None
            if kept is not None and known is not None:
                state, seq = known, kept[0]
            for _, entry in written.entries(seq, last):
                state.evolve(fact_of(entry), entry.time_ns, entry.correlation)
        return state

    def refusals(self, pair: str, *, strategy: str | None = None, limit: int = 10) -> Refusals:
        """Return what the gate refused of a pair, the newest first, out of the latest refusals."""
        found: list[tuple[int, Denied]] = []
        query = self._of(JOURNAL).where(*_of_kind("denied")).order_by(JOURNAL.c.seq.desc())
        looked_at = 0
        with self._database.reading() as connection:
            for row in connection.execute(query.limit(_MOST_REFUSALS)).mappings():
                looked_at += 1
                denied = fact_of(shapes.entry_of(row)[1])
                if denied.pair == pair and strategy in {None, denied.strategy}:
                    found.append((row["time_ns"], denied))
                    if len(found) >= limit:
                        break
        return Refusals(rows=found, looked_at=looked_at, all=looked_at < _MOST_REFUSALS)

    def daily(self, *, since_ns: int | None = None, days: int = 30) -> list[DailySums]:
        """Return what each strategy made on each day, from a time or the last days of trading."""
        query = self._of(DAILY)
        with self._database.reading() as connection:
            if since_ns is None:
                last = connection.scalar(self._of(DAILY, func.max(DAILY.c.day)))
                first = 0 if last is None else last - days + 1
            else:
                first = since_ns // DAY_NS
            query = query.where(DAILY.c.day >= first).order_by(DAILY.c.day, DAILY.c.strategy)
            found = connection.execute(query).all()
        return [shapes.daily_of(row) for row in found]

    def equity(
        self, *, since_ns: int | None = None, until_ns: int | None = None, points: int = 500
    ) -> list[EquityRecord]:
        """Return the account's worth at evenly spaced times, the first and the last included.

        Each point is the latest that was known then: what happened between two is not shown.
        """
        window = Wanted(since_ns=since_ns, until_ns=until_ns).filters(EQUITY.c.time_ns)
        with self._database.reading() as connection:
            first, last = (
                connection.scalar(self._of(EQUITY, which(EQUITY.c.time_ns)).where(*window))
                for which in (func.min, func.max)
            )
            if first is None or last is None:
                return []
            step = max(1, -(-(last - first) // max(1, points - 1)))
            steps = -(-(last - first) // step)
            values = {"account": self._account, "first": first, "step": step, "points": steps}
            curve = connection.execute(_CURVE[connection.dialect.name], values).mappings()
            # The last bound may lie past the window's end, and an entry with it.
            found = {row["time_ns"]: row for row in curve if row["time_ns"] <= last}
            ended = self._of(EQUITY).where(EQUITY.c.time_ns == last)
            found[last] = connection.execute(ended).mappings().one()
        return [shapes.equity_of(row, self._name) for row in found.values()]

    def _of(self, table: Any, *columns: Any) -> Select[Any]:  # noqa: ANN401 - any of the tables
        return select(*(columns or (table,))).where(table.c.account == self._account)

    def _count(self, connection: Connection, table: Any, *filters: Any) -> int:  # noqa: ANN401
        query = self._of(table, func.count()).where(*filters)
        return int(connection.scalar(query) or 0)

    def _latest(self, connection: Connection, fact: type) -> tuple[Any, int | None]:
        """Return the last fact of a kind and its time; None: there was none."""
        query = self._of(JOURNAL).where(*_of_kind(_STATUS_KINDS[fact]))
        newest = query.order_by(JOURNAL.c.seq.desc()).limit(1)
        row = connection.execute(newest).mappings().one_or_none()
        if row is None:
            return None, None
        return fact_of(shapes.entry_of(row)[1]), row["time_ns"]

    def _incidents(
        self, connection: Connection, wanted: Wanted, severity: str | None
    ) -> Page[IncidentRecord]:
        query = self._of(INCIDENTS).where(*wanted.filters(INCIDENTS.c.time_ns))
        if severity is not None:
            query = query.where(INCIDENTS.c.severity == severity)
        key = (INCIDENTS.c.time_ns, INCIDENTS.c.number)
        rows, following = _page(connection, query, wanted, key)
        return Page([shapes.incident_of(row, self._name) for row in rows], following)


def _of_kind(kind: str) -> list[ColumnElement[bool] | TextClause]:
    """Return the conditions that lead to entries of a kind, by their index where it has one."""
    found = JOURNAL.c.kind == kind
    return [found] if kind in COMMON_KINDS else [found, RARE_KINDS]


def _page(
    connection: Connection, query: Select[Any], wanted: Wanted, key: _Key
) -> tuple[Sequence[RowMapping], str | None]:
    """Return the rows of a page, newest first, and where the next begins."""
    ordered = _after(query, wanted, key).limit(wanted.rows + 1)
    return _cut(connection.execute(ordered).mappings().all(), wanted, key)


def _after(query: Select[Any], wanted: Wanted, key: _Key) -> Select[Any]:
    """Return a question for what comes after the page before, newest first."""
    time, name = key
    cursor = wanted.cursor(name.type.python_type)
    if cursor is not None:
        at, last = cursor
        # The first condition leads down the index; the second leaves out what was shown.
        query = query.where(time <= at, or_(time < at, and_(time == at, name < last)))
    return query.order_by(time.desc(), name.desc())


def _cut(
    rows: Sequence[RowMapping], wanted: Wanted, key: _Key
) -> tuple[Sequence[RowMapping], str | None]:
    """Return what fits on a page, and where the next begins."""
    time, name = key
    shown = rows[: wanted.rows]
    if len(rows) == len(shown):
        return shown, None
    return shown, f"{shown[-1][time.name]}:{shown[-1][name.name]}"
