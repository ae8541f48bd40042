"""Everything that can go wrong, named by who has to act on it.

    TidegateError
    ├── InputError        the user's to fix; the command ends with exit code 2
    │   ├── OptionError       a command-line option or argument
    │   ├── DefinitionError   a strategy definition, or the Python beside it
    │   ├── CandleError       a candle file, or a demand the candles cannot meet
    │   ├── ConfigError       a configuration file
    │   ├── DatabaseError     a database, a journal, or an account in it
    │   └── LimitError        a limit of the guardrails, or a setting of theirs
    └── DefectError       ours to fix; the program is wrong, not its input
        └── LedgerError       a fact or a snapshot that an account cannot have come to

An input error always answers four questions: what was expected, what was found,
where, and what to do about it.
"""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CandleError",
    "Code",
    "ConfigError",
    "DatabaseError",
    "DefectError",
    "DefinitionError",
    "InputError",
    "LedgerError",
    "LimitError",
    "OptionError",
    "TidegateError",
    "one_of",
    "suggestion",
]


class Code(StrEnum):
    """The stable name of each input error, as `docs/errors.md` publishes it."""

    # definitions
    NOT_JSON = "not-json"
    UNKNOWN_FIELD = "unknown-field"
    MISSING_FIELD = "missing-field"
    WRONG_TYPE = "wrong-type"
    OUT_OF_RANGE = "out-of-range"
    UNKNOWN_INDICATOR = "unknown-indicator"
    UNKNOWN_PARAMETER = "unknown-parameter"
    UNKNOWN_OPERATOR = "unknown-operator"
    UNKNOWN_OPERAND = "unknown-operand"
    CIRCULAR_INDICATORS = "circular-indicators"
    CONTRADICTORY_EXITS = "contradictory-exits"
    NO_ENTRY = "no-entry"
    NO_EXIT = "no-exit"
    BAD_HOURS = "bad-hours"
    PLUGIN_FAILED = "plugin-failed"
    UNKNOWN_STRATEGY = "unknown-strategy"
    STRATEGY_FAILED = "strategy-failed"
    # candles
    NO_CANDLES = "no-candles"
    EMPTY_CANDLES = "empty-candles"
    NOT_CANDLES = "not-candles"
    UNSORTED_CANDLES = "unsorted-candles"
    DUPLICATE_CANDLES = "duplicate-candles"
    CANDLE_GAP = "candle-gap"
    CANDLE_NAN = "candle-nan"
    IMPOSSIBLE_CANDLE = "impossible-candle"
    WRONG_TIMEFRAME = "wrong-timeframe"
    TOO_FEW_CANDLES = "too-few-candles"
    RANGE_OUTSIDE_DATA = "range-outside-data"
    # options
    UNKNOWN_TIMEFRAME = "unknown-timeframe"
    UNKNOWN_PAIR = "unknown-pair"
    BAD_PAIR = "bad-pair"
    MIXED_CURRENCIES = "mixed-currencies"
    BAD_TIMERANGE = "bad-timerange"
    BAD_OPTION = "bad-option"
    STAKE_OVER_WALLET = "stake-over-wallet"
    UNKNOWN_SLIPPAGE = "unknown-slippage"
    FILE_EXISTS = "file-exists"
    NOT_WRITABLE = "not-writable"
    TOO_MANY_BACKTESTS = "too-many-backtests"
    # Freqtrade's strategies
    FREQTRADE_MISSING = "freqtrade-missing"
    AMBIGUOUS_STRATEGY = "ambiguous-strategy"
    BAD_CONFIGURATION = "bad-configuration"
    NO_MARKETS = "no-markets"
    MISSING_METHOD = "missing-method"
    OLD_NAME = "old-name"
    BAD_FRAME = "bad-frame"
    SHORTS_IN_SPOT = "shorts-in-spot"
    NEEDS_FREQAI = "needs-freqai"
    UNKNOWN_LOSS = "unknown-loss"
    UNKNOWN_SPACE = "unknown-space"
    NO_PARAMETERS = "no-parameters"
    # a configuration for trading
    BAD_SETTING = "bad-setting"
    # live trading
    LIVE_MISSING = "live-missing"
    UNKNOWN_VENUE = "unknown-venue"
    VENUE_SILENT = "venue-silent"
    UNFIT_KEY = "unfit-key"
    KEYS_LOCKED = "keys-locked"
    UNKNOWN_KEY = "unknown-key"
    DAMAGED_KEYS = "damaged-keys"
    # the database
    BAD_DATABASE = "bad-database"
    NO_DATABASE = "no-database"
    NOT_A_DATABASE = "not-a-database"
    FOREIGN_DATABASE = "foreign-database"
    NEWER_DATABASE = "newer-database"
    DAMAGED_DATABASE = "damaged-database"
    DAMAGED_JOURNAL = "damaged-journal"
    DATABASE_BUSY = "database-busy"
    DATABASE_FULL = "database-full"
    DATABASE_GONE = "database-gone"
    POSTGRESQL_MISSING = "postgresql-missing"
    UNKNOWN_ACCOUNT = "unknown-account"
    ACCOUNT_HELD = "account-held"
    NO_ENGINE = "no-engine"
    NO_ANSWER = "no-answer"


class TidegateError(Exception):
    """The root of every error this program raises on purpose."""


class DefectError(TidegateError):
    """A state that the program promised could not happen."""


class LedgerError(DefectError):
    """A fact that an account cannot have come to, or a snapshot that is none."""


class InputError(TidegateError):
    """Something the user gave that cannot be used, and how to mend it."""

    def __init__(
        self,
        code: Code,
        problem: str,
        *,
        where: str,
        expected: str,
        found: str,
        remedy: str,
    ) -> None:
        """Keep the four answers apart, so that a terminal and an API can lay them out."""
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.where = where
        self.expected = expected
        self.found = found
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the whole message, one answer a line."""
        return (
            f"{self.problem}\n"
            f"  where     {self.where}\n"
            f"  expected  {self.expected}\n"
            f"  found     {self.found}\n"
            f"  to do     {self.remedy}\n"
            f"  code      {self.code}"
        )


class OptionError(InputError):
    """A command-line option or argument that cannot be used."""


class DefinitionError(InputError):
    """A strategy definition, or the Python file beside it, that cannot be used."""


class CandleError(InputError):
    """Candles that are not there, not sound, or not enough."""


class ConfigError(InputError):
    """A configuration file that cannot be used."""


class DatabaseError(InputError):
    """A database that cannot be used, a journal that is not whole, or an account held elsewhere."""


class LimitError(InputError):
    """A limit of the guardrails, or a setting of theirs, that is missing or cannot be."""


def suggestion(name: str, choices: Iterable[str]) -> str | None:
    """Return the known name that the user most likely meant."""
    by_folded = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def one_of(name: str, choices: Iterable[str], *, otherwise: str) -> str:
    """Say "did you mean X?" where a known name is close, and `otherwise` where none is."""
    close = suggestion(name, choices)
    return f'did you mean "{close}"?' if close else otherwise
