from __future__ import annotations

from pathlib import Path

import pytest

from tidegate.stats import METRICS, Metric

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
BETTER = {True: "higher", False: "lower", None: "neither"}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_the_page_has_a_row_for_the_metric_in_its_own_words(metric: Metric) -> None:
    cells = (f"`{metric.name}`", metric.title, metric.unit, BETTER[metric.higher_is_better])
    row = f"| {' | '.join(cells)} | {metric.meaning} | "
    assert row in PAGE
    assert PAGE.index(f"## {metric.group}") < PAGE.index(row)


def test_the_page_has_no_metric_that_is_gone() -> None:
    rows = {line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")}
    documents = {"currency", "metrics", "undefined", "breakdowns", "drawdowns", "monthly"}
    documents |= {"distribution", "monte_carlo", "equity"}
    assert rows - documents == {metric.name for metric in METRICS}
