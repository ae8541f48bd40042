"""What the commands that look at an account say, over a database that an engine has written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from tests.registry.makings import NOON, equity, incident, order, position, trade

from tidegate.cli import main
from tidegate.engine.entry import Entry
from tidegate.errors import Code
from tidegate.model import Direction, OrderState
from tidegate.registry import Owner, open_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECOND = 1_000_000_000
ME = Owner(pid=os.getpid(), host="tide-1", since_ns=NOON)


def _fact(kind: str, number: int, **body: str) -> Entry:
    return Entry(NOON + number * SECOND, kind, f"thread-{number}", json.dumps(body).encode())


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's folder with a database in it, where the commands look for one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("RISK_DB_PATH", raising=False)
    path = tmp_path / "user_data" / "tidegate.sqlite"
    with open_database(path) as database, database.journal("paper", ME) as journal:
        journal.append(
            [
                _fact("opened", 1, account="paper"),
                _fact("switched", 2, state="active", why="started by kay"),
                _fact("approved", 3, order="o1"),
                _fact("filled", 4, order="o1"),
            ],
            [
                order(
                    "done1", state=OrderState.FILLED, filled=Decimal("0.1"), average=Decimal(42000)
                ),
                order("open1", pair="ETH/USDT", made_ns=NOON + SECOND),
                order("lost1", made_ns=NOON + 2 * SECOND, state=OrderState.UNRESOLVED),
                position(),
                position("short", direction=Direction.SHORT, leverage=Decimal(3)),
                trade(1),
                equity(1, equity=Decimal("1234.50000000")),
                incident(1),
                incident(2, severity="critical", words="it fell"),
            ],
        )
    return tmp_path


@pytest.fixture
def say(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a command in that folder: its exit code, its output, and what it said beside."""
    del desk

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tidegate", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return run


def _json(say: Callable[..., tuple[int, str, str]], *words: str) -> Any:  # noqa: ANN401 - any JSON
    code, text, said = say(*words, "--json")
    assert code == 0, said
    return json.loads(text)


def test_status_says_what_an_operator_needs(say: Callable[..., tuple[int, str, str]]) -> None:
    code, text, _ = say("status")
    assert code == 0
    for words in (
        "active, started by kay, since 2024-01-01 12:00:02 UTC",
        "none runs",
        "1,234.5 (balance 1,000, exposure 10)",
        "2, 1 unresolved",
        "it fell",
        "4 entries, 2024-01-01 12:00:04 UTC",
    ):
        assert words in text
    assert "latched" not in text
    (found,) = _json(say, "status")
    assert (found["trading"], found["positions"], found["open_orders"]) == ("active", 2, 2)
    assert (found["worth"]["equity"], found["holder"]) == ("1234.50000000", None)


def test_status_names_the_engine_that_runs_and_what_has_latched(
    say: Callable[..., tuple[int, str, str]], desk: Path
) -> None:
    path = desk / "user_data" / "tidegate.sqlite"
    with open_database(path) as database, database.journal("paper", ME) as journal:
        latched = {"reason": "total-drawdown", "observed": "", "limit": "", "sentence": ""}
        journal.append([_fact("latched", 5, **latched)], [])
        _, text, _ = say("status", "--account", "paper")
        assert f"process {os.getpid()} on tide-1, since 2024-01-01 12:00:00 UTC" in text
        assert "total-drawdown: lift it with `tidegate rearm`" in text
        (found,) = _json(say, "status")
        assert found["holder"] == {
            "pid": os.getpid(),
            "host": "tide-1",
            "since": "2024-01-01T12:00:00Z",
        }


def test_positions_are_listed(say: Callable[..., tuple[int, str, str]]) -> None:
    _, text, _ = say("positions")
    assert "short 3×" in text
    assert "42,000" in text
    found = _json(say, "positions")
    assert [one["position"] for one in found] == ["p1", "short"]
    assert found[0]["amount"] == "0.5"
    assert found[0]["opened"] == "2024-01-01T12:00:00Z"


