"""The report as a reader meets it: opened from disk, in Chromium."""

from __future__ import annotations

import copy
import csv
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tidegate.research.guardrails import guardrails_document
from tidegate.research.report import ChartData, write_html
from tidegate.research.report.page import page as report_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tests.browser.conftest import MadeRun, Open

pytestmark = pytest.mark.browser

ROWS = ".trades tbody tr[data-place]"
PLOT = ".price-plot"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
HOSTILE = '</script><!--<img src=x onerror="window.hacked=1"><svg onload=window.hacked=1>'
GUARDRAILS: dict[str, Any] = {
    "limits": "mine.json",
    "in_force": {"max_positions": 5, "cooldown_s": 300},
    "own": {"max_daily_trades": 3},
    "orders": 96,
    "signals_refused": 1204,
    "refused": {"positions": 1200, "cooldown": 4},
    "examples": {
        "positions": [
            {
                "time": "2024-01-02T03:00:00Z",
                "pair": "BTC/USDT",
                "direction": "long",
                "effect": "increase",
                "observed": "5 open",
                "limit": "5",
                "sentence": "as many positions are open as may be",
            }
        ],
        "cooldown": [],
    },
    "stopped": "drawdown",
}


def column(page: Page, place: int) -> list[str]:
    """Return the texts of one column of the rows that exist, from the first place on."""
    return page.locator(f"{ROWS} > td:nth-child({place})").all_inner_texts()


def numbers(page: Page) -> list[int]:
    return [int(text) for text in column(page, 1)]


def ranked(trades: Sequence[dict[str, Any]], key: str, *, descending: bool) -> list[int]:
    """Return the numbers of the trades in that order, to the ten digits that a report keeps."""
    sign = -1 if descending else 1
    order = sorted(range(len(trades)), key=lambda i: (sign * float(f"{trades[i][key]:.10g}"), i))
    return [place + 1 for place in order]


def shown(page: Page) -> int:
    return int(page.locator(".trades").get_attribute("aria-rowcount") or 0) - 1


def attribute(page: Page, name: str) -> str:
    return page.locator(PLOT).get_attribute(f"data-{name}") or ""


def minute(page: Page) -> datetime:
    """Return the time that stands above the candles."""
    text = page.locator(".price-main .legend .when").inner_text()
    return datetime.fromisoformat(text.replace("\N{NON-BREAKING HYPHEN}", "-"))


def test_it_opens_from_disk_silently_and_alone(open_report: Open, small_report: Path) -> None:
    opened = open_report(small_report)
    page = opened.page
    assert page.title() == "EMA crossover · Tidegate"
    assert page.locator("h1").inner_text().startswith("EMA crossover")
    assert page.locator(".pill.made").inner_text() == "made market"
    for section in ("equity", "chart", "results", "breakdown", "chance", "trades", "metrics"):
        assert page.locator(f"section#{section} h2").is_visible()
    assert page.locator(f"{PLOT} canvas").count() > 0
    assert page.locator("#tv-attr-logo").count() == 1
    assert opened.asked[0] == opened.file


def test_the_headline_says_what_the_document_says(
    open_report: Open, small_run: MadeRun, small_report: Path
) -> None:
    page = open_report(small_report).page
    trades = small_run.document["trades"]
    tile = page.locator('.tile[data-metric="trades"] .tile-value')
    assert tile.inner_text() == f"{len(trades):,}"
    balance = page.locator('.tile[data-metric="final_balance"] .tile-value')
    assert balance.inner_text() == f"{small_run.document['final_balance']:,.2f} USDT"


def test_sorting_puts_the_rows_in_that_order(
    open_report: Open, small_run: MadeRun, small_report: Path
) -> None:
    page = open_report(small_report).page
    trades = small_run.document["trades"]
    profit = page.locator(".trades").get_by_role("columnheader", name="Profit")
    profit.get_by_role("button").click()
    seen = numbers(page)
    assert len(seen) > 10
    assert seen == ranked(trades, "profit_ratio", descending=True)[: len(seen)]
    assert profit.get_attribute("aria-sort") == "descending"
    profit.get_by_role("button").click()
    seen = numbers(page)
    assert seen == ranked(trades, "profit_ratio", descending=False)[: len(seen)]
    page.locator(".trades").get_by_role("columnheader", name="Held").get_by_role("button").click()
    seen = numbers(page)
    assert seen == ranked(trades, "trade_duration", descending=True)[: len(seen)]


