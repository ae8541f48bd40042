from __future__ import annotations

import base64
import csv
import json
import os
import pty
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.feeds import read
from tidegate.model import Timeframe
from tidegate.stats import METRICS

if TYPE_CHECKING:
    from .conftest import Backtest, FrontDoor, HandMade

ROOT = Path(__file__).parents[2]
BUILT_IN = [path.stem for path in sorted((ROOT / "src/tidegate/strategies/builtin").glob("*.json"))]
EXAMPLES = [
    path
    for path in sorted((ROOT / "examples/strategies").iterdir())
    if path.suffix == ".json" or (path.suffix == ".py" and "(Strategy)" in path.read_text())
]
ON = ("-p", "BTC/USDT", "ETH/USDT", "-t", "1h")
EMA = ("ema-crossover", *ON)
FIVE_MINUTES = ("ema-crossover", "-p", "BTC/USDT", "ETH/USDT", "-t", "5m")

TRADE: dict[str, type] = {
    "pair": str,
    "stake_amount": float,
    "max_stake_amount": float,
    "amount": float,
    "open_date": str,
    "close_date": str,
    "open_rate": float,
    "close_rate": float,
    "fee_open": float,
    "fee_close": float,
    "trade_duration": int,
    "profit_ratio": float,
    "profit_abs": float,
    "exit_reason": str,
    "initial_stop_loss_abs": float,
    "initial_stop_loss_ratio": float,
    "stop_loss_abs": float,
    "stop_loss_ratio": float,
    "min_rate": float,
    "max_rate": float,
    "is_open": bool,
    "enter_tag": str,
    "leverage": float,
    "is_short": bool,
    "open_timestamp": int,
    "close_timestamp": int,
    "fees_paid": float,
    "slippage_paid": float,
    "dubious": bool,
}
RUN: dict[str, type] = {
    "pairs": list,
    "timeframe": str,
    "start": str,
    "end": str,
    "candles": int,
    "warmup": int,
    "wallet": float,
    "currency": str,
    "stake": str,
    "max_open_trades": int,
    "fee": float,
    "slippage": str,
    "realism": str,
    "prices": str,
    "command": str,
}
# Buys whenever it holds nothing, at a stop of 5 %.
ALWAYS = {
    "name": "always",
    "timeframes": ["1h"],
    "indicators": {},
    "entry_conditions": {"long": {"indicator1": "close", "operator": ">", "indicator2": 1}},
    "exit_conditions": {"stop_loss": {"type": "fixed", "value": 0.05}},
}


def _is(value: object, kind: type) -> bool:
    return type(value) is kind or (kind is float and type(value) is int)


def _ns(date: str) -> int:
    return int(datetime.fromisoformat(date).timestamp()) * 10**9


def _open_of(market: Path, trade: dict[str, Any], timeframe: str) -> float:
    length = Timeframe.parse(timeframe)
    path = market / f"{trade['pair'].replace('/', '_')}-{timeframe}.feather"
    candles = read(path, trade["pair"], length)
    return float(candles.open[(candles.time == _ns(trade["open_date"])).argmax()])


def _overlap(trades: list[dict[str, Any]]) -> int:
    """Return how many positions were open at once at the most."""
    turns = [(t["open_timestamp"], 1) for t in trades] + [
        (t["close_timestamp"], -1) for t in trades
    ]
    most = held = 0
    for _, turn in sorted(turns):
        held += turn
        most = max(most, held)
    return most


def _always(desk: Path, **changes: object) -> str:
    (desk / "always.json").write_text(json.dumps(ALWAYS | changes), encoding="utf-8")
    return "always.json"


