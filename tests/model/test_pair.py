from __future__ import annotations

import pytest

from tidegate.errors import Code, OptionError
from tidegate.model import Pair


@pytest.mark.parametrize(
    ("text", "pair", "currency"),
    [
        ("BTC/USDT", Pair("BTC", "USDT"), "USDT"),
        ("1INCH/BTC", Pair("1INCH", "BTC"), "BTC"),
        ("BTC/USDT:USDT", Pair("BTC", "USDT", "USDT"), "USDT"),
        ("BTC/USD:BTC", Pair("BTC", "USD", "BTC"), "BTC"),  # settled in the base
    ],
)
def test_a_pair_is_read_and_written_the_same(text: str, pair: Pair, currency: str) -> None:
    assert Pair.parse(text) == pair
    assert str(pair) == text
    assert pair.currency == currency


@pytest.mark.parametrize(
    "text", ["", "BTC", "BTCUSDT", "btc/usdt", "BTC/", "/USDT", "BTC/USDT:", "BTC/USDT ", "A/B/C"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(OptionError) as caught:
        Pair.parse(text, where="--pairs")
    assert caught.value.code is Code.BAD_PAIR
    assert "BASE/QUOTE" in caught.value.expected
