"""Logs: one event name and its figures a line."""

from tidegate.ops.logs import Log

__all__ = ["Log"]
