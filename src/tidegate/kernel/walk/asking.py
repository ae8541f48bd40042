"""Questions from the compiled walk to Python, through a plain function pointer.

A call costs about a tenth of a microsecond, so the walk asks wherever Freqtrade would
ask the strategy, and nowhere else. What is asked about and answered lies in `Mail`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from tidegate.kernel.compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.kernel.walk.world import World

QUESTIONS: Final = (
    "bot_loop_start",
    "custom_entry_price",
    "leverage",
    "custom_stake_amount",
    "confirm_trade_entry",
    "order_filled",
    "custom_stoploss",
    "custom_roi",
    "custom_exit",
    "custom_exit_price",
    "confirm_trade_exit",
    "adjust_trade_position",
    "check_entry_timeout",
    "check_exit_timeout",
    "adjust_order_price",
    # not the strategy's: the exchange's own rules
    "stake_limits",
    "most_leverage",
    "liquidation",
    "round_price",
    "round_amount",
    "drawdown",
)
ENGINE_QUESTIONS: Final = (
    "place",  # may this order be placed
    "match",  # has it filled
    "taken_back",  # it is open no more, and has not filled
)
"""What is asked where somebody else places orders and fills them; see `orderlist`, `fills`."""
(
    BOT_LOOP_START,
    CUSTOM_ENTRY_PRICE,
    LEVERAGE,
    CUSTOM_STAKE_AMOUNT,
    CONFIRM_TRADE_ENTRY,
    ORDER_FILLED,
    CUSTOM_STOPLOSS,
    CUSTOM_ROI,
    CUSTOM_EXIT,
    CUSTOM_EXIT_PRICE,
    CONFIRM_TRADE_EXIT,
    ADJUST_TRADE_POSITION,
    CHECK_ENTRY_TIMEOUT,
    CHECK_EXIT_TIMEOUT,
    ADJUST_ORDER_PRICE,
    STAKE_LIMITS,
    MOST_LEVERAGE,
    LIQUIDATION_PRICE,
    ROUND_PRICE,
    ROUND_AMOUNT,
    DRAWDOWN_OF,
) = range(len(QUESTIONS))
PLACE, MATCH, TAKEN_BACK = range(len(QUESTIONS), len(QUESTIONS) + len(ENGINE_QUESTIONS))

ROUND_NEAREST: Final = 0
ROUND_UP: Final = 1
ROUND_DOWN: Final = 2


@intrinsic
def _call(_typing_context: Any, address: Any, code: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ANN401 - numba's own objects
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        word = ir.IntType(64)
        function = builder.inttoptr(arguments[0], ir.FunctionType(word, [word]).as_pointer())
        return builder.call(function, [arguments[1]])

    return types.int64(address, code), generate


_call_at = cast("Callable[[int, int], int]", _call)


@compiled
def is_asked(w: World, code: int) -> bool:
    """Tell whether the strategy wants to be asked this."""
    return bool((w.rules[0].callbacks >> code) & 1)


@compiled
def ask(w: World, code: int) -> None:
    """Put a question; a failure beyond the strategy's own stops the walk, see `Tally.stopped`."""
    t = w.tally[0]
    if t.stopped == 0 and _call_at(t.ask_at, code) != 0:
        t.stopped = 1


@compiled
def is_granted(w: World, code: int) -> bool:
    """Put a question to which only a clear yes is one; a walk that was stopped gets none."""
    mail = w.mail[0]
    mail.verdict = 0
    ask(w, code)
    return bool(w.tally[0].stopped == 0 and mail.verdict == 1)