def test_the_json_holds_every_field_with_its_kind(backtest: Backtest) -> None:
    document = backtest(*EMA)
    assert {name: _is(document["run"][name], kind) for name, kind in RUN.items()} == dict.fromkeys(
        RUN, True
    )
    assert len(document["trades"]) > 5
    for trade in document["trades"]:
        assert {name for name, kind in TRADE.items() if not _is(trade[name], kind)} == set()
    assert set(document["metrics"]) == {metric.name for metric in METRICS}
    assert set(document["metrics"]) == set(document["metric_info"])
    for name, value in document["metrics"].items():
        assert (value is None) == (name in document["undefined"]), name
    assert {name for name, took in document["seconds"].items() if _is(took, float)} >= {
        "load",
        "indicators",
        "simulate",
    }
    assert min(document["seconds"].values()) >= 0.0
    assert document["strategy"]["source"] == "built in"
    assert document["run"]["prices"] == "made by tidegate data generate, seed 11"


def test_every_breakdown_has_every_trade(backtest: Backtest) -> None:
    document = backtest(*EMA)
    assert set(document["breakdowns"]) == {
        "pair",
        "enter_tag",
        "exit_reason",
        "side",
        "weekday",
        "hour",
        "month",
    }
    for rows in document["breakdowns"].values():
        assert sum(row["trades"] for row in rows) == len(document["trades"])


def test_a_trades_fields_agree_with_one_another(backtest: Backtest) -> None:
    document = backtest(*FIVE_MINUTES)
    closes = [trade["close_timestamp"] for trade in document["trades"]]
    assert closes == sorted(closes)
    for trade in document["trades"]:
        assert _ns(trade["open_date"]) == trade["open_timestamp"] * 10**6
        assert _ns(trade["close_date"]) == trade["close_timestamp"] * 10**6
        minutes = (trade["close_timestamp"] - trade["open_timestamp"]) // 60_000
        assert trade["trade_duration"] == minutes
        paid = trade["amount"] * trade["open_rate"] * 1.001
        got = trade["amount"] * trade["close_rate"] * 0.999
        assert trade["profit_abs"] == pytest.approx(got - paid, abs=2e-8)
        assert trade["profit_ratio"] == pytest.approx(got / paid - 1, abs=1e-9)
        assert trade["stake_amount"] == pytest.approx(trade["amount"] * trade["open_rate"])
        assert trade["min_rate"] <= trade["max_rate"]
        assert trade["is_open"] is False


@pytest.mark.parametrize(
    "words",
    [
        EMA,
        FIVE_MINUTES,
        (*FIVE_MINUTES, "--realism", "freqtrade", "--stake", "100"),
        (*FIVE_MINUTES, "--slippage", "volume", "--fee", "0.002", "--wallet", "0.01"),
        ("macd-trend", *ON, "--stake", "unlimited", "--max-open-trades", "1"),
        (EXAMPLES[-1], *ON),
    ],
)
def test_the_trades_sum_to_the_final_balance(backtest: Backtest, words: tuple[object, ...]) -> None:
    document = backtest(*words)
    assert document["trades"]
    total = document["run"]["wallet"] + sum(trade["profit_abs"] for trade in document["trades"])
    assert document["final_balance"] == pytest.approx(total, rel=1e-12, abs=1e-9)
    assert document["metrics"]["final_balance"] == pytest.approx(total, rel=1e-12, abs=1e-9)
    assert document["equity"]["equity"][-1] == pytest.approx(total, abs=1e-7)


def test_two_runs_differ_in_their_seconds_alone(backtest: Backtest) -> None:
    first, second = backtest(*EMA, "--seed", 5), backtest(*EMA, "--seed", 5)
    assert first.pop("seconds").keys() == second.pop("seconds").keys()
    assert json.dumps(first) == json.dumps(second)


def test_the_command_in_the_json_runs_it_again(backtest: Backtest) -> None:
    document = backtest("MaCrossoverStrategy", "-p", "BTC/USDT", "--timerange", "20240105-20240130")
    words = document["run"]["command"].split()
    assert words[:3] == ["tidegate", "backtest", "MaCrossoverStrategy"]
    assert words[-2:] == ["--json", "result.json"]