def test_orders_are_listed_the_newest_first_and_filtered(
    say: Callable[..., tuple[int, str, str]],
) -> None:
    _, text, _ = say("orders")
    assert text.index("lost1") < text.index("open1") < text.index("done1")
    assert "0.1 at 42,000" in text

    def ids(*words: str) -> list[str]:
        return [one["order"]["id"] for one in _json(say, "orders", *words)["rows"]]

    assert ids() == ["lost1", "open1", "done1"]
    assert ids("--open") == ["lost1", "open1"]
    assert ids("--open", "--limit", "1") == ["lost1"]
    assert ids("--open", "--pair", "ETH/USDT") == ["open1"]
    assert ids("--open", "--strategy", "grid") == []
    assert ids("--open", "--since", "2024-01-01T12:00:02") == ["lost1"]
    assert ids("--pair", "BTC/USDT") == ["lost1", "done1"]
    assert ids("--strategy", "grid") == []
    assert ids("--since", "2024-01-01T12:00:01Z") == ["lost1", "open1"]
    assert ids("--since", "2024-01-01T13:00:02+01:00") == ["lost1"]
    first = _json(say, "orders", "-n", "2")
    assert [one["order"]["id"] for one in first["rows"]] == ["lost1", "open1"]
    assert ids("--after", first["next"]) == ["done1"]
    _, _, said = say("orders", "-n", "2")
    assert f"there is more: --after {first['next']}" in said


def test_incidents_are_listed_and_filtered(say: Callable[..., tuple[int, str, str]]) -> None:
    _, text, _ = say("incidents")
    assert text.index("it fell") < text.index("number 1")
    rows = _json(say, "incidents", "--severity", "critical")["rows"]
    assert [one["words"] for one in rows] == ["it fell"]
    assert _json(say, "incidents", "--since", "2024-01-02")["rows"] == []


def test_the_journal_is_shown_in_its_order_and_by_thread(
    say: Callable[..., tuple[int, str, str]],
) -> None:
    def shown(*words: str) -> list[Any]:
        code, text, said = say("journal", *words, "--json")
        assert code == 0, said
        return [json.loads(line) for line in text.splitlines()]

    assert [one["kind"] for one in shown()] == ["opened", "switched", "approved", "filled"]
    assert [one["seq"] for one in shown("--limit", "2")] == [3, 4]
    assert [one["seq"] for one in shown("--after", "1", "--limit", "2")] == [2, 3]
    assert [one["seq"] for one in shown("--kind", "switched")] == [2]
    assert shown("--correlation", "thread-4") == [
        {
            "seq": 4,
            "time": "2024-01-01T12:00:04Z",
            "kind": "filled",
            "correlation": "thread-4",
            "body": {"order": "o1"},
        }
    ]
    _, text, _ = say("journal", "-n", "1")
    assert " ".join(text.split()) == '4 2024-01-01 12:00:04 UTC filled thread-4 {"order": "o1"}'


