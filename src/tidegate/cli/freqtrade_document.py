"""A Freqtrade strategy's result in the form that every result has: for JSON, CSV, the report."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tidegate import __version__
from tidegate.errors import DefectError
from tidegate.freqtrade.charts import candles_of, filled_in
from tidegate.freqtrade.outcome import outcome_of
from tidegate.freqtrade.plain import summary_of
from tidegate.research.document import counters, iso, metric_info, trade_records
from tidegate.research.guardrails import guardrails_document
from tidegate.research.realism import PROFILES, Assumption, Circumstances, Slippage
from tidegate.research.realism import assumptions as listed
from tidegate.research.realism import grade as graded
from tidegate.stats import as_document, measure

if TYPE_CHECKING:
    from tidegate.freqtrade.running import Ran, Run
    from tidegate.model import Candles, Outcome
    from tidegate.research.guardrails import Guarded

_NO_SLIPPAGE = Slippage.parse("none")
_NOT_HERE = ("--slippage", "--realism")
_MARKETS = {
    "ask": "as the exchange says",
    "assumed": "assumed: steps of 1e-8, no limits, fee 0.1 %",
}


def document_of(
    run: Run, ran: Ran, guarded: Guarded | None, *, markets: str, seed: int, command: str
) -> tuple[dict[str, Any], list[Candles]]:
    """Return the whole result of one strategy, and the candles that it was tested on.

    `guarded` is what its orders went through, `markets` says where the exchange's steps came
    from, `command` what was typed.
    """
    if ran.content is None or run.span is None:
        message = f"{ran.name} was not run"
        raise DefectError(message)
    backtesting = run.backtesting
    candles = candles_of(run)
    outcome = outcome_of(
        ran.content,
        run.candles,
        run.span,
        timeframe=backtesting.timeframe,
        steps=backtesting.price_pair_prec,
    )
    figures = as_document(measure(outcome, seed=seed))
    figures.pop("currency", None)
    stats = run.results["strategy"][ran.name]
    document = {
        "tidegate_version": __version__,
        "strategy": _strategy(ran, stats),
        "run": _run(run, stats, outcome, candles, command),
        "assumptions": _assumptions(run, stats, guarded, candles, markets),
        "guardrails": guardrails_document(guarded),
        "grade": _grade(run, outcome, candles),
        **figures,
        "metric_info": metric_info(),
        "counters": counters(outcome),
        "final_balance": outcome.final_balance,
        "seconds": {"load": run.load_seconds, "run": ran.seconds},
        "trades": trade_records(outcome),
        "freqtrade": _theirs(run, ran, stats),
    }
    return document, candles


def _strategy(ran: Ran, stats: dict[str, Any]) -> dict[str, Any]:
    file = Path(ran.strategy.__file__)
    return {
        "name": ran.name,
        "version": str(ran.strategy.version() or ""),
        "description": (type(ran.strategy).__doc__ or "").strip().partition("\n")[0],
        "source": str(file),
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "explanation": _explanation(ran, stats),
    }


def _explanation(ran: Ran, stats: dict[str, Any]) -> list[str]:
    """Say what is known of a strategy that is written in Python."""
    lines = [f"A strategy for Freqtrade, written in Python, on {stats['timeframe']} candles."]
    if stats["minimal_roi"]:
        steps = sorted((int(age), ratio) for age, ratio in stats["minimal_roi"].items())
        words = ", ".join(f"{ratio:.2%} after {age} min" for age, ratio in steps)
        lines.append(f"Takes profit at {words}.")
    trailing = ", trailing" if stats["trailing_stop"] else ""
    lines.append(f"Stops at {stats['stoploss']:.2%}{trailing}.")
    if not stats["use_exit_signal"]:
        lines.append("Does not obey its exit signals.")
    if ran.path is not None and ran.path.callbacks:
        lines.append(f"Has its say in {', '.join(ran.path.callbacks)}.")
    return lines


def _run(
    run: Run, stats: dict[str, Any], outcome: Outcome, candles: list[Candles], command: str
) -> dict[str, Any]:
    origins = dict.fromkeys(one.origin for one in candles)
    return {
        "pairs": list(outcome.pairs),
        "timeframe": str(outcome.timeframe),
        "start": iso(outcome.start_ns),
        "end": iso(outcome.end_ns),
        "candles": sum(len(one) for one in candles),
        "warmup": run.backtesting.required_startup,
        "wallet": outcome.wallet,
        "currency": outcome.currency,
        "stake": _stake(stats),
        "max_open_trades": int(stats["max_open_trades"]),
        "fee": run.backtesting.fee,
        "slippage": str(_NO_SLIPPAGE),
        "realism": "freqtrade",
        "prices": ", ".join(origins),
        "command": command,
    }


def _stake(stats: dict[str, Any]) -> str:
    stake = stats["stake_amount"]
    return stake if isinstance(stake, str) else f"{stake:g} {stats['stake_currency']}"


def _assumptions(
    run: Run,
    stats: dict[str, Any],
    guarded: Guarded | None,
    candles: list[Candles],
    markets: str,
) -> list[dict[str, str]]:
    filled = sum(filled_in(one) for one in candles)
    venue = PROFILES["freqtrade"].venue._replace(fee=run.backtesting.fee)
    found = listed(venue, _NO_SLIPPAGE, [], shorts=False, filled=filled, guarded=guarded)
    found.append(
        Assumption(
            "Markets", _MARKETS.get(markets, markets), "steps, limits and leverage of each pair"
        )
    )
    if stats["trading_mode"] == "futures":
        found.append(
            Assumption(
                "Futures",
                f"{stats['margin_mode']} margin, levered as the strategy says, with liquidation",
                "funding is paid at the recorded rates, as far as there are any",
            )
        )
    if stats["timeframe_detail"]:
        found.append(
            Assumption(
                "Inside a candle",
                f"looked at in candles of {stats['timeframe_detail']}",
                "what came first is known to that length",
            )
        )
    return [{"name": one.name, "value": one.value, "why": one.why} for one in found]


def _grade(run: Run, outcome: Outcome, candles: list[Candles]) -> dict[str, Any]:
    """Return the grade, with the advice that can be followed where Freqtrade's rules hold."""
    document: dict[str, Any] = graded(_circumstances(run, outcome, candles)).as_document()
    document["raises"] = [
        step for step in document["raises"] if not any(word in step["what"] for word in _NOT_HERE)
    ]
    return document