def test_stake_is_what_each_trade_costs(backtest: Backtest) -> None:
    document = backtest(*EMA, "--stake", "50")
    assert document["run"]["stake"] == "50 USDT"
    for trade in document["trades"]:
        assert 50 - 1e-8 * trade["open_rate"] - 1e-6 <= trade["stake_amount"] <= 50 + 1e-6
    assert backtest(*EMA, "--stake-amount", "50")["trades"] == document["trades"]


def test_an_unlimited_stake_is_the_wallet_divided_by_the_slots(backtest: Backtest) -> None:
    one = backtest(*EMA, "--stake", "unlimited", "--max-open-trades", "1")
    four = backtest(*EMA, "--stake", "unlimited", "--max-open-trades", "4")
    assert one["run"]["stake"] == four["run"]["stake"] == "unlimited"
    assert one["trades"][0]["stake_amount"] == pytest.approx(990, rel=1e-3)
    assert four["trades"][0]["stake_amount"] == pytest.approx(990 / 4, rel=1e-3)


def test_an_unlimited_stake_comes_before_the_strategys_own(backtest: Backtest) -> None:
    own = backtest("atr-risk-reward", "--strategy-path", ROOT / "examples/strategies")
    assert own["run"]["stake"] == "1.00% of equity at risk"
    words = ("--strategy-path", ROOT / "examples/strategies", "--stake", "unlimited")
    assert backtest("atr-risk-reward", *words)["run"]["stake"] == "unlimited"


def test_slots_hold_back_what_does_not_fit(backtest: Backtest) -> None:
    one = backtest(*FIVE_MINUTES, "--max-open-trades", "1")
    two = backtest(*FIVE_MINUTES, "--max-open-trades", "2")
    assert (_overlap(one["trades"]), _overlap(two["trades"])) == (1, 2)
    assert one["counters"]["rejected_signals"] > 0
    assert two["counters"]["rejected_signals"] == 0
    assert one["metrics"]["rejected_signals"] == one["counters"]["rejected_signals"]


@pytest.mark.parametrize("word", ["unlimited", "-1"])
def test_unlimited_slots_are_one_for_each_pair(backtest: Backtest, word: str) -> None:
    assert backtest(*EMA)["run"]["max_open_trades"] == 5  # the strategy's own
    assert backtest(*EMA, "--max-open-trades", word)["run"]["max_open_trades"] == 2


def test_the_fee_is_paid_on_both_sides(backtest: Backtest) -> None:
    free = backtest(*EMA, "--fee", "0.00")
    dear = backtest(*EMA, "--fee", "0.004")
    assert free["metrics"]["fees_paid"] == 0.0
    assert dear["run"]["fee"] == 0.004
    for trade in dear["trades"]:
        assert trade["fee_open"] == trade["fee_close"] == 0.004
        volume = trade["amount"] * (trade["open_rate"] + trade["close_rate"])
        assert trade["fees_paid"] == pytest.approx(0.004 * volume, abs=2e-8)
    assert dear["metrics"]["fees_paid"] == pytest.approx(
        sum(trade["fees_paid"] for trade in dear["trades"]), abs=1e-6
    )
    assert dear["final_balance"] < free["final_balance"]


def test_slippage_moves_the_price_that_is_paid(backtest: Backtest, market: Path) -> None:
    none = backtest(*EMA, "--slippage", "none")
    some = backtest(*EMA, "--slippage", "0.01")
    assert (none["run"]["slippage"], some["run"]["slippage"]) == ("none", "constant:0.01")
    assert none["metrics"]["slippage_paid"] == 0.0
    for trade in none["trades"]:
        assert trade["open_rate"] == pytest.approx(_open_of(market, trade, "1h"))
        assert trade["slippage_paid"] == 0.0
    for trade in some["trades"]:
        assert trade["open_rate"] == pytest.approx(1.01 * _open_of(market, trade, "1h"))
        assert trade["slippage_paid"] > 0.0
    assert some["metrics"]["slippage_paid"] > 0.0


