"""What an exchange trades: asked, kept, assumed, or from a file."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import ccxt
import pytest
from freqtrade.enums import RunMode
from tests.freqtrade.venue import Venue, silent_port, venue

from tidegate.errors import Code, InputError
from tidegate.freqtrade.configuration import Options, load_configuration
from tidegate.freqtrade.markets import offered
from tidegate.freqtrade.markets_kept import kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from freqtrade.exchange import Exchange

DEAD = {"httpsProxy": "http://127.0.0.1:9"}
"""A way to the network at whose other end nobody is."""


@pytest.fixture
def here() -> Iterator[Venue]:
    with venue() as one:
        yield one


class Offer(Protocol):
    def __call__(self, config: dict[str, Any], source: str = ...) -> Exchange: ...


@pytest.fixture
def offer() -> Iterator[Offer]:
    """Make exchanges, and close them when the test is over."""
    made = []

    def make(config: dict[str, Any], source: str = "ask") -> Exchange:
        made.append(offered(config, source))
        return made[-1]

    yield make
    for exchange in made:
        exchange.close()


def configured(desk: Path, exchange: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    content = {
        "stake_currency": "USDT",
        "stake_amount": 100,
        "max_open_trades": 2,
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": {"price_side": "same", "use_order_book": True},
        "exit_pricing": {"price_side": "same", "use_order_book": True},
        "exchange": exchange,
    }
    file = desk / "config.json"
    file.write_text(json.dumps(content | more), encoding="utf-8")
    options = Options(config=(file,), strategy="Mean")
    return load_configuration(options, runmode=RunMode.BACKTEST)


def dead(desk: Path, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    pairs = {"pair_whitelist": ["BTC/USDT", "ETH/USDT"]}
    return configured(desk, {"name": "binance", "ccxt_config": DEAD} | pairs, **more)


def test_the_exchange_is_asked_and_says_its_steps_and_limits(
    offer: Offer, desk: Path, here: Venue
) -> None:
    exchange = offer(configured(desk, here.exchange()))
    assert here.asked == ["/api/v3/exchangeInfo"]
    assert sorted(exchange.markets) == ["BTC/USDT", "ETH/USDT"]
    assert exchange.get_precision_price("BTC/USDT") == 0.01
    assert exchange.get_precision_amount("BTC/USDT") == 0.001
    assert exchange.get_min_pair_stake_amount("BTC/USDT", 100.0, -0.05) == pytest.approx(5.53, 0.01)
    assert exchange.get_fee("BTC/USDT") == 0.001


def test_an_answer_is_kept_for_a_day_and_is_the_same_answer(
    offer: Offer, desk: Path, here: Venue
) -> None:
    config = configured(desk, here.exchange())
    first = offer(config)
    second = offer(configured(desk, here.exchange()))
    assert len(here.asked) == 1
    assert second.markets == first.markets
    assert second._api.markets_by_id == first._api.markets_by_id  # noqa: SLF001 - nothing else tells
    assert second._api.currencies == first._api.currencies  # noqa: SLF001 - as above
    now = datetime.now(UTC)
    assert kept(config, now) is not None
    assert kept(config, now + timedelta(days=1)) is None
    assert kept(config, now - timedelta(hours=1)) is None  # from the future, by a clock that moved


def test_an_answer_that_is_spoilt_on_disk_is_asked_for_again(
    offer: Offer, desk: Path, here: Venue
) -> None:
    offer(configured(desk, here.exchange()))
    (file,) = (desk / "user_data" / "markets").iterdir()
    assert file.name == "binance-spot.json"
    for spoilt in ("", "[]", '{"asked": "yesterday"}', '{"asked": "2024-01-01T00:00:00"}'):
        file.write_text(spoilt, encoding="utf-8")
        offer(configured(desk, here.exchange()))
    assert len(here.asked) == 5


def test_without_a_folder_of_the_user_an_answer_is_used_and_not_kept(
    offer: Offer, desk: Path, here: Venue
) -> None:
    config = configured(desk, here.exchange())
    config["user_data_dir"] = desk / "none"
    assert offer(config).markets
    assert not (desk / "none").exists()


def test_a_dead_network_is_one_message_that_names_both_ways_out(offer: Offer, desk: Path) -> None:
    with pytest.raises(InputError) as caught:
        offer(dead(desk))
    error = caught.value
    assert error.code is Code.NO_MARKETS
    assert "--markets assumed" in error.remedy
    assert "--markets FILE" in error.remedy
    assert not (desk / "user_data" / "markets").exists()


def test_an_exchange_that_never_answers_is_not_waited_for_without_end(
    offer: Offer, desk: Path
) -> None:
    with silent_port() as port:
        exchange = Venue(port).exchange()
        exchange["ccxt_config"]["timeout"] = 200  # milliseconds
        with pytest.raises(InputError) as caught:
            offer(configured(desk, exchange))
    assert caught.value.code is Code.NO_MARKETS
    assert "RequestTimeout" in caught.value.found


def test_assumed_markets_have_steps_of_a_hundred_millionth_and_a_fee(
    offer: Offer, desk: Path
) -> None:
    exchange = offer(dead(desk), "assumed")
    assert sorted(exchange.markets) == ["BTC/USDT", "ETH/USDT"]
    assert exchange.get_precision_price("ETH/USDT") == 1e-8
    assert exchange.get_precision_amount("ETH/USDT") == 1e-8
    assert exchange.get_fee("ETH/USDT") == 0.001
    assert exchange.get_min_pair_stake_amount("ETH/USDT", 100.0, -0.05) < 0.00001
    assert exchange.get_max_pair_stake_amount("ETH/USDT", 100.0) == float("inf")


def test_every_pair_of_the_data_folder_has_an_assumed_market(offer: Offer, desk: Path) -> None:
    data = desk / "user_data" / "data" / "binance"
    extra = desk / "more"
    shutil.copytree(data, extra)
    shutil.copy(extra / "BTC_USDT-5m.feather", extra / "SOL_USDT-5m.feather")
    config = dead(desk) | {"datadir": extra}
    assert "SOL/USDT" in offer(config, "assumed").markets


@pytest.mark.parametrize("name", ["binance", "okx"])
def test_assumed_futures_can_be_levered(offer: Offer, desk: Path, market: Path, name: str) -> None:
    futures = desk / "user_data" / "data" / name / "futures"
    (desk / "user_data" / "data" / "binance").unlink()
    futures.mkdir(parents=True)
    for pair in ("BTC_USDT_USDT", "NEW_USDT_USDT"):
        shutil.copy(market / "BTC_USDT-5m.feather", futures / f"{pair}-5m-futures.feather")
    config = configured(
        desk,
        {"name": name, "pair_whitelist": ["BTC/USDT:USDT"], "ccxt_config": DEAD},
        trading_mode="futures",
        margin_mode="isolated",
    )
    exchange = offer(config, "assumed")
    assert exchange.markets["NEW/USDT:USDT"]["linear"] is True
    assert exchange.get_max_leverage("NEW/USDT:USDT", 100.0) == 20.0
    assert exchange.get_maintenance_ratio_and_amt("NEW/USDT:USDT", 1000.0) == (0.025, 0.0)
    # Freqtrade brings binance's own tiers along.
    brought = exchange.get_max_leverage("BTC/USDT:USDT", 100.0)
    assert brought > 100 if name == "binance" else brought == 20.0


def test_a_file_of_ccxts_markets_stands_in_for_the_exchange(
    offer: Offer, desk: Path, here: Venue
) -> None:
    markets = offer(configured(desk, here.exchange())).markets
    for number, content in enumerate((markets, list(markets.values()), {"markets": markets})):
        file = desk / f"markets-{number}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        assert offer(dead(desk), str(file)).markets == markets


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        ("{", "no JSON"),
        ("{}", "no list of markets"),
        ("[]", "no list of markets"),
        ('"x"', "no list of markets"),
        ("[3]", "market 1 without base"),
        ('[{"id": "x", "symbol": "X/Y"}]', "market 1 without base, limits, precision, quote"),
    ],
)
def test_a_file_that_holds_no_markets_is_refused(
    offer: Offer, desk: Path, content: str | None, says: str
) -> None:
    file = desk / "markets.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        offer(dead(desk), str(file))
    assert caught.value.code is Code.NO_MARKETS
    assert says in caught.value.found


def test_futures_of_a_file_need_tiers_where_freqtrade_brings_none(
    offer: Offer, desk: Path, market: Path
) -> None:
    futures = desk / "user_data" / "data" / "okx" / "futures"
    futures.mkdir(parents=True)
    shutil.copy(market / "BTC_USDT-5m.feather", futures / "BTC_USDT_USDT-5m-futures.feather")
    exchange = {"name": "okx", "pair_whitelist": ["BTC/USDT:USDT"], "ccxt_config": DEAD}
    more = {"trading_mode": "futures", "margin_mode": "isolated"}
    markets = offer(configured(desk, exchange, **more), "assumed").markets
    file = desk / "markets.json"
    file.write_text(json.dumps({"markets": markets}), encoding="utf-8")
    with pytest.raises(InputError, match="how far the pairs may be levered"):
        offer(configured(desk, exchange, **more), str(file))
    tier = {"minNotional": 0, "maxNotional": 5000, "maintenanceMarginRate": 0.1, "maxLeverage": 5}
    content = {"markets": markets, "tiers": {"BTC/USDT:USDT": [tier]}}
    file.write_text(json.dumps(content), encoding="utf-8")
    levered = offer(configured(desk, exchange, **more), str(file))
    assert levered.get_max_leverage("BTC/USDT:USDT", 100.0) == 5


def test_what_the_exchange_cannot_do_is_refused(offer: Offer, desk: Path) -> None:
    with pytest.raises(InputError) as caught:
        offer(dead(desk, timeframe="7m"), "assumed")
    assert caught.value.code is Code.BAD_CONFIGURATION
    assert "Invalid timeframe '7m'" in caught.value.found


def test_nothing_of_ccxt_is_changed_for_others(offer: Offer, desk: Path, here: Venue) -> None:
    before = dict(vars(ccxt.binance)), dict(vars(ccxt.Exchange))
    offer(configured(desk, here.exchange()))
    offer(dead(desk), "assumed")
    assert (dict(vars(ccxt.binance)), dict(vars(ccxt.Exchange))) == before
