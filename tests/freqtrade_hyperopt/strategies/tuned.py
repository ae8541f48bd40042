"""Strategies whose parameters are searched, each with one thing that a search has to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from freqtrade.optimize.space import Categorical, Integer, SKDecimal
from freqtrade.strategy import (
    BooleanParameter,
    CategoricalParameter,
    DecimalParameter,
    IntParameter,
    IStrategy,
    RealParameter,
)

if TYPE_CHECKING:
    from datetime import datetime

    from freqtrade.persistence import Trade
    from pandas import DataFrame


class Tuned(IStrategy):
    """Every kind of parameter, in both of the usual spaces and one of its own."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi: ClassVar[dict[str, float]] = {"0": 0.04, "60": 0.02, "240": 0.01}
    stoploss = -0.05
    startup_candle_count = 30

    buy_fall = DecimalParameter(-0.02, 0.0, decimals=4, default=-0.01, space="buy")
    buy_window = IntParameter(4, 24, default=12)
    buy_calm = BooleanParameter(default=True, space="buy")
    sell_rise = RealParameter(0.0, 0.03, default=0.01, space="sell")
    sell_line = CategoricalParameter(["fast", "slow"], default="fast", space="sell")
    taste_share = DecimalParameter(0.1, 0.9, decimals=2, default=0.5, space="taste")
    buy_fixed = IntParameter(1, 9, default=3, optimize=False)

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - Freqtrade's
        """Compute a line for each window that an epoch may ask for."""
        close = dataframe["close"]
        for window in self.buy_window.range:
            dataframe[f"mean_{window}"] = close.rolling(window).mean()
        dataframe["fast"] = close.ewm(span=8).mean()
        dataframe["slow"] = close.ewm(span=30).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - as above
        """Enter below a mean."""
        mean = dataframe[f"mean_{self.buy_window.value}"]
        low = dataframe["close"] < mean * (1 + self.buy_fall.value * self.taste_share.value)
        if self.buy_calm.value:
            low &= dataframe["high"] < dataframe["low"] * 1.02
        dataframe.loc[low, ["enter_long", "enter_tag"]] = (1, "low")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - as above
        """Leave above a line."""
        line = dataframe[self.sell_line.value]
        dataframe.loc[dataframe["close"] > line * (1 + self.sell_rise.value), "exit_long"] = 1
        return dataframe


class Guarded(Tuned):
    """Protections, ROI, stop and trailing of its own making, and another sampler."""

    guard_candles = IntParameter(1, 20, default=3, space="protection")

    class HyperOpt:
        """What the strategy says of its spaces."""

        @staticmethod
        def generate_estimator(dimensions: list[Any], **kwargs: Any) -> str:  # noqa: ARG004, ANN401 - Freqtrade's
            """Ask for a sampler by name."""
            return "QMCSampler"

        @staticmethod
        def roi_space() -> list[Any]:
            """Search two numbers of the table."""
            return [
                Integer(10, 60, name="roi_minutes"),
                SKDecimal(0.01, 0.05, decimals=3, name="roi_first"),
            ]

        @staticmethod
        def generate_roi_table(params: dict[str, Any]) -> dict[int, float]:
            """Make the table of them."""
            return {0: params["roi_first"], params["roi_minutes"]: 0.005}

        @staticmethod
        def stoploss_space() -> list[Any]:
            """Search near the entry."""
            return [SKDecimal(-0.08, -0.01, decimals=3, name="stoploss")]

        @staticmethod
        def trailing_space() -> list[Any]:
            """Search a tight trail."""
            return [
                Categorical([True], name="trailing_stop"),
                SKDecimal(0.005, 0.02, decimals=3, name="trailing_stop_positive"),
                SKDecimal(0.001, 0.01, decimals=3, name="trailing_stop_positive_offset_p1"),
                Categorical([True, False], name="trailing_only_offset_is_reached"),
            ]

        @staticmethod
        def max_open_trades_space() -> list[Any]:
            """Search the slots."""
            return [Integer(-1, 3, name="max_open_trades")]

    @property
    def protections(self) -> list[dict[str, Any]]:
        """Rest after each trade."""
        return [{"method": "CooldownPeriod", "stop_duration_candles": self.guard_candles.value}]