@pytest.mark.parametrize("model", ["none", "constant", "spread", "volatility", "volume"])
def test_every_slippage_model_runs_and_is_named(backtest: Backtest, model: str) -> None:
    document = backtest(*EMA, "--slippage", model)
    assert document["run"]["slippage"].split(":")[0] == model
    named = {one["name"]: one for one in document["assumptions"]}
    assert named["Slippage"]["value"] == document["run"]["slippage"]


def test_a_stop_that_the_market_leaps_over(
    desk: Path, hand_made: HandMade, backtest: Backtest
) -> None:
    flat, leap = (100.0, 100.5, 99.5, 100.0, 10.0), (80.0, 96.0, 79.0, 80.0, 10.0)
    hand_made(*[flat] * 4, leap, leap)
    words = (_always(desk), "-p", "FOO/USDT", "--exchange", "hand", "--slippage", "none")
    ours = backtest(*words)
    theirs = backtest(*words, "--realism", "freqtrade")
    assert ours["run"]["prices"] == "recorded"
    # Bought at 100 on the second candle; the stop stands at 95; the fifth opens at 80, and
    # has 95 in its range.
    assert [trade["close_rate"] for trade in (ours["trades"][0], theirs["trades"][0])] == [80, 95]
    assert ours["trades"][0]["open_rate"] == 100
    assert ours["trades"][0]["exit_reason"] == "stop_loss"
    stops = [
        next(one for one in document["assumptions"] if one["name"] == "Stops")
        for document in (ours, theirs)
    ]
    assert "at the open" in stops[0]["value"]
    assert "even where it opened beyond" in stops[1]["value"]


def test_freqtrades_assumptions_are_named_and_graded_down(backtest: Backtest) -> None:
    ours, theirs = backtest(*EMA), backtest(*EMA, "--realism", "freqtrade")
    assert (ours["run"]["realism"], theirs["run"]["realism"]) == ("standard", "freqtrade")
    assert (ours["run"]["slippage"], theirs["run"]["slippage"]) == ("constant:0.0005", "none")
    assert theirs["grade"]["score"] < ours["grade"]["score"]
    stated = backtest(*EMA, "--realism", "freqtrade", "--slippage", "spread", "--fee", "0.002")
    assert (stated["run"]["slippage"], stated["run"]["fee"]) == ("spread:1", 0.002)


def test_gaps_are_refused_or_filled_and_counted(
    desk: Path, hand_made: HandMade, tidegate: FrontDoor, backtest: Backtest
) -> None:
    hand_made(*[(100.0, 101.0, 99.0, 100.0, 10.0)] * 12, skip=(5, 6))
    words = (_always(desk), "-p", "FOO/USDT", "--exchange", "hand")
    refused = tidegate("backtest", *words)
    assert (refused.code, refused.out) == (2, "")
    assert "code      candle-gap" in refused.err
    filled = backtest(*words, "--gaps", "fill")
    assert filled["run"]["candles"] == 12
    gaps = next(one for one in filled["assumptions"] if one["name"] == "Gaps")
    assert gaps["value"].startswith("2 missing candles filled")
    graded = {one["name"]: one for one in filled["grade"]["findings"]}
    assert graded["Gaps"]["why"] == "16.67% of the candles were missing"
    theirs = backtest(*words, "--realism", "freqtrade")
    assert theirs["run"]["candles"] == 12
    refused = tidegate("backtest", *words, "--realism", "freqtrade", "--gaps", "refuse")
    assert refused.code == 2


def test_the_timerange_bounds_what_is_traded(backtest: Backtest) -> None:
    document = backtest(*EMA, "--timerange", "20240115-20240125")
    assert document["run"]["start"] == "2024-01-15T00:00:00Z"
    assert document["run"]["end"] == "2024-01-25T00:00:00Z"
    assert document["run"]["candles"] == 2 * 241
    assert document["trades"]
    for trade in document["trades"]:
        assert "2024-01-15" <= trade["open_date"] < trade["close_date"] <= "2024-01-25T00:00:00Z"