def test_filters_leave_only_what_they_name(
    open_report: Open, small_run: MadeRun, small_report: Path
) -> None:
    page = open_report(small_report).page
    trades = small_run.document["trades"]
    bar = page.get_by_role("search")
    bar.get_by_label("Pair").select_option("ETH/USDT")
    assert shown(page) == sum(trade["pair"] == "ETH/USDT" for trade in trades) > 0
    assert set(column(page, 2)) == {"ETH/USDT"}
    bar.get_by_role("button", name="Short").click()
    bar.get_by_role("button", name="Losses").click()
    bar.get_by_label("Exit reason").select_option("stop_loss")
    wanted = [
        place + 1
        for place, trade in enumerate(trades)
        if trade["pair"] == "ETH/USDT"
        and trade["is_short"]
        and trade["profit_abs"] < 0
        and trade["exit_reason"] == "stop_loss"
    ]
    assert shown(page) == len(wanted) > 0
    assert sorted(numbers(page)) == wanted[: len(numbers(page))]
    bar.get_by_label("Search trades").fill("no such trade")
    assert shown(page) == 0
    assert page.get_by_text("No trade matches these filters.").is_visible()


def test_a_row_leads_to_its_trade_on_the_chart(
    open_report: Open, small_run: MadeRun, small_report: Path
) -> None:
    page = open_report(small_report).page
    assert attribute(page, "level") == "4h"
    row = page.locator(ROWS, has_text="SOL/USDT").first
    number = int(row.get_attribute("data-trade") or 0)
    trade = small_run.document["trades"][number - 1]
    row.click()
    page.wait_for_selector(f"{PLOT}[data-trade='{number}']")
    assert attribute(page, "pair") == "SOL/USDT" == trade["pair"]
    assert attribute(page, "level") in {"15m", "1h"}
    assert 0 < int(attribute(page, "trades")) < 20
    assert page.url.endswith(f"#trade-{number}")
    card = page.locator(".chosen").inner_text()
    assert f"#{number} SOL/USDT" in card
    assert f"{trade['open_rate']:,.4f}".rstrip("0").rstrip(".") in card
    assert page.locator(PLOT).is_visible()
    assert page.locator(f"{ROWS}[aria-current]").get_attribute("data-trade") == str(number)


def test_an_address_can_point_at_a_trade(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report, "#trade-7").page
    page.wait_for_selector(f"{PLOT}[data-trade='7']")
    assert "#7 " in page.locator(".chosen").inner_text()
    page.get_by_role("button", name="Next trade").click()
    page.wait_for_selector(f"{PLOT}:not([data-trade='7'])")
    page.get_by_role("button", name="Leave this trade").click()
    assert page.locator(".chosen").is_hidden()
    assert "#" not in page.url


def test_the_pointer_on_a_trade_tells_of_it(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report, "#trade-3").page
    page.wait_for_selector(f"{PLOT}[data-trade='3']")
    page.get_by_role("button", name="Leave this trade").click()
    box = page.locator(PLOT).bounding_box()
    assert box is not None
    middle = box["x"] + (box["width"] - 72) / 2  # the price axis takes the rest
    card = page.locator(".hover-card")
    for step in range(0, int(box["height"] * 0.8), 5):
        page.mouse.move(middle, box["y"] + step)
        if card.is_visible():
            break
    assert "#3 " in card.inner_text()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(f"{PLOT}[data-trade='3']")


def test_another_pair_brings_its_own_candles_and_trades(
    open_report: Open, small_run: MadeRun, small_report: Path
) -> None:
    page = open_report(small_report).page
    before = page.locator(".price-main .legend").inner_text()
    page.get_by_label("Pair on the chart").select_option("ETH/USDT")
    page.wait_for_selector(f"{PLOT}[data-pair='ETH/USDT']")
    assert page.locator(".price-main .legend").inner_text() != before
    count = sum(trade["pair"] == "ETH/USDT" for trade in small_run.document["trades"])
    assert page.locator(".side-panel h3").inner_text() == f"{count} trades on ETH/USDT"


