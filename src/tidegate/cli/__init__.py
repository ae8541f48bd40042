"""The front door: words in, words out, nothing decided here."""

from tidegate.cli.app import main

__all__ = ["main"]