def test_wallet_and_seed_are_what_they_say(backtest: Backtest) -> None:
    document = backtest(*EMA, "--wallet", "2500", "--seed", "42")
    assert document["run"]["wallet"] == document["metrics"]["starting_balance"] == 2500.0
    assert document["monte_carlo"]["seed"] == 42
    again = backtest(*EMA, "--dry-run-wallet", "2500", "--seed", "43")
    assert again["trades"] == document["trades"]
    assert again["monte_carlo"]["final_balance"] != document["monte_carlo"]["final_balance"]


def test_a_pair_named_twice_is_traded_once(backtest: Backtest) -> None:
    once = backtest("ema-crossover", "-p", "BTC/USDT")
    twice = backtest("ema-crossover", "-p", "BTC/USDT,BTC/USDT", "-p", "BTC/USDT")
    assert twice["run"]["pairs"] == ["BTC/USDT"]
    assert twice["trades"] == once["trades"]


def test_a_pair_that_a_strategy_names_twice_is_traded_once(desk: Path, backtest: Backtest) -> None:
    source = (
        "from tidegate.strategies import Frame, Signals, Strategy\n"
        "class Twice(Strategy):\n"
        "    timeframe = '1h'\n"
        "    pairs = ('BTC/USDT', 'BTC/USDT')\n"
        "    def signals(self, frame: Frame) -> Signals:\n"
        "        return Signals(enter_long=frame.close > frame.ema(20))\n"
    )
    (desk / "twice.py").write_text(source, encoding="utf-8")
    assert backtest("twice.py")["run"]["pairs"] == ["BTC/USDT"]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_strategy_runs_and_trades(backtest: Backtest, name: str) -> None:
    document = backtest(name, *ON)
    assert document["strategy"]["name"] == name
    assert document["run"]["candles"] > 0
    assert document["trades"]
    assert len(document["strategy"]["sha256"]) == 64


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_on_what_it_names_itself(backtest: Backtest, path: Path) -> None:
    document = backtest(path)
    assert document["run"]["candles"] > 0
    assert document["strategy"]["source"] == str(path)
    assert document["strategy"]["explanation"]
    assert {trade["pair"] for trade in document["trades"]} <= set(document["run"]["pairs"])


def test_examples_are_found() -> None:
    assert len(EXAMPLES) >= 8
    assert len(BUILT_IN) == 5


def test_shorts_are_sold_first(backtest: Backtest) -> None:
    document = backtest(ROOT / "examples/strategies/long-and-short.json")
    shorts = [trade for trade in document["trades"] if trade["is_short"]]
    assert shorts
    for trade in shorts:
        gained = trade["open_rate"] > trade["close_rate"] * 1.01
        lost = trade["open_rate"] * 1.01 < trade["close_rate"]
        assert not (gained and trade["profit_abs"] < 0)
        assert not (lost and trade["profit_abs"] > 0)
        assert trade["initial_stop_loss_abs"] > trade["open_rate"]
    assert {trade["enter_tag"] for trade in shorts} <= {"trend_down", "spike"}
    assert "Shorts" in {one["name"] for one in document["assumptions"]}


