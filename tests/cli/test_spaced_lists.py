from __future__ import annotations

from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from tidegate.cli.spaced_lists import SpacedLists, split

app = typer.Typer()

Pairs = Annotated[list[str] | None, typer.Option("--pairs", "-p")]


@app.command(cls=SpacedLists)
def lists(
    *,
    pairs: Pairs = None,
    timeframes: Annotated[list[str] | None, typer.Option("--timeframes", "-t")] = None,
    fee: Annotated[float, typer.Option()] = 0.1,
    quick: Annotated[bool, typer.Option("--quick")] = False,
) -> None:
    typer.echo(f"{split(pairs)} {split(timeframes)} {fee} {quick}")


@app.command(cls=SpacedLists)
def named(name: str, *, pairs: Pairs = None) -> None:
    typer.echo(f"{name} {split(pairs)}")


def _said(line: str) -> str:
    result = CliRunner().invoke(app, line.split())
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


@pytest.mark.parametrize(
    "line",
    [
        "-p A/B C/D",
        "-p A/B,C/D",
        "-p A/B -p C/D",
        "--pairs A/B C/D",
        "--pairs=A/B C/D",
        "--pairs=A/B,C/D,",
        "-p A/B, C/D",
        "-p A/B C/D A/B",
    ],
)
def test_a_list_is_written_with_spaces_commas_or_repetition(line: str) -> None:
    assert _said(f"lists {line}") == "['A/B', 'C/D'] [] 0.1 False"


def test_a_list_ends_at_the_next_option() -> None:
    line = "lists --quick -p A/B C/D -t 5m 1h --fee -1"
    assert _said(line) == "['A/B', 'C/D'] ['5m', '1h'] -1.0 True"


def test_a_command_without_arguments_takes_every_word_for_the_list() -> None:
    assert _said("lists -p btc eth") == "['btc', 'eth'] [] 0.1 False"


def test_no_list_is_an_empty_one() -> None:
    assert _said("lists") == "[] [] 0.1 False"


@pytest.mark.parametrize(
    "line",
    [
        "strategy -p A/B C/D",
        "-p A/B C/D strategy",
        "-p A/B,C/D strategy",
        "-p A/B C/D -- strategy",
    ],
)
def test_a_list_leaves_a_commands_own_arguments_alone(line: str) -> None:
    assert _said(f"named {line}") == "strategy ['A/B', 'C/D']"


def test_a_file_is_an_argument_and_no_pair() -> None:
    assert _said("named -p A/B:B C/D mine/strategy.json") == "mine/strategy.json ['A/B:B', 'C/D']"


def test_a_word_after_another_option_is_not_swallowed() -> None:
    result = CliRunner().invoke(app, ["lists", "-p", "A/B", "--quick", "C/D"])
    assert result.exit_code == 2
    assert "C/D" in result.output


def test_splitting_drops_blanks_and_repetitions() -> None:
    assert split(["a, b", "", "b,c", " ,"]) == ["a", "b", "c"]
    assert split(None) == []
