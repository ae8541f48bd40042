from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tidegate.cli.size import app
from tidegate.errors import Code, InputError

if TYPE_CHECKING:
    from typer.testing import Result

PAGE = (Path(__file__).parents[2] / "docs" / "sizing.md").read_text(encoding="utf-8")
ON = ("--equity", "10000", "--entry", "100")
RISK = ("percent-risk", *ON, "--risk", "1%")
KELLY = ("kelly", *ON, "--wins", "55", "--losses", "45")


def _run(*words: str) -> Result:
    result: Result = CliRunner().invoke(app, list(words))
    return result


def _said(*words: str, code: int = 0) -> list[str]:
    result = _run(*words)
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout.splitlines()


def _json(*words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads("\n".join(_said(*words, "--json")))
    return document


def _refusal(*words: str) -> InputError:
    result = _run(*words)
    assert isinstance(result.exception, InputError), result.output
    assert result.stdout == ""
    return result.exception


def test_the_working_comes_first_and_the_answer_after_it() -> None:
    words = ("--stop", "95", "--leverage", "2", "--amount-step", "0.001", "--pair", "BTC/USDT")
    assert _said(*RISK, *words) == [
        "working",
        "  equity 10,000 USDT",
        "  risk 1 % of 10,000 = 100",
        "  the stop is 5 % from the price",
        "  stake 100 / (5 % × 2) = 1,000, the rest is borrowed",
        "  position 1,000 × 2 = 2,000",
        "  amount 2,000 / 100 = 20 BTC, in steps of 0.001: 20",
        "buy        20 BTC",
        "notional   2,000 USDT, 20 % of equity",
        "stake      1,000 USDT, at leverage 2",
        "worst loss 103.9 USDT, 1.039 % of equity: 100 if given up at 95 + 3.9 fees",
        "a price that jumps over it, and liquidation, are not counted",
    ]


def test_a_short_sells_and_its_stop_lies_above() -> None:
    lines = _said(*RISK, "--stop", "104", "--short")
    assert "sell       25 BASE" in lines
    # 25 * 4, and a thousandth of 25 * (100 + 104)
    assert "worst loss 105.1 QUOTE, 1.051 % of equity: 100 if given up at 104 + 5.1 fees" in lines


def test_without_a_stop_a_long_can_lose_all_and_a_short_any_amount() -> None:
    long = _said("percent", *ON, "--share", "10%")
    assert long[-2] == (
        "worst loss 1,001 QUOTE, 10.01 % of equity: "
        "1,000 at a price of 0, for there is no stop, + 1 fees"
    )
    assert long[-1] == "liquidation is not counted"
    short = _said("percent", *ON, "--share", "10%", "--short")
    assert short[-1] == "worst loss without end: a short without a stop"
    assert _json("percent", *ON, "--share", "10%", "--short")["worst_loss"] is None


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        (("fixed", *ON, "--stake", "2000"), "20.00000000"),
        (("percent", *ON, "--share", "0.1"), "10.00000000"),
        (("percent", *ON, "--share", "10 %", "--tied", "9500"), "5.00000000"),
        ((*RISK, "--stop", "95"), "20.00000000"),
        ((*RISK, "--stop", "95", "--cap", "10%"), "10.00000000"),
        (("atr", *ON, "--risk", "1%", "--atr", "1"), "50.00000000"),
        (("atr", *ON, "--risk", "1%", "--atr", "1", "--multiple", "4"), "25.00000000"),
        ((*KELLY, "--average-win", "120", "--average-loss", "100"), "8.75000000"),
        (
            (*KELLY, "--average-win", "120", "--average-loss", "100", "--fraction", "100%"),
            "17.50000000",
        ),
        (("correlated", *ON, "--stake", "1240", "--held", "ETH/USDT:3000:0.8"), "10.00000000"),
        (
            (
                *("correlated", *ON, "--stake", "1340", "--held", "ETH/USDT:3000:0.8"),
                *("--held", "X/USDT:USDT:1000:?", "--held", "GOLD/USDT:9000:-1"),
            ),
            "10.00000000",
        ),
    ],
)
def test_each_kind_of_size(words: tuple[str, ...], amount: str) -> None:
    assert _json(*words)["amount"] == amount


def test_atr_reckons_with_being_stopped_at_the_move_unless_told_otherwise() -> None:
    asked = ("atr", *ON, "--risk", "1%", "--atr", "2.5")
    assert _json(*asked)["worst_loss"]["at"] == "95.0"
    assert _json(*asked, "--short")["worst_loss"]["at"] == "105.0"
    assert _json(*asked, "--stop", "90")["worst_loss"]["at"] == "90"


def test_the_json_holds_everything_as_text_to_the_last_digit() -> None:
    assert _json(*RISK, "--stop", "95", "--cap", "5%", "--fee", "0") == {
        "pair": "BASE/QUOTE",
        "direction": "long",
        "amount": "5.00000000",
        "notional": "500.00000000",
        "stake": "500.00000000",
        "wanted_stake": "2000.00000000",
        "capped_by": "share",
        "reason": "",
        "worst_loss": {
            "at": "95",
            "move": "25.00000000",
            "fees": "0.00000000",
            "total": "25.00000000",
        },
        "working": [
            "equity 10,000 QUOTE",
            "risk 1 % of 10,000 = 100",
            "the stop is 5 % from the price",
            "stake 100 / 5 % = 2,000",
            "at most 5 % of equity: 500",
            "amount 500 / 100 = 5 BASE",
        ],
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ("fixed", *ON, "--stake", "20000"),
            "the stake is more than the 10,000 that may be staked",
        ),
        (
            ("fixed", *ON, "--stake", "4", "--min-cost", "5"),
            "4 QUOTE is below the least order, 5 QUOTE",
        ),
        (
            ("fixed", *ON, "--stake", "4", "--min-amount", "1"),
            "0.04 BASE is below the least amount, 1 BASE",
        ),
        (
            (*KELLY, "--average-win", "1", "--average-loss", "100"),
            "trades like these lose in the long run: the Kelly fraction is 0",
        ),
    ],
)
def test_a_size_of_nothing_says_why_and_ends_with_1(words: tuple[str, ...], reason: str) -> None:
    assert _said(*words, code=1)[-1] == f"nothing: {reason}"
    result = _run(*words, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["amount"], document["reason"]) == ("0", reason)


