"""A backtest's result as plain values: what `--json` writes and the report is made from."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tidegate import __version__
from tidegate.research.guardrails import guardrails_document
from tidegate.research.realism import Circumstances, assumptions, grade
from tidegate.stats import METRICS, as_document
from tidegate.strategies.catalogue import BUILT_IN
from tidegate.strategies.describe import describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tidegate.model import Outcome, Plan
    from tidegate.research.backtest import Result
    from tidegate.research.guardrails import Guarded
    from tidegate.stats import Metrics

_NS_PER_MS = 1_000_000
_NS_PER_MINUTE = 60_000_000_000
_PLACES = 8


def result_document(
    result: Result, metrics: Metrics, command: str, guarded: Guarded | None = None
) -> dict[str, Any]:
    """Return the whole result. `command` is the line that produces it again.

    `guarded` is what the orders went through; None: nothing.
    """
    request, outcome = result.request, result.outcome
    figures = as_document(metrics)
    figures.pop("currency", None)
    return {
        "tidegate_version": __version__,
        "strategy": _strategy(result),
        "run": _run(result, command),
        "assumptions": [
            {"name": a.name, "value": a.value, "why": a.why}
            for a in assumptions(
                request.venue,
                request.slippage_model,
                result.provenance,
                shorts=request.rules.can_short,
                filled=result.filled,
                guarded=guarded,
            )
        ],
        "guardrails": guardrails_document(guarded),
        "grade": grade(circumstances(result)).as_document(),
        **figures,
        "metric_info": metric_info(),
        "counters": counters(outcome),
        "final_balance": outcome.final_balance,
        "seconds": {
            "load": result.seconds.load,
            "indicators": result.seconds.indicators,
            "simulate": result.seconds.simulate,
            "prepare": result.seconds.prepare,
        },
        "trades": trade_records(outcome),
    }


def metric_info() -> dict[str, dict[str, Any]]:
    """Return what each figure is called and means, and in which unit it is."""
    return {
        metric.name: {
            "title": metric.title,
            "unit": str(metric.unit),
            "meaning": metric.meaning,
            "group": str(metric.group),
            "higher_is_better": metric.higher_is_better,
        }
        for metric in METRICS
    }


def counters(outcome: Outcome) -> dict[str, int]:
    """Return what was not traded or not closed, as far as the simulation counted it."""
    counted = {
        "rejected_signals": outcome.rejected_signals,
        "unaffordable_signals": outcome.unaffordable_signals,
        "timed_out_exits": outcome.timed_out_exits,
        "lost_at_end": outcome.lost_at_end,
    }
    return {name: count for name, count in counted.items() if count is not None}


def _strategy(result: Result) -> dict[str, Any]:
    strategy = result.request.strategy
    return {
        "name": strategy.name,
        "version": strategy.version,
        "description": strategy.description,
        "source": _source(strategy.file),
        "sha256": hashlib.sha256(strategy.fingerprint().encode()).hexdigest(),
        "explanation": describe(strategy, result.request.timeframe).splitlines(),
    }


def _source(file: Path | None) -> str:
    """Say where a strategy is written; where this program lies is nobody's business."""
    return "built in" if file is None or file.parent == BUILT_IN else str(file)


def _run(result: Result, command: str) -> dict[str, Any]:
    request, outcome = result.request, result.outcome
    origins = dict.fromkeys(plan.candles.origin for plan in result.plans)
    return {
        "pairs": list(outcome.pairs),
        "timeframe": str(outcome.timeframe),
        "start": iso(outcome.start_ns),
        "end": iso(outcome.end_ns),
        "candles": sum(len(plan.candles) - plan.warmup for plan in result.plans),
        "warmup": result.plans[0].warmup,
        "wallet": request.wallet,
        "currency": request.currency,
        "stake": stake_words(result),
        "max_open_trades": request.slots,
        "fee": request.venue.fee,
        "slippage": str(request.slippage_model),
        "realism": request.realism,
        "prices": ", ".join(origins),
        "command": command,
    }


def stake_words(result: Result) -> str:
    """Say how stakes were sized."""
    sizing, currency = result.request.rules.sizing, result.request.currency
    words = {
        "EQUAL_SHARE": "unlimited",
        "FIXED": f"{sizing.value:g} {currency}",
        "PERCENT_OF_EQUITY": f"{sizing.value:.2%} of equity",
        "PERCENT_RISK": f"{sizing.value:.2%} of equity at risk",
        "ATR": f"{sizing.value:.2%} of equity per ATR move",
        "KELLY": f"{sizing.value:g} of Kelly, at most {sizing.cap:.0%} of equity",
    }
    return words[sizing.kind.name]


def circumstances(result: Result) -> Circumstances:
    """Gather what the realism grade looks at."""
    trades = result.outcome.trades
    return Circumstances(
        fee=result.request.venue.fee,
        slippage=result.request.slippage_model.model,
        gap_stops=not result.request.venue.exact_freqtrade,
        made=any(plan.candles.origin != "recorded" for plan in result.plans),
        filled=result.filled,
        candles=sum(len(plan.candles) for plan in result.plans),
        trades=len(trades),
        dubious=int(np.count_nonzero(trades["dubious"])),
        shorts=int(np.count_nonzero(trades["is_short"])),
        largest_share=_largest_share(trades, result.plans),
    )


