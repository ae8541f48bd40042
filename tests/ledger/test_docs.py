from __future__ import annotations

import re
from pathlib import Path

from tidegate.ledger import KEPT_DAYS, REMEMBERED, STOP_TAGS, Accounting, account

PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")


def test_the_figures_of_the_page_are_those_of_the_program() -> None:
    assert f"latest {REMEMBERED:,} are known" in PAGE
    assert f"latest {KEPT_DAYS} days are kept" in PAGE
    for word in (*STOP_TAGS, *Accounting):
        assert f"`{word}`" in PAGE


def test_every_invariant_that_is_promised_has_its_test() -> None:
    promised = re.findall(r"^(\d)\. ", account.__doc__ or "", re.MULTILINE)
    folder = Path(__file__).parent
    text = (folder / "test_invariants.py").read_text(encoding="utf-8")
    held = re.findall(r"def test_(\d)_|# (\d)$", text, re.MULTILINE)
    assert sorted({one or other for one, other in held}) == promised
