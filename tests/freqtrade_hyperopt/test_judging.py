"""Which arguments a loss can look at, and which losses there are."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.errors import Code, DefinitionError, InputError
from tidegate.freqtrade.hyperopt.judging import judge_of, reads_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Program

EVERYTHING = {
    "results",
    "trade_count",
    "min_date",
    "max_date",
    "config",
    "processed",
    "backtest_stats",
    "starting_balance",
}


def plain(results: Any, trade_count: int, *_args: Any, **_kwargs: Any) -> float:  # noqa: ANN401 - a loss
    return float(len(results) - trade_count)


def curious(results: Any, **kwargs: Any) -> float:  # noqa: ANN401 - a loss
    return float(len(results) - kwargs["trade_count"])


def handing_on(results: Any, **kwargs: Any) -> float:  # noqa: ANN401 - a loss
    return plain(results, **kwargs)


def closing_over(results: Any, **kwargs: Any) -> float:  # noqa: ANN401 - a loss
    return float(sum(kwargs["trade_count"] for _ in results))


def looking_around(results: Any, **_kwargs: Any) -> float:  # noqa: ANN401 - a loss
    return float(len(locals()) + len(results))


@functools.wraps(plain)
def wrapped(**kwargs: Any) -> float:  # noqa: ANN401 - a loss
    return float(kwargs["starting_balance"])


@pytest.mark.parametrize("loss", [curious, handing_on, closing_over, looking_around, wrapped, len])
def test_a_loss_that_may_look_at_everything_is_given_everything(loss: Callable[..., float]) -> None:
    assert reads_of(loss) == EVERYTHING


def test_a_loss_is_given_no_more_than_it_names() -> None:
    assert reads_of(plain) == {"results", "trade_count"}


LOSS = """
from freqtrade.optimize.hyperopt import IHyperOptLoss


class MyLoss(IHyperOptLoss):
    @staticmethod
    def hyperopt_loss_function(
        results, trade_count, min_date, max_date, config, processed, backtest_stats, **kwargs
    ):
        assert trade_count == len(results) == len(backtest_stats["trades"])
        assert kwargs["starting_balance"] == 1000.0
        assert all(frame["date"].iloc[0] >= min_date for frame in processed.values())
        assert all("enter_tag" in frame for frame in processed.values())
        days = (max_date - min_date).days
        stop = sum(trade["stop_loss_abs"] for trade in backtest_stats["trades"])
        return float(results["profit_abs"].sum() / days + backtest_stats["sharpe"] + stop / 1e9)
"""


def test_a_loss_of_the_users_sees_what_freqtrade_shows_it(
    desk: Path, tidegate_search: Program, freqtrade_search: Program
) -> None:
    (desk / "hyperopts" / "mine.py").write_text(LOSS, encoding="utf-8")
    theirs = freqtrade_search(desk, "Tuned", epochs=3, hyperopt_loss="MyLoss")
    ours = tidegate_search(desk, "Tuned", epochs=3, hyperopt_loss="MyLoss")
    assert [line["loss"] for line in ours.lines] == [line["loss"] for line in theirs.lines]


def test_a_copy_of_a_built_in_loss_is_the_users_own(desk: Path, tidegate_search: Program) -> None:
    text = LOSS.replace("MyLoss", "SharpeHyperOptLoss").replace(
        'return float(results["profit_abs"].sum()', "return 7.0 + 0 * float(results.size"
    )
    (desk / "hyperopts" / "mine.py").write_text(text, encoding="utf-8")
    ours = tidegate_search(desk, "Tuned", epochs=2, hyperopt_path=str(desk / "hyperopts"))
    assert {line["loss"] for line in ours.lines} == {7.0}


def _config(desk: Path, name: str | None) -> dict[str, Any]:
    return {"hyperopt_loss": name, "user_data_dir": desk, "timeframe": "5m"}


@pytest.mark.parametrize("name", [None, "SharpHyperOptLoss"])
def test_an_unknown_loss_is_answered_with_the_list(desk: Path, name: str | None) -> None:
    with pytest.raises(InputError) as refused:
        judge_of(_config(desk, name))
    assert refused.value.code == Code.UNKNOWN_LOSS
    assert "SortinoHyperOptLossDaily" in refused.value.expected
    assert "SharpeHyperOptLoss" in refused.value.remedy


def test_a_loss_that_cannot_be_loaded_is_shown_with_its_line(desk: Path) -> None:
    text = "import math\n\nroot = math.sqroot(2)\n\n\nclass MyLoss:\n    pass\n"
    (desk / "hyperopts" / "mine.py").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        judge_of(_config(desk, "MyLoss"))
    assert refused.value.code == Code.PLUGIN_FAILED
    assert refused.value.where.endswith("mine.py:3")
    assert "sqroot" in refused.value.found


def test_a_loss_that_fails_is_shown_with_its_line(desk: Path, tidegate_search: Program) -> None:
    text = LOSS.replace("        days = ", "        1 / 0\n        days = ")
    (desk / "hyperopts" / "mine.py").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        tidegate_search(desk, "Tuned", epochs=2, hyperopt_loss="MyLoss")
    assert refused.value.code == Code.PLUGIN_FAILED
    line = text.splitlines().index("        1 / 0") + 1
    assert refused.value.where.endswith(f"mine.py:{line}")
    assert list((desk / "hyperopt_results").iterdir()) == []
