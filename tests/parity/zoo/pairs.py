"""Two or three features in one animal: where one feature looks at what the other has done."""

from __future__ import annotations

from tests.parity.zoo.adding import AddsAndExits, AddsAtPrices, Grid, PartialExits
from tests.parity.zoo.exits import ConfirmExit, CustomExit, ExitTags, ProfitOnly
from tests.parity.zoo.guards import AllGuards, Cooldown, LocksPairs, StopGuard
from tests.parity.zoo.prices import AdjustOrders, BothPrices, CheckTimeouts, EntryPrice, ExitPrice
from tests.parity.zoo.stakes import ConfirmEntry, CustomStake, Leveraged, Liquidated
from tests.parity.zoo.state import CustomData, LooksAtTrades, LooksAtWallets, LoopStart, OrderFilled
from tests.parity.zoo.stops import (
    AfterFillAndTrailing,
    CustomStop,
    CustomStopAfterFill,
    FixedStop,
    StopFromCandle,
    StopFromOpen,
    TightStop,
    TrailingOffset,
    TrailingStop,
    TrailingWaits,
)
from tests.parity.zoo.targets import (
    CustomRoi,
    RoiAndEntry,
    RoiAtOnce,
    RoiLeaves,
    RoiLeavesBetween,
    RoiTable,
)


class StopAndTarget(FixedStop, RoiTable):
    pass


class LeveragedTrailing(Leveraged, TrailingWaits, RoiTable):
    """The pessimistic price of a trailing stop on its entry candle, with leverage."""


class LeveragedTarget(Leveraged, RoiLeavesBetween):
    pass


class LeveragedCustomStop(Leveraged, CustomStop):
    pass


class LeveragedAdds(Leveraged, AddsAndExits):
    pass


class LiquidatedAdds(Liquidated, AddsAndExits):
    """Liquidation prices move with every add and partial exit."""

    stoploss = -0.99
    trailing_stop = False
    minimal_roi = {"0": 10}


class PricesAndTarget(BothPrices, RoiAtOnce):
    """Entries below the open: a falling entry candle may veto its target."""


class PricesAndStop(BothPrices, TightStop):
    pass


class PricesAndTrailing(BothPrices, TrailingOffset):
    """Exit orders lie open while the stop goes on moving, and are replaced."""


class PricesAndAdds(BothPrices, AddsAndExits):
    pass


class PricesAndConfirm(BothPrices, ConfirmExit, ConfirmEntry):
    pass


class PricesAndAfterFill(BothPrices, CustomStopAfterFill):
    """Fills on later candles, and what the stop makes of them."""


class MovedAndAdded(AdjustOrders, AddsAtPrices):
    pass


class TimedOutAdds(CheckTimeouts, AddsAtPrices):
    pass


class TimedOutGuards(CheckTimeouts, StopGuard):
    pass


class AddsAndCustomStop(AddsAndExits, StopFromOpen):
    """A partial exit lifts a stop that was set below the market."""

    trailing_stop = False


class AddsAndAfterFill(AddsAndExits, AfterFillAndTrailing):
    pass


class AddsAndCustomRoi(AddsAndExits, CustomRoi):
    pass


class AddsAndGuards(PartialExits, AllGuards):
    """Guards run after partial exits, too."""


class GridAndTrailing(Grid, TrailingStop):
    pass


class TagsAndConfirm(ExitTags, ConfirmExit):
    pass


class ExitsAndTargets(CustomExit, RoiAndEntry):
    pass


class ExitsAndProfitOnly(CustomExit, ProfitOnly):
    """custom_exit does not care for profit, an exit signal does."""


class StakesAndWallets(LooksAtWallets, OrderFilled):
    pass


class StakesAndAdds(CustomStake, AddsAndExits):
    pass


class StakesAndPrices(CustomStake, EntryPrice, ExitPrice):
    pass


class DataAndAdds(CustomData, AddsAndExits):
    pass


class TradesAndLocks(LooksAtTrades, LocksPairs):
    pass


class LoopAndCooldown(LoopStart, Cooldown):
    pass


class CandleStopAndTarget(StopFromCandle, RoiLeaves):
    pass


class Everything(
    LeveragedAdds, LocksPairs, ConfirmExit, ConfirmEntry, CustomStake, AdjustOrders, CustomRoi,
    AfterFillAndTrailing, LoopStart, Cooldown,
):  # fmt: skip
    """Nearly every callback at once."""
