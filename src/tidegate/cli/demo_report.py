"""The end of the demo: a table here, and a page with the whole account."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table

from tidegate.cli.terminal import out
from tidegate.cli.view_panels import money, signed, signed_percent

if TYPE_CHECKING:
    from tidegate.cli.demo_place import Place
    from tidegate.registry import Database, Reader
    from tidegate.research.account_report import Tale
    from tidegate.runtime.showing import Watching
    from tidegate.runtime.trading import Trading

_POINTS: Final = 1200
_PAGE: Final = 1000
_NOTE: Final = "The market is made, not recorded: its profits and losses prove nothing."


def tell_of(database: Database, trading: Trading, watching: Watching, place: Place) -> None:
    """Write the report, and say what it comes to."""
    from tidegate.research.account_report import write_page

    tale = _tale(database, trading, watching)
    write_page(place.report, tale)
    out.print(_table(tale))
    refused, held = sum(tale.refusals.values()), len(tale.held)
    _print(
        f"{tale.approved:,} orders let through, {refused:,} signals refused; "
        f"positions held: {held:,}"
    )
    _print(f"\n{_NOTE}")
    _print(f"The whole account: file://{place.report.resolve()}")
    if trading.engine.state.latched:
        _print("A limit has stopped trading for good. While the demo runs, in this order:")
        _print(f"  tidegate breaker disable --file {place.breaker}")
        _print(f"  tidegate rearm --db {place.database}")
        _print(f"  tidegate start --db {place.database}")
    _print("The same command carries on; with --fresh it begins anew; --backtests does the")
    _print("built-in strategies over two years instead.")


def _tale(database: Database, trading: Trading, watching: Watching) -> Tale:
    from tidegate.guardrails.refusal import SENTENCES
    from tidegate.registry import Reader
    from tidegate.research.account_report import Tale
    from tidegate.research.account_report.story import Held

    picture = watching.picture(trading)
    reader = Reader(database, picture.account)
    curve = reader.equity(points=_POINTS)
    return Tale(
        account=picture.account,
        currency=picture.currency,
        where=picture.where,
        note=_NOTE,
        begun_ns=curve[0].time_ns if curve else picture.time_ns,
        now_ns=picture.time_ns,
        deposits=picture.deposits,
        equity=picture.equity,
        curve=curve,
        trades=_all_trades(reader),
        held=[
            Held(
                strategy=each.strategy,
                pair=each.pair,
                direction=each.direction,
                amount=each.amount,
                average=each.average,
                price=each.price,
                profit=each.profit,
            )
            for each in picture.positions
        ],
        approved=trading.engine.state.approved,
        refusals=_refusals(reader),
        sentences={str(reason): words for reason, words in SENTENCES.items()},
    )


def _all_trades(reader: Reader) -> list[Any]:
    """Return every trade that is over, the oldest first."""
    from tidegate.registry import Wanted

    trades: list[Any] = []
    after: str | None = None
    while True:
        page = reader.trades(Wanted(limit=_PAGE, after=after))
        trades += page.rows
        after = page.next
        if after is None:
            return trades[::-1]


def _refusals(reader: Reader) -> dict[str, int]:
    """Count what the gate has refused, by reason."""
    from tidegate.engine.facts import fact_of

    counted: Counter[str] = Counter()
    last = 0
    while found := reader.journal(after=last, kind="denied", limit=_PAGE):
        counted.update(fact_of(entry).reason for _, entry in found)
        last = found[-1][0]
    return dict(counted)


def _table(tale: Tale) -> Table:
    from tidegate.research.account_report import sums_by

    gained = None if tale.equity is None else tale.equity - tale.deposits
    share = None if gained is None else float(gained / tale.deposits)
    title = f"{tale.account}: {money(tale.equity)} {tale.currency}, {signed_percent(share)}"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1))
    table.add_column("strategy")
    for name in ("trades", "won", "profit", "fees"):
        table.add_column(name, justify="right")
    for each in sums_by(tale.trades, lambda trade: trade.strategy):
        table.add_row(
            each.name, f"{each.trades:,}", f"{each.wins:,}", signed(each.profit), money(each.fees)
        )
    if not tale.trades:
        table.add_row("no trade is over yet", "", "", "", "")
    return table


def _print(words: str) -> None:
    out.print(words, markup=False, highlight=False, soft_wrap=True)