class Narrow(Tuned):
    """So few combinations that most of what is drawn was drawn before."""

    buy_fall = DecimalParameter(-0.02, 0.0, default=-0.01, space="buy", optimize=False)
    buy_window = IntParameter(10, 12, default=12, space="buy")


class Anew(Tuned):
    """An indicator that reads a parameter: right only when computed for each epoch."""

    buy_span = IntParameter(3, 30, default=10, space="buy")

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Compute a line by the parameter's value."""
        dataframe = super().populate_indicators(dataframe, metadata)
        dataframe["own"] = dataframe["close"].ewm(span=self.buy_span.value).mean()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Enter below that line as well."""
        dataframe = super().populate_entry_trend(dataframe, metadata)
        dataframe.loc[dataframe["close"] > dataframe["own"], "enter_long"] = 0
        return dataframe


class Keeping(Tuned):
    """Remembers epochs, in itself and in its class, and trades by what it remembers."""

    seen: ClassVar[dict[str, int]] = {}

    def bot_start(self, **kwargs: Any) -> None:  # noqa: ARG002, ANN401 - Freqtrade's
        """Begin with nothing."""
        self.times: list[str] = []

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Enter less often, the more was seen."""
        dataframe = super().populate_entry_trend(dataframe, metadata)
        pair = metadata["pair"]
        self.times.append(pair)
        self.seen[pair] = self.seen.get(pair, 0) + 1
        every = self.seen[pair] + len(self.times)
        dataframe.loc[dataframe.index % every != 0, "enter_long"] = 0
        return dataframe


class Calling(Tuned):
    """Callbacks that read parameters, and one that fails now and then."""

    use_custom_stoploss = True
    sell_after = IntParameter(20, 200, default=60, space="sell")
    sell_stop = DecimalParameter(0.001, 0.006, decimals=4, default=0.003, space="sell")

    def confirm_trade_entry(self, pair: str, current_time: datetime, **kwargs: Any) -> bool:  # noqa: ARG002, ANN401 - Freqtrade's
        """Refuse some, by the clock of the candle."""
        return bool((current_time.minute + len(pair)) % self.buy_window.value)

    def custom_stoploss(self, trade: Trade, current_profit: float, **kwargs: Any) -> float | None:  # noqa: ANN401, ARG002 - as above
        """Follow a gain."""
        return -self.sell_stop.value if current_profit > self.sell_stop.value else None

    def custom_exit(self, trade: Trade, current_time: datetime, **kwargs: Any) -> str | None:  # noqa: ANN401, ARG002 - as above
        """Leave by age; fail at some candles."""
        if current_time.minute == self.sell_after.value % 60 // 5 * 5:
            message = "not now"
            raise ValueError(message)
        age = (current_time - trade.open_date_utc).total_seconds() / 60
        return "old" if age > self.sell_after.value else None


class Idle(Tuned):
    """Never enters."""

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - Freqtrade's
        """Enter nowhere."""
        dataframe["enter_long"] = 0
        return dataframe


class Bare(IStrategy):
    """Nothing to search."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi: ClassVar[dict[str, float]] = {"0": 0.01}
    stoploss = -0.05

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - Freqtrade's
        """Compute nothing."""
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - as above
        """Enter always."""
        dataframe["enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:  # noqa: ARG002 - as above
        """Leave by the table."""
        return dataframe


class Failing(Tuned):
    """Divides by zero once a parameter is large."""

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, str]) -> DataFrame:
        """Fail in some epochs."""
        if self.buy_window.value > 6:
            _ = 1 / 0
        return super().populate_entry_trend(dataframe, metadata)
