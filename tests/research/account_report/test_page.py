"""The page of an account says what its records say, and nothing that they could smuggle in."""

from __future__ import annotations

import base64
import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tidegate.model import Direction, EquityRecord, TradeRecord
from tidegate.research.account_report import Tale, page, sums_by, write_page
from tidegate.research.account_report.story import Held, deepest_fall, sums_of

if TYPE_CHECKING:
    from pathlib import Path

NOON = 1_704_110_400_000_000_000
MINUTE = 60_000_000_000


def trade(
    profit: Decimal | str = "1.5",
    strategy: str = "first",
    pair: str = "BTC/USDT",
    reason: str = "roi",
) -> TradeRecord:
    return TradeRecord(
        account="a", position="p", strategy=strategy, pair=pair, direction=Direction.LONG,
        opened_ns=NOON, closed_ns=NOON + MINUTE, amount=Decimal("0.25"), open_rate=Decimal(100),
        close_rate=Decimal(110), cost=Decimal(25), leverage=Decimal(1), fees=Decimal("0.5"),
        funding=Decimal(0), profit=Decimal(profit), profit_ratio=Decimal("0.06"), enter_tag="",
        exit_reason=reason, orders=2,
    )  # fmt: skip


def worth(equity: str, minute: int) -> EquityRecord:
    return EquityRecord(
        account="a", time_ns=NOON + minute * MINUTE, balance=Decimal(equity),
        equity=Decimal(equity), exposure=Decimal(0), positions=0,
    )  # fmt: skip


def tale(**changes: object) -> Tale:
    fields: dict[str, object] = {
        "account": "demo", "currency": "USDT", "where": "here", "note": "made", "begun_ns": NOON,
        "now_ns": NOON + 9 * MINUTE, "deposits": Decimal(1000), "equity": Decimal(1010),
        "curve": [worth("1000", 0), worth("1020", 1), worth("1010", 9)],
        "trades": [trade(), trade("-0.5", "second", "ETH/USDT", "stop_loss")],
        "held": [
            Held(
                strategy="first", pair="SOL/USDT", direction="long", amount=Decimal(2),
                average=Decimal(20), price=None, profit=None,
            )
        ],
        "approved": 5, "refusals": {"cooldown": 2}, "sentences": {"cooldown": "too soon"},
    }  # fmt: skip
    fields.update(changes)
    return Tale(**fields)  # type: ignore[arg-type]  # one of each


def test_the_page_says_what_came_of_the_account() -> None:
    text = page(tale())
    for said in (
        "1,010.00 USDT", "+10.00 (+1.00%)", "0.98%", "50.00%", "too soon", "stop_loss", "SOL/USDT",
        "2024-01-01 12:01:00", "made",
    ):  # fmt: skip
        assert said in text, said


def test_an_account_that_has_done_nothing_has_a_page_too() -> None:
    empty = page(tale(curve=[], trades=[], held=[], refusals={}, equity=None))
    assert "No candle has closed yet." in empty
    assert "Nothing was refused." in empty
    assert "No trade is over yet." in empty


def test_names_are_only_text_on_the_page() -> None:
    bad = '<script>alert(1)</script>&"'
    text = page(tale(account=bad, trades=[trade(strategy=bad, pair=bad, reason=bad)], note=bad))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    text = page(tale())
    found = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in text
    assert " style=" not in text  # the policy would drop it
    assert "http" not in text.replace("http-equiv", "")


def test_a_stretch_without_changes_is_drawn_level() -> None:
    flat = [worth("1000", 0), worth("1010", 1), worth("1020", 2), worth("900", 50)]
    points = re.search('class="curve" points="([^"]*)"', page(tale(curve=flat)))
    assert points is not None
    heights = [point.split(",")[1] for point in points[1].split()]
    assert heights[2] == heights[3] != heights[4]


def test_only_the_latest_trades_are_listed() -> None:
    text = page(tale(trades=[trade()] * 502))
    assert "and 2 before them" in text
    assert text.count("2024-01-01 12:01:00") == 500


def test_it_is_written_whole(tmp_path: Path) -> None:
    write_page(tmp_path / "deep" / "report.html", tale())
    assert (tmp_path / "deep" / "report.html").read_text(encoding="utf-8").endswith("</html>\n")


def test_the_deepest_fall_is_from_a_peak() -> None:
    assert deepest_fall([]) is None
    assert deepest_fall([worth("100", 0), worth("50", 1), worth("200", 2), worth("150", 3)]) == 0.5


@given(
    st.lists(
        st.builds(
            trade,
            st.decimals(-1000, 1000, places=8),
            st.sampled_from(["first", "second", "third"]),
            st.sampled_from(["BTC/USDT", "ETH/USDT"]),
        )
    )
)
def test_groups_come_to_the_whole(trades: list[TradeRecord]) -> None:
    whole = sums_of("", trades)
    for groups in (sums_by(trades, lambda t: t.strategy), sums_by(trades, lambda t: t.pair)):
        assert sum(each.trades for each in groups) == whole.trades == len(trades)
        assert sum(each.wins for each in groups) == whole.wins
        assert sum((each.profit for each in groups), Decimal(0)) == whole.profit
        assert sum((each.fees for each in groups), Decimal(0)) == whole.fees
