"""Asking questions of strategies: backtests, the look-ahead check, reports."""
