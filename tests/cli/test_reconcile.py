"""`tidegate reconcile` against the local exchange, with and without a process that trades."""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.brokers.venues_here import BTC, Venue
from tests.runtime.live_books import ACCOUNT, Books
from tests.runtime.worlds import WIDE

from tidegate.engine.events import Heard
from tidegate.model import OrderState
from tidegate.model.credentials import Credentials
from tidegate.ops.keys import KeyRing
from tidegate.registry import Owner, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .conftest import Done, FrontDoor

D = Decimal
PASSPHRASE = "correct horse"  # noqa: S105 - it opens nothing but a simulation
pytestmark = pytest.mark.xdist_group("live-books")


@pytest.fixture(scope="module")
def market() -> Iterator[Venue]:
    venue = Venue()
    venue.open()
    yield venue
    venue.close()


class Live:
    """An account's files, and its exchange."""

    def __init__(self, folder: Path, market: Venue, tidegate: FrontDoor) -> None:
        self.folder, self.market, self.tidegate = folder, market, tidegate
        self.number = market.number()
        self.config = folder / "trade.json"
        self.config.write_text(json.dumps(self._config()), encoding="utf-8")
        credentials = Credentials(key=f"key{self.number}", secret=f"secret{self.number}")
        KeyRing(folder / "keys.json").put("main", "binance", credentials, PASSPHRASE, now_ns=0)

    def _config(self) -> dict[str, Any]:
        url = self.market.exchange.url
        return {
            "account": {"name": ACCOUNT, "wallet": "1000"},
            "database": "here.sqlite",
            "limits": WIDE,
            "candles": {"source": "live", "exchange": "binance", "url": url},
            "strategies": [{"strategy": "ema-crossover", "pairs": [BTC], "timeframe": "1m"}],
            "live": {
                "exchange": "binance", "network": "local", "url": url, "key": "main",
                "keys": "keys.json",
            },
        }  # fmt: skip

    @contextmanager
    def trading(self, **settings: Any) -> Iterator[Books]:  # noqa: ANN401 - a reconciler's
        """Trade in this thread for a while."""
        owner = Owner(pid=os.getpid(), host="here", since_ns=time.time_ns())
        place = self.folder / "here.sqlite"
        with open_database(place) as database, database.journal(ACCOUNT, owner) as journal:
            yield Books(self.market, journal, self.number, **settings)

    def reconcile(self, *words: object) -> Done:
        done = self.tidegate("reconcile", *words, "--config", self.config)
        assert f"secret{self.number}" not in done.out + done.err
        assert PASSPHRASE not in done.out + done.err
        return done

    def found(self) -> dict[str, dict[str, Any]]:
        """Return what differs, by its kind."""
        done = self.reconcile("check", "--json")
        found = json.loads(done.out)
        assert done.code == (1 if found else 0), done.err
        return {one["kind"]: one for one in found}

    def status(self) -> str:
        return self.tidegate("status", "--db", self.folder / "here.sqlite").out


@pytest.fixture
def live(
    tmp_path: Path, market: Venue, tidegate: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> Live:
    monkeypatch.setenv("TIDEGATE_PASSPHRASE", PASSPHRASE)
    return Live(tmp_path, market, tidegate)


def test_books_are_looked_at_mended_and_accepted_while_nobody_trades(live: Live) -> None:
    with live.trading() as books:
        assert books.reconciler.at_start().is_alike
        books.filled(amount=D("0.123"))
        books.sold()
    done = live.reconcile("check")
    assert (done.code, done.out.strip()) == (0, "the books agree")
    assert "agreed" in live.status()
    assert "0.000877 BTC: too little to be sold" in live.status()

    books.deposit("USDT", "7")
    off = live.found()["balance-off"]
    assert (off["verdict"], off["pairs"], off["about"]) == ("unexplained", [BTC], "USDT")
    assert "--accept" in off["mend"]
    done = live.reconcile("fix")
    assert done.code == 1
    assert "balance-off" in done.err
    assert f"1 differences: nothing new in {BTC}" in " ".join(live.status().split())
    done = live.reconcile("fix", "--accept", "--reason", "a deposit of mine")
    assert done.code == 0
    assert "the venue's side is taken" in done.out
    assert "differ" not in live.status()
    assert live.found() == {}


def test_what_can_be_mended_is_mended(live: Live) -> None:
    with live.trading() as books:
        assert books.reconciler.at_start().is_alike
        books.price()
        now = time.time_ns()
        step = books.driver.engine.step(Heard(books.wish(price=D(90)), now))
        books.journal.append(step.entries, step.records)  # and here the process dies
    missing = live.found()["order-missing"]
    assert missing["verdict"] == "fixable"
    assert "reconcile fix" in missing["mend"]
    done = live.reconcile("fix")
    assert (done.code, done.out[:15]) == (0, "the books agree")
    with live.trading() as books:
        assert step.verdict is not None
        life = books.state.orders.get(step.verdict.order or "")
        assert life is not None
        assert life.state is OrderState.CANCELLED


def test_a_process_that_trades_is_told_to_do_it(live: Live) -> None:
    ready, done = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def trade() -> None:
        try:
            with live.trading(again_s=0.2) as books:
                assert books.reconciler.at_start().is_alike
                ready.set()
                _attend(live, books, done)
        except BaseException as error:  # noqa: BLE001 - it is raised in the test's own thread
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=trade)
    thread.start()
    try:
        assert ready.wait(30)
        assert not failed
        said = live.reconcile("check")
        assert (said.code, said.out.strip()) == (0, "the books agree")
        said = live.reconcile("fix")
        assert (said.code, said.out.strip()) == (0, "the books agree")
        body = {"asset": "USDT", "amount": "7", "account": f"account{live.number}"}
        live.market.exchange.control("POST", "deposit", body)
        said = live.reconcile("fix")
        assert (said.code, "balance-off" in said.err) == (1, True)
        said = live.reconcile("check")
        assert (said.code, "balance-off" in said.out) == (1, True)
        assert live.reconcile("fix", "--accept").code == 0
    finally:
        done.set()
        thread.join(30)
    assert not failed


def _attend(live: Live, books: Books, done: threading.Event) -> None:
    """Do what operators order, as a trading process does."""
    with open_database(live.folder / "here.sqlite") as database:
        inbox = database.inbox(ACCOUNT)
        while not done.wait(0.02):
            for command in inbox.take():
                books.reconciler.obey(command)
            books.reconciler.look()
            for command, step in books.answers:
                inbox.answer(command.id, "done" if step.obeyed else "refused", step.words)
            books.answers.clear()
        inbox.close()


def test_an_account_on_paper_has_no_books_to_compare(live: Live) -> None:
    config = json.loads(live.config.read_text(encoding="utf-8"))
    del config["live"]
    live.config.write_text(json.dumps(config), encoding="utf-8")
    for word in ("check", "fix"):
        done = live.reconcile(word)
        assert done.code == 2
        assert "this account trades on paper" in done.err


def test_an_account_that_has_never_traded_is_named(live: Live) -> None:
    with open_database(live.folder / "here.sqlite"):
        pass
    done = live.reconcile("fix")
    assert done.code == 2
    assert ACCOUNT in done.err
    with open_database(live.folder / "here.sqlite") as database:
        owner = Owner(pid=os.getpid(), host="here", since_ns=time.time_ns())
        database.journal(ACCOUNT, owner).close()
    for word in ("check", "fix"):
        done = live.reconcile(word)
        assert (done.code, "has never traded" in done.err) == (2, True)
