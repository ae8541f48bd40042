"""Where prices come from: candle files and their soundness.

The converters and the made market are imported from `tidegate.feeds.convert` and
`tidegate.feeds.synthetic`, so that a backtest does not wait for them.
"""

from tidegate.feeds.check import Finding, Kind, Severity, inspect, is_sound
from tidegate.feeds.files import CandleFile, listing, path_of, read, write
from tidegate.feeds.history import History, Loaded
from tidegate.feeds.repair import Change, Step, fill_gaps, repair
from tidegate.feeds.resample import resample
from tidegate.feeds.soundness import Gaps, require_sound
from tidegate.feeds.timerange import TimeRange

__all__ = [
    "CandleFile",
    "Change",
    "Finding",
    "Gaps",
    "History",
    "Kind",
    "Loaded",
    "Severity",
    "Step",
    "TimeRange",
    "fill_gaps",
    "inspect",
    "is_sound",
    "listing",
    "path_of",
    "read",
    "repair",
    "require_sound",
    "resample",
    "write",
]
