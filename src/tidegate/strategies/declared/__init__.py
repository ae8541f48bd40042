"""Strategies written as data: what a definition means."""

from tidegate.strategies.declared.strategy import DeclaredStrategy

__all__ = ["DeclaredStrategy"]
