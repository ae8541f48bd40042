"""Binance's spot dialect: its routes, shapes, signatures, errors and streams."""

from tidegate.exchange.binance.dialect import Binance

__all__ = ["Binance"]