@pytest.mark.parametrize("words", [(), ("--kind", "filled")])
def test_a_journal_that_is_followed_shows_what_comes(desk: Path, words: tuple[str, ...]) -> None:
    program = [sys.executable, "-c", "from tidegate.cli import main; main()", "journal", "-f"]
    with subprocess.Popen(  # noqa: S603 - the program under test
        [*program, "--json", *words],
        cwd=desk,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        seen = [json.loads(process.stdout.readline())["seq"] for _ in range(1 if words else 4)]
        path = desk / "user_data" / "tidegate.sqlite"
        with open_database(path) as database, database.journal("paper", ME) as journal:
            for number in (5, 6):
                journal.append([_fact("approved", number), _fact("filled", number)], [])
                lines = [process.stdout.readline() for _ in range(1 if words else 2)]
                seen += [json.loads(line)["seq"] for line in lines]
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
        assert process.wait() == 130
    assert seen == ([4, 6, 8] if words else list(range(1, 9)))


def test_a_journal_is_checked_from_end_to_end(
    say: Callable[..., tuple[int, str, str]], desk: Path
) -> None:
    assert say("journal", "--check") == (0, "4 entries, every one as it was written\n", "")
    with (
        open_database(desk / "user_data" / "tidegate.sqlite") as database,
        database.connection() as connection,
    ):
        connection.exec_driver_sql("UPDATE journal SET kind = 'denied' WHERE seq = 2")
    code, text, said = say("journal", "--check")
    assert (code, text) == (2, "")
    assert 'account "paper", entry 2' in said
    assert Code.DAMAGED_JOURNAL in said


@pytest.mark.parametrize(
    "words",
    [
        ("orders", "--open", "--after", "5:a"),
        ("journal", "--check", "--kind", "filled"),
        ("journal", "--check", "--correlation", "c"),
        ("journal", "--check", "--after", "0"),
        ("journal", "--check", "--follow"),
    ],
)
def test_an_option_that_would_mean_nothing_is_refused(
    say: Callable[..., tuple[int, str, str]], words: tuple[str, ...]
) -> None:
    code, text, said = say(*words)
    assert (code, text) == (2, "")
    assert f"{words[2]} means nothing beside {words[1]}" in said


def test_an_empty_account_has_nothing_to_show(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "empty.sqlite"
    with open_database(path) as database:
        assert say("status", "--db", str(path)) == (0, "", "the database has no account yet\n")
        with database.journal("new", ME):
            pass
    assert "halted, never started" in say("status", "--db", str(path))[1]
    assert say("positions", "--db", str(path)) == (0, "", "no positions\n")
    for command in ("orders", "incidents"):
        assert say(command, "--db", str(path)) == (0, "", "nothing to show\n")
    assert say("journal", "--db", str(path)) == (0, "", "")


def test_the_environment_may_name_the_database(
    say: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "elsewhere.sqlite"
    with open_database(path) as database, database.journal("other", ME):
        pass
    monkeypatch.setenv("RISK_DB_PATH", str(path))
    (found,) = _json(say, "status")
    assert found["account"] == "other"
    (found,) = _json(say, "status", "--db", "user_data/tidegate.sqlite")
    assert found["account"] == "paper"


def test_of_several_accounts_one_has_to_be_named(
    say: Callable[..., tuple[int, str, str]], desk: Path
) -> None:
    with (
        open_database(desk / "user_data" / "tidegate.sqlite") as database,
        database.journal("second", ME),
    ):
        pass
    code, text, said = say("positions")
    assert (code, text) == (2, "")
    assert "paper, second" in said
    assert say("positions", "--account", "second") == (0, "", "no positions\n")
    assert [one["account"] for one in _json(say, "status")] == ["paper", "second"]
    code, _, said = say("status", "--account", "papr")
    assert code == 2
    assert 'did you mean "paper"?' in said
    assert Code.UNKNOWN_ACCOUNT in said


@pytest.mark.parametrize("text", ["yesterday", "2024-13-01", "1704110400", ""])
def test_a_time_that_is_none_is_refused(
    say: Callable[..., tuple[int, str, str]], text: str
) -> None:
    code, _, said = say("orders", "--since", text)
    assert code == 2
    assert "bad-option" in said


@pytest.mark.parametrize("text", ["1500-01-01", "0001-01-01T00:00+14:00", "9999-12-31"])
def test_a_time_that_no_column_holds_is_a_time(
    say: Callable[..., tuple[int, str, str]], text: str
) -> None:
    assert say("orders", "--since", text)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("orders", "--after", f"{10**19}:x"),
        ("incidents", "--after", f"1:{10**19}"),
        ("orders", "--after", "9" * 5000 + ":x"),
        ("journal", "--after", str(10**19)),
        ("incidents", "--severity", "critcal"),
    ],
)
def test_what_no_column_holds_is_refused(
    say: Callable[..., tuple[int, str, str]], words: tuple[str, ...]
) -> None:
    code, _, said = say(*words)
    assert code == 2
    assert words[1] in said


def test_looking_changes_nothing_and_makes_nothing(
    say: Callable[..., tuple[int, str, str]], desk: Path
) -> None:
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()}
    for command in ("status", "positions", "orders", "incidents", "journal"):
        assert say(command)[0] == 0
        assert say(command, "--db", "nowhere.sqlite")[0] == 2
    assert {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()} == before
