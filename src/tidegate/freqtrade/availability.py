"""Whether Freqtrade is installed; it is an extra."""

from __future__ import annotations

import importlib.util

from tidegate.errors import Code, OptionError

__all__ = ["is_there", "require_freqtrade"]

INSTALL = "pip install 'tidegate[freqtrade]'"


def is_there() -> bool:
    """Say whether Freqtrade is installed."""
    return importlib.util.find_spec("freqtrade") is not None


def require_freqtrade() -> None:
    """Refuse what needs Freqtrade where it is not installed, and say how it is."""
    if not is_there():
        raise OptionError(
            Code.FREQTRADE_MISSING,
            "this needs Freqtrade, which is not installed",
            where="this Python environment",
            expected="the package freqtrade, which reads and runs Freqtrade's strategies",
            found="no such package",
            remedy=INSTALL,
        )
