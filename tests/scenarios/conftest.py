"""Pencil tables: candles and trades that a person can check by hand.

A table has a line a candle: its row on the common grid, its prices, and after a second
bar what was decided at its close, to be acted on at the next open:

    row | open high low close | buy sell short cover buy:tag sell:tag stop=3 size=2

A trade is written "long 1 at 100, 2 at 95: stop_loss", with the pair in front where there
are several and "dubious" behind where its candle does not tell what came first. Rates are
compared to six decimals. A wallet of 1000 stakes 100, without fees, one row an hour, unless
said otherwise, and every table is played both our way and Freqtrade's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypedDict, Unpack

import numpy as np
import pytest

from tidegate.kernel import SPOT_VENUE, Friction, Simulation, Wallet
from tidegate.model import Candles, Exits, Plan, Rules, Sizing, SizingKind, Timeframe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tidegate.model import Codes, Floats, Outcome

HOUR: Final = Timeframe.parse("1h")
FLAGS: Final = {"buy": 0, "sell": 1, "short": 2, "cover": 3}

Mode = Literal["standard", "freqtrade"]


class Setting(TypedDict, total=False):
    """What a table may be played with."""

    exits: Exits
    sizing: Sizing
    slots: int
    wallet: float
    tradable: float
    can_short: bool
    fee: float
    maintenance: float
    min_cost: float
    min_amount: float
    timeout_hours: int
    slippage: float
    impact: float
    start: str
    mode: Mode


class Play(Protocol):
    """Play a table, or several by pair, and compare the trades; returns the last outcome."""

    def __call__(
        self, table: str | Mapping[str, str], *trades: str, **setting: Unpack[Setting]
    ) -> Outcome: ...


def _plan(pair: str, table: str, start_ns: int) -> Plan:
    """Read one pair's table."""
    lines = [line.split("|") for line in table.strip().splitlines()]
    rows = np.array([int(line[0]) for line in lines])
    assert (np.diff(rows) == 1).all(), "a table has a line for every candle"
    prices = np.array([[float(price) for price in line[1].split()] for line in lines])
    words = [line[2].split() if len(line) > 2 else [] for line in lines]
    flags = np.zeros((4, len(lines)), dtype=np.bool_)
    codes: dict[str, Codes] = {w: np.full(len(lines), -1, np.int16) for w in ("buy", "sell")}
    marks: dict[str, Floats] = {w: np.full(len(lines), np.nan) for w in ("stop", "size")}
    tags: list[str] = []
    for i, word in ((i, word) for i, line in enumerate(words) for word in line):
        name, tag = word.partition(":")[::2]
        if "=" in word:
            name, number = word.split("=")
            marks[name][i] = float(number)
            continue
        flags[FLAGS[name], i] = True
        if tag:
            tags.append(tag)
            codes["buy" if name in ("buy", "short") else "sell"][i] = len(tags) - 1
    opens, highs, lows, closes = prices.T.copy()
    candles = Candles(
        pair=f"{pair}/USD",
        timeframe=HOUR,
        time=start_ns + rows * HOUR.ns,
        open=opens,
        high=highs,
        low=lows,
        close=closes,
        volume=np.ones(len(lines)),
    )
    given = {name: None if np.isnan(mark).all() else mark for name, mark in marks.items()}
    return Plan(
        candles=candles,
        enter_long=flags[0],
        exit_long=flags[1],
        enter_short=flags[2],
        exit_short=flags[3],
        tags=tuple(tags),
        enter_tag=codes["buy"],
        exit_tag=codes["sell"],
        stop_distance=given["stop"],
        size_distance=given["size"],
    )


def _simulation(plans: list[Plan], mode: Mode, setting: Setting) -> Simulation:
    shorts = any(plan.enter_short.any() for plan in plans)
    hours = setting.get("timeout_hours")
    return Simulation(
        plans=plans,
        rules=Rules(
            exits=setting.get("exits", Exits()),
            sizing=setting.get("sizing", Sizing(kind=SizingKind.FIXED, value=100.0)),
            can_short=setting.get("can_short", shorts),
        ),
        currency="USD",
        wallet=Wallet(
            setting.get("wallet", 1000.0),
            setting.get("tradable", 1.0),
            setting.get("slots", len(plans)),
        ),
        venue=SPOT_VENUE._replace(
            fee=setting.get("fee", 0.0),
            min_cost=setting.get("min_cost", 0.0),
            min_amount=setting.get("min_amount", 0.0),
            maintenance=setting.get("maintenance", SPOT_VENUE.maintenance),
            exact_freqtrade=mode == "freqtrade",
            exit_timeout_ns=-1 if hours is None else hours * HOUR.ns,
        ),
        frictions=[
            Friction(
                np.array([setting.get("slippage", 0.0)]), np.array([setting.get("impact", 0.0)])
            )
        ]
        * len(plans),
    )


def _figure(rate: float) -> str:
    return f"{rate:.6f}".rstrip("0").rstrip(".")


def _told(outcome: Outcome) -> list[str]:
    """Write down each trade the way a scenario expects it."""
    lines = []
    for trade in outcome.trades:
        opened, closed = (
            (int(trade[name]) - outcome.start_ns) // HOUR.ns for name in ("open_time", "close_time")
        )
        pair = f"{outcome.pairs[trade['pair']].split('/')[0]} " if len(outcome.pairs) > 1 else ""
        lines.append(
            f"{pair}{'short' if trade['is_short'] else 'long'} "
            f"{opened} at {_figure(trade['open_rate'])}, "
            f"{closed} at {_figure(trade['close_rate'])}: "
            f"{outcome.exit_reasons[trade['exit_reason']]}{' dubious' * bool(trade['dubious'])}"
        )
    return lines


def _play(table: str | Mapping[str, str], *trades: str, **setting: Unpack[Setting]) -> Outcome:
    tables = {"A": table} if isinstance(table, str) else table
    start = int(np.datetime64(setting.get("start", "2024-01-01"), "ns").astype(np.int64))
    plans = [_plan(pair, text, start) for pair, text in tables.items()]
    modes: tuple[Mode, ...] = (setting["mode"],) if "mode" in setting else ("freqtrade", "standard")
    for mode in modes:
        outcome = _simulation(plans, mode, setting).run().outcome()
        told = "\n".join(_told(outcome))
        assert told == "\n".join(trades), mode
    return outcome


@pytest.fixture
def play() -> Play:
    """Play a pencil table."""
    return _play
