"""`tidegate why`: every guardrail's answer, over a database that a process has written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.engine.snapshot import written
from tidegate.guardrails import GUARDRAILS
from tidegate.registry import Owner, Reader, open_database
from tidegate.runtime.config import read_config
from tidegate.runtime.example import example_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import FrontDoor

CONFIG = "trade.json"
STATE = "user_data/state"


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    for name in ("RISK_STATE_DIR", "RISK_DB_PATH", "RISK_ALLOW_WHEN_CB"):
        monkeypatch.delenv(name, raising=False)


def configured(desk: Path, **limits: object) -> Path:
    document = json.loads(example_text())
    document["strategies"][0] |= {"timeframe": "1h", "stake": 200}
    document["candles"]["timerange"] = "20240110-20240220"
    document["limits"] |= {"max_losses_in_row": 1000, "max_daily_loss": 1, **limits}
    path = desk / CONFIG
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def once() -> dict[str, bytes]:
    """Keep the files of a database: it takes a second to make."""
    return {}


@pytest.fixture
def traded(desk: Path, tidegate: FrontDoor, once: dict[str, bytes]) -> Path:
    """Let a process trade to the end of its candles, under a limit that some entries meet."""
    configured(desk, max_positions=1, max_market_exposure=0.015)
    if not once:
        done = tidegate("trade", "-c", CONFIG, "--start")
        assert done.code == 0, done.err
        files = (desk / "user_data").glob("tidegate.sqlite*")
        once.update((file.name, file.read_bytes()) for file in files)
    for name, content in once.items():
        (desk / "user_data" / name).write_bytes(content)
    return desk


@pytest.fixture
def why(traded: Path, tidegate: FrontDoor) -> Callable[..., dict[str, Any]]:
    """Ask, and take the answer as JSON."""
    del traded

    def run(*words: object) -> dict[str, Any]:
        done = tidegate("why", *(words or ("BTC/USDT",)), "-c", CONFIG, "--json")
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found

    return run


def verdicts(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in found["guardrails"]}


def test_every_guardrail_says_what_it_saw(why: Callable[..., dict[str, Any]]) -> None:
    found = why()
    assert [one["name"] for one in found["guardrails"]] == [rail.name for rail in GUARDRAILS]
    assert found["refused_by"] == ["market-exposure"]
    assert found["verdict"] == "refused"
    exposure = verdicts(found)["market-exposure"]
    assert (exposure["reason"], exposure["limit"]) == ("market-exposure", "1.5 %")
    assert float(exposure["observed"].removesuffix(" %")) == pytest.approx(2.0, abs=0.05)
    assert found["strategy"] == "ema-crossover"
    assert float(found["amount"]) * float(found["market_price"]) == pytest.approx(200, rel=1e-4)


def test_a_smaller_entry_passes_and_a_larger_one_meets_more(
    why: Callable[..., dict[str, Any]],
) -> None:
    small = why("BTC/USDT", "--amount", "0.001")
    assert (small["verdict"], small["refused_by"]) == ("passed", [])
    large = why("BTC/USDT", "--amount", "10", "--price", "1", "--direction", "short")
    assert {"shorting", "price-collar", "order-notional", "balance"} <= set(large["refused_by"])
    assert (large["amount"], large["price"], large["direction"]) == ("10", "1", "short")


def test_refusals_of_the_pair_come_from_the_journal_the_newest_first(
    traded: Path, why: Callable[..., dict[str, Any]]
) -> None:
    path = traded / "user_data" / "tidegate.sqlite"
    with open_database(path) as database:
        entries = Reader(database, "paper").journal(kind="denied", limit=10**6)
    kept = [json.loads(entry.body) for _, entry in entries][::-1]
    for pair in ("BTC/USDT", "ETH/USDT"):
        own = [
            (one["reason"], one["observed"], one["limit"]) for one in kept if one["pair"] == pair
        ]
        assert own
        told = why(pair, "-n", "1000")["refusals"]
        assert [(one["reason"], one["observed"], one["limit"]) for one in told] == own
        assert why(pair, "-n", "1")["refusals"] == told[:1]


def test_an_account_is_read_as_its_engine_remembers_it(traded: Path) -> None:
    """The latest snapshot and the facts after it are the same state as all facts are."""
    config = read_config(traded / CONFIG)
    with open_database(config.database) as database:
        reader = Reader(database, "paper")
        short = reader.state()
        with database.connection() as connection:
            assert connection.exec_driver_sql("DELETE FROM snapshots").rowcount > 0
        whole = reader.state()
    assert short.last_ns > 0
    assert written(short) == written(whole)


def test_it_may_be_asked_while_a_process_trades_and_changes_nothing(
    traded: Path, why: Callable[..., dict[str, Any]]
) -> None:
    path = traded / "user_data" / "tidegate.sqlite"
    assert why()["trading_process"] is None
    owner = Owner(pid=4711, host="tide-1", since_ns=0)
    with open_database(path) as database, database.journal("paper", owner) as journal:
        before = journal.last
        assert "4711 on tide-1" in why()["trading_process"]
        assert journal.last == before
        assert len(Reader(database, "paper").journal(limit=10**6)) == before


def test_the_breaker_and_the_state_speak_too(
    tidegate: FrontDoor, why: Callable[..., dict[str, Any]]
) -> None:
    assert tidegate("breaker", "enable", "--reason", "exchange maintenance").code == 0
    breaker = verdicts(why())["breaker"]
    assert (breaker["verdict"], breaker["observed"]) == ("refused", "exchange maintenance")


def test_a_strategys_own_limits_count(
    traded: Path, tidegate: FrontDoor, why: Callable[..., dict[str, Any]]
) -> None:
    assert tidegate("strategy", "new", "mine", "--template", "ema-crossover").code == 0
    file = traded / "user_data" / "strategies" / "mine.json"
    definition = json.loads(file.read_text(encoding="utf-8"))
    definition["risk_management"]["max_daily_trades"] = 1
    file.write_text(json.dumps(definition), encoding="utf-8")
    document = json.loads((traded / CONFIG).read_text(encoding="utf-8"))
    document["strategies"][0] |= {"strategy": str(file), "name": "ema-crossover"}
    assert verdicts(why())["trades-per-day"]["limit"] == "20"
    (traded / CONFIG).write_text(json.dumps(document), encoding="utf-8")
    assert verdicts(why())["trades-per-day"]["limit"] == "1"


def test_a_table_names_what_stands_in_the_way(traded: Path, tidegate: FrontDoor) -> None:
    del traded
    done = tidegate("why", "BTC/USDT", "-c", CONFIG)
    assert done.code == 0
    said = " ".join(done.out.split())
    assert "it would be refused: market-exposure" in said
    assert "market-exposure refused" in said
    assert "refused before, of BTC/USDT" in said
    assert "no process trades this account now" in done.err
    passed = tidegate("why", "BTC/USDT", "-c", CONFIG, "--amount", "0.001")
    assert "it would pass: no guardrail stands in the way" in " ".join(passed.out.split())


def test_an_account_without_a_stake_leaves_size_unjudged(
    traded: Path, tidegate: FrontDoor, why: Callable[..., dict[str, Any]]
) -> None:
    document = json.loads((traded / CONFIG).read_text(encoding="utf-8"))
    document["strategies"][0]["stake"] = "unlimited"
    (traded / CONFIG).write_text(json.dumps(document), encoding="utf-8")
    found = why()
    assert found["amount"] is None
    assert verdicts(found)["balance"]["verdict"] == "not judged"
    assert "--amount asks the guardrails of size" in tidegate("why", "BTC/USDT", "-c", CONFIG).err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("BTC/USDT",), "add -c trade.json"),
        (("BTC/USD", "-c", CONFIG), 'did you mean "BTC/USDT"?'),
        (("btc", "-c", CONFIG), "BASE/QUOTE in capitals"),
        (("BTC/USDT", "-c", CONFIG, "--account", "papr"), 'did you mean "paper"?'),
        (("BTC/USDT", "-c", CONFIG, "--db", "none.sqlite"), "no-database"),
        (("BTC/USDT", "-c", CONFIG, "--strategy", "ema"), "has no strategy"),
        (("BTC/USDT", "-c", CONFIG, "--direction", "up"), "choose long or short"),
        (("BTC/USDT", "-c", CONFIG, "--amount", "0"), "a number above 0"),
        (("BTC/USDT", "-c", CONFIG, "--price", "nan"), "a number above 0"),
    ],
    ids=lambda given: " ".join(given[1:]) if isinstance(given, tuple) else "",
)
def test_what_cannot_be_asked_ends_in_one_message(
    traded: Path, tidegate: FrontDoor, words: tuple[str, ...], says: str
) -> None:
    del traded
    done = tidegate("why", *words)
    assert done.code == 2
    assert says in done.err
    assert done.out == ""
