"""OKX's spot dialect: its envelope, shapes, signatures, errors and channels."""

from tidegate.exchange.okx.dialect import Okx

__all__ = ["Okx"]