@pytest.mark.parametrize(
    ("words", "option", "expected"),
    [
        ((*RISK, "--stop", "100"), "--stop", "below the entry, 100, for a long"),
        ((*RISK, "--stop", "100", "--short"), "--stop", "above the entry, 100, for a short"),
        ((*RISK, "--stop", "nan"), "--stop", "a number above 0"),
        ((*RISK, "--stop", "ninety"), "--stop", "a number above 0, like 1250.5"),
        ((*RISK, "--stop", "95", "--risk", "101%"), "--risk", "above 0, at most 100%"),
        ((*RISK, "--stop", "95", "--risk", "1"), "--risk", "like 1% or 0.01"),
        ((*RISK, "--stop", "95", "--risk", "0%"), "--risk", "above 0, at most 100%"),
        ((*RISK, "--stop", "95", "--risk", "-1%"), "--risk", "above 0, at most 100%"),
        ((*RISK, "--stop", "95", "--risk", "nan%"), "--risk", "above 0, at most 100%"),
        ((*RISK, "--stop", "95", "--risk", "some"), "--risk", "like 1% or 0.01"),
        ((*RISK, "--stop", "95", "--equity", "0"), "--equity", "a number above 0"),
        ((*RISK, "--stop", "95", "--equity", "inf"), "--equity", "a number above 0"),
        ((*RISK, "--stop", "95", "--equity", "1e16"), "--equity", "from 1e-15 to 1e15"),
        ((*RISK, "--stop", "95", "--entry", "-5"), "--entry", "a number above 0"),
        ((*RISK, "--stop", "95", "--entry", "1e-16"), "--entry", "from 1e-15 to 1e15"),
        ((*RISK, "--stop", "95", "--tied", "10001"), "--tied", "at most the equity, 10000"),
        ((*RISK, "--stop", "95", "--tied", "-1"), "--tied", "a number, 0 or more"),
        ((*RISK, "--stop", "95", "--leverage", "0.5"), "--leverage", "from 1 to 1000"),
        ((*RISK, "--stop", "95", "--leverage", "1001"), "--leverage", "from 1 to 1000"),
        ((*RISK, "--stop", "95", "--fee", "11%"), "--fee", "at most 10%"),
        ((*RISK, "--stop", "95", "--fee", "-0.1%"), "--fee", "a share from 0 to 100%"),
        ((*RISK, "--stop", "95", "--cap", "200%"), "--cap", "at most 100%"),
        ((*RISK, "--stop", "95", "--amount-step", "-1"), "--amount-step", "a number, 0 or more"),
        ((*RISK, "--stop", "95", "--min-cost", "x"), "--min-cost", "a number, 0 or more"),
        (("atr", *ON, "--risk", "1%", "--atr", "50"), "--atr", "stays below the entry, 100"),
        (("fixed", *ON, "--stake", "0"), "--stake", "a number above 0"),
        (("percent", *ON, "--share", "0"), "--share", "a share above 0"),
        (("correlated", *ON, "--stake", "9", "--held", "ETH/USDT:3000"), "--held", "PAIR:WORTH"),
        (("correlated", *ON, "--stake", "9", "--held", "A/B:1:1.1"), "--held", "from -1 to 1"),
        (("correlated", *ON, "--stake", "9", "--held", "A/B:1:nan"), "--held", "from -1 to 1"),
        (("correlated", *ON, "--stake", "9", "--held", "A/B:1:high"), "--held", "from -1 to 1"),
        (("correlated", *ON, "--stake", "9", "--held", "A/B:0:1"), "--held", "above 0"),
        ((*KELLY, "--average-win", "0", "--average-loss", "1"), "--average-win", "above 0"),
        ((*KELLY, "--average-win", "1", "--average-loss", "-1"), "--average-loss", "above 0"),
    ],
)
def test_nonsense_is_refused_with_one_message(
    words: tuple[str, ...], option: str, expected: str
) -> None:
    error = _refusal(*words)
    assert error.code is Code.OUT_OF_RANGE
    assert error.where == option
    assert expected in error.expected


def test_a_pair_that_is_none_is_refused() -> None:
    assert _refusal(*RISK, "--stop", "95", "--pair", "bitcoin").code is Code.BAD_PAIR
    error = _refusal("correlated", *ON, "--stake", "9", "--held", "eth:1:1")
    assert (error.code, error.where) == (Code.BAD_PAIR, "--held")


@pytest.mark.parametrize(("option", "text"), [("--wins", "0"), ("--losses", "0")])
def test_kelly_needs_trades_of_both_kinds(option: str, text: str) -> None:
    result = _run(*KELLY, "--average-win", "1", "--average-loss", "1", option, text)
    assert result.exit_code == 2
    assert option in result.output


def test_the_answers_on_the_page_are_what_is_printed() -> None:
    shown = re.findall(r"```console\n\$ tidegate size (.*?)\n(.*?)```", PAGE, re.DOTALL)
    assert len(shown) >= 2
    for words, answer in shown:
        assert "\n".join(_said(*shlex.split(words.replace("\\\n", " ")))) + "\n" == answer
