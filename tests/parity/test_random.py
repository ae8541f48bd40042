"""Random strategies with random options trade in both programs alike."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.parity.cases import COARSE, CONTRACTS, FUTURES, SPOT, animals
from tests.parity.holding import held_alike
from tests.parity.running import Case

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from tests.parity.conftest import Folders
    from tests.parity.markets import Market

SOAK: Final = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
# Groups whose animals do not descend from each other's, so that one of each goes together.
GROUPS: Final = ("stops", "targets", "exits", "prices", "stakes", "adding", "guards", "state")
TOO_SLOW: Final = frozenset({"StopFromCandle", "ReadsMean"})
CLASS: Final = "Thrown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A strategy put together by chance, and what it is run with."""

    bases: tuple[tuple[str, str], ...]
    attributes: dict[str, Any]
    market: Market
    options: dict[str, Any]

    def source(self) -> str:
        """Return the strategy as a user's file would have it."""
        imports = [f"from tests.parity.zoo.{module} import {name}" for module, name in self.bases]
        bases = ", ".join(name for _, name in self.bases) or "Dice"
        lines = [f"    {name} = {value!r}" for name, value in self.attributes.items()]
        return "\n".join(
            ["from tests.parity.zoo.dice import Dice", *imports, f"class {CLASS}({bases}):", *lines]
        )


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """Draw some animals, change their numbers, and choose a market and options."""
    zoo = animals()
    bases = []
    for group in GROUPS:
        if draw(st.integers(0, 2)) == 0:
            names = [name for name in zoo[group] if name not in TOO_SLOW]
            bases.append((group, draw(st.sampled_from(names))))
    market = draw(st.sampled_from([SPOT, FUTURES, COARSE, CONTRACTS]))
    return Drawn(
        bases=tuple(draw(st.permutations(bases))),
        attributes=draw(attributes()),
        market=replace(market, seed=draw(st.integers(1, 4 if not SOAK else 1000))),
        options=draw(options(futures=market.futures)),
    )


def hundredths(least: float, most: float) -> st.SearchStrategy[float]:
    """Return numbers with the few decimals that people write."""
    return st.integers(round(least * 1000), round(most * 1000)).map(lambda whole: whole / 1000)


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what a class may set, each of it or none."""
    found: dict[str, Any] = {
        "seed": draw(st.integers(0, 10_000)),
        "entries": draw(hundredths(0.03, 0.3)),
        "exits": draw(hundredths(0, 0.2)),
        "startup_candle_count": draw(st.integers(0, 40)),
    }
    if draw(st.booleans()):
        minutes = draw(st.lists(st.integers(1, 300), max_size=3, unique=True))
        levels = [0, *sorted(minutes)]
        found["minimal_roi"] = {
            str(minute): draw(st.sampled_from([0.04, 0.02, 0.01, 0.004, 0.0, -0.01, -1]))
            for minute in levels
        }
    if draw(st.booleans()):
        found["stoploss"] = -draw(hundredths(0.003, 0.15))
    if draw(st.booleans()):
        found.update(draw(trailing()))
    for flag in ("exit_profit_only", "ignore_roi_if_entry_signal"):
        if draw(st.integers(0, 3)) == 0:
            found[flag] = True
    if draw(st.integers(0, 3)) == 0:
        found["exit_profit_offset"] = draw(hundredths(-0.01, 0.01))
    if draw(st.integers(0, 4)) == 0:
        found["use_exit_signal"] = False
    if draw(st.integers(0, 3)) == 0:
        found["max_entry_position_adjustment"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        sides = {side: draw(st.integers(1, 60)) for side in ("entry", "exit")}
        found["unfilledtimeout"] = {**sides, "unit": draw(st.sampled_from(["minutes", "seconds"]))}
    return found


@st.composite
def trailing(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a stop that trails, at its own distance or at another."""
    if draw(st.booleans()):
        # A base class may bring a distance that this offset would not fit.
        return {
            "trailing_stop": True,
            "trailing_stop_positive": None,
            "trailing_only_offset_is_reached": False,
        }
    distance = draw(hundredths(0.002, 0.03))
    return {
        "trailing_stop": True,
        "trailing_stop_positive": distance,
        "trailing_stop_positive_offset": distance + draw(hundredths(0.001, 0.03)),
        "trailing_only_offset_is_reached": draw(st.booleans()),
    }


@st.composite
def options(draw: st.DrawFn, *, futures: bool) -> dict[str, Any]:
    """Draw a configuration that Freqtrade takes."""
    found: dict[str, Any] = {
        "max_open_trades": draw(st.sampled_from([0, 1, 2, 3, 5, float("inf")])),
        "stake_amount": draw(st.sampled_from(["unlimited", 15.0, 80.0, 333.0])),
        "tradable_balance_ratio": draw(st.sampled_from([0.99, 1.0, 0.4])),
        "fee": draw(st.sampled_from([0.001, 0.0, 0.0025, 0.00075])),
        "enable_protections": draw(st.booleans()),
        "position_stacking": draw(st.integers(0, 4)) == 0,
        # Animals with market orders need it; to the others it is the same.
        "entry_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
        "exit_pricing": {"price_side": "other", "use_order_book": True, "order_book_top": 1},
    }
    if found["max_open_trades"] == float("inf") and found["stake_amount"] == "unlimited":
        found["stake_amount"] = 120.0
    if draw(st.integers(0, 3)) == 0:
        found["timeframe_detail"] = "1m"
        if draw(st.booleans()):
            found["ignore_buying_expired_candle_after"] = draw(st.integers(30, 240))
    if draw(st.integers(0, 3)) == 0:
        found["amend_last_stake_amount"] = True
        found["last_stake_amount_min_ratio"] = draw(st.sampled_from([0.1, 0.5, 0.9]))
    if draw(st.integers(0, 5)) == 0:
        found["available_capital"] = 250.0
    if draw(st.integers(0, 5)) == 0:
        found["amount_reserve_percent"] = draw(st.sampled_from([0.0, 0.2, 0.5]))
    if futures:
        found["margin_mode"] = draw(st.sampled_from(["isolated", "isolated", "cross"]))
        found["liquidation_buffer"] = draw(st.sampled_from([0.05, 0.0, 0.3]))
    return found


def test_random_strategies_trade_alike(
    folders: Folders, tmp_path_factory: pytest.TempPathFactory
) -> None:
    trades: list[int] = []

    @settings(
        max_examples=1500 if SOAK else 25,
        derandomize=not SOAK,  # a change is judged by the same examples as the one before it
        # Shrinking takes minutes; the example is printed as a strategy file as it is.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(drawn())
    def held(example: Drawn) -> None:
        place: Path = tmp_path_factory.mktemp("thrown")
        (place / "thrown.py").write_text(example.source(), encoding="utf-8")
        case = Case(
            strategy=CLASS,
            market=example.market,
            options=example.options,
            about=f"{example.source()}\n\n{example.market}\n{example.options}",
        )
        data = folders(example.market)
        trades.append(held_alike(case, data, place, strategies=place, least_trades=0))

    held()
    assert sum(trades) > 100
    assert sum(count > 0 for count in trades) >= len(trades) // 2
