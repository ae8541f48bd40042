"""Freqtrade's own refusals of a strategy, said again with the place and the way out."""

from __future__ import annotations

import dis
import re
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from freqtrade.enums import CandleType
from freqtrade.exceptions import FreqtradeException, StrategyError

from tidegate.errors import CandleError, Code, DefinitionError, InputError, OptionError
from tidegate.freqtrade.data_folder import absent
from tidegate.freqtrade.freqai import needs_freqai

if TYPE_CHECKING:
    from collections.abc import Callable

    from tidegate.freqtrade.strategy_files import Written

    _Answer = Callable[["Case", re.Match[str]], InputError | None]

__all__ = ["Case", "explained"]


@dataclass(frozen=True, slots=True)
class Case:
    """An error, and what is known of where it came from."""

    error: BaseException
    config: dict[str, Any]
    written: Written
    place: str | None
    """The user's line it came through, as file:line; None where it was none of theirs."""
    pair: str | None

    @property
    def words(self) -> str:
        """What the error says."""
        return str(self.error)


def explained(case: Case) -> InputError | None:
    """Return our words for an error that Freqtrade is known to raise; None for any other."""
    for pattern, answer in _ANSWERS:
        found = pattern.search(case.words)
        if found is not None:
            known = answer(case, found)
            if known is not None:
                return known
    by_user = isinstance(case.error, StrategyError) or case.place is not None
    if isinstance(case.error, FreqtradeException) and not by_user:
        return _as_it_is(case)
    return None


def _as_it_is(case: Case) -> OptionError:
    files = ", ".join(case.config.get("config_files") or ()) or "the options"
    return OptionError(
        Code.BAD_CONFIGURATION,
        "Freqtrade does not accept this configuration",
        where=f"{files}, strategy {case.written.name}",
        expected="a configuration that `freqtrade backtesting` accepts",
        found=case.words,
        remedy="change what it names, in the configuration or the strategy",
    )


def _missing_method(case: Case, found: re.Match[str]) -> DefinitionError:
    method = found["method"]
    return DefinitionError(
        Code.MISSING_METHOD,
        f"strategy {case.written.name} has no {method}",
        where=case.written.place(),
        expected=f"a method {method}(self, dataframe, metadata) that returns the dataframe",
        found="none",
        remedy="write the method",
    )


_OLD: Final = {
    "check_buy_timeout": "check_entry_timeout",
    "check_sell_timeout": "check_exit_timeout",
    "custom_sell": "custom_exit",
    "sell_profit_only": "exit_profit_only",
    "sell_profit_offset": "exit_profit_offset",
    "use_sell_signal": "use_exit_signal",
    "ignore_roi_if_buy_signal": "ignore_roi_if_entry_signal",
    "time_in_force": "order_time_in_force with entry and exit",
    "order_types": "order_types with entry and exit",
}


def _old_name(case: Case, _found: re.Match[str]) -> DefinitionError | None:
    old = next((name for name in _OLD if name in case.words), None)
    if old is None:
        return None
    attribute = "order_time_in_force" if old == "time_in_force" else old
    return DefinitionError(
        Code.OLD_NAME,
        f"{old} of strategy {case.written.name} is a name of Freqtrade's first version",
        where=case.written.place(attribute),
        expected=_OLD[old],
        found=case.words,
        remedy=f"write {_OLD[old]}; `freqtrade strategy-updater` does it for you",
    )


def _no_timeframe(case: Case, _found: re.Match[str]) -> OptionError:
    return OptionError(
        Code.BAD_OPTION,
        f"strategy {case.written.name} names no timeframe of its own"
        if case.written.name
        else "a list of strategies needs a timeframe",
        where="--timeframe",
        expected="a timeframe",
        found="none",
        remedy="add --timeframe 5m, for example",
    )


def _half_a_mapping(case: Case, found: re.Match[str]) -> DefinitionError:
    attribute = {"Order-types": "order_types"}.get(found["what"], "order_time_in_force")
    keys = "entry, exit and stoploss" if attribute == "order_types" else "entry and exit"
    return DefinitionError(
        Code.STRATEGY_FAILED,
        f"{attribute} of strategy {case.written.name} is not whole",
        where=case.written.place(attribute),
        expected=f"a dictionary with {keys}",
        found=case.words,
        remedy="add what is missing",
    )


def _no_pairs(case: Case, _found: re.Match[str]) -> OptionError:
    exchange, currency = case.config["exchange"], case.config["stake_currency"]
    return OptionError(
        Code.UNKNOWN_PAIR,
        "none of the pairs can be traded",
        where="--pairs, or pair_whitelist of the configuration",
        expected=f"pairs that {exchange['name']} has in its {case.config['trading_mode']!s} "
        f"market, paid in {currency}",
        found=", ".join(exchange["pair_whitelist"]) or "none",
        remedy="name others; pairs of futures are written BTC/USDT:USDT",
    )


def _shorts(case: Case, _found: re.Match[str]) -> DefinitionError:
    return DefinitionError(
        Code.SHORTS_IN_SPOT,
        f"strategy {case.written.name} goes short, which spot markets do not know",
        where=case.written.place("can_short"),
        expected="can_short = False, or a futures market",
        found="can_short = True in trading mode spot",
        remedy="add --trading-mode futures --margin-mode isolated, with candles of futures",
    )