def test_levels_change_the_candles(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report).page
    levels = page.get_by_role("group", name="Candle length")
    assert levels.get_by_role("button").all_inner_texts() == ["15m", "1h", "4h", "1d", "1w"]
    everything = int(attribute(page, "trades"))
    levels.get_by_role("button", name="15m").click()
    assert attribute(page, "level") == "15m"
    assert int(attribute(page, "trades")) < everything
    page.get_by_role("button", name="Show the whole period").last.click()
    assert attribute(page, "level") == "4h"
    assert int(attribute(page, "trades")) == everything


def test_names_that_are_markup_stay_names(
    open_report: Open, small_run: MadeRun, tmp_path: Path
) -> None:
    document = copy.deepcopy(small_run.document)
    document["strategy"] |= {
        "name": HOSTILE,
        "version": HOSTILE,
        "description": HOSTILE,
        "source": f"{HOSTILE}\n{HOSTILE}",
        "explanation": [HOSTILE],
    }
    document["run"] |= {"pairs": [HOSTILE], "command": HOSTILE, "prices": HOSTILE}
    document["assumptions"] = [{"name": HOSTILE, "value": HOSTILE, "why": HOSTILE}]
    refusal = dict.fromkeys(("pair", "observed", "limit", "sentence"), HOSTILE)
    document["guardrails"] = GUARDRAILS | {
        "limits": HOSTILE,
        "refused": {HOSTILE: 2},
        "examples": {HOSTILE: [GUARDRAILS["examples"]["positions"][0] | refusal]},
        "stopped": HOSTILE,
    }
    document["undefined"]["sharpe"], document["metrics"]["sharpe"] = HOSTILE, None
    document["metric_info"]["win_rate"] |= {"title": HOSTILE, "meaning": HOSTILE}
    document["breakdowns"]["pair"][0]["key"] = HOSTILE
    for trade in document["trades"]:
        trade |= {"pair": HOSTILE, "exit_reason": HOSTILE, "enter_tag": HOSTILE}
    first = small_run.charts[0]
    chart = ChartData(
        candles=replace(first.candles, pair=HOSTILE, origin=HOSTILE),
        indicators={HOSTILE: first.indicators["ema 12"]},
    )
    write_html(tmp_path / "hostile.html", document, [chart])
    page = open_report(tmp_path / "hostile.html", "#trade-2").page
    page.wait_for_selector(f"{PLOT}[data-trade='2']")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.locator("h1").inner_text().startswith(HOSTILE)
    assert HOSTILE in page.title()
    assert column(page, 2)[0] == HOSTILE


def test_a_run_without_trades_is_a_page_that_explains(
    open_report: Open, empty_run: MadeRun, tmp_path: Path
) -> None:
    page = open_report(empty_run.write(tmp_path / "empty.html")).page
    assert page.get_by_role("heading", name="This run made no trade").is_visible()
    assert page.get_by_text("No entry signal came up").is_visible()
    assert page.locator(".trades").count() == 0
    assert page.locator(f"{PLOT} canvas").count() > 0
    rate = page.locator('.tile[data-metric="win_rate"]')
    assert rate.locator(".tile-value").inner_text() == "\N{EN DASH}"
    assert rate.locator(".tile-under").inner_text() == empty_run.document["undefined"]["win_rate"]


def test_a_run_without_trades_names_the_signals_it_refused(
    open_report: Open, empty_run: MadeRun, tmp_path: Path
) -> None:
    document = empty_run.document | {"counters": {"rejected_signals": 3, "unaffordable_signals": 1}}
    write_html(tmp_path / "empty.html", document, empty_run.charts)
    page = open_report(tmp_path / "empty.html").page
    assert page.get_by_text("3 entry signals found every slot taken.").is_visible()
    assert page.get_by_text("1 entry signal asked for a stake").is_visible()