def _largest_share(trades: NDArray[np.void], plans: Sequence[Plan]) -> float | None:
    """Return the largest entry as a share of what its candle traded; None without trades."""
    shares = []
    for pair, plan in enumerate(plans):
        own = trades[trades["pair"] == pair]
        volume = plan.candles.volume[plan.warmup :][own["open_row"]]
        with np.errstate(divide="ignore"):
            shares.append(own["amount"] / volume)
    largest = np.concatenate(shares).max(initial=-1.0)
    return float(largest) if len(trades) else None


def trade_records(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the trades under Freqtrade's field names, in closing order."""
    trades = outcome.trades
    columns = {name: trades[name].tolist() for name in trades.dtype.names or ()}
    tags, reasons = outcome.enter_tags, outcome.exit_reasons
    orders = _listed_orders(outcome)
    funding = outcome.funding.tolist() or [0.0] * len(trades)
    max_stake = outcome.max_stake.tolist() or columns["stake"]
    records = []
    for i in range(len(trades)):
        t = {name: column[i] for name, column in columns.items()}
        records.append(
            {
                "pair": outcome.pairs[t["pair"]],
                "stake_amount": round(t["stake"], _PLACES),
                "max_stake_amount": round(max_stake[i], _PLACES),
                "amount": round(t["amount"], _PLACES),
                "open_date": iso(t["open_time"]),
                "close_date": iso(t["close_time"]),
                "open_rate": t["open_rate"],
                "close_rate": t["close_rate"],
                "fee_open": t["fee_open"],
                "fee_close": t["fee_close"],
                "trade_duration": (t["close_time"] - t["open_time"]) // _NS_PER_MINUTE,
                "profit_ratio": t["profit_ratio"],
                "profit_abs": t["profit_abs"],
                "exit_reason": reasons[t["exit_reason"]],
                "initial_stop_loss_abs": t["initial_stop"],
                "initial_stop_loss_ratio": -t["initial_stop_ratio"],
                "stop_loss_abs": t["stop"],
                "stop_loss_ratio": -t["stop_ratio"],
                "min_rate": t["min_rate"],
                "max_rate": t["max_rate"],
                "is_open": False,
                "enter_tag": tags[t["enter_tag"]] if t["enter_tag"] >= 0 else "",
                "leverage": t["leverage"],
                "is_short": t["is_short"],
                "open_timestamp": t["open_time"] // _NS_PER_MS,
                "close_timestamp": t["close_time"] // _NS_PER_MS,
                "fees_paid": round(t["fees_paid"], _PLACES),
                "slippage_paid": round(t["slippage_paid"], _PLACES),
                "dubious": t["dubious"],
                "funding_fees": funding[i],
                "orders": orders[i] if orders else _orders(t),
            }
        )
    return records


def _orders(trade: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a trade's two orders under Freqtrade's field names; cost includes the fee."""
    sides = ("sell", "buy") if trade["is_short"] else ("buy", "sell")
    fills = (
        (trade["entry_price"], trade["open_time"], trade["fee_open"]),
        (trade["close_rate"], trade["close_time"], trade["fee_close"]),
    )
    return [
        {
            "amount": round(trade["amount"], _PLACES),
            "safe_price": price,
            "ft_order_side": side,
            "order_filled_timestamp": time_ns // _NS_PER_MS,
            "ft_is_entry": is_entry,
            "cost": trade["amount"] * price * (1.0 + fee),
        }
        for side, (price, time_ns, fee), is_entry in zip(sides, fills, (True, False), strict=True)
    ]


def _listed_orders(outcome: Outcome) -> list[list[dict[str, Any]]]:
    """Return each trade's orders, where an outcome keeps them; nothing where it does not."""
    if not len(outcome.orders):
        return []
    listed: list[list[dict[str, Any]]] = [[] for _ in outcome.trades]
    columns = {name: outcome.orders[name].tolist() for name in outcome.orders.dtype.names or ()}
    for i, trade in enumerate(columns["trade"]):
        tag = columns["tag"][i]
        listed[trade].append(
            {
                "amount": round(columns["amount"][i], _PLACES),
                "safe_price": columns["price"][i],
                "ft_order_side": "buy" if columns["is_buy"][i] else "sell",
                "order_filled_timestamp": columns["time"][i] // _NS_PER_MS,
                "ft_is_entry": columns["is_entry"][i],
                "ft_order_tag": outcome.order_tags[tag] if tag >= 0 else "",
                "cost": columns["cost"][i],
            }
        )
    return listed


def iso(time_ns: int) -> str:
    """Write a time in nanoseconds as ISO-8601 in UTC, to the second."""
    return datetime.fromtimestamp(time_ns // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