def _bad_frame(case: Case, found: re.Match[str]) -> DefinitionError | None:
    """Say which method has returned what is not the frame it was given."""
    after = {"enter_long": "populate_entry_trend", "exit_long": "populate_exit_trend"}
    method = after.get(_last_word(case.error), "populate_indicators")
    if "object has no attribute" in case.words and not _inside(case.error):
        return None
    what = found.groupdict().get("what")
    kind = found.groupdict().get("kind")
    wrong = f"another {what}" if what else "nothing" if kind in (None, "NoneType") else f"a {kind}"
    return DefinitionError(
        Code.BAD_FRAME,
        f"{method} of strategy {case.written.name} does not return the frame it was given",
        where=case.written.place(method) + (f", on {case.pair}" if case.pair else ""),
        expected="the same dataframe, with columns added and every candle still there",
        found=f"a frame with {wrong}" if what else wrong,
        remedy="end the method with `return dataframe`"
        if not what
        else "add columns only; do not drop, sort or move rows, and leave date and close alone",
    )


def _last_word(error: BaseException) -> str:
    """Return the last text that the failing function had to do with, as its code has it."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return ""
    words = [
        step.argval
        for step in dis.get_instructions(frame.tb_frame.f_code)
        if step.offset <= frame.tb_lasti and isinstance(step.argval, str) and "CONST" in step.opname
    ]
    return words[-1] if words else ""


def _inside(error: BaseException) -> bool:
    """Say whether an error was raised where a strategy's methods are called, not in them."""
    frames = list(traceback.walk_tb(error.__traceback__))
    name = frames[-1][0].f_globals.get("__name__") if frames else None
    return name in ("freqtrade.strategy.interface", "tidegate.freqtrade.advice")


def _freqai(case: Case, _found: re.Match[str]) -> DefinitionError:
    return needs_freqai(where=case.place or case.written.place(), found="a call of self.freqai")


def _no_candles(case: Case, _found: re.Match[str]) -> InputError:
    kind = CandleType.from_string(case.config.get("candle_type_def") or "")
    pairs = case.config["exchange"]["pair_whitelist"]
    return absent(case.config, pairs, str(case.config.get("timeframe")), kind)


def _no_informative(case: Case, found: re.Match[str]) -> CandleError:
    kind = CandleType.from_string(found["kind"])
    where = case.written.place("informative_pairs", "populate_indicators")
    return absent(case.config, [found["pair"]], found["timeframe"], kind, where=where)


def _no_market(case: Case, found: re.Match[str]) -> OptionError:
    return OptionError(
        Code.UNKNOWN_PAIR,
        f"strategy {case.written.name} looks at {found['pair']}, which the exchange has not",
        where=case.written.place("informative_pairs", "populate_indicators"),
        expected=f"a pair of {case.config['exchange']['name']}",
        found=f'"{found["pair"]}"',
        remedy="name another pair, or fetch its candles and add --markets assumed",
    )


def _nothing_left(case: Case, _found: re.Match[str]) -> CandleError:
    needed = case.config.get("startup_candle_count", 0)
    return CandleError(
        Code.TOO_FEW_CANDLES,
        f"strategy {case.written.name} uses up all candles to warm up",
        where=str(case.config["datadir"]),
        expected=f"more than the {needed:,} candles of its startup_candle_count",
        found=f"--timerange {case.config.get('timerange') or '(all)'}",
        remedy="choose a longer range, or fetch more candles",
    )


def _no_tiers(case: Case, found: re.Match[str]) -> OptionError:
    return OptionError(
        Code.NO_MARKETS,
        f"it is not known how far {found['pairs'] or found['more']} may be levered",
        where=f"--markets, exchange {case.config['exchange']['name']}",
        expected="leverage tiers for each pair",
        found="none",
        remedy="leave the pair out, add its tiers to the file, or take --markets assumed",
    )


_ANSWERS: Final[tuple[tuple[re.Pattern[str], _Answer], ...]] = tuple(
    (re.compile(pattern), answer)
    for pattern, answer in (
        (r"Can't instantiate abstract class .*method'?s? '?(?P<method>\w+)", _missing_method),
        (r"`(?P<method>populate_\w+)`.* must be implemented", _missing_method),
        (r"^Please migrate your|^DEPRECATED: Using", _old_name),
        (r"^Timeframe needs to be set", _no_timeframe),
        (r"(?P<what>Order-types|Order-time-in-force) mapping is incomplete", _half_a_mapping),
        (r"^No pair in whitelist", _no_pairs),
        (r"Short strategies cannot run in spot markets", _shorts),
        (r"^No dataframe returned", _bad_frame),
        (r"^Dataframe returned from strategy has mismatching (?P<what>.+)\.$", _bad_frame),
        (r"^'(?P<kind>[\w.]+)' object has no attribute '(copy|columns)'", _bad_frame),
        (r"freqAI is not enabled", _freqai),
        (r"^No data found\. Terminating\.", _no_candles),
        (
            r"^Informative dataframe for \((?P<pair>\S+), (?P<timeframe>\w+), (?P<kind>\w*)\)",
            _no_informative,
        ),
        (r"^Market (?P<pair>\S+) is not available", _no_market),
        (r"^No data left after adjusting", _nothing_left),
        (
            r"^(Pairs (?P<pairs>.+) got no|there are no) leverage tiers( for (?P<more>.+))?",
            _no_tiers,
        ),
    )
)