def test_a_run_without_trades_names_the_guardrails_that_refused_its_signals(
    open_report: Open, empty_run: MadeRun, tmp_path: Path
) -> None:
    write_html(
        tmp_path / "empty.html", empty_run.document | {"guardrails": GUARDRAILS}, empty_run.charts
    )
    page = open_report(tmp_path / "empty.html").page
    words = "The guardrails refused 1,204 signals: positions 1,200, cooldown 4."
    assert page.get_by_text(words).is_visible()
    assert page.get_by_text("No entry signal came up").count() == 0


def test_limits_and_what_they_refused_are_shown(
    open_report: Open, small_run: MadeRun, tmp_path: Path
) -> None:
    document = small_run.document | {"guardrails": GUARDRAILS}
    write_html(tmp_path / "held.html", document, small_run.charts)
    page = open_report(tmp_path / "held.html").page
    card = page.locator("#assumptions .card", has_text="Guardrails: mine.json")
    title = card.get_by_role("heading").inner_text()
    assert title == "Guardrails: mine.json and the strategy's own (max_daily_trades 3)"
    assert card.get_by_text("96 orders passed, 1,204 signals refused.").is_visible()
    assert card.get_by_text("A limit stopped trading for good: drawdown.").is_visible()
    assert card.locator("dt").all_inner_texts()[:2] == ["positions", "cooldown"]
    why = card.locator("dd.why").first.inner_text().replace("\N{NON-BREAKING HYPHEN}", "-")
    assert "the first on BTC/USDT, 2024-01-02 03:00: 5 open, limit 5" in why
    assert not card.get_by_text("max_positions").is_visible()
    card.get_by_text("2 limits in force").click()
    assert card.get_by_text("max_positions").is_visible()


def test_a_run_without_limits_says_so(
    open_report: Open, small_run: MadeRun, tmp_path: Path
) -> None:
    document = small_run.document | {"guardrails": guardrails_document(None)}
    write_html(tmp_path / "free.html", document, small_run.charts)
    page = open_report(tmp_path / "free.html").page
    assert page.get_by_role("heading", name="Guardrails: none").is_visible()
    assert page.get_by_text("--limits safe, widest or a file").is_visible()


def test_a_report_without_candles_still_opens(
    open_report: Open, small_run: MadeRun, tmp_path: Path
) -> None:
    write_html(tmp_path / "bare.html", small_run.document, [])
    page = open_report(tmp_path / "bare.html").page
    assert page.get_by_text("This report was written without candles.").is_visible()
    page.locator(ROWS).first.click()
    assert shown(page) == len(small_run.document["trades"])


def test_a_year_of_minutes_opens_and_can_be_walked_through(
    open_report: Open, year_run: MadeRun, year_report: Path
) -> None:
    assert len(year_run.charts[0].candles) == 527_040
    page = open_report(year_report).page
    assert attribute(page, "level") == "1d"
    page.get_by_role("button", name="Candles of 1m").click()
    assert attribute(page, "level") == "1m"
    page.locator(PLOT).focus()
    first = minute(page)
    for key in 4 * ["-"] + 110 * ["ArrowLeft"]:  # beyond the candles that the chart holds at once
        page.keyboard.press(key)
        page.evaluate("new Promise(requestAnimationFrame)")
        page.evaluate("new Promise(requestAnimationFrame)")
    assert first - minute(page) > timedelta(minutes=9_000)
    page.get_by_role("button", name="Next trade").click()
    page.wait_for_selector(f"{PLOT}[data-trade]")
    assert attribute(page, "level") == "1m"
    page.wait_for_function(f"document.querySelector('{PLOT}').dataset.trades < 20")


def test_twenty_thousand_trades_scroll_without_twenty_thousand_rows(
    open_report: Open, year_run: MadeRun, year_report: Path
) -> None:
    page = open_report(year_report).page
    count = len(year_run.document["trades"])
    assert shown(page) == count > 15_000
    assert page.locator(ROWS).count() < 80
    page.evaluate("document.querySelector('.table-scroll').scrollTop = 1e9")
    page.wait_for_selector(f"{ROWS}[data-place='{count - 1}']")
    assert page.locator(ROWS).count() < 80


