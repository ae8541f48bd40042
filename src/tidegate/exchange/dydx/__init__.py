"""dYdX's dialect (v4): an indexer that tells, and a node that takes signed transactions."""

from tidegate.exchange.dydx.dialect import Dydx

__all__ = ["Dydx"]