def _circumstances(run: Run, outcome: Outcome, candles: list[Candles]) -> Circumstances:
    trades = outcome.trades
    return Circumstances(
        fee=run.backtesting.fee,
        slippage=_NO_SLIPPAGE.model,
        gap_stops=False,
        made=any(one.origin != "recorded" for one in candles),
        filled=sum(filled_in(one) for one in candles),
        candles=sum(len(one) for one in candles),
        trades=len(trades),
        dubious=int(np.count_nonzero(trades["dubious"])),
        shorts=int(np.count_nonzero(trades["is_short"])),
        largest_share=_largest_share(outcome, candles),
    )


def _largest_share(outcome: Outcome, candles: list[Candles]) -> float | None:
    """Return the largest entry as a share of what its candle traded; None without trades."""
    entries = outcome.orders[outcome.orders["is_entry"]]
    pairs = outcome.trades["pair"][entries["trade"]]
    largest = -1.0
    for number, one in enumerate(candles):
        own = entries[pairs == number]
        if len(own):
            rows = np.searchsorted(one.time, own["time"], "right") - 1
            with np.errstate(divide="ignore"):
                largest = max(largest, float((own["amount"] / one.volume[rows]).max()))
    return largest if largest >= 0 else None


def _theirs(run: Run, ran: Ran, stats: dict[str, Any]) -> dict[str, Any]:
    """Return what only a run by Freqtrade's rules has: its own summary, and how it was run."""
    path = ran.path
    return {
        "loop": None if path is None else path.loop,
        "callbacks": [] if path is None else list(path.callbacks),
        "why": "" if path is None else path.why,
        "callback_errors": [
            {
                "callback": error.callback,
                "pair": error.pair,
                "time": error.time.isoformat(),
                "error": error.error,
                "place": error.place,
                "count": error.count,
            }
            for error in ran.callback_errors
        ],
        "warnings": list(run.warnings),
        "summary": summary_of(stats),
    }