def test_a_report_that_had_to_shrink_says_so(
    open_report: Open, small_run: MadeRun, tmp_path: Path
) -> None:
    path = tmp_path / "shrunk.html"
    text = report_text(small_run.document, small_run.charts, budget=450_000)
    path.write_text(text, encoding="utf-8")
    page = open_report(path).page
    assert (
        "tested on 15m candles, drawn from " in page.locator(".price-main .chart-note").inner_text()
    )
    page.locator(ROWS).first.click()
    page.wait_for_selector(f"{PLOT}[data-trade]")


def test_the_filtered_trades_are_exported_whole(
    open_report: Open, small_run: MadeRun, small_report: Path, tmp_path: Path
) -> None:
    page = open_report(small_report).page
    page.get_by_role("search").get_by_role("button", name="Wins").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the trades on show as CSV").click()
    path = tmp_path / "trades.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wins = [trade for trade in small_run.document["trades"] if trade["profit_abs"] > 0]
    assert len(rows) == len(wins) > 0
    assert [row["open_date"] for row in rows] == [trade["open_date"] for trade in wins]
    assert float(rows[0]["profit_abs"]) == pytest.approx(wins[0]["profit_abs"], rel=1e-9)


def test_the_keyboard_reaches_a_trade(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report).page
    page.locator(ROWS).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    focused = page.evaluate("document.activeElement.dataset.trade")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{PLOT}[data-trade='{focused}']")
    page.locator(PLOT).focus()
    page.keyboard.press("[")
    page.wait_for_selector(f"{PLOT}:not([data-trade='{focused}'])")
    page.keyboard.press("Escape")
    assert page.locator(".chosen").is_hidden()


def test_theme_and_colours_change_and_are_remembered(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report, look={"color_scheme": "light"}).page
    colour = "getComputedStyle(document.documentElement).getPropertyValue('--{}').trim()"
    ground, gain = (page.evaluate(colour.format(name)) for name in ("ground", "gain"))
    page.get_by_role("button", name="Dark theme").click()
    page.get_by_role("button", name="Gains blue, losses orange").click()
    assert page.evaluate(colour.format("ground")) != ground
    assert page.evaluate(colour.format("gain")) != gain
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    assert page.evaluate("document.documentElement.dataset.palette") == "blue-orange"


def test_it_follows_the_system_into_the_dark(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report, look={"color_scheme": "dark"}).page
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"


def test_a_phone_does_not_scroll_sideways(open_report: Open, small_report: Path) -> None:
    page = open_report(small_report, look=PHONE).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(ROWS).first.tap()
    page.wait_for_selector(f"{PLOT}[data-trade]")


def test_figures_explain_themselves_to_keyboard_and_pointer(
    open_report: Open, small_run: MadeRun, small_report: Path
) -> None:
    page = open_report(small_report).page
    meaning = small_run.document["metric_info"]["sharpe"]["meaning"]
    page.locator('.tile[data-metric="sharpe"] .tile-name').focus()
    assert page.get_by_role("tooltip").inner_text() == meaning
    page.keyboard.press("Escape")
    assert page.get_by_role("tooltip").count() == 0
    page.get_by_role("button", name="Show what each figure means").click()
    assert page.locator('#metrics [data-metric="sharpe"] .meaning').is_visible()


def test_the_policy_lets_nothing_in_or_out(chromium: Browser, small_report: Path) -> None:
    page = chromium.new_page()
    page.goto(small_report.as_uri())
    page.wait_for_selector("html[data-ready]")
    tries = """async () => {
      const stopped = [];
      document.addEventListener('securitypolicyviolation',
        (event) => stopped.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
      new Image().src = 'http://127.0.0.1:9/x.png';
      await fetch('http://127.0.0.1:9/').catch(() => undefined);
      document.body.setAttribute('onclick', 'window.hacked = 2');
      document.body.click();
      await new Promise((done) => setTimeout(done, 100));
      return stopped.sort();
    }"""
    stopped = page.evaluate(tries)
    assert stopped == ["connect-src", "img-src", "script-src-attr", "script-src-elem"]
    assert page.evaluate("window.hacked") is None
    page.close()
