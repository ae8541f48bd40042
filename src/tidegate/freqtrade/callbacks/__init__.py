"""What a strategy's callbacks see while the compiled walk runs, and what they answer."""

from tidegate.freqtrade.callbacks.desk import Desk
from tidegate.freqtrade.callbacks.mishaps import CallbackError
from tidegate.freqtrade.callbacks.watching import WATCHED

__all__ = ["WATCHED", "CallbackError", "Desk"]
