"""Coinbase's Advanced Trade dialect: its tokens, shapes, errors and channels."""

from tidegate.exchange.coinbase.dialect import Coinbase

__all__ = ["Coinbase"]
