"""Every guardrail, in the order in which the gate asks them."""

from tidegate.guardrails.guardrail import Guardrail
from tidegate.guardrails.rules.account import ACCOUNT
from tidegate.guardrails.rules.amount_step import AMOUNT_STEP
from tidegate.guardrails.rules.balance import BALANCE
from tidegate.guardrails.rules.books import BOOKS
from tidegate.guardrails.rules.breaker import BREAKER
from tidegate.guardrails.rules.cooldown import COOLDOWN
from tidegate.guardrails.rules.correlated_exposure import CORRELATED_EXPOSURE
from tidegate.guardrails.rules.daily_drawdown import DAILY_DRAWDOWN
from tidegate.guardrails.rules.daily_loss import DAILY_LOSS
from tidegate.guardrails.rules.drawdown import DRAWDOWN
from tidegate.guardrails.rules.duplicate import DUPLICATE
from tidegate.guardrails.rules.equity import EQUITY
from tidegate.guardrails.rules.future_signal import FUTURE_SIGNAL
from tidegate.guardrails.rules.instrument import INSTRUMENT
from tidegate.guardrails.rules.least_amount import LEAST_AMOUNT
from tidegate.guardrails.rules.least_cost import LEAST_COST
from tidegate.guardrails.rules.leverage import LEVERAGE
from tidegate.guardrails.rules.losing_streak import LOSING_STREAK
from tidegate.guardrails.rules.malformed import MALFORMED
from tidegate.guardrails.rules.market_exposure import MARKET_EXPOSURE
from tidegate.guardrails.rules.order_notional import ORDER_NOTIONAL
from tidegate.guardrails.rules.order_rate import ORDER_RATE
from tidegate.guardrails.rules.position import POSITION
from tidegate.guardrails.rules.positions import POSITIONS
from tidegate.guardrails.rules.price import PRICE
from tidegate.guardrails.rules.price_collar import PRICE_COLLAR
from tidegate.guardrails.rules.price_step import PRICE_STEP
from tidegate.guardrails.rules.reduction import REDUCTION
from tidegate.guardrails.rules.shorting import SHORTING
from tidegate.guardrails.rules.size import SIZE
from tidegate.guardrails.rules.stale_price import STALE_PRICE
from tidegate.guardrails.rules.stale_signal import STALE_SIGNAL
from tidegate.guardrails.rules.state import STATE
from tidegate.guardrails.rules.stop_cooldown import STOP_COOLDOWN
from tidegate.guardrails.rules.total_exposure import TOTAL_EXPOSURE
from tidegate.guardrails.rules.trades_per_day import TRADES_PER_DAY
from tidegate.guardrails.rules.trading_hours import TRADING_HOURS
from tidegate.guardrails.rules.unresolved import UNRESOLVED
from tidegate.guardrails.rules.volatility import VOLATILITY
from tidegate.guardrails.rules.volume import VOLUME
from tidegate.guardrails.rules.weekly_drawdown import WEEKLY_DRAWDOWN

__all__ = ["FORM", "GUARDRAILS", "SIZES", "TIMES"]

FORM: tuple[Guardrail, ...] = (MALFORMED, ACCOUNT, INSTRUMENT, DUPLICATE, POSITION, REDUCTION)
"""What every signal has to pass; a reduction that does is approved."""

TIMES: tuple[Guardrail, ...] = (
    BREAKER,
    STATE,
    STALE_SIGNAL,
    FUTURE_SIGNAL,
    PRICE,
    STALE_PRICE,
    UNRESOLVED,
    BOOKS,
    EQUITY,
    DRAWDOWN,
    WEEKLY_DRAWDOWN,
    DAILY_DRAWDOWN,
    DAILY_LOSS,
    LOSING_STREAK,
    ORDER_RATE,
    TRADING_HOURS,
    COOLDOWN,
    STOP_COOLDOWN,
    TRADES_PER_DAY,
    POSITIONS,
    SHORTING,
    LEVERAGE,
    VOLATILITY,
    VOLUME,
    SIZE,
)
"""Whether this is the moment for an increase, however large."""

SIZES: tuple[Guardrail, ...] = (
    PRICE_STEP,
    AMOUNT_STEP,
    LEAST_AMOUNT,
    LEAST_COST,
    PRICE_COLLAR,
    ORDER_NOTIONAL,
    BALANCE,
    MARKET_EXPOSURE,
    TOTAL_EXPOSURE,
    CORRELATED_EXPOSURE,
)
"""Whether this increase is of a size and price that may be; asked once all of it is known."""

GUARDRAILS: tuple[Guardrail, ...] = (*FORM, *TIMES, *SIZES)