def test_the_csv_holds_the_trades_of_the_json(desk: Path, backtest: Backtest) -> None:
    document = backtest(*EMA, "--csv", "trades.csv")
    with (desk / "trades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(document["trades"]) > 0
    for row, trade in zip(rows, document["trades"], strict=True):
        for name in TRADE.keys() - {"is_short", "dubious", "is_open"}:
            assert row[name] == str(trade[name])
        assert row["is_short"] in ("False", "false", "0")


def test_the_report_is_whole_and_holds_the_result(desk: Path, backtest: Backtest) -> None:
    document = backtest(*EMA, "--html", "reports/one.html")
    page = (desk / "reports" / "one.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    found = re.search(r'id="tidegate-document">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    inside = json.loads(found[1])
    assert inside == {name: value for name, value in document.items() if name != "trades"}
    packed = re.search(r'id="tidegate-trades">(.*?)</script>', page, re.DOTALL)
    assert packed is not None
    assert base64.b64decode(packed[1])
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert [path.name for path in (desk / "reports").iterdir()] == ["one.html"]


def test_files_that_are_there_are_replaced_whole(desk: Path, backtest: Backtest) -> None:
    (desk / "trades.csv").write_text("x" * 1_000_000)
    backtest(*EMA, "--csv", "trades.csv")
    assert (desk / "trades.csv").read_text().startswith("pair,open_date,")
    assert not [path for path in desk.rglob("*") if path.name.endswith(".part")]


def test_the_summary_says_what_was_run_and_what_came_of_it(desk: Path, tidegate: FrontDoor) -> None:
    done = tidegate("backtest", *EMA, "--json", "r.json", "--html", "r.html", "--csv", "r.csv")
    document = json.loads((desk / "r.json").read_text())
    metrics = document["metrics"]
    said = " ".join(done.out.split())
    for words in (
        "ema-crossover 1.0.0 on BTC/USDT, ETH/USDT, 1h, 2024-01-06 to 2024-03-10, 3,080 candles",
        "prices are not recorded ones: made by tidegate data generate, seed 11",
        f"wallet 1,000 → {document['final_balance']:,.2f} USDT, stake unlimited, 5 slots",
        "fee 0.100% a side, slippage constant:0.0005",
        f"Total return {metrics['total_return']:.2%}",
        f"Trades {metrics['trades']:.0f}",
        f"Fees paid {metrics['fees_paid']:,.2f} USDT",
        "by pair",
        "by exit",
        f"realism {document['grade']['letter']} ({document['grade']['score']:.0%})",
        f"+{document['grade']['raises'][0]['gain']:.0%} {document['grade']['raises'][0]['what']}",
        "written: r.json",
        "written: r.html",
        "written: r.csv",
    ):
        assert words in said
    assert done.err == ""


def test_a_figure_that_cannot_be_given_is_a_dash_with_its_reason(
    desk: Path, hand_made: HandMade, tidegate: FrontDoor
) -> None:
    hand_made(*[(100.0, 101.0, 99.0, 100.0, 10.0)] * 12)
    never = {"long": {"indicator1": "close", "operator": ">", "indicator2": 1000}}
    words = (_always(desk, entry_conditions=never), "-p", "FOO/USDT", "--exchange", "hand")
    done = tidegate("backtest", *words, "--json", "r.json")
    document = json.loads((desk / "r.json").read_text())
    assert document["trades"] == []
    assert document["final_balance"] == 1000.0
    assert document["metrics"]["win_rate"] is None
    assert f"Win rate – {document['undefined']['win_rate']}" in " ".join(done.out.split())
    assert document["metrics"]["total_return"] == 0.0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_progress_goes_to_the_terminal_of_standard_error_alone(desk: Path) -> None:
    terminal, end = pty.openpty()
    program = [sys.executable, "-c", "from tidegate.cli import main; main()"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [*program, "backtest", *EMA, "--json", "r.json"], stdout=subprocess.PIPE, stderr=end
    ) as run:
        os.close(end)
        seen = b""
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            seen += piece
        assert run.stdout is not None
        said = run.stdout.read()
    os.close(terminal)
    assert run.returncode == 0
    for stage in (b"loading candles", b"computing indicators", b"simulating", b"measuring"):
        assert stage not in said
    assert b"\x1b[" in seen
    assert b"measuring" in seen
    assert b"\x1b" not in said
    assert b"realism" in said
    assert b"realism" not in seen
    assert (desk / "r.json").exists()
