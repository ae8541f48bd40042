from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tidegate.errors import CandleError, Code
from tidegate.feeds import require_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.model import Candles

    Make = Callable[..., Candles]

PATH = Path("data/BTC_USDT-5m.feather")


def _refusal(candles: Candles, *, fill: bool = False, first_row: int = 0) -> CandleError:
    with pytest.raises(CandleError) as caught:
        require_sound(candles, PATH, gaps="fill" if fill else "refuse", first_row=first_row)
    return caught.value


def test_sound_candles_pass_untouched(make: Make) -> None:
    candles = make(volume=[0.0] * 12)
    assert require_sound(candles, PATH, gaps="refuse") is candles
    assert require_sound(candles, PATH, gaps="fill") is candles


def test_gaps_are_refused_or_filled_as_asked(make: Make, without: Make) -> None:
    candles = without(make(), 4)
    error = _refusal(candles)
    assert error.code == Code.CANDLE_GAP
    assert error.problem == "the 5m candles of BTC/USDT are not sound: gap"
    assert error.where == f"{PATH}, row 4, 2024-01-01 00:20 UTC"
    assert error.expected == "candles that open 5m apart, on the grid, none missing"
    assert error.found.startswith("1 candle is missing, the first at 2024-01-01 00:20 UTC")
    assert "--gaps fill" in error.remedy
    assert "tidegate data check --repair" in error.remedy
    assert len(require_sound(candles, PATH, gaps="fill")) == 12


@pytest.mark.parametrize(
    ("values", "code", "expected"),
    [
        ({"close": np.nan}, Code.CANDLE_NAN, "finite numbers in every column"),
        ({"low": -1.0}, Code.IMPOSSIBLE_CANDLE, "prices above zero"),
        ({"volume": -1.0}, Code.IMPOSSIBLE_CANDLE, "volumes of zero or more"),
        ({"high": 1.0}, Code.IMPOSSIBLE_CANDLE, "low <= open and close <= high"),
    ],
)
def test_each_impossible_value_has_its_code_even_when_gaps_may_be_filled(
    make: Make, with_: Make, values: dict[str, float], code: Code, expected: str
) -> None:
    error = _refusal(with_(make(), 3, **values), fill=True, first_row=100)
    assert (error.code, error.expected) == (code, expected)
    assert error.where == f"{PATH}, row 103, 2024-01-01 00:15 UTC"
    assert error.remedy.startswith("mend the file with tidegate data check --repair")


def test_disorder_and_duplicates_have_their_codes(make: Make, taken: Make) -> None:
    unsorted = _refusal(taken(make(rows=4), [0, 2, 1, 3]))
    assert unsorted.code == Code.UNSORTED_CANDLES
    assert unsorted.expected == "candles from the oldest to the newest"
    double = _refusal(taken(make(rows=4), [0, 1, 1, 2, 3]))
    assert double.code == Code.DUPLICATE_CANDLES
    assert double.expected == "one candle for each time"


def test_another_timeframe_and_strays_have_their_code_and_remedy(make: Make, with_: Make) -> None:
    other = _refusal(make(rows=40, timeframe="1m", time=make(rows=40).time), fill=True)
    assert (other.code, other.found) == (
        Code.WRONG_TIMEFRAME,
        "the candles are 5m apart, not 1m",
    )
    assert other.remedy == "give the file the name of its real timeframe, or fetch it again"
    candles = make()
    stray = _refusal(with_(candles, 4, time=float(candles.time[4] + 60_000_000_000)))
    assert stray.code == Code.WRONG_TIMEFRAME
    assert stray.remedy.startswith("mend the file")


def test_the_gravest_fault_leads_and_the_others_are_counted(
    make: Make, with_: Make, without: Make
) -> None:
    error = _refusal(without(with_(with_(make(), 3, close=np.nan), 5, volume=-1.0), 8))
    assert error.code == Code.CANDLE_NAN
    assert error.found.endswith("no finite number; bad-volume (1); gap (1)")
